"""The `event` objects of the Events API, one function a kind.

Shapes: docs.slack.dev/reference/events and the payloads in bolt-python's scenario tests. What is
not here: the `event_callback` around them (payloads.py) and who gets them (push.py).
"""

from .model import Channel, Json, Message


def said(channel: Channel, message: Message) -> Json:
    """Somebody, perhaps the app itself, wrote a message."""
    event = message.payload() | _place(channel, message.ts)
    return event | {"subtype": "file_share", "upload": False} if message.files else event


def mentioned(message: Message) -> Json:
    """A message mentions the app; sent besides the message event."""
    place = {"channel": message.channel, "event_ts": message.ts}
    return message.payload() | {"type": "app_mention"} | place


def changed(channel: Channel, message: Message, before: Json, ts: str) -> Json:
    """A message was edited; `before` is its payload until now."""
    return {
        "type": "message", "subtype": "message_changed", "hidden": True,
        "message": message.payload(), "previous_message": before, "ts": ts,
    } | _place(channel, ts)  # fmt: skip


def deleted(channel: Channel, message: Message, ts: str) -> Json:
    """A message was deleted."""
    return {
        "type": "message", "subtype": "message_deleted", "hidden": True, "ts": ts,
        "deleted_ts": message.ts, "previous_message": message.payload(),
    } | _place(channel, ts)  # fmt: skip


def reaction(kind: str, user: str, name: str, message: Message, ts: str) -> Json:
    """An emoji was put on a message or taken off: `reaction_added`, `reaction_removed`."""
    return {
        "type": kind, "user": user, "reaction": name, "item_user": message.user, "event_ts": ts,
        "item": {"type": "message", "channel": message.channel, "ts": message.ts},
    }  # fmt: skip


def joined(channel: Channel, user: str, inviter: str | None, ts: str) -> Json:
    """A member came into a channel."""
    kind = {"channel": "C", "group": "G", "im": "D"}[channel.kind]
    event: Json = {
        "type": "member_joined_channel", "user": user, "channel": channel.id,
        "channel_type": kind, "event_ts": ts,
    }  # fmt: skip
    return event | {"inviter": inviter} if inviter else event


def home_opened(user: str, channel: Channel, tab: str, view: Json | None, ts: str) -> Json:
    """A person looks at a tab of the app; `view` only on the Home, once one was published."""
    event: Json = {
        "type": "app_home_opened", "user": user, "channel": channel.id, "tab": tab,
        "event_ts": ts,
    }  # fmt: skip
    return event | {"view": view} if view and tab == "home" else event


def _place(channel: Channel, ts: str) -> Json:
    return {"channel": channel.id, "channel_type": channel.kind, "event_ts": ts}
