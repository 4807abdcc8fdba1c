"""What was read at the provider, as evidence that an auditor can read."""

from __future__ import annotations

from bot.core import events as e
from bot.core.drill_readings import NAMED, Reading, reading_of, verdicts_told
from tests.core.audits import answer, examined, open_policy, waived
from tests.core.script import DECLARED, after


def reading(part: str, *events: e.Event) -> Reading:
    """Of one part, after these facts."""
    found = reading_of(after(DECLARED, *events).audited, part)
    assert found is not None
    return found


def told(found: Reading) -> dict[str, str]:
    """Label → text."""
    return {one.label: one.text for one in found.given}


def test_a_clean_audit_says_when_how_and_each_account_in_numbers() -> None:
    """The moment is kept as a moment, so that it is shown in the reader's time zone."""
    found = reading("policies", answer(2), examined())
    assert (found.result, found.number) == ("passed", 2)
    assert found.label == "42 policies audited for 2 accounts"
    assert told(found) == {
        "Read": "2026-11-22T03:00:00.000000Z",
        "Source": "read at the provider for this drill",
        "emergency-1": "42 excluded",
        "emergency-2": "42 excluded",
    }


def test_numbers_of_another_audit_are_not_taken_for_this_one() -> None:
    """Then those of all accounts together stand there."""
    found = told(reading("policies", examined(asked=2), answer(5, live=False)))
    assert found["Verdicts"] == "84 excluded"
    assert found["Source"] == "a snapshot that was kept before"
    assert "emergency-1" not in found


def test_what_is_open_is_named_as_far_as_a_page_has_room() -> None:
    """The rest is counted; what could not be read is said."""
    many = [open_policy(f"CA{number}") for number in range(NAMED + 2)]
    found = reading("policies", answer(2, *many, left_out=3, counts={"unread": 1, "blocking": 6}))
    assert found.result == "failed"
    assert told(found)["Open"].endswith("Policy CA3 (blocking), 5 more")
    assert told(found)["Not read"] == "1 part"
    only_left_out = reading("policies", answer(2, left_out=3))
    assert told(only_left_out)["Open"] == "3 more"


def test_a_waiver_is_named_with_who_and_why() -> None:
    """An auditor asks about it first."""
    bad = open_policy("CA001", policy_name="")
    found = reading("policies", answer(2, bad), waived(bad, "Goes next week"))
    assert found.result == "passed"
    (waiver,) = [one for one in found.given if one.label.startswith("Waived by ")]
    assert waiver.text == "CA001 (blocking): Goes next week"
    assert "Open" not in told(found)


def test_members_are_told_one_by_one_and_strangers_after_them() -> None:
    """Missing and foreign both fail; as many strangers as a page has room for."""
    strangers = tuple(f"x{number}" for number in range(NAMED + 1))
    found = reading("membership", examined("yn", foreign=strangers, more_foreign=2))
    assert found.result == "failed"
    assert told(found)["emergency-1"] == "in the group"
    assert told(found)["emergency-2"] == "NOT in the group"
    assert told(found)["Foreign members"] == "x0, x1, x2, x3, 3 more"
    exact = reading("membership", examined())
    assert exact.result == "passed"
    assert told(exact)["Foreign members"] == "none"


def test_nothing_read_is_no_evidence() -> None:
    """And a part that nothing can be read of has none ever."""
    nothing = after(DECLARED).audited
    assert reading_of(nothing, "policies") is None
    assert reading_of(nothing, "membership") is None
    whole = after(DECLARED, answer(2), examined()).audited
    assert reading_of(whole, "sign-in") is None


def test_verdicts_are_told_worst_first_and_nothing_is_told_in_words() -> None:
    """Whatever their order was."""
    counts = {"not_in_scope": 1, "excluded": 2, "pending": 3, "blocking": 4}
    assert verdicts_told(counts) == "4 blocking, 3 pending, 2 excluded, 1 not in scope"
    assert verdicts_told({}) == "no policy"
