"""The workspace's memory and its rules about channels and messages.

Each change that Slack would tell apps about leaves an event in `outbox`; who hears of it is
decided elsewhere. Modals and Homes have their own rules, in screens.py.
"""

import hashlib
import itertools
import re

from . import events
from .clock import Clock
from .model import BOT_USER_ID, Channel, File, Json, Message, SlackError, User, Value
from .normal import settle

NAME_LIMIT = 80
_NAME = re.compile(r"[\w-]+", re.UNICODE)


class State:
    """People, channels, messages and files of one workspace."""

    def __init__(self, clock: Clock, people: dict[str, str], channels: dict[str, str]) -> None:
        """Begin with `people` (id to name) all in `channels` (id to name), and the app's bot."""
        self.clock = clock
        self.outbox: list[Json] = []
        self.users = {key: User(key, name) for key, name in people.items()}
        self.users[BOT_USER_ID] = User(BOT_USER_ID, "Lockout", is_bot=True)
        self.channels: dict[str, Channel] = {}
        self.messages: dict[tuple[str, str], Message] = {}
        """By channel id and ts, oldest first; ephemeral ones among them."""
        self.files: dict[str, File] = {}
        self._count = itertools.count(1)
        self._last_ts = 0
        for key, name in channels.items():
            self.channels[key] = Channel(key, name, int(clock.now()), "", members=[*self.users])

    # --- names and numbers

    def new_id(self, prefix: str) -> str:
        """Return an id nobody has yet, such as C0000000A."""
        return f"{prefix}{next(self._count):08X}"

    def new_secret(self, length: int = 32) -> str:
        """Return hex digits as in trigger ids and response URLs; the same in each run."""
        return hashlib.sha256(str(next(self._count)).encode()).hexdigest()[:length]

    def new_ts(self) -> str:
        """Return a timestamp later than every one before it, even if the clock stands still."""
        self._last_ts = max(int(self.clock.now() * 1_000_000), self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def settled(self, blocks: list[Json]) -> list[Json]:
        """Return the blocks as Slack would store them."""
        return settle(blocks, lambda: self.new_secret(5))

    # --- finding

    def user(self, user_id: str) -> User:
        """Return the member. SlackError: user_not_found."""
        try:
            return self.users[user_id]
        except KeyError:
            raise SlackError("user_not_found") from None

    def channel(self, channel_id: str) -> Channel:
        """Return the channel. SlackError: channel_not_found."""
        try:
            return self.channels[channel_id]
        except KeyError:
            raise SlackError("channel_not_found") from None

    def channel_named(self, name: str) -> Channel | None:
        """Return the channel of that name, archived ones included: they keep their name."""
        found = (c for c in self.channels.values() if c.kind != "im" and c.name == name)
        return next(found, None)

    def message(self, channel_id: str, ts: str) -> Message:
        """Return a message all can see. SlackError: channel_not_found, message_not_found."""
        self.channel(channel_id)
        message = self.messages.get((channel_id, ts))
        if message is None or message.seen_only_by:
            raise SlackError("message_not_found")
        return message

    def seen_in(self, channel_id: str, user: str | None = None) -> list[Message]:
        """Messages of a channel, oldest first; with `user` also what only that person sees."""
        return [
            message
            for (channel, _), message in self.messages.items()
            if channel == channel_id and message.seen_only_by in {None, user}
        ]

    def replies_to(self, parent: Message) -> list[Message]:
        """Return the thread below a message, oldest first."""
        everything = self.seen_in(parent.channel)
        return [m for m in everything if m.is_reply and m.thread_ts == parent.ts]

    def shown(self, message: Message) -> Json:
        """Return the message object with what its channel and thread add."""
        payload = message.payload()
        replies = self.replies_to(message)
        if message.is_reply:
            parent = self.messages.get((message.channel, str(message.thread_ts)))
            payload |= {"parent_user_id": parent.user if parent else ""}
        elif replies:
            payload |= {
                "thread_ts": message.ts, "reply_count": len(replies),
                "reply_users": sorted({reply.user for reply in replies}),
                "latest_reply": replies[-1].ts,
            }  # fmt: skip
        if message.ts in self.channel(message.channel).pins:
            payload |= {"pinned_to": [message.channel]}
        return payload

    # --- channels

    def create_channel(self, name: str, creator: str, *, private: bool) -> Channel:
        """Open a channel. SlackError: invalid_name_*, name_taken."""
        _check_name(name)
        if self.channel_named(name):
            raise SlackError("name_taken")
        channel = Channel(self.new_id("C"), name, int(self.clock.now()), creator)
        channel.kind = "group" if private else "channel"
        channel.members.append(creator)
        self.channels[channel.id] = channel
        return channel

    def direct(self, user: str) -> Channel:
        """Return the direct message channel between a person and the app, opened if need be."""
        self.user(user)
        for channel in self.channels.values():
            if channel.kind == "im" and user in channel.members:
                return channel
        channel = Channel(self.new_id("D"), "directmessage", int(self.clock.now()), BOT_USER_ID)
        channel.kind, channel.members = "im", [BOT_USER_ID, user]
        self.channels[channel.id] = channel
        return channel

    def join(self, channel: Channel, user: str, inviter: str | None = None) -> None:
        """Make `user` a member."""
        channel.members.append(user)
        self._tell(channel.id, events.joined(channel, user, inviter, self.new_ts()))

    # --- messages

    def post(self, channel: Channel, user: str, **content: Value) -> Message:
        """Add a message; `content` are fields of `Message`.

        Ephemeral messages raise no event: nobody but their reader hears of them.
        """
        message = Message(channel.id, self.new_ts(), user, **content)
        message.blocks = self.settled(message.blocks)
        self.messages[channel.id, message.ts] = message
        if message.seen_only_by is None:
            self._tell(channel.id, events.said(channel, message))
            if f"<@{BOT_USER_ID}>" in message.text:
                self._tell(channel.id, events.mentioned(message))
        return message

    def edit(self, message: Message, editor: str, **content: Value) -> None:
        """Replace fields of a message."""
        before, ts = message.payload(), self.new_ts()
        for key, value in content.items():
            setattr(message, key, self.settled(value) if key == "blocks" else value)
        message.edited = {"user": editor, "ts": ts}
        if message.seen_only_by is None:
            event = events.changed(self.channel(message.channel), message, before, ts)
            self._tell(message.channel, event)

    def remove(self, message: Message) -> None:
        """Delete a message."""
        channel = self.channel(message.channel)
        del self.messages[message.channel, message.ts]
        if message.ts in channel.pins:
            channel.pins.remove(message.ts)
        if message.seen_only_by is None:
            self._tell(channel.id, events.deleted(channel, message, self.new_ts()))

    def react(self, message: Message, user: str, name: str) -> None:
        """Put an emoji on a message. SlackError: already_reacted."""
        users = message.reactions.setdefault(name, [])
        if user in users:
            raise SlackError("already_reacted")
        users.append(user)
        event = events.reaction("reaction_added", user, name, message, self.new_ts())
        self._tell(message.channel, event)

    def unreact(self, message: Message, user: str, name: str) -> None:
        """Take an emoji off again. SlackError: no_reaction."""
        if user not in message.reactions.get(name, []):
            raise SlackError("no_reaction")
        message.reactions[name].remove(user)
        if not message.reactions[name]:
            del message.reactions[name]
        event = events.reaction("reaction_removed", user, name, message, self.new_ts())
        self._tell(message.channel, event)

    def _tell(self, channel_id: str, event: Json) -> None:
        """Keep an event for the app, if its bot is where it happened."""
        if BOT_USER_ID in self.channel(channel_id).members:
            self.outbox.append(event)


def _check_name(name: str) -> None:
    """Hold a channel name to the error list of conversations.create."""
    if not name:
        raise SlackError("invalid_name_required")
    if len(name) > NAME_LIMIT:
        raise SlackError("invalid_name_maxlength")
    if not _NAME.fullmatch(name) or name != name.lower():
        raise SlackError("invalid_name_specials")
    if not any(character.isalnum() for character in name):
        raise SlackError("invalid_name_punctuation")
