"""`members`: who is in the exclusion group, and the way on once it is exactly right."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core import events as e
from bot.core.errors import AlreadyRecorded, Refused
from bot.core.timeline import Actor
from bot.core.view import Clocks, Item, Small, Text
from bot.playbook.steps.members import SHOWN
from tests.core.audits import answer, examined, no_answer
from tests.playbook.small import account, library_of, small_walk
from tests.playbook.walking import Walk, primary_buttons

BOT = Actor("bot:lockout", "Lockout")
LIBRARY = library_of("""
id: x
title: X
start: members
steps:
  - id: members
    kind: members
    title: Who is in the group?
    text: For {{ tenant }}.
    sets: {looked: true}
    to: end
    buttons:
      - {id: by-hand, label: By hand, when: "members_result in ('failed', 'unknown')", to: end}
      - {id: failed, label: FAILED, when: "members_result == 'wrong'", to: end}
""")


def at_members() -> Walk:
    """Nothing was read yet."""
    tenant = {"emergency_accounts": [account(1), account(2)]}
    walk = small_walk("x", library=LIBRARY, tenant=tenant)
    walk.can_audit = True
    return walk


def read(inside: str = "yy", **changes: object) -> Walk:
    """Asked, and answered like this."""
    walk = at_members()
    walk.press("Read the group")
    asked = walk.incident.audited.asked
    assert asked is not None
    said = {"taken_at": walk.now, "live": True, **changes}
    found = examined(inside, asked=asked.number).model_copy(update=said)
    walk.record([answer(asked.number, taken_at=walk.now), found], BOT)
    return walk


def words(walk: Walk) -> str:
    """What can be read on the step."""
    return "\n".join(one.text for one in walk.blocks if isinstance(one, Text | Small | Item))


def primary(walk: Walk) -> str:
    """The one next step."""
    (button,) = primary_buttons(walk.card)
    return button.label


def labels(walk: Walk) -> set[str]:
    """All buttons of the card."""
    return {button.label for button in walk.card.buttons()}


def test_it_is_asked_by_the_same_question_as_an_audit() -> None:
    """So one reading answers both parts of a drill."""
    walk = at_members()
    assert "Not read yet" in words(walk)
    (asked,) = walk.press("Read the group")
    assert isinstance(asked, e.AuditAsked)
    assert (asked.step, walk.step) == ("members", "members")
    with pytest.raises(AlreadyRecorded):
        walk.press("Read again")
    assert "By hand" not in labels(walk)


def test_exactly_the_accounts_leads_on() -> None:
    """Each is shown in its place, and since when that is known."""
    walk = read()
    assert "Exactly the emergency accounts** are in sg-break-glass-admins" in words(walk)
    assert [one.done for one in walk.blocks if isinstance(one, Item)] == [True, True]
    assert any(isinstance(one, Clocks) for one in walk.blocks)
    assert primary(walk) == "Exactly right: go on"
    events = walk.press("Exactly right: go on")
    assert [event.kind for event in events] == ["StepAnswered"]
    assert walk.incident.values["looked"] is True


def test_missing_and_foreign_stand_side_by_side_and_hold_the_walk() -> None:
    """Whoever goes on says that it failed."""
    walk = read("yn", foreign=("intern",), more_foreign=0)
    text = words(walk)
    assert "NOT exactly our accounts" in text
    assert "emergency-2: **MISSING**" in text
    assert "intern: **FOREIGN**" in text
    assert primary(walk) == "Read again"
    assert "FAILED" in labels(walk)
    act = walk.button("Read again").action
    refusal = walk.refused(act.model_copy(update={"button": "done"}))
    assert "missing emergency-2; foreign intern" in refusal.reason
    walk.press("FAILED")
    assert walk.step == ""


def test_more_strangers_than_a_phone_can_show_are_counted() -> None:
    """They are all on the timeline."""
    walk = read("yy", foreign=tuple(f"x{number}" for number in range(SHOWN + 2)), more_foreign=3)
    assert "5 more are foreign." in words(walk)


def test_where_nobody_knows_the_members_people_look() -> None:
    """And why it is not known is said."""
    walk = read("??", unsure="The snapshot does not say.")
    assert "is not known.** The snapshot does not say." in words(walk)
    assert not [one for one in walk.blocks if isinstance(one, Item)]
    assert {"By hand", "Read again"} <= labels(walk)
    act = walk.button("Read again").action
    assert "Nothing was read" in walk.refused(act.model_copy(update={"button": "done"})).reason


def test_an_answer_of_a_release_that_examines_no_accounts_is_not_known() -> None:
    """An older process may answer the question."""
    walk = at_members()
    walk.press("Read the group")
    walk.record([answer(2)], BOT)
    assert "is not known" in words(walk)


def test_a_reading_that_failed_leaves_the_way_by_hand() -> None:
    """What the provider said stands there; what was read before does not count as read now."""
    walk = read()
    walk.record([no_answer(9, "It is away", "Ask again")], BOT)
    assert "**It could not be read.** It is away. Ask again." in words(walk)
    assert not [one for one in walk.blocks if isinstance(one, Item)]
    assert "By hand" in labels(walk)


def test_no_answer_may_be_asked_for_again() -> None:
    """After some minutes nobody waits any more."""
    walk = at_members()
    walk.press("Read the group")
    walk.now += timedelta(minutes=6)
    assert "**No answer came.** Read again." in words(walk)
    assert primary(walk) == "Read again"
    walk.press("Read again")


def test_an_old_snapshot_is_called_old() -> None:
    """It counts, but nobody shall think that it was read today."""
    walk = read(live=False)
    assert "An older snapshot was used" in words(walk)
    assert "This is old" not in words(walk)
    walk.now += timedelta(hours=25)
    assert "This is old" in words(walk)
    walk.says_of_snapshots(stale_after="2d")
    assert "This is old" not in words(walk)


def test_a_stranger_is_refused() -> None:
    """Like everywhere."""
    with pytest.raises(Refused):
        at_members().press("Read the group", by="nobody")
