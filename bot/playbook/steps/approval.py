"""`approval`: two different authorised people agree. One asks, another approves."""

from __future__ import annotations

from bot.core.errors import AlreadyRecorded, Refused
from bot.core.events import ApprovalAsked, ApprovalDeclined, ApprovalGiven
from bot.core.view import Act, Approve, Block, Button, Buttons, Small, Text
from bot.playbook.model import ApprovalStep, Consequences
from bot.playbook.situation import Doer, Situation
from bot.playbook.steps.parts import Outcome, Values, accept_button, show_buttons, show_text


def show(step: ApprovalStep, situation: Situation) -> list[Block]:
    """Before: who may ask. After: who asked, and the second person's buttons."""
    pending = situation.incident.approval
    if pending is None:
        ask = _button("Ask for a second person", step, situation, "ask", "primary")
        return [*show_text(step, situation), *show_buttons(step, situation, usual=ask)]
    who = " or ".join(step.approvers)
    return [
        *show_text(step, situation),
        Text(f"**{pending.asked_by.name}** asks: {pending.what}"),
        Small(f"A second person ({who}) must agree. {pending.asked_by.name} cannot."),
        Buttons(
            (
                _button("Approve", step, situation, "give", "primary"),
                _button("Decline", step, situation, "decline", "danger"),
            )
        ),
    ]


def _button(
    label: str, step: ApprovalStep, situation: Situation, verdict: str, style: str
) -> Button:
    position = situation.incident.position
    action = Approve.model_validate(
        {
            "incident": situation.incident.id,
            "playbook": position.playbook if position else "",
            "step": step.id,
            "visit": position.visit if position else 0,
            "verdict": verdict,
        }
    )
    return Button(label, action, style="primary" if style == "primary" else "danger")


def accept(
    step: ApprovalStep, situation: Situation, act: Act, _values: Values, doer: Doer
) -> Outcome:
    """Ask, agree or decline. Errors: Refused for the same person, or without the role."""
    if not isinstance(act, Approve):
        return accept_button(step, situation, act)[1]
    if act.verdict == "ask":
        return _ask(step, situation, act, doer)
    pending = situation.incident.approval
    if pending is None:
        raise Refused("Nobody has asked yet", "Press 'Ask for a second person' first")
    what = pending.what
    same = situation.organisation.same_person(pending.asked_by.id, doer.actor.id)
    if act.verdict == "decline":
        if not same:
            doer.must_be(step.approvers, "decline")
        declined = ApprovalDeclined(playbook=act.playbook, step=step.id, what=what)
        return Outcome("Declined", act.verdict, Consequences(to=step.declined), events=(declined,))
    if same:
        raise Refused(
            "You asked, so you cannot approve",
            "Two different people must agree. Call another approver",
        )
    doer.must_be(step.approvers, "approve")
    given = ApprovalGiven(
        playbook=act.playbook, step=step.id, what=what, asked_by=pending.asked_by.name
    )
    return Outcome("Approved", act.verdict, step, dict(step.sets), (given,))


def _ask(step: ApprovalStep, situation: Situation, act: Approve, doer: Doer) -> Outcome:
    if situation.incident.approval is not None:
        raise AlreadyRecorded("Already asked; a second person must agree now")
    doer.must_be(step.roles, "ask")
    asked = ApprovalAsked(
        playbook=act.playbook, step=step.id, visit=act.visit, what=situation.text(step.what)
    )
    return Outcome("Asked for a second person", events=(asked,))
