"""`approval`: two different authorised people, or nothing happens."""

from __future__ import annotations

import pytest

from bot.core import events as e
from bot.core.errors import AlreadyRecorded, Refused
from bot.core.timeline import Actor
from bot.core.view import Approve, Button, Small, Text
from bot.playbook.engine import advance
from bot.playbook.situation import Doer
from tests.playbook.small import USER, small_walk
from tests.playbook.walking import Walk


def act(verdict: str) -> Approve:
    """Ask, give or decline."""
    return Approve.model_validate(
        {
            "incident": "L-2026-001",
            "playbook": USER,
            "step": "unseal",
            "visit": 1,
            "verdict": verdict,
        }
    )


def asked(by: str = "oncall") -> Walk:
    """A walk where somebody has asked."""
    walk = small_walk(USER)
    walk.do(act("ask"), by=by)
    return walk


def labels(walk: Walk) -> list[tuple[str, str]]:
    """The buttons of the step and their styles."""
    buttons: list[Button] = walk.card.buttons()
    return [
        (button.label, button.style)
        for button in buttons
        if button.action.do in {"approve", "press"}
    ]


def test_before_anybody_asked_asking_is_the_next_step() -> None:
    """Other ways out stand beside it."""
    assert labels(small_walk(USER)) == [
        ("Ask for a second person", "primary"),
        ("Nobody answers", "default"),
    ]


def test_asking_says_what_is_agreed_to() -> None:
    """With the facts filled in; the walk stays where it is."""
    walk = small_walk(USER)
    assert walk.do(act("ask")) == [
        e.ApprovalAsked(playbook=USER, step="unseal", visit=1, what="unseal red-phone")
    ]
    assert walk.step == "unseal"
    assert Text("**On-call engineer** asks: unseal red-phone") in walk.blocks
    small = "A second person (approver) must agree. On-call engineer cannot."
    assert Small(small) in walk.blocks
    assert labels(walk) == [("Approve", "primary"), ("Decline", "danger")]


def test_a_second_person_agrees_and_the_walk_goes_on() -> None:
    """Both names are kept, what the step sets and opens follows."""
    walk = asked()
    given, answered, opened = walk.do(act("give"), by="lead")
    assert given == e.ApprovalGiven(
        playbook=USER, step="unseal", what="unseal red-phone", asked_by="On-call engineer"
    )
    assert isinstance(answered, e.StepAnswered)
    assert answered.values == {"agreed": True}
    assert isinstance(opened, e.ObligationOpened)
    assert walk.step == "unsealed"
    assert walk.incident.approved == (
        ("unseal red-phone", walk.people["oncall"], walk.people["lead"]),
    )


def test_nobody_agrees_to_what_they_asked_for() -> None:
    """Not even with the role."""
    refusal = asked(by="lead").refused(act("give"), by="lead")
    assert refusal.reason == "You asked, so you cannot approve"
    assert "Two different people" in refusal.hint


@pytest.mark.parametrize(
    ("first", "second"),
    [("slack:U0LEAD001", "terminal:lead"), ("terminal:lead", "slack:U0LEAD001")],
)
def test_one_person_on_two_surfaces_is_still_one_person(first: str, second: str) -> None:
    """Asking in Slack and approving in a terminal does not make two."""
    walk = small_walk(USER)
    roles = walk.doer("lead").roles
    for actor, verdict in ((Actor(first, "Lead"), "ask"), (Actor(second, "lead"), "give")):
        doer = Doer(actor, roles)
        if verdict == "ask":
            walk.record(advance(walk.situation, act("ask"), {}, doer), actor)
        else:
            with pytest.raises(Refused, match="You asked, so you cannot approve"):
                advance(walk.situation, act("give"), {}, doer)
    assert walk.incident.approved == ()


def test_agreeing_needs_the_role() -> None:
    """Any second person is not enough."""
    refusal = asked(by="lead").refused(act("give"), by="oncall")
    assert "Only approver may do this: approve. You are responder" in refusal.reason
    assert "You are not listed" in asked().refused(act("give"), by="stranger").reason


def test_asking_needs_a_role_too() -> None:
    """The step names who may ask."""
    refusal = small_walk(USER).refused(act("ask"), by="keeper")
    assert "Only responder or approver may do this: ask" in refusal.reason


def test_nothing_can_be_given_or_declined_that_nobody_asked_for() -> None:
    """An approval is an answer to a question."""
    for verdict in ("give", "decline"):
        assert small_walk(USER).refused(act(verdict), by="lead").reason == "Nobody has asked yet"


def test_asking_twice_is_already_recorded() -> None:
    """By whomever."""
    for who in ("oncall", "lead"):
        assert isinstance(asked().refused(act("ask"), by=who), AlreadyRecorded)


def test_an_approver_declines_and_the_walk_takes_the_other_way() -> None:
    """Nothing is opened, nothing is set."""
    walk = asked()
    declined, answered = walk.do(act("decline"), by="boss")
    assert declined == e.ApprovalDeclined(playbook=USER, step="unseal", what="unseal red-phone")
    assert isinstance(answered, e.StepAnswered)
    assert (answered.label, answered.values) == ("Declined", {})
    assert walk.step == "no"
    assert walk.incident.obligations == {}


def test_who_asked_may_take_it_back() -> None:
    """Without being an approver."""
    walk = asked()
    walk.do(act("decline"))
    assert walk.step == "no"


def test_somebody_else_without_the_role_cannot_decline() -> None:
    """Or anybody could stop a repair."""
    assert (
        "Only approver may do this: decline" in asked().refused(act("decline"), by="keeper").reason
    )


def test_a_new_request_is_needed_after_a_decline() -> None:
    """The old one is gone; two other people may agree now."""
    walk = asked()
    walk.do(act("decline"))
    walk.press("Ask again")
    walk.press("Ask for a second person", by="boss")
    walk.press("Approve", by="lead")
    assert walk.step == "unsealed"


def test_another_way_out_needs_no_second_person() -> None:
    """It opens nothing."""
    walk = small_walk(USER)
    walk.press("Nobody answers")
    assert walk.step == "no"
