"""What a playbook's YAML may say, and what is refused when it is read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from bot.playbook.model import (
    ButtonSpec,
    ChooseStep,
    DecideStep,
    FieldSpec,
    ItemSpec,
    ObligationSpec,
    Playbook,
    Step,
    WaitStep,
)
from tests.playbook.small import LIBRARY, TICKET

STEP: TypeAdapter[Step] = TypeAdapter(Step)
BUTTON: dict[str, Any] = {"id": "go", "label": "Go on", "to": "end"}
CHOOSE: dict[str, Any] = {"id": "one", "kind": "choose", "title": "One", "buttons": [BUTTON]}


def refusal(**changes: Any) -> str:  # noqa: ANN401 - raw YAML
    """What is said about a step with a mistake."""
    with pytest.raises(ValidationError) as caught:
        STEP.validate_python({**CHOOSE, **changes})
    return str(caught.value)


def test_a_target_is_one_place_or_a_list_of_routes() -> None:
    """The short form is a route that always holds."""
    short = ButtonSpec.model_validate(BUTTON)
    assert [(route.to, route.when) for route in short.to] == [("end", "")]
    routes = [{"to": "a", "when": "x"}, {"to": "b"}]
    long = ButtonSpec.model_validate({**BUTTON, "to": routes})
    assert [(route.to, route.when) for route in long.to] == [("a", "x"), ("b", "")]


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("30m", timedelta(minutes=30)),
        ("4h", timedelta(hours=4)),
        ("7d", timedelta(days=7)),
        ("99999d", timedelta(days=99_999)),
    ],
)
def test_a_duration_is_a_number_and_a_unit(text: str, length: timedelta) -> None:
    """Minutes, hours, days."""
    spec = ObligationSpec.model_validate({"id": "x", "title": "X", "due_in": text})
    assert spec.due_in == length


@pytest.mark.parametrize("text", ["4", "4 h", "soon", "100000d", 4, True])
def test_anything_else_is_no_duration(text: object) -> None:
    """The message shows how to write one; leaving it out is possible."""
    with pytest.raises(ValidationError, match="write a duration as a number and m, h or d"):
        ObligationSpec.model_validate({"id": "x", "title": "X", "due_in": text})


def test_an_obligation_need_not_have_a_time() -> None:
    """Then it is open until somebody ends it."""
    assert ObligationSpec.model_validate({"id": "x", "title": "X"}).due_in is None


@pytest.mark.parametrize(
    "changes",
    [
        {"titel": "One"},
        {"title": "  "},
        {"id": "One Step"},
        {"kind": "dance"},
        {"buttons": []},
        {"buttons": [{**BUTTON, "label": "x" * 71}]},
        {"buttons": [{**BUTTON, "to": []}]},
        {"buttons": [{**BUTTON, "style": "loud"}]},
        {"buttons": [{**BUTTON, "sets": {"Not A Fact": "x"}}]},
        {"roles": ["boss"]},
        {"state": "gone"},
        {"claims": [{"says": "x", "source": "a book"}]},
        {"links": [{"label": "x", "url": "ftp://example.com"}]},
    ],
    ids=str,
)
def test_a_mistake_in_a_step_is_refused(changes: dict[str, Any]) -> None:
    """Unknown keys, empty words, unknown kinds, labels that a surface would cut."""
    assert refusal(**changes)


def test_a_step_knows_what_it_is_by_its_kind() -> None:
    """Each kind is a class of its own, with its own defaults."""
    assert isinstance(STEP.validate_python(CHOOSE), ChooseStep)
    wait = STEP.validate_python({**CHOOSE, "kind": "wait"})
    assert isinstance(wait, WaitStep)
    assert wait.state == "waiting"
    assert isinstance(STEP.validate_python({"id": "f", "kind": "decide", "to": "end"}), DecideStep)


def test_a_field_has_the_same_kind_in_the_view() -> None:
    """One word in YAML and on every surface."""
    field = FieldSpec.model_validate({"fact": "x", "label": "X", "kind": "many_of"})
    assert field.view_kind == "many_of"


def test_a_line_to_copy_is_called_copy_in_yaml() -> None:
    """`copy` is a method of every model, so the attribute has another name."""
    assert ItemSpec.model_validate({"text": "x", "copy": "y"}).copy_text == "y"


def test_a_step_is_found_by_its_id() -> None:
    """None when the playbook has no such step."""
    playbook = LIBRARY.playbooks[TICKET]
    step = playbook.step("waiting")
    assert step is not None
    assert step.id == "waiting"
    assert playbook.step("gone") is None


def test_a_playbook_cannot_be_changed_once_it_is_read() -> None:
    """Two incidents walk the same one."""
    with pytest.raises(ValidationError):
        LIBRARY.playbooks[TICKET].title = "Other"  # type: ignore[misc]


def test_a_playbook_without_steps_is_none() -> None:
    """Nobody could walk it."""
    with pytest.raises(ValidationError):
        Playbook.model_validate({"id": "x", "title": "X", "start": "a", "steps": []})
