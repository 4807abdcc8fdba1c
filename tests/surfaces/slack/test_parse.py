"""What Slack sends is read strictly: another shape is refused, and nothing else is ever raised."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import Refused
from bot.core.view import Action, Close, Correct, Press
from bot.surfaces.slack.parse import (
    ActionPayload,
    Command,
    MessageEvent,
    Reaction,
    SubmissionPayload,
    SubmittedView,
    User,
    clean,
    message_time,
    parse_action,
    parse_as,
    parse_metadata,
    parse_state,
    spoken,
    write_metadata,
)

ANY_TEXT = st.text(st.characters(codec=None))
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=12,
)
NAMES = """user user_id trigger_id text channel channel_id actions action_id value container view id
private_metadata state values selected_option selected_options selected_date_time type reaction
item ts message subtype"""
TELLING = st.recursive(
    ANY_JSON,
    lambda inner: st.dictionaries(st.sampled_from(NAMES.split()), inner, max_size=6),
    max_leaves=20,
)
MODELS = [ActionPayload, Command, MessageEvent, Reaction, SubmissionPayload]


@given(payload=TELLING, model=st.sampled_from(MODELS))
def test_any_json_is_read_or_refused(payload: object, model: type[ActionPayload]) -> None:
    """A payload of another shape never gets past the door as an exception of another kind."""
    with suppress(Refused):
        read = parse_as(model, cast("Any", payload))
        assert isinstance(getattr(read, "once", ""), str)


@given(text=ANY_TEXT)
def test_any_text_in_a_button_or_a_form_is_an_action_or_refused(text: str) -> None:
    """Both travel through somebody's client."""
    for parse in (parse_action, parse_metadata):
        with pytest.raises(Refused, match="another version"):
            parse(text)


@given(
    state=st.dictionaries(st.just("values"), TELLING)
    | st.builds(
        lambda element: {"values": {"field": {"v": element}}},
        st.dictionaries(
            st.sampled_from(["selected_options", "selected_option", "selected_date_time", "value"]),
            TELLING | st.lists(st.dictionaries(st.just("value"), ANY_JSON)),
        ),
    )
)
def test_any_state_of_a_form_gives_answers_that_can_be_kept_or_is_refused(
    state: dict[str, Any],
) -> None:
    """Texts that a database and a hash can take, whatever a client sent."""
    try:
        answers = parse_state(SubmittedView(state=state))
    except Refused:
        return
    for name, value in answers.items():
        for text in (name, *(value if isinstance(value, tuple) else (str(value),))):
            text.encode()
            assert "\x00" not in text


@pytest.mark.parametrize(
    "action",
    [
        Close(incident="lo-1"),
        Correct(incident="lo-1"),
        Press(incident="lo-1", playbook="p", step="s", visit=2, button="b"),
    ],
)
def test_what_a_form_carries_comes_back(action: Action) -> None:
    """The action of its answers, and the channel in which it was opened."""
    assert parse_metadata(write_metadata(action, "C1")) == (action, "C1")
    assert parse_action(action.model_dump_json()) == action


def test_each_kind_of_field_is_read_as_what_the_person_chose() -> None:
    """Text, one choice, several, a moment; and nothing where nothing was chosen."""
    elements = {
        "text": {"type": "plain_text_input", "value": "two\nlines"},
        "empty": {"type": "plain_text_input", "value": None},
        "one": {"type": "static_select", "selected_option": {"value": "a"}},
        "none": {"type": "static_select", "selected_option": None},
        "many": {"type": "checkboxes", "selected_options": [{"value": "a"}, {"value": "b"}]},
        "nobody": {"type": "checkboxes", "selected_options": []},
        "when": {"type": "datetimepicker", "selected_date_time": 1_795_317_840},
        "never": {"type": "datetimepicker", "selected_date_time": None},
    }
    view = SubmittedView(state={"values": {name: {"v": found} for name, found in elements.items()}})
    assert parse_state(view) == {
        "text": "two\nlines",
        "empty": "",
        "one": "a",
        "none": "",
        "many": ("a", "b"),
        "nobody": (),
        "when": "2026-11-22T03:24:00.000000Z",
        "never": "",
    }


def submitted(trigger: str, text: str, view: str = "V1") -> str:
    """The name of a submission."""
    state = {"values": {"text": {"v": {"value": text}}}}
    payload = {
        "user": {"id": "U1"},
        "trigger_id": trigger,
        "view": {"id": view, "state": state},
    }
    return parse_as(SubmissionPayload, payload).once


def test_a_form_pressed_again_with_the_same_answers_is_the_same_delivery() -> None:
    """Whatever trigger Slack gives it; with other answers, or another form, it is another one."""
    assert submitted("1", "a") == submitted("2", "a")
    assert submitted("1", "a") != submitted("1", "b")
    assert submitted("1", "a") != submitted("1", "a", view="V2")


def test_each_press_and_each_command_is_a_delivery_of_its_own() -> None:
    """Named by its trigger, which a repetition carries too."""
    pressed = {"user": {"id": "U1"}, "trigger_id": "7.8"}
    assert parse_as(ActionPayload, pressed).once == "trigger:7.8"
    assert parse_as(Command, {"user_id": "U1", "trigger_id": "7.8"}).once == "trigger:7.8"


def test_a_press_in_a_form_has_no_channel() -> None:
    """In a message it has one, even where Slack leaves the channel out."""
    payload = {"user": {"id": "U1"}, "trigger_id": "1", "container": {"channel_id": "C2"}}
    assert parse_as(ActionPayload, payload).where == "C2"
    assert parse_as(ActionPayload, {"user": {"id": "U1"}, "trigger_id": "1"}).where == ""


@given(text=ANY_TEXT)
def test_cleaned_text_can_be_kept(text: str) -> None:
    """No NUL, no lone surrogate, and nothing else is changed."""
    kept = clean(text)
    kept.encode()
    assert "\x00" not in kept
    assert clean(kept) == kept


@given(text=st.text())
def test_what_slack_escaped_reads_as_it_was_typed(text: str) -> None:
    """The inverse of Slack's own escaping."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert spoken(escaped) == text.replace("\x00", "")


@pytest.mark.parametrize(
    ("user", "name"),
    [
        (User(id="U1"), "U1"),
        (User(id="U1", username="ann.b"), "ann.b"),
        (User(id="U1", username="ann.b", name="Ann"), "Ann"),
        (User(id="U1", name="x" * 500), "x" * 80),
    ],
)
def test_a_person_is_known_by_id_and_called_by_name(user: User, name: str) -> None:
    """As far as Slack told it."""
    assert (user.actor.id, user.actor.name) == ("slack:U1", name)


@given(text=ANY_TEXT)
def test_a_message_id_gives_a_moment_or_none(text: str) -> None:
    """Anything but an exception."""
    moment = message_time(text)
    assert moment is None or moment.tzinfo is UTC


def test_a_messages_own_time_is_in_its_id() -> None:
    """To the microsecond."""
    expected = datetime(2026, 11, 22, 3, 24, 0, 123, tzinfo=UTC)
    assert message_time("1795317840.000123") == expected
    assert message_time("not a time") is None
