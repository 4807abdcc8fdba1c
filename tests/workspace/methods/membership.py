"""conversations.*, changing: create, invite, join, open, archive, setTopic, setPurpose."""

from ..calls import Call, Method, World, complaints
from ..model import BOT_USER_ID, Channel, Json, SlackError
from .conversations import joined_channel, known_channel

TOPIC_LIMIT = 250
"""Characters of a topic or purpose (docs.slack.dev/reference/methods/conversations.setTopic)."""


def create(world: World, call: Call) -> Json:
    """Open a channel with the app in it."""
    name = call.text("name")
    channel = world.state.create_channel(name, BOT_USER_ID, private=call.flag("is_private"))
    return {"channel": channel.payload(BOT_USER_ID)}


def invite(world: World, call: Call) -> Json:
    """Bring people in: all of them, or nobody and one error for each."""
    channel = _living(joined_channel(world, call))
    if not call.args.get("users"):
        raise SlackError("no_user")
    wanted = call.args["users"]
    users = wanted.split(",") if isinstance(wanted, str) else list(wanted)
    errors: list[Json] = [
        {"user": user, "ok": False, "error": error}
        for user in users
        if (error := _why_not(world, channel, user))
    ]
    if errors:
        raise SlackError(errors[0]["error"], errors=errors)
    for user in users:
        world.state.join(channel, user, inviter=BOT_USER_ID)
    return {"channel": channel.payload(BOT_USER_ID)}


def _why_not(world: World, channel: Channel, user: str) -> str | None:
    if user == BOT_USER_ID:
        return "cant_invite_self"
    if user not in world.state.users:
        return "user_not_found"
    return "already_in_channel" if user in channel.members else None


def join(world: World, call: Call) -> Json:
    """Let the app into a public channel; a warning if it is there already."""
    channel = _living(known_channel(world, call))
    if channel.kind != "channel":
        raise SlackError("method_not_supported_for_channel_type")
    if BOT_USER_ID in channel.members:
        return {"channel": channel.payload(BOT_USER_ID), "warning": "already_in_channel"}
    world.state.join(channel, BOT_USER_ID)
    return {"channel": channel.payload(BOT_USER_ID)}


def open_direct(world: World, call: Call) -> Json:
    """Open the direct messages with one person."""
    if call.text("channel"):
        return {"channel": {"id": known_channel(world, call).id}}
    users = call.need("users").split(",")
    if len(users) != 1:
        raise SlackError("invalid_arguments", **complaints("group messages are not stood in for"))
    return {"channel": {"id": world.state.direct(users[0]).id}}


def archive(world: World, call: Call) -> Json:
    """Close a channel; its name stays taken."""
    channel = joined_channel(world, call)
    if channel.is_archived:
        raise SlackError("already_archived")
    channel.is_archived = True
    return {}


def set_topic(world: World, call: Call) -> Json:
    """Change the line at the top of a channel."""
    channel = _living(joined_channel(world, call))
    channel.topic = _short(call.text("topic"))
    return {"channel": channel.payload(BOT_USER_ID)}


def set_purpose(world: World, call: Call) -> Json:
    """Change the description of a channel."""
    channel = _living(joined_channel(world, call))
    channel.purpose = _short(call.text("purpose"))
    return {"purpose": channel.purpose}


def _short(text: str) -> str:
    if len(text) > TOPIC_LIMIT:
        raise SlackError("too_long")
    return text


def _living(channel: Channel) -> Channel:
    if channel.is_archived:
        raise SlackError("is_archived")
    return channel


_MANAGE = ("channels:manage", "groups:write", "im:write", "mpim:write")
_INVITE = ("channels:write.invites", "groups:write.invites", *_MANAGE)
_TOPIC = ("channels:write.topic", "groups:write.topic", *_MANAGE)

METHODS = {
    "conversations.create": Method(create, _MANAGE, tier=2),
    "conversations.invite": Method(invite, _INVITE, tier=3),
    "conversations.join": Method(join, ("channels:join",), tier=3),
    "conversations.open": Method(open_direct, _MANAGE, tier=3),
    "conversations.archive": Method(archive, _MANAGE, tier=2),
    "conversations.setTopic": Method(set_topic, _TOPIC, tier=2),
    "conversations.setPurpose": Method(set_purpose, _TOPIC, tier=2),
}
