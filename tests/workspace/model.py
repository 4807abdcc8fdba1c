"""The things a workspace holds: people, channels, messages, views, files. No rules, only shapes.

Each `payload()` is the JSON that Slack shows an app (docs.slack.dev/reference/objects).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
Value = Any
"""Whatever JSON can hold, or a person can say."""

TEAM_ID, TEAM_NAME, TEAM_DOMAIN = "T0WORKSPACE", "Stand-in", "stand-in"
APP_ID, BOT_ID, BOT_USER_ID = "A0LOCKOUT", "B0LOCKOUT", "U0LOCKOUT"
VERIFICATION_TOKEN = "verification-token"


class SlackError(Exception):
    """A refusal as the Web API words it: a code, and whatever goes beside it in the answer."""

    def __init__(self, code: str, **beside: Value) -> None:
        """Keep the code and the further keys of the answer."""
        super().__init__(code)
        self.code = code
        self.beside: Json = beside


@dataclass(slots=True)
class User:
    """A member of the workspace; the app's bot is one too."""

    id: str
    real_name: str
    is_bot: bool = False

    @property
    def name(self) -> str:
        """The handle, as in @handle."""
        return self.real_name.lower().replace(" ", ".")

    @property
    def email(self) -> str | None:
        """The address users.lookupByEmail finds; a bot has none."""
        return None if self.is_bot else f"{self.name}@example.com"

    def payload(self) -> Json:
        """The user object."""
        profile = {"real_name": self.real_name, "display_name": self.name, "team": TEAM_ID}
        return {
            "id": self.id, "team_id": TEAM_ID, "name": self.name, "deleted": False,
            "real_name": self.real_name, "tz": "Etc/UTC", "tz_label": "UTC", "tz_offset": 0,
            "is_bot": self.is_bot, "is_admin": False, "is_app_user": False,
            "profile": profile if self.email is None else profile | {"email": self.email},
        }  # fmt: skip


@dataclass(slots=True)
class Channel:
    """A public channel, a private one, or a direct message."""

    id: str
    name: str
    created: int
    creator: str
    kind: str = "channel"
    """`channel`, `group` (private) or `im`; also the `channel_type` of message events."""
    members: list[str] = field(default_factory=list)
    topic: str = ""
    purpose: str = ""
    is_archived: bool = False
    pins: list[str] = field(default_factory=list)
    """Timestamps of pinned messages, oldest pin first."""
    bookmarks: list[Json] = field(default_factory=list)

    def payload(self, viewer: str) -> Json:
        """The conversation object as `viewer` sees it."""
        base: Json = {
            "id": self.id, "created": self.created, "is_im": self.kind == "im",
            "is_channel": self.kind == "channel", "is_group": self.kind == "group",
            "is_private": self.kind != "channel", "is_archived": self.is_archived,
            "context_team_id": TEAM_ID,
        }  # fmt: skip
        if self.kind == "im":
            return base | {"user": next(m for m in self.members if m != viewer)}
        return base | {
            "name": self.name, "name_normalized": self.name, "creator": self.creator,
            "is_member": viewer in self.members, "num_members": len(self.members),
            "topic": {"value": self.topic, "creator": "", "last_set": 0},
            "purpose": {"value": self.purpose, "creator": "", "last_set": 0},
        }  # fmt: skip


@dataclass(slots=True, eq=False)
class Message:
    """One message; `seen_only_by` makes it ephemeral."""

    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    seen_only_by: str | None = None
    files: list["File"] = field(default_factory=list)
    metadata: Json | None = None
    edited: Json | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    values: dict[str, Json] = field(default_factory=dict)
    """What is chosen in the selects of this message: block id, then action id."""
    reply_broadcast: bool = False

    @property
    def is_reply(self) -> bool:
        """Whether it lives in a thread below another message."""
        return self.thread_ts is not None and self.thread_ts != self.ts

    def payload(self) -> Json:
        """The message object, without what only the channel knows (pins, replies)."""
        base: Json = {
            "type": "message", "user": self.user, "ts": self.ts, "text": self.text, "team": TEAM_ID,
        }  # fmt: skip
        if self.user == BOT_USER_ID:
            base |= {"bot_id": BOT_ID, "app_id": APP_ID}
        optional = {
            "blocks": self.blocks, "attachments": self.attachments, "thread_ts": self.thread_ts,
            "metadata": self.metadata, "edited": self.edited,
            "files": [file.payload() for file in self.files],
            "reactions": [
                {"name": name, "users": users, "count": len(users)}
                for name, users in self.reactions.items()
            ],
        }  # fmt: skip
        return base | {key: value for key, value in optional.items() if value}


@dataclass(slots=True, eq=False)
class View:
    """A modal or an App Home as it stands, with what the person has typed into it."""

    id: str
    user: str
    body: Json
    """Exactly what the app sent, with block ids and defaults filled in."""
    hash: str
    root: str
    previous: str | None = None
    values: dict[str, Json] = field(default_factory=dict)
    """`state.values`: block id, then action id."""
    errors: dict[str, str] = field(default_factory=dict)
    """What the app (or the client) said is wrong, by block id."""

    @property
    def blocks(self) -> list[Json]:
        """The blocks shown."""
        blocks: list[Json] = self.body["blocks"]
        return blocks

    def payload(self) -> Json:
        """The view object, in the shape of recorded view_submission payloads."""
        body = self.body
        return {
            "id": self.id, "team_id": TEAM_ID, "type": body["type"], "blocks": self.blocks,
            "private_metadata": body.get("private_metadata", ""),
            "callback_id": body.get("callback_id", ""),
            "state": {"values": self.values}, "hash": self.hash, "title": body.get("title"),
            "clear_on_close": body.get("clear_on_close", False),
            "notify_on_close": body.get("notify_on_close", False),
            "close": body.get("close"), "submit": body.get("submit"),
            "previous_view_id": self.previous, "root_view_id": self.root,
            "app_id": APP_ID, "external_id": body.get("external_id", ""),
            "app_installed_team_id": TEAM_ID, "bot_id": BOT_ID,
        }  # fmt: skip


@dataclass(slots=True)
class File:
    """A file, from the moment its upload URL is asked for."""

    id: str
    name: str
    size: int
    title: str = ""
    content: bytes | None = None
    """None until the bytes have arrived."""
    channels: list[str] = field(default_factory=list)
    url_private: str = ""

    def payload(self) -> Json:
        """The file object."""
        return {
            "id": self.id, "name": self.name, "title": self.title or self.name, "size": self.size,
            "user": BOT_USER_ID, "filetype": self.name.rpartition(".")[2] or "text",
            "channels": self.channels, "url_private": self.url_private,
            "url_private_download": self.url_private,
        }  # fmt: skip


@dataclass(slots=True)
class Trigger:
    """The right to open one view, for three seconds."""

    user: str
    at: float
    used: bool = False


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Each interactive element with the block it stands in, in reading order."""
    for block in blocks:
        inside: list[Json] = list(block.get("elements", ()))
        single = [block[key] for key in ("element", "accessory") if key in block]
        for element in [*inside, *single, *block.get("actions", ())]:
            if "action_id" in element:
                yield block, element
        cards = [element for element in inside if element.get("type") == "card"]
        yield from elements([*cards, *block.get("child_blocks", ())])
