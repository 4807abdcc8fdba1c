"""What Slack sends, as the few fields that are used; everything else is ignored.

Input is hostile: a payload of another shape is `Refused`, never a crash. Shapes:
docs.slack.dev/reference/interaction-payloads and /reference/events.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from bot.core.errors import Refused
from bot.core.events import Value
from bot.core.timeline import Actor, format_time
from bot.core.view import Action

_ACTION: TypeAdapter[Action] = TypeAdapter(Action)
LONGEST_NAME = 80
Model = TypeVar("Model", bound=BaseModel)


class Incoming(BaseModel):
    """Base: frozen, unknown keys ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom to tell something that nobody else needs to see, and where they were."""

    user: str
    channel: str = ""
    # Slack's own address for an answer to what they did, for half an hour; empty when none came.
    response_url: str = ""


class User(Incoming):
    """Who pressed; events carry only the id."""

    id: str
    username: str = ""
    name: str = ""

    @property
    def actor(self) -> Actor:
        """As the timeline knows them."""
        shown = clean(self.name or self.username or self.id)
        return Actor(f"slack:{clean(self.id)[:LONGEST_NAME]}", shown[:LONGEST_NAME])


class Command(Incoming):
    """A slash command."""

    user_id: str
    user_name: str = ""
    channel_id: str = ""
    text: str = ""
    trigger_id: str
    response_url: str = ""

    @property
    def user(self) -> User:
        """The person who typed it."""
        return User(id=self.user_id, name=self.user_name)

    @property
    def once(self) -> str:
        """The name of this delivery."""
        return f"trigger:{self.trigger_id}"


class Channel(Incoming):
    """Where a message hangs."""

    id: str = ""


class Pressed(Incoming):
    """One pressed element."""

    value: str = ""


class Container(Incoming):
    """What the pressed element is part of."""

    channel_id: str = ""


class ActionPayload(Incoming):
    """A press on a button in a message or a modal."""

    user: User
    trigger_id: str
    channel: Channel = Channel()
    container: Container = Container()
    actions: tuple[Pressed, ...] = ()
    response_url: str = ""

    @property
    def where(self) -> str:
        """The channel, empty in a modal."""
        return self.channel.id or self.container.channel_id

    @property
    def reader(self) -> Reader:
        """Whom to answer."""
        return Reader(self.user.id, self.where, self.response_url)

    @property
    def once(self) -> str:
        """The name of this delivery."""
        return f"trigger:{self.trigger_id}"


class SubmittedView(Incoming):
    """A modal as it was submitted."""

    id: str = ""
    private_metadata: str = ""
    state: dict[str, Any] = {}


class SubmissionPayload(Incoming):
    """A submitted modal."""

    user: User
    trigger_id: str = ""
    view: SubmittedView

    @property
    def once(self) -> str:
        """The name of this delivery: one modal with the same answers, however often it comes.

        Not its trigger: whoever sees 'We had some trouble connecting' presses again, with a new
        one, and the first press may have been recorded. A corrected form has other answers.
        """
        answers = json.dumps(self.view.state, sort_keys=True)
        digest = hashlib.sha256(answers.encode()).hexdigest()[:16]
        return f"view:{clean(self.view.id)[:LONGEST_NAME]}:{digest}"


class Item(Incoming):
    """What was reacted to."""

    type: str = ""
    channel: str = ""
    ts: str = ""


class Reaction(Incoming):
    """reaction_added and reaction_removed."""

    type: str
    user: str
    reaction: str
    item: Item
    item_user: str = ""


class ChangedMessage(Incoming):
    """The new form of an edited message."""

    ts: str = ""
    user: str = ""
    text: str = ""


class MessageEvent(Incoming):
    """A message event; only `message_changed` matters here."""

    type: str
    channel: str = ""
    message: ChangedMessage = ChangedMessage()


class HomeOpened(Incoming):
    """Somebody looks at the app; the tabs of messages and of its description come here as well."""

    user: str
    tab: str = ""


class Metadata(Incoming):
    """What a modal carries through: the action of its form, and where it was opened."""

    action: dict[str, Any]
    channel: str = ""


def clean(text: str) -> str:
    """Without what no database and no hash can take: NUL and lone surrogates."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def spoken(text: str) -> str:
    """What a person typed in a channel or after a command, without Slack's escaping of `&<>`.

    Rendering escapes again; the timeline and the exports keep what was meant.
    """
    text = clean(text)
    for mark, escaped in (("<", "&lt;"), (">", "&gt;"), ("&", "&amp;")):
        text = text.replace(escaped, mark)
    return text


def parse_as(model: type[Model], payload: Mapping[str, Any]) -> Model:
    """Read a payload. Errors: Refused when it is not of that shape."""
    try:
        return model.model_validate(payload)
    except ValidationError as error:
        fields = ", ".join(".".join(map(str, item["loc"])) for item in error.errors()[:3])
        raise Refused(f"Slack sent something that cannot be read ({fields})") from error


def parse_action(text: str) -> Action:
    """The action inside a button's value. Errors: Refused."""
    try:
        return _ACTION.validate_json(clean(text))
    except ValidationError as error:
        raise Refused(
            "This button is from another version of Lockout", "Use the newest card"
        ) from error


def parse_metadata(text: str) -> tuple[Action, str]:
    """The action and channel that a modal carried. Errors: Refused."""
    try:
        metadata = Metadata.model_validate_json(clean(text))
        return _ACTION.validate_python(metadata.action), metadata.channel
    except ValidationError as error:
        raise Refused("This form is from another version of Lockout", "Open it again") from error


def write_metadata(action: Action, channel: str) -> str:
    """The inverse of `parse_metadata`."""
    return json.dumps({"action": action.model_dump(mode="json"), "channel": channel})


def parse_state(view: SubmittedView) -> dict[str, Value]:
    """A modal's answers by field id: text, one value, or several; times as ISO 8601 UTC."""
    values = view.state.get("values", {})
    if not isinstance(values, dict):
        raise Refused("Slack sent a form that cannot be read")
    found: dict[str, Value] = {}
    for block, elements in values.items():
        for element in elements.values() if isinstance(elements, dict) else ():
            if isinstance(element, dict):
                found[clean(str(block))] = _answer(element)
    return found


def _answer(element: Mapping[str, Any]) -> Value:
    if "selected_options" in element:
        options = element["selected_options"]
        chosen = [_option(option) for option in options] if isinstance(options, list) else []
        return tuple(filter(None, chosen))
    if "selected_option" in element:
        return _option(element["selected_option"])
    if "selected_date_time" in element:
        return _moment(element["selected_date_time"])
    value = element.get("value")
    return clean(value) if isinstance(value, str) else ""


def _option(option: object) -> str:
    value = option.get("value") if isinstance(option, dict) else None
    return clean(value) if isinstance(value, str) else ""


def _moment(seconds: object) -> str:
    if isinstance(seconds, int | float | str) and seconds:
        with suppress(ValueError, OverflowError, OSError):
            return format_time(datetime.fromtimestamp(int(seconds), UTC))
    return ""


def message_time(ts: str) -> datetime | None:
    """A message's own time, from its id; None when it is not one."""
    try:
        seconds, _, micros = ts.partition(".")
        return datetime.fromtimestamp(int(seconds), UTC).replace(microsecond=int(micros or "0"))
    except (ValueError, OverflowError, OSError):
        return None
