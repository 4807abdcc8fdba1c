"""chat.*: posting, changing and deleting messages.

chat.update keeps the blocks of a message when only `text` is given (python-slack-sdk#523).
"""

from ..calls import Call, Method, World
from ..limits import MESSAGE_TEXT, UPDATE_TEXT
from ..model import BOT_USER_ID, TEAM_DOMAIN, Channel, Json, Message, SlackError

_WRITE = ("chat:write",)


def post_message(world: World, call: Call) -> Json:
    """Post to a channel, a thread, or a person's direct messages."""
    channel = _postable(world, call.need("channel"))
    content = _content(world, call)
    if not (content.get("text") or content.get("blocks") or content.get("attachments")):
        raise SlackError("no_text")
    thread = _thread(world, channel, call)
    broadcast = call.flag("reply_broadcast")
    message = world.state.post(
        channel, BOT_USER_ID, thread_ts=thread, reply_broadcast=broadcast, **content
    )
    return {"channel": channel.id, "ts": message.ts, "message": world.state.shown(message)}


def post_ephemeral(world: World, call: Call) -> Json:
    """Show one person a message that nobody else sees and that nobody can look up."""
    channel = _postable(world, call.need("channel"))
    reader = call.need("user")
    if reader not in channel.members:
        raise SlackError("user_not_in_channel")
    content = _content(world, call)
    if not (content.get("text") or content.get("blocks") or content.get("attachments")):
        raise SlackError("no_text")
    thread = _thread(world, channel, call)
    message = world.state.post(
        channel, BOT_USER_ID, seen_only_by=reader, thread_ts=thread, **content
    )
    return {"message_ts": message.ts}


def update(world: World, call: Call) -> Json:
    """Change the app's own message; what is left out stays."""
    message = world.state.message(call.need("channel"), call.need("ts"))
    if message.user != BOT_USER_ID:
        raise SlackError("cant_update_message")
    if world.state.channel(message.channel).is_archived:
        raise SlackError("is_inactive")
    if len(call.text("text")) > UPDATE_TEXT:
        raise SlackError("msg_too_long")
    content = _content(world, call)
    if not content:
        raise SlackError("no_text")
    world.state.edit(message, BOT_USER_ID, **content)
    return {
        "channel": message.channel, "ts": message.ts, "text": message.text,
        "message": world.state.shown(message),
    }  # fmt: skip


def delete(world: World, call: Call) -> Json:
    """Delete the app's own message."""
    message = world.state.message(call.need("channel"), call.need("ts"))
    if message.user != BOT_USER_ID:
        raise SlackError("cant_delete_message")
    world.state.remove(message)
    return {"channel": message.channel, "ts": message.ts}


def get_permalink(world: World, call: Call) -> Json:
    """Return the address of a message."""
    message = world.state.message(call.need("channel"), call.need("message_ts"))
    address = f"https://{TEAM_DOMAIN}.slack.com/archives/{message.channel}"
    return {
        "channel": message.channel,
        "permalink": f"{address}/p{message.ts.replace('.', '')}",
    }


def _postable(world: World, target: str) -> Channel:
    """Find where to post: a channel id, `#name`, or a person's id."""
    if target in world.state.users:
        return world.state.direct(target)
    channel = world.state.channel_named(target.removeprefix("#")) or world.state.channel(target)
    if channel.is_archived:
        raise SlackError("is_archived")
    if BOT_USER_ID not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _thread(world: World, channel: Channel, call: Call) -> str | None:
    thread = call.text("thread_ts") or None
    if thread is None:
        return None
    parent: Message | None = world.state.messages.get((channel.id, thread))
    if parent is None:
        raise SlackError("cannot_reply_to_message")
    if parent.is_reply:
        world.inspector.note(call.method, "/thread_ts", "is a reply's ts; use its parent's")
    return thread


def _content(world: World, call: Call) -> Json:
    """Return the fields of a message that were given, each checked as Slack does."""
    content: Json = {}
    for name in ("blocks", "attachments", "metadata"):
        value = call.structure(name, "invalid_blocks_format")
        if value is not None:
            content[name] = value
    markdown = call.text("markdown_text")
    if markdown:
        if "blocks" in content or call.text("text"):
            raise SlackError("markdown_text_conflict")
        content["blocks"] = [{"type": "markdown", "text": markdown}]
    if call.args.get("text") is not None:
        content["text"] = call.text("text")[:MESSAGE_TEXT]
    world.inspector.check_message(call.method, content)
    return content


METHODS = {
    "chat.postMessage": Method(post_message, _WRITE, tier=5),
    "chat.postEphemeral": Method(post_ephemeral, _WRITE, tier=4),
    "chat.update": Method(update, _WRITE, tier=3),
    "chat.delete": Method(delete, _WRITE, tier=3),
    "chat.getPermalink": Method(get_permalink, tier=5),
}
