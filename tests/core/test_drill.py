"""A drill is the fold of its facts, and never an incident."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import events as e
from bot.core.drill import CARE_NAME, PARTS, parts_of, result_of, status_line
from bot.core.foreseeing import expect
from bot.core.incident import Incident, fold
from bot.core.wording import words_of_state
from tests.core.audits import ASKED, answer, examined, no_answer, open_policy, waived
from tests.exports.drill_example import DAY, ID, drill, drill_facts, proof
from tests.exports.example import example


def proved(*proofs: e.Event) -> Incident:
    """A drill with this evidence only."""
    begun, actor = DAY[0][2], DAY[0][1]
    return expect(Incident(ID), [begun, *proofs], actor, drill_facts()[0].occurred_at)


def test_a_drill_knows_that_it_is_one() -> None:
    """Tenant and provider stand where the walk looks for them; nothing else was declared."""
    incident, _ = drill()
    assert incident.drill
    assert incident.declared is not None
    assert (incident.declared.tenant, incident.declared.provider) == ("entra-example", "entra")
    assert incident.declared.policy_name == ""
    assert incident.declared_by == DAY[0][1]
    assert not example()[0].drill


def test_its_end_closes_it_and_leaves_what_is_to_repair() -> None:
    """An obligation of an incident blocks the close; of a drill it outlives the end."""
    incident, _ = drill()
    assert incident.closed_at is not None
    assert incident.position is None
    assert [item.id for item in incident.open_obligations] == ["repair-policies"]
    assert words_of_state(incident) == "Finished, FAILED"
    assert words_of_state(drill(5)[0]) == "Under way"


def test_an_older_release_that_knows_no_drill_finds_no_incident_in_it() -> None:
    """To it, the first fact is of an unknown kind, and nothing was declared."""
    facts = drill_facts()
    of_drills = {"DrillBegun", "EvidenceRecorded", "DrillFinished"}
    older = [
        replace(fact, kind=f"Later{fact.kind}") if fact.kind in of_drills else fact
        for fact in facts
    ]
    incident = fold(ID, older)
    assert incident.declared is None
    assert incident.version == len(facts)


def test_the_newest_evidence_counts_and_failures_before_it_are_remembered() -> None:
    """A second attempt may pass; that there was a first is not forgotten."""
    incident, _ = drill()
    first = incident.evidence["sign-in", "emergency-1@example.onmicrosoft.com"]
    assert (first.fact.result, first.failed_before) == ("passed", 1)
    assert [(part.part, part.status) for part in parts_of(incident)] == [
        ("membership", "passed"),
        ("policies", "failed"),
        ("sign-in", "passed"),
        ("alert", "passed"),
    ]
    assert result_of(incident) == "failed"


def test_a_part_passes_only_when_everything_wanted_passed() -> None:
    """One account of two proves one account."""
    one = proved(proof("sign-in", "emergency-1", "passed", 2))
    part = next(part for part in parts_of(one) if part.part == "sign-in")
    assert part.status == "not proved"
    assert status_line(part).endswith("NOT PROVED (1 of 2 recorded)")
    both = proved(*(proof("sign-in", name, "passed", 2) for name in ("a", "b")))
    assert next(p for p in parts_of(both) if p.part == "sign-in").status == "passed"


def test_a_drill_passes_with_all_four_parts_and_no_less() -> None:
    """Nothing proved is a failure, and so is one part left out."""
    four = [proof(part, part, "passed") for part in PARTS]
    assert result_of(proved(*four)) == "passed"
    for left_out in range(4):
        rest = four[:left_out] + four[left_out + 1 :]
        assert result_of(proved(*rest)) == "failed"
    assert result_of(proved()) == "failed"


def test_the_care_is_no_fifth_part_but_can_fail_the_drill() -> None:
    """A playbook need not ask for it; what was asked and failed is not overlooked."""
    four = [proof(part, part, "passed") for part in PARTS]
    cared = proved(*four, proof("care", "keys", "failed"))
    assert parts_of(cared)[-1].name == CARE_NAME
    assert result_of(cared) == "failed"


BAD = open_policy("CA001")
BY_HAND = {
    (part, result): proof(part, "by hand", result)
    for part in ("membership", "policies")
    for result in ("passed", "failed")
}


@pytest.mark.parametrize(
    ("events", "membership", "policies"),
    [
        ((ASKED,), "not proved", "not proved"),
        ((ASKED, no_answer(2)), "not proved", "not proved"),
        ((ASKED, answer(2), examined()), "passed", "passed"),
        ((answer(2, BAD), examined("yn")), "failed", "failed"),
        ((answer(2, left_out=1), examined(foreign=("x",))), "failed", "failed"),
        ((answer(2, BAD), waived(BAD)), "not proved", "passed"),
        ((answer(2, BAD), answer(2)), "not proved", "passed"),
        ((answer(2), examined("?", unsure="Not read.")), "not proved", "passed"),
        # A word by hand after a reading counts instead of it, whatever it says.
        ((answer(2, BAD, live=False), BY_HAND["policies", "passed"]), "not proved", "passed"),
        ((answer(2), BY_HAND["policies", "failed"]), "not proved", "failed"),
        # A reading after it does not make a failure unsaid, and can be one itself.
        ((BY_HAND["membership", "failed"], answer(2), examined()), "failed", "passed"),
        ((BY_HAND["membership", "passed"], examined("yn")), "failed", "not proved"),
        ((BY_HAND["policies", "passed"], answer(2, BAD)), "not proved", "failed"),
    ],
)
def test_two_parts_stand_on_what_was_read(
    events: tuple[e.Event, ...], membership: str, policies: str
) -> None:
    """Without anybody's tick; passed only when nothing is open that nobody waived."""
    statuses = {part.part: part.status for part in parts_of(proved(*events))}
    assert (statuses["membership"], statuses["policies"]) == (membership, policies)
    assert statuses["alert"] == "not proved"


_ANY = st.sampled_from(
    [
        ASKED,
        answer(2),
        answer(3, BAD),
        answer(3, BAD, live=False),
        waived(BAD),
        no_answer(4),
        examined(),
        examined("yn"),
        examined("?", unsure="Not read."),
        *BY_HAND.values(),
    ]
)


@given(st.lists(_ANY, max_size=12))
def test_whatever_was_read_the_fold_holds_and_a_failure_that_counts_fails(
    events: list[e.Event],
) -> None:
    """In any order: nothing open is ever called passed, and nothing is proved by nothing."""
    incident = proved(*events)
    for part in parts_of(incident):
        results = [one.fact.result for one in part.proofs]
        results += [part.read.result] if part.read else []
        assert (part.status == "failed") == ("failed" in results)
        assert (part.status == "not proved") == (not results)
