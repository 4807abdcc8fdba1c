"""What a person sees is made of plain values."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from pydantic import TypeAdapter, ValidationError

from bot.core import view as v

ACTION: TypeAdapter[v.Action] = TypeAdapter(v.Action)
ACTIONS: list[v.Action] = [
    v.Press(incident="L-1", playbook="triage", step="outage", visit=2, button="yes"),
    v.Tick(incident="L-1", playbook="aws", step="list", item="arn:aws:iam::1:role/x", done=False),
    v.Approve(incident="L-1", playbook="aws", step="unseal", visit=1, verdict="give"),
    v.Take(incident="L-1", playbook="aws", step="unseal"),
    v.Settle(incident="L-1", obligation="reseal"),
    v.Waive(incident="L-1", obligation="reseal"),
    v.WaivePolicy(incident="L-1", playbook="aws", step="audit", policy="p-1"),
    v.WaivePolicy(incident="L-1", playbook="aws", step="audit", policy="p-1", audit=7, back=True),
    v.Snooze(incident="L-1", subject="news", minutes=30),
    v.StartWalk(incident="L-1", method="support-user"),
    v.Correct(incident="L-1"),
    v.AddNote(incident="L-1"),
    v.Close(incident="L-1"),
    v.ShowTicket(incident="L-1"),
    v.ShowTimeline(incident="L-1"),
    v.Export(incident="L-1", format="html"),
    v.Declare(),
    v.Prove(incident="drill-1", playbook="aws-drill", step="sign-in", item="arn:aws:iam::1:role/x"),
    v.BeginDrill(),
    v.ShowReadiness(),
]


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: str(action.do))
def test_a_button_carries_its_action_there_and_back(action: v.Action) -> None:
    """An action survives the trip through the JSON of a button."""
    assert ACTION.validate_json(action.model_dump_json()) == action


def test_every_kind_of_action_makes_the_trip() -> None:
    """No kind is left out of the test above."""
    union = get_args(v.Action)[0]
    assert {type(action) for action in ACTIONS} == set(get_args(union))


@pytest.mark.parametrize("data", [{"do": "dance"}, {"do": "close", "now": True}, {"do": "press"}])
def test_an_unknown_or_mangled_action_is_not_taken(data: dict[str, Any]) -> None:
    """A button of another release, or a forged one, does nothing."""
    with pytest.raises(ValidationError):
        ACTION.validate_python(data)


def test_the_buttons_of_a_view_come_in_reading_order() -> None:
    """Buttons beside each other, and those of checklist lines; blocks without any are passed."""
    first, second, third = (v.Button(name, v.Declare()) for name in ("one", "two", "three"))
    view = v.View(
        "Title",
        (
            v.Text("words"),
            v.Buttons((first,)),
            v.Item("a line", done=False, button=second),
            v.Item("a line without a button", done=True),
            v.Buttons((third,)),
        ),
    )
    assert view.buttons() == [first, second, third]
