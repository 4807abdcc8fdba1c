"""`proof`: passed or failed, each with its evidence; a failure opens the repair."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.drill import parts_of
from bot.core.events import EvidenceRecorded, ObligationOpened, ObligationSettled
from bot.core.organisation import Organisation
from bot.core.view import Button, Item, Press, Prove, Small
from bot.playbook.library import Library
from bot.playbook.model import ProofStep
from tests.playbook.drilling import drill_walk, evidence, proofs, record, record_all
from tests.playbook.shipped import EXAMPLE, LIBRARY
from tests.playbook.walking import Walk


def at_sign_in() -> Walk:
    """A drill at its third part, with two accounts."""
    walk = drill_walk()
    walk.press("They know; the keys are here")
    record_all(walk)
    record_all(walk)
    assert walk.step == "sign-in"
    return walk


def test_each_account_has_its_own_line_and_form() -> None:
    """The first one without evidence carries the one primary button."""
    walk = at_sign_in()
    first, second = proofs(walk)
    assert (first.style, second.style) == ("primary", "default")
    assert first.form is not None
    assert first.form.title.startswith("DRILL")
    assert first.form.intro.startswith("DRILL")
    assert "emergency-1@example.onmicrosoft.com" in first.form.intro
    assert first.form.fields[0].required
    assert not any(field.required for field in first.form.fields[1:])


def test_evidence_is_a_fact_with_the_words_of_its_questions() -> None:
    """A report years later needs no playbook to read it."""
    walk = at_sign_in()
    (proof,) = record(walk, proofs(walk)[0])
    assert isinstance(proof, EvidenceRecorded)
    assert (proof.part, proof.result, proof.wanted) == ("sign-in", "passed", 2)
    assert proof.label == "emergency-1@example.onmicrosoft.com"
    assert [one.label for one in proof.given][:2] == [
        "Signed in at",
        "Sign-in event (request ID), or how it was proved",
    ]
    assert proof.given[0].text == "2026-11-22T03:00:00.000000Z"


def test_a_recorded_line_sinks_and_says_how_it_went_and_by_whom() -> None:
    """What is still to do stands above."""
    walk = at_sign_in()
    record(walk, proofs(walk)[0])
    items = [block for block in walk.blocks if isinstance(block, Item)]
    assert "emergency-2" in items[0].text
    assert "**PASSED** (On-call engineer" in items[1].text
    assert items[1].done
    assert any(isinstance(b, Small) and "1 of 2 recorded" in b.text for b in walk.blocks)
    assert [button.label for button in proofs(walk)] == ["Record …", "Record again …"]


def test_a_pass_needs_its_evidence_and_a_failure_some_words() -> None:
    """A result alone proves nothing; a sign-in that failed has no event."""
    walk = at_sign_in()
    action = proofs(walk)[0].action
    assert walk.refused(action, values={"result": "passed"}).field == "signed_in_at"
    assert walk.refused(action, values={"result": "failed"}).field == "noted"
    assert walk.refused(action, values={}).field == "result"
    assert walk.refused(action, values={"result": "maybe"}).field == "result"
    walk.do(action, values={"result": "failed", "noted": "AADSTS53003"})


def test_nobody_signed_in_tomorrow() -> None:
    """A slip of the finger in the day would make evidence worthless."""
    walk = at_sign_in()
    button = proofs(walk)[0]
    assert button.form is not None
    answers = {**evidence(button.form), "signed_in_at": "2026-11-23T03:00:00Z"}
    assert walk.refused(button.action, values=answers).field == "signed_in_at"


def test_no_secret_gets_onto_the_timeline() -> None:
    """Where a key is kept, never what opens it."""
    walk = at_sign_in()
    button = proofs(walk)[0]
    assert button.form is not None
    answers = {**evidence(button.form), "key_checked": "password: hunter2-Long-Enough-9"}
    refusal = walk.refused(button.action, values=answers)
    assert refusal.field == "key_checked"


def test_the_first_failure_opens_the_repair_with_its_day_and_the_second_does_not() -> None:
    """One thing to do, however many accounts it is about."""
    walk = at_sign_in()
    first, second = proofs(walk)
    _, opened = record(walk, first, "failed")
    assert isinstance(opened, ObligationOpened)
    assert opened.obligation == "repair-sign-in"
    assert opened.due_at == walk.now - timedelta(minutes=1) + timedelta(days=2)
    assert len(record(walk, second, "failed")) == 1


def test_the_repair_is_settled_by_the_evidence_that_leaves_no_failure() -> None:
    """And only by that one: one account of two is not enough."""
    walk = at_sign_in()
    for button in proofs(walk):
        record(walk, button, "failed")
    assert len(record(walk, proofs(walk)[0])) == 1
    failed = next(b for b, item in _items(walk) if "FAILED" in item.text)
    settled = record(walk, failed)[-1]
    assert isinstance(settled, ObligationSettled)
    assert walk.incident.open_obligations == []
    part = next(part for part in parts_of(walk.incident) if part.part == "sign-in")
    assert part.status == "passed"
    assert {proof.failed_before for proof in part.proofs} == {1}


def _items(walk: Walk) -> list[tuple[Button, Item]]:
    return [
        (block.button, block)
        for block in walk.blocks
        if isinstance(block, Item) and block.button is not None
    ]


def test_the_step_is_left_when_all_is_recorded_or_by_another_way_out() -> None:
    """Failed is an answer; nothing is none."""
    walk = at_sign_in()
    done = Press(
        incident=walk.incident.id, playbook="entra-drill", step="sign-in", visit=1, button="done"
    )
    assert "Not everything is recorded" in walk.refused(done).reason
    record(walk, proofs(walk)[0], "failed")
    assert "1 of 2" in walk.refused(done).hint
    record(walk, proofs(walk)[0], "failed")
    walk.press("All recorded")
    assert walk.step == "alert"
    walk.press("Leave this part unproved")
    assert walk.step == "care"


def test_with_fewer_accounts_than_needed_the_part_is_not_proved() -> None:
    """The list says so, and the walk goes on."""
    walk = drill_walk(organisation=_with_one_account())
    walk.press("They know; the keys are here")
    record_all(walk)
    record_all(walk)
    record(walk, proofs(walk)[0])
    words = [block.text for block in walk.blocks if isinstance(block, Small)]
    assert any("At least 2 are needed" in text for text in words)
    walk.press("All recorded")
    part = next(part for part in parts_of(walk.incident) if part.part == "sign-in")
    assert part.status == "not proved"


def _with_one_account() -> Organisation:
    tenants = tuple(
        tenant.model_copy(update={"emergency_accounts": tenant.emergency_accounts[:1]})
        for tenant in EXAMPLE.tenants
    )
    return EXAMPLE.model_copy(update={"tenants": tenants})


def test_without_a_repair_a_failure_is_only_recorded() -> None:
    """An author may leave the repair to somebody else."""
    drill = LIBRARY.drill("entra")
    assert drill is not None
    steps = tuple(
        step.model_copy(update={"repair": None}) if isinstance(step, ProofStep) else step
        for step in drill.steps
    )
    walk = drill_walk()
    changed = drill.model_copy(update={"steps": steps})
    walk.library = Library({**LIBRARY.playbooks, drill.id: changed})
    walk.press("They know; the keys are here")
    assert len(record(walk, proofs(walk)[0], "failed")) == 1


@pytest.mark.parametrize("item", ["nobody", ""])
def test_evidence_for_what_is_not_on_the_list_is_refused(item: str) -> None:
    """An old card, or a forged button."""
    walk = at_sign_in()
    act = Prove(incident=walk.incident.id, playbook="entra-drill", step="sign-in", item=item)
    assert "not on the list" in walk.refused(act, values={"result": "failed"}).reason


def test_evidence_for_a_step_that_was_left_is_refused() -> None:
    """The walk has moved on."""
    walk = at_sign_in()
    button = proofs(walk)[0]
    walk.press("Go on with what is recorded")
    assert "moved on" in walk.refused(button.action, values={"result": "failed"}).reason


def test_a_stranger_records_nothing() -> None:
    """Evidence is of somebody who is listed."""
    walk = at_sign_in()
    walk.refused(proofs(walk)[0].action, "stranger", {"result": "failed", "noted": "x"})
