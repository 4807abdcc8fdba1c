"""conversations.*, reading: info, list, members, history, replies."""

from ..calls import Call, Method, World
from ..model import BOT_USER_ID, Channel, Json, Message, SlackError

_KINDS = {"public_channel": "channel", "private_channel": "group", "im": "im"}


def known_channel(world: World, call: Call) -> Channel:
    """Return the channel named by the `channel` argument, if the app may know of it."""
    channel = world.state.channel(call.need("channel"))
    if channel.kind != "channel" and BOT_USER_ID not in channel.members:
        raise SlackError("channel_not_found")
    return channel


def joined_channel(world: World, call: Call) -> Channel:
    """Return the channel named by the `channel` argument. SlackError: not_in_channel."""
    channel = known_channel(world, call)
    if BOT_USER_ID not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def info(world: World, call: Call) -> Json:
    """Return one conversation."""
    return {"channel": known_channel(world, call).payload(BOT_USER_ID)}


def list_channels(world: World, call: Call) -> Json:
    """Return the conversations the app may know of, by default the public ones."""
    asked = call.text("types") or "public_channel"
    kinds = {_KINDS.get(name.strip()) for name in asked.split(",")}
    found = [
        channel.payload(BOT_USER_ID)
        for channel in world.state.channels.values()
        if channel.kind in kinds
        and (channel.kind == "channel" or BOT_USER_ID in channel.members)
        and not (call.flag("exclude_archived") and channel.is_archived)
    ]
    channels, metadata = call.page(found)
    return {"channels": channels, **metadata}


def members(world: World, call: Call) -> Json:
    """Return the ids of a channel's members."""
    everybody: list[Json] = [{"id": member} for member in known_channel(world, call).members]
    page, metadata = call.page(everybody)
    return {"members": [member["id"] for member in page], **metadata}


def history(world: World, call: Call) -> Json:
    """Return messages, newest first, without replies that were not broadcast."""
    channel = joined_channel(world, call)
    top_level = [m for m in _window(world, channel, call) if not m.is_reply or m.reply_broadcast]
    return _messages(world, call, top_level[::-1])


def replies(world: World, call: Call) -> Json:
    """Return a message and its thread, oldest first."""
    channel = joined_channel(world, call)
    try:
        asked = world.state.message(channel.id, call.need("ts"))
    except SlackError:
        raise SlackError("thread_not_found") from None
    parent = world.state.messages.get((channel.id, asked.thread_ts or asked.ts), asked)
    thread = [parent, *world.state.replies_to(parent)]
    inside = {message.ts for message in _window(world, channel, call)}
    return _messages(world, call, [m for m in thread if m is parent or m.ts in inside])


def _window(world: World, channel: Channel, call: Call) -> list[Message]:
    oldest, latest = call.text("oldest") or "0", call.text("latest") or "9999999999.999999"
    found = world.state.seen_in(channel.id)
    inside = [m for m in found if float(oldest) < float(m.ts) < float(latest)]
    if not call.flag("inclusive"):
        return inside
    return [m for m in found if m in inside or m.ts in {oldest, latest}]


def _messages(world: World, call: Call, found: list[Message]) -> Json:
    page, metadata = call.page([world.state.shown(message) for message in found])
    more = bool(metadata["response_metadata"]["next_cursor"])
    return {"messages": page, "has_more": more, **metadata}


_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")

METHODS = {
    "conversations.info": Method(info, _READ, tier=3),
    "conversations.list": Method(list_channels, _READ, tier=2),
    "conversations.members": Method(members, _READ, tier=4),
    "conversations.history": Method(history, _HISTORY, tier=3),
    "conversations.replies": Method(replies, _HISTORY, tier=3),
}
