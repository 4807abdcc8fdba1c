"""`audit`: which policies would keep the emergency accounts out, and what to do about each.

Pure: a press leaves the fact that somebody asked (`AuditAsked`); who reads the policies and judges
them is a service, and its answer is a fact again (`PoliciesAudited`, `AuditFailed`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from bot.core.audited import Asked, Audited
from bot.core.errors import AlreadyRecorded, Refused
from bot.core.events import (
    AuditAsked,
    AuditFailed,
    PoliciesAudited,
    PolicyWaived,
    WaiverTakenBack,
)
from bot.core.facts import Account, format_moment
from bot.core.findings import Correction, OpenPolicy, Standing
from bot.core.organisation import is_stale
from bot.core.secrets import find_secrets
from bot.core.view import (
    Act,
    Block,
    Button,
    Buttons,
    Clock,
    Clocks,
    Copyable,
    Form,
    FormField,
    Item,
    Press,
    Small,
    Text,
    WaivePolicy,
)
from bot.core.wording import audit_result, counted, plain_line
from bot.playbook.model import AuditStep, MembersStep
from bot.playbook.situation import Doer, Situation
from bot.playbook.steps.parts import (
    Outcome,
    Values,
    accept_button,
    press_of,
    show_buttons,
    show_text,
)

AUDIT, DONE = "audit", "done"
# An answer takes seconds; after this the question may be put again.
PATIENCE = timedelta(minutes=5)
# A card is read on a phone: so many policies, and the correction of the first, which is what
# somebody does next. All others are in the file.
SHOWN, LONGEST_DIFF, LONGEST_RUN = 8, 1_500, 5_000
LONGEST_REASON = 1_000
_WORDS = {
    "blocking": "**locks out**",
    "pending": "**will lock out**, once in force,",
    "unknown": "**cannot be judged** for",
}
_IN_FILE = "the rest is in the file of corrections"


def show(step: AuditStep, situation: Situation) -> list[Block]:
    """What was found, the way on, then each open policy with its correction, the worst first."""
    audited = situation.incident.audited
    return [
        *show_text(step, situation),
        *_state(situation, audited),
        *show_buttons(step, situation, usual=_usual(step, situation)),
        *_policies(step, situation, audited),
        *_waived(step, situation, audited),
    ]


def _usual(step: AuditStep, situation: Situation) -> Button:
    result = situation.incident.audited.result
    return next_press(step, situation, result, "clean", ("Audit", "Audit again"))


def next_press(
    step: AuditStep | MembersStep,
    situation: Situation,
    result: str,
    right: str,
    words: tuple[str, str],
) -> Button:
    """The one next step. While an answer is on its way, nobody has to do anything.

    `words` are those of the question, the first time and again.
    """
    first, again = words
    ask_now = press_of(step, situation, AUDIT)
    if under_way(situation):
        return Button(again, ask_now)
    if result == right:
        return Button(step.done, press_of(step, situation, DONE), style="primary")
    known = result or situation.incident.audited.asked
    return Button(again if known else first, ask_now, style="primary")


def under_way(situation: Situation) -> Asked | None:
    """The question that waits for its answer, as long as that is worth waiting for."""
    asked = situation.incident.audited.asked
    return asked if asked and situation.now - asked.at < PATIENCE else None


def _state(situation: Situation, audited: Audited) -> Iterator[Block]:
    yield from asked_told(situation, "Auditing", "Audit again")
    if audited.failed is not None:
        yield Text(f"**The audit failed.** {failure_told(audited.failed)}")
    if audited.newest is None:
        if audited.asked is None and audited.failed is None:
            yield Text("**Not audited yet.** It takes some seconds and changes nothing there.")
        return
    yield from _newest(situation, audited, audited.newest)


def asked_told(situation: Situation, doing: str, again: str) -> Iterator[Block]:
    """Who asked, and since when; also when no answer came."""
    asked = situation.incident.audited.asked
    if asked is not None:
        yield Clocks((Clock(f"{doing}; {asked.actor.name} asked", asked.at),))
        if not under_way(situation):
            yield Text(f"**No answer came.** {again}.")


def failure_told(failed: AuditFailed) -> str:
    """Why there is no answer, and what to do."""
    return " ".join(
        f"{plain_line(part).rstrip('.')}." for part in (failed.reason, failed.hint) if part
    )


def _newest(situation: Situation, audited: Audited, newest: PoliciesAudited) -> Iterator[Block]:
    policies = counted(newest.policies, "policy", "policies")
    accounts = counted(newest.accounts, "account", "accounts")
    result = audit_result(newest)
    yield Text(f"**{policies}, {accounts}: {result}.**{_mostly_waived(audited)}")
    yield Clocks((Clock("Policies read", newest.taken_at),))
    if newest.instead:
        yield Text(f"**An older snapshot was used.** {plain_line(newest.instead)}")
    if is_stale(situation.organisation, newest.taken_at, situation.now):
        yield Text("**This is old.** A policy may have changed since. Read them again if you can.")
    elif not newest.live and audited.open:
        again = f"`lockout snapshot {newest.tenant} exported/`"
        yield Small(
            "What you correct now shows only when the policies are read again."
            f" From exported files: {again}, then audit again."
        )


def _mostly_waived(audited: Audited) -> str:
    waived = len(audited.newest.findings) - len(audited.open) if audited.newest else 0
    return f" {waived} waived." if waived else ""


def _policies(step: AuditStep, situation: Situation, audited: Audited) -> Iterator[Block]:
    names = _names(situation)
    for number, policy in enumerate(audited.open[:SHOWN]):
        told = _told(policy, names)
        button = _waive_button(step, situation, policy, told.replace("**", ""))
        yield Item(told + _ended(audited, policy, names), done=False, button=button)
        if number == 0:
            yield from (block for one in policy.corrections for block in _correction(one))
    more = len(audited.open[SHOWN:]) + audited.left_out
    if more:
        yield Small(f"{counted(more, 'policy', 'policies')} more; {_IN_FILE}.")
    elif len(audited.open) > 1:
        yield Small("The corrections of all of them are in the file of corrections.")


def _names(situation: Situation) -> dict[str, str]:
    accounts = situation.facts["emergency_accounts"]
    known = accounts if isinstance(accounts, tuple) else ()
    return {one.identifier: one.name for one in known if isinstance(one, Account)}


def _told(policy: OpenPolicy, names: Mapping[str, str]) -> str:
    """Name, then one line for all accounts that stand alike."""
    alike: dict[tuple[str, str], list[Standing]] = {}
    for one in policy.standings:
        alike.setdefault((_WORDS[one.verdict], _reason_of_anybody(one)), []).append(one)
    lines = [f"**{plain_line(policy.policy_name or policy.policy_id)}**"]
    for (words, _), standings in alike.items():
        # One policy may stand in several files, and each says the same of an account.
        known = dict.fromkeys(names.get(one.account, one.account) for one in standings)
        who = ", ".join(map(plain_line, known))
        lines.append(f"{words} {who}. {plain_line(standings[0].reason)}")
    return "\n".join(lines)


def _ended(audited: Audited, policy: OpenPolicy, names: Mapping[str, str]) -> str:
    """Why a policy is open again that somebody waived."""
    waiver = audited.waivers.get(policy.policy_id)
    if waiver is None:
        return ""
    beyond = {one.account: None for one in waiver.beyond(policy)}
    who = ", ".join(plain_line(names.get(account, account)) for account in beyond)
    return f"\n{waiver.actor.name} waived less than this: it is new or worse for {who}."


def _reason_of_anybody(standing: Standing) -> str:
    """The reason without the account in it, which some audits name."""
    account = standing.account
    bare = account.rpartition(":")[2] or account
    return standing.reason.replace(account, "").replace(bare, "")


def _correction(correction: Correction) -> Iterator[Copyable | Small]:
    """The change and what to paste; a file without its commands would help nobody."""
    diff = correction.diff if len(correction.diff) <= LONGEST_DIFF else ""
    if diff:
        yield Copyable(diff, "The change")
    to_paste = [Copyable(one.text, one.title) for one in correction.commands]
    if correction.file:
        to_paste.insert(0, Copyable(correction.content, f"Save this as {correction.file}"))
    fits = sum(len(one.text) for one in to_paste) <= LONGEST_RUN
    if fits:
        yield from to_paste
    for warning in correction.warnings:
        yield Small(plain_line(warning))
    if correction.cut or not fits or diff != correction.diff:
        yield Small(f"Too long for here; {_IN_FILE}.")


def _action(step: AuditStep, situation: Situation, policy: OpenPolicy) -> WaivePolicy:
    position = situation.incident.position
    return WaivePolicy(
        incident=situation.incident.id,
        playbook=position.playbook if position else "",
        step=step.id,
        policy=policy.policy_id,
        audit=situation.incident.audited.number,
    )


def _waive_button(step: AuditStep, situation: Situation, policy: OpenPolicy, told: str) -> Button:
    """The form says once more what is waived, for whom."""
    action = _action(step, situation, policy)
    hint = "An approver decides this. The policy stays as it is."
    field = FormField("reason", "Why may it stay?", "lines", required=True, hint=hint)
    return Button("Waive …", action, form=Form("Waive a policy", "Waive", (field,), action, told))


def _waived(step: AuditStep, situation: Situation, audited: Audited) -> Iterator[Block]:
    back = []
    for policy in audited.newest.findings if audited.newest else ():
        waiver = audited.waived(policy)
        if waiver is not None:
            name = plain_line(policy.policy_name or policy.policy_id)
            yield Small(f"Waived by {waiver.actor.name}: {name} ({plain_line(waiver.reason)})")
            action = _action(step, situation, policy).model_copy(update={"back": True})
            confirm = "Take the waiver back? The policy counts as open again."
            back.append(Button(f"Take back: {name}", action, confirm=confirm))
    if back:
        yield Buttons(tuple(back[:SHOWN]))


def accept(step: AuditStep, situation: Situation, act: Act, values: Values, doer: Doer) -> Outcome:
    """A question, a waiver, the finish, or another way out. Errors: Refused while any is open."""
    if isinstance(act, WaivePolicy) and act.back:
        return _take_back(situation.incident.audited, act, doer)
    if isinstance(act, WaivePolicy):
        return _waive(step, situation, act, str(values.get("reason", "")).strip(), doer)
    if isinstance(act, Press) and act.button == AUDIT:
        return ask(step, situation, act)
    if isinstance(act, Press) and act.button == DONE:
        _refuse_open(situation.incident.audited)
        return Outcome(step.done, DONE, step, dict(step.sets))
    return accept_button(step, situation, act)[1]


def ask(step: AuditStep | MembersStep, situation: Situation, act: Press) -> Outcome:
    """The question as a fact. Errors: AlreadyRecorded while one waits for its answer."""
    asked = under_way(situation)
    if asked is not None:
        at = format_moment(asked.at, situation.organisation.time_zone)
        raise AlreadyRecorded(f"Already asked by {asked.actor.name} at {at}; the answer comes here")
    declared = situation.incident.declared
    event = AuditAsked(
        playbook=act.playbook, step=step.id, tenant=declared.tenant if declared else ""
    )
    return Outcome("Audit", events=(event,))


def _refuse_open(audited: Audited) -> None:
    """Errors: Refused, saying what is open, worst first."""
    if audited.newest is None or audited.failed is not None:
        raise Refused("There is no audit yet that says so", "Press 'Audit'")
    if audited.result == "clean":
        return
    names = [plain_line(one.policy_name or one.policy_id) for one in audited.open[:3]]
    more = len(audited.open) - len(names) + audited.left_out
    told = ", ".join(names) + (f" and {more} more" if more else "")
    told = told if names else counted(more, "policy", "policies")
    raise Refused(
        f"Still open: {told}",
        "Apply the corrections and audit again, or let an approver waive a policy with a reason",
    )


def _waive(
    step: AuditStep, situation: Situation, act: WaivePolicy, reason: str, doer: Doer
) -> Outcome:
    doer.must_be(("approver",), "waive a policy")
    audited = situation.incident.audited
    found = audited.newest.findings if audited.newest else ()
    policy = next((one for one in found if one.policy_id == act.policy), None)
    if policy is None:
        raise Refused("The newest audit does not find this policy open", "Use the newest card")
    if act.audit != audited.number:
        raise Refused("There is a newer audit than the one you saw", "Use the newest card")
    known = audited.waived(policy)
    if known is not None:
        raise AlreadyRecorded(f"Already waived by {known.actor.name}: {known.reason}")
    if not reason:
        raise Refused("A waiver needs a reason", field="reason")
    if len(reason) > LONGEST_REASON:
        raise Refused(f"The reason is too long ({len(reason)} characters)", field="reason")
    for name in find_secrets(reason):
        raise Refused(
            f"The reason looks like it contains a {name}: nothing was recorded",
            "Never put a credential here. Say where it is kept instead",
            field="reason",
        )
    event = PolicyWaived(
        playbook=act.playbook,
        step=step.id,
        policy_id=policy.policy_id,
        policy_name=policy.policy_name,
        verdict=policy.worst,
        reason=reason,
        standings=policy.standings,
    )
    return Outcome(policy.policy_name, events=(event,))


def _take_back(audited: Audited, act: WaivePolicy, doer: Doer) -> Outcome:
    doer.must_be(("approver",), "take a waiver back")
    waiver = audited.waivers.get(act.policy)
    if waiver is None:
        raise Refused("This policy is not waived", "Use the newest card")
    event = WaiverTakenBack(
        playbook=act.playbook, step=act.step, policy_id=act.policy, policy_name=waiver.name
    )
    return Outcome(waiver.name, events=(event,))
