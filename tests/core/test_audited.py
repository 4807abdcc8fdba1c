"""What an incident knows from audits."""

from __future__ import annotations

import pytest

from bot.core import events as e
from bot.core.audited import Audited, evolve_audited
from bot.core.findings import OpenPolicy, OpenVerdict, Severity, Standing
from tests.core.audits import (
    ASKED,
    answer,
    examined,
    no_answer,
    open_policy,
    taken_back,
    waived,
)
from tests.core.script import DECLARED, ONE, after, at, told

BAD, LATER = open_policy("p-1"), open_policy("p-2", "pending")


def audited(*events: e.Event) -> Audited:
    """After a declaration (fact 1) and these; the first question is fact 2."""
    return after(DECLARED, *events).audited


def test_a_question_stands_until_it_is_answered() -> None:
    """Whoever asked is known, and which fact it was."""
    asked = audited(ASKED).asked
    assert asked is not None
    assert (asked.number, asked.actor, asked.at) == (2, ONE, at(1))
    assert audited(ASKED, answer(2)).asked is None
    assert audited(ASKED, no_answer(2)).asked is None


def test_a_late_answer_leaves_the_newer_question_open() -> None:
    """It is kept all the same."""
    late = audited(ASKED, ASKED, answer(2, BAD))
    assert late.asked is not None
    assert late.asked.number == 3
    assert late.open == [BAD]


def test_an_answer_without_a_question_is_kept() -> None:
    """The fold never fails."""
    assert audited(answer(9, BAD)).open == [BAD]


@pytest.mark.parametrize(
    ("events", "result"),
    [
        ((), ""),
        ((ASKED,), ""),
        ((ASKED, no_answer(2)), "failed"),
        ((ASKED, answer(2)), "clean"),
        ((ASKED, answer(2, BAD)), "open"),
        ((ASKED, answer(2, BAD, live=False)), "old"),
        ((ASKED, answer(2, live=False)), "clean"),
        ((ASKED, answer(2, left_out=1)), "open"),
        ((ASKED, answer(2, BAD), waived(BAD)), "clean"),
        ((ASKED, answer(2), ASKED, no_answer(4)), "failed"),
        ((ASKED, no_answer(2), ASKED, answer(4)), "clean"),
    ],
)
def test_the_result_is_one_word(events: tuple[e.Event, ...], result: str) -> None:
    """For the conditions of playbooks."""
    assert audited(*events).result == result


def test_a_waiver_holds_in_the_next_audit() -> None:
    """The same policy, just as bad or better."""
    known = audited(ASKED, answer(2, BAD, LATER), waived(BAD), ASKED, answer(5, BAD, LATER))
    assert known.open == [LATER]
    better = open_policy("p-1", "unknown")
    assert audited(answer(1, BAD), waived(BAD), answer(1, better)).open == []


def test_a_waiver_does_not_hold_for_a_policy_that_got_worse() -> None:
    """Whoever waived a lockout with a date did not waive one that is in force."""
    worse = open_policy("p-2")
    assert audited(answer(1, LATER), waived(LATER), answer(1, worse)).open == [worse]


def stands(*standings: tuple[str, OpenVerdict, Severity]) -> OpenPolicy:
    """The policy p-1, for each account as it is said."""
    told = tuple(
        Standing(account=account, verdict=verdict, severity=severity, reason="By p-1.")
        for account, verdict, severity in standings
    )
    return open_policy("p-1", standings=told)


SEEN = stands(("one", "blocking", "high"), ("two", "pending", "critical"))


@pytest.mark.parametrize(
    ("now", "holds"),
    [
        (SEEN, True),
        (stands(("one", "blocking", "high")), True),
        (stands(("one", "pending", "medium"), ("two", "unknown", "critical")), True),
        (stands(("one", "blocking", "critical")), False),
        (stands(("two", "blocking", "critical")), False),
        (stands(("two", "blocking", "low")), False),
        (stands(("one", "unknown", "critical")), False),
        (stands(("one", "blocking", "high"), ("three", "unknown", "info")), False),
        (stands(("one", "blocking", "high"), ("one", "blocking", "critical")), False),
    ],
)
def test_a_waiver_covers_what_the_approver_saw(now: OpenPolicy, holds: bool) -> None:  # noqa: FBT001
    """Each account as it stood then, or better; whoever came since was not waived."""
    known = audited(answer(1, SEEN), waived(SEEN), answer(1, now))
    assert (known.open == []) is holds
    assert known.result == ("clean" if holds else "open")


@pytest.mark.parametrize("now", [SEEN, stands(("three", "blocking", "high"))])
def test_an_older_waiver_covers_what_the_audit_before_it_said(now: OpenPolicy) -> None:
    """It has no standings of its own; without that audit it covers nothing."""
    older = waived(SEEN).model_copy(update={"standings": ()})
    assert audited(answer(1, SEEN), older, answer(1, SEEN)).open == []
    assert audited(answer(1, SEEN), older, answer(1, stands(("three", "pending", "low")))).open
    assert audited(older, answer(1, now)).open == [now]
    assert audited(answer(1, LATER), older, answer(1, now)).open == [now]


def test_a_waiver_that_was_taken_back_covers_nothing() -> None:
    """Of that policy alone; it can be given again."""
    both = (answer(1, BAD, LATER), waived(BAD), waived(LATER))
    assert audited(*both, taken_back(BAD)).open == [BAD]
    assert audited(*both, taken_back(BAD), waived(BAD)).open == []
    assert audited(*both, taken_back(open_policy("p-9"))).open == []


def test_an_answer_is_no_deed_of_a_person() -> None:
    """Whoever is on duty stays so, and the clock of 'no news' goes on."""
    incident = after(DECLARED, ASKED)
    (fact,) = told(answer(2))
    assert fact.actor == ONE
    later = after(DECLARED, ASKED, answer(2), no_answer(2))
    assert later.last_action_at == incident.last_action_at


def test_what_is_no_audit_changes_nothing() -> None:
    """Whoever hands over another fact by mistake gets back what there was."""
    (fact,) = told(DECLARED)
    assert evolve_audited(Audited(), fact) == Audited()


@pytest.mark.parametrize(
    ("events", "result"),
    [
        ((ASKED,), ""),
        ((ASKED, no_answer(2)), "failed"),
        ((ASKED, answer(2)), "unknown"),
        ((ASKED, answer(2), examined()), "exact"),
        ((ASKED, answer(2), examined("yn")), "wrong"),
        ((ASKED, answer(2), examined(foreign=("x",))), "wrong"),
        ((ASKED, answer(2), examined("?", unsure="Not read.")), "unknown"),
        ((ASKED, answer(2), examined("?", group="")), "unknown"),
        ((ASKED, answer(2), examined(), ASKED, answer(5)), "unknown"),
        ((ASKED, answer(2), examined(), ASKED, no_answer(5)), "failed"),
    ],
)
def test_what_is_known_of_the_members_is_one_word(events: tuple[e.Event, ...], result: str) -> None:
    """Of the newest attempt: an older reading says nothing of the group as it is."""
    assert audited(*events).members_result == result


def test_the_last_reading_that_knew_the_group_is_remembered() -> None:
    """It is the evidence until another one knows more."""
    known = examined("yn")
    after_both = audited(ASKED, answer(2), known, answer(2), examined("?", unsure="Not read."))
    assert after_both.group_read is not None
    assert (after_both.group_read.fact, after_both.group_read.number) == (known, 4)
    assert after_both.examined is not None
    assert after_both.examined.number == 6


def test_nobody_acts_by_an_answer() -> None:
    """The machine that examined is not the one who did something last."""
    before = after(DECLARED, ASKED, answer(2))
    assert after(DECLARED, ASKED, answer(2), examined()).last_action_at == before.last_action_at
