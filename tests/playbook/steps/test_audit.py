"""`audit`: what still locks the emergency accounts out, and the way on once nothing does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core import events as e
from bot.core.errors import AlreadyRecorded, Refused
from bot.core.findings import CommandText, OpenPolicy
from bot.core.timeline import Actor
from bot.core.view import Copyable, Item, Press, Small, Text, WaivePolicy
from bot.playbook.model import AuditStep
from bot.playbook.steps import audit
from tests.core.audits import answer, correction, no_answer, open_policy
from tests.playbook.small import account, library_of, small_walk
from tests.playbook.walking import START, Walk, primary_buttons

BOT = Actor("bot:lockout", "Lockout")
LIBRARY = library_of("""
id: x
title: X
start: audit
steps:
  - id: audit
    kind: audit
    title: Which policy still locks them out?
    text: For {{ tenant }}.
    sets: {audited: true}
    to: end
    buttons:
      - {id: by-hand, label: By hand, when: "audit_result in ('failed', 'old')", to: end}
""")
ACCOUNTS = [account(1), account(2)]
BAD = open_policy("p-1", "blocking", correction())


def at_audit() -> Walk:
    """Nothing was asked yet."""
    walk = small_walk("x", library=LIBRARY, tenant={"emergency_accounts": ACCOUNTS})
    walk.can_audit = True
    return walk


def answered(*findings: OpenPolicy, **changes: object) -> Walk:
    """Asked, and answered with these policies open."""
    walk = at_audit()
    walk.press("Audit")
    asked = walk.incident.audited.asked
    assert asked is not None
    walk.record([answer(asked.number, *findings, **{"taken_at": walk.now, **changes})], BOT)
    return walk


def labels(walk: Walk) -> list[str]:
    """The buttons of the step that move something."""
    return [
        button.label
        for button in walk.card.buttons()
        if button.action.do in {"press", "waive_policy"}
    ]


def primary(walk: Walk) -> list[str]:
    """What the card offers as the next step."""
    return [button.label for button in primary_buttons(walk.card)]


def words(walk: Walk) -> str:
    """Everything that is read in the step."""
    return "\n".join(
        block.text for block in walk.blocks if isinstance(block, Text | Small | Item | Copyable)
    )


def waiver(walk: Walk, policy: str = "p-1") -> WaivePolicy:
    """The press behind 'Waive …'."""
    return WaivePolicy(
        incident=walk.incident.id,
        playbook="x",
        step="audit",
        policy=policy,
        audit=walk.incident.audited.number,
    )


def done(walk: Walk) -> Press:
    """The press behind the way on, whether it is shown or not."""
    return Press(incident=walk.incident.id, playbook="x", step="audit", visit=1, button="done")


def test_before_the_first_audit_there_is_one_thing_to_press() -> None:
    """It leaves the fact that somebody asked, and the walk stays."""
    walk = at_audit()
    assert labels(walk) == primary(walk) == ["Audit"]
    assert "Not audited yet" in words(walk)
    assert walk.press("Audit") == [e.AuditAsked(playbook="x", step="audit", tenant="entra-example")]
    assert walk.step == "audit"


def test_while_an_answer_is_on_its_way_nobody_asks_twice() -> None:
    """The press of whoever did not see it is told who asked."""
    walk = at_audit()
    walk.press("Audit")
    assert primary(walk) == []
    refusal = walk.refused(walk.button("Audit again").action, "lead")
    assert isinstance(refusal, AlreadyRecorded)
    assert refusal.reason.startswith("Already asked by On-call engineer at 2026-11-22 03:06 UTC")


def test_a_question_that_nobody_answers_can_be_put_again() -> None:
    """After some minutes, and that is said."""
    walk = at_audit()
    walk.press("Audit")
    walk.now += timedelta(minutes=6)
    assert primary(walk) == ["Audit again"]
    assert "No answer came" in words(walk)
    walk.press("Audit again")
    assert "No answer came" not in words(walk)


def test_a_clean_audit_is_the_way_on() -> None:
    """One press, and what the step sets is set."""
    walk = answered()
    assert primary(walk) == labels(walk) == ["All are clean: go on"]
    assert "42 policies, 2 accounts: none locks anybody out." in words(walk)
    walk.press("All are clean: go on")
    assert (walk.step, walk.incident.values) == ("", {"audited": True})


def test_an_open_policy_is_shown_with_its_reason_its_change_and_its_commands() -> None:
    """By the names that people know, with what they must paste."""
    edit = correction(
        commands=(CommandText(title="Replace it", text="run p-1.json"),),
        file="p-1.json",
        content='{"corrected": 1}',
        warnings=("Terraform owns it",),
    )
    known = open_policy("p-1", "blocking", edit).model_copy(
        update={
            "standings": (
                BAD.standings[0].model_copy(update={"account": ACCOUNTS[0]["object_id"]}),
                BAD.standings[0].model_copy(update={"account": ACCOUNTS[1]["object_id"]}),
            )
        }
    )
    walk = answered(known)
    (line,) = [block for block in walk.blocks if isinstance(block, Item)]
    assert line.text == ("**Policy p-1**\n**locks out** bg1@example.com, bg2@example.com. By p-1.")
    assert [(one.title, one.text) for one in walk.blocks if isinstance(one, Copyable)] == [
        ("The change", "+ the group"),
        ("Save this as p-1.json", '{"corrected": 1}'),
        ("Replace it", "run p-1.json"),
    ]
    assert "Terraform owns it" in words(walk)
    assert primary(walk) == ["Audit again"]


def test_while_a_policy_is_open_nobody_goes_on() -> None:
    """And the refusal names what is open."""
    many = [open_policy(f"p-{number}", "pending") for number in range(5)]
    refusal = answered(BAD, *many, left_out=2).refused(done(at_audit()))
    assert refusal.reason == "Still open: Policy p-1, Policy p-0, Policy p-1 and 5 more"
    assert "audit again" in refusal.hint
    assert at_audit().refused(done(at_audit())).reason == "There is no audit yet that says so"


def test_what_is_left_out_is_open_too() -> None:
    """However good what is shown looks."""
    walk = answered(left_out=7)
    assert primary(walk) == ["Audit again"]
    assert "7 policies more; the rest is in the file of corrections." in words(walk)
    assert walk.refused(done(walk)).reason == "Still open: 7 policies"


def test_the_next_audit_shows_what_was_corrected() -> None:
    """Asked again, answered clean, and on."""
    walk = answered(BAD)
    walk.press("Audit again")
    asked = walk.incident.audited.asked
    assert asked is not None
    walk.record([answer(asked.number, taken_at=walk.now)], BOT)
    walk.press("All are clean: go on")
    assert walk.step == ""


def test_an_approver_may_waive_a_policy_with_a_reason() -> None:
    """Then it blocks no more, and it is said who said so."""
    walk = answered(BAD)
    button = walk.button("Waive …")
    assert button.form is not None
    assert button.form.intro == "Policy p-1\nlocks out account-1. By p-1."
    events = walk.do(button.action, "lead", {"reason": " Not ours to change "})
    assert events == [
        e.PolicyWaived(
            playbook="x",
            step="audit",
            policy_id="p-1",
            policy_name="Policy p-1",
            verdict="blocking",
            reason="Not ours to change",
            standings=BAD.standings,
        )
    ]
    assert "Waived by Head of security: Policy p-1 (Not ours to change)" in words(walk)
    assert " 1 waived." in words(walk)
    assert primary(walk) == ["All are clean: go on"]
    again = walk.refused(waiver(walk), "lead", {"reason": "Again"})
    assert again.reason == "Already waived by Head of security: Not ours to change"


@pytest.mark.parametrize(
    ("by", "reason", "said"),
    [
        ("oncall", "I think so", "Only approver may do this"),
        ("stranger", "I think so", "Only "),
        ("lead", "  ", "A waiver needs a reason"),
        ("lead", "x" * 1_001, "The reason is too long"),
        ("lead", "ghp_" + "a1B2" * 9, "The reason looks like it contains a"),
    ],
)
def test_a_waiver_is_refused(by: str, reason: str, said: str) -> None:
    """Without the role, without a reason, with a credential in it."""
    walk = answered(BAD)
    assert said in walk.refused(waiver(walk), by, {"reason": reason}).reason


def test_only_what_the_newest_audit_finds_open_can_be_waived() -> None:
    """Nothing before the first audit; and nothing on a card that has moved on."""
    reason = {"reason": "Not ours"}
    walk = answered(BAD)
    assert "does not find" in walk.refused(waiver(walk, "p-9"), "lead", reason).reason
    assert "does not find" in at_audit().refused(waiver(walk), "lead", reason).reason
    walk.do(waiver(walk), "lead", reason)
    walk.press("All are clean: go on")
    assert "moved on" in walk.refused(waiver(walk), "lead", reason).reason


def test_a_waiver_is_of_the_audit_that_was_seen() -> None:
    """Whoever wrote the reason while a newer answer came must look at that one first."""
    walk = answered(BAD)
    seen = waiver(walk)
    worse = BAD.standings[0].model_copy(update={"account": "account-2"})
    wider = BAD.model_copy(update={"standings": (*BAD.standings, worse)})
    walk.record([answer(9, wider, taken_at=walk.now)], BOT)
    for late in (seen, seen.model_copy(update={"audit": 0})):
        refusal = walk.refused(late, "lead", {"reason": "Not ours"})
        assert refusal.reason == "There is a newer audit than the one you saw"


def test_it_is_said_why_a_waived_policy_is_open_again() -> None:
    """Who waived less, and for whom that is; it can be waived as it is now."""
    walk = answered(BAD)
    walk.do(waiver(walk), "lead", {"reason": "Not ours"})
    other = BAD.standings[0].model_copy(update={"account": "account-2"})
    walk.record([answer(9, BAD.model_copy(update={"standings": (*BAD.standings, other)}))], BOT)
    assert "Head of security waived less than this: it is new or worse for account-2." in words(
        walk
    )
    assert primary(walk) == ["Audit again"]
    walk.do(waiver(walk), "lead", {"reason": "Nor this"})
    assert "Waived by Head of security: Policy p-1 (Nor this)" in words(walk)


def test_an_approver_may_take_a_waiver_back() -> None:
    """Then the policy is open as before; who took it back is on the timeline."""
    walk = answered(BAD)
    walk.do(waiver(walk), "lead", {"reason": "Not ours"})
    button = walk.button("Take back: Policy p-1")
    assert button.confirm
    assert button.form is None
    assert "Only approver may do this" in walk.refused(button.action).reason
    assert walk.do(button.action, "lead") == [
        e.WaiverTakenBack(playbook="x", step="audit", policy_id="p-1", policy_name="Policy p-1")
    ]
    assert labels(walk) == ["Audit again", "Waive …"]
    assert "Waived by" not in words(walk)
    assert walk.refused(button.action, "lead").reason == "This policy is not waived"
    assert walk.refused(done(walk)).reason == "Still open: Policy p-1"


def test_a_failed_audit_says_why_and_opens_the_way_by_hand() -> None:
    """Nobody is caught where no provider answers."""
    walk = at_audit()
    walk.press("Audit")
    asked = walk.incident.audited.asked
    assert asked is not None
    walk.record([no_answer(asked.number, "It refuses", "Sign in again")], BOT)
    assert "**The audit failed.** It refuses. Sign in again." in words(walk)
    assert primary(walk) == ["Audit again"]
    assert "no audit yet" in walk.refused(done(walk)).reason
    walk.press("By hand")
    assert walk.step == ""


def test_what_was_read_earlier_is_said_to_be_old() -> None:
    """Why it was used, how old it is, and that a correction does not show in it."""
    walk = answered(BAD, live=False, instead="Microsoft is away", taken_at=START)
    assert "**An older snapshot was used.** Microsoft is away" in words(walk)
    assert "shows only when the policies are read again" in words(walk)
    assert "`lockout snapshot entra-example exported/`, then audit again." in words(walk)
    assert labels(walk) == ["Audit again", "By hand", "Waive …"]
    walk.now += timedelta(hours=24)
    assert "**This is old.**" in words(walk)


def test_how_long_it_is_not_old_the_organisation_says() -> None:
    """As for the form, and for readiness."""
    walk = answered(BAD, taken_at=START)
    walk.now = START + timedelta(hours=2)
    assert "This is old" not in words(walk)
    walk.says_of_snapshots(stale_after="1h")
    assert "**This is old.**" in words(walk)
    walk.says_of_snapshots(stale_after="3d")
    walk.now = START + timedelta(hours=72)
    assert "This is old" not in words(walk)


def test_the_correction_of_the_worst_is_on_the_card_and_all_are_in_the_file() -> None:
    """It is what somebody does next; what is left out is counted, and named as what it is."""
    long = correction(diff="+" * (audit.LONGEST_DIFF + 1))
    walk = answered(open_policy("p-0", "blocking", long), open_policy("p-1", "pending", long))
    assert [one.text for one in walk.blocks if isinstance(one, Copyable)] == ["fix it"]
    assert "Too long for here; the rest is in the file of corrections." in words(walk)
    assert "The corrections of all of them are in the file of corrections." in words(walk)
    many = answered(*(open_policy(f"p-{number}") for number in range(11)))
    assert "3 policies more; the rest is in the file of corrections." in words(many)
    assert "Too long" not in words(answered(BAD))
    large = answered(
        open_policy("p-1", "blocking", correction(file="p.json", content="x" * audit.LONGEST_RUN))
    )
    assert [one.text for one in large.blocks if isinstance(one, Copyable)] == ["+ the group"]
    assert "Too long for here" in words(large)


def test_accounts_for_which_the_same_holds_are_told_together() -> None:
    """Also where the reason names each of them."""
    alike = [
        BAD.standings[0].model_copy(update={"account": f"user:{name}", "reason": f"Denies {name}."})
        for name in ("one@example.com", "two@example.com", "one@example.com")
    ]
    other = BAD.standings[0].model_copy(update={"account": "three", "verdict": "unknown"})
    walk = answered(BAD.model_copy(update={"standings": (*alike, other)}))
    assert (
        "**locks out** user:one@example.com, user:two@example.com. Denies one@example.com.\n"
        "**cannot be judged** for three. By p-1."
    ) in words(walk)


def test_another_button_of_another_step_is_refused() -> None:
    """As everywhere."""
    walk = at_audit()
    press = done(walk).model_copy(update={"button": "by-hand"})
    assert "does not belong" in walk.refused(press).reason


def test_a_walk_knows_whether_there_is_anything_to_audit() -> None:
    """The policies must be at hand, and the emergency accounts known."""
    walk = at_audit()
    assert walk.situation.facts["audit_possible"] == "yes"
    assert not small_walk("x", library=LIBRARY).situation.facts["audit_possible"]
    nobody = small_walk("x", library=LIBRARY, tenant={"emergency_accounts": []})
    nobody.can_audit = True
    assert not nobody.situation.facts["audit_possible"]


def test_it_can_be_looked_at_outside_of_any_walk() -> None:
    """Nothing is asked there."""
    walk = answered(BAD)
    step = LIBRARY.playbooks["x"].step("audit")
    assert isinstance(step, AuditStep)
    walk.record([e.IncidentClosed(summary="")], BOT)
    assert [block for block in audit.show(step, walk.situation) if isinstance(block, Item)]
    with pytest.raises(Refused):
        walk.do(waiver(walk), "lead", {"reason": "Late"})
