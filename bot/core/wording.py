r"""One plain sentence for each kind of fact, so that every surface and file tells it alike.

The sentence is in the past tense and starts with its verb: whoever shows it puts the actor's name
before it. It is always a single line: line breaks in pasted text become spaces, and characters
that could move a cursor, colour a terminal or turn the reading direction are written out as
`\u001b`. It is plain text, never markup: escaping for Slack, HTML or Markdown is the surface's.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime
from typing import assert_never

from bot.core import events as e
from bot.core.drill_events import DrillReason
from bot.core.facts import PROVIDER_NAMES, WAYS_IN, format_moment
from bot.core.findings import OpenVerdict
from bot.core.incident import Incident
from bot.core.timeline import Fact, parse_time

# Why a drill is held.
WHY_WORDS: dict[DrillReason, str] = {
    "scheduled": "It is due",
    "staff-change": "People came, left or changed their job",
    "subscription-change": "Subscriptions or licences changed",
    "other": "Another reason",
}

state_words: dict[e.State, str] = {
    "declared": "Declared",
    "triage": "Choosing the way in",
    "working": "Working",
    "waiting": "Waiting for the provider",
    "restored": "Access is back; not finished",
    "closed": "Closed",
}

# Of one policy, and of several.
_OPEN_WORDS: dict[OpenVerdict, tuple[str, str]] = {
    "blocking": ("still locks somebody out", "still lock somebody out"),
    "pending": ("will once in force", "will once in force"),
    "unknown": ("cannot be judged", "cannot be judged"),
}

# Controls, and what turns the reading direction or cannot be encoded (lone surrogates).
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
_ACRONYMS = {"aws": "AWS", "dns": "DNS", "id": "ID", "ip": "IP", "mfa": "MFA", "scp": "SCP"}
_STORED_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:[\d:.]+Z")


def words_of_state(incident: Incident) -> str:
    """Where an incident or a drill stands, in words."""
    if not incident.drill:
        return state_words[incident.state]
    if incident.finished is not None:
        return f"Finished, {incident.finished.result.upper()}"
    return "Under way"


def without_marks(text: str) -> str:
    """A view's text as plain text: neither bold nor code."""
    return text.replace("**", "").replace("`", "")


def plain_line(text: str) -> str:
    """Pasted text as one line without hidden characters; the visible words are unchanged."""
    return plain_text(" ".join(text.split()))


def plain_text(text: str) -> str:
    """Pasted text with its line breaks and tabs, and with hidden characters written out."""
    return _UNSEEN.sub(_written_out, text)


def _written_out(found: re.Match[str]) -> str:
    character = found[0]
    return character if character in "\n\t" else f"\\u{ord(character):04x}"


def words_of(name: str) -> str:
    """An id of a step, playbook or fact as words: `aws-support-user` is 'AWS support user'."""
    parts = [_ACRONYMS.get(part, part) for part in re.split(r"[-_ ]+", plain_line(name)) if part]
    words = " ".join(parts)
    return words[:1].upper() + words[1:]


def sentence_of(fact: Fact) -> str:
    """What happened, without who did it, as one line of plain text. Never fails. Times are UTC."""
    return sentence_of_event(fact.event)


def sentence_of_event(event: e.Event | e.UnknownEvent) -> str:
    """The same for an event that was read already; the fact keeps nothing of it in memory."""
    return plain_line(_sentence(event))


def _sentence(  # noqa: C901, PLR0911, PLR0912 - one line a kind, read as a table
    event: e.Event | e.UnknownEvent,
) -> str:
    match event:
        case e.IncidentDeclared():
            return _declared(event)
        case e.DrillBegun():
            return _begun(event)
        case e.ErrorDiagnosed():
            return _diagnosed(event)
        case e.DetailsCorrected():
            return _corrected(event)
        case e.WalkStarted(reached=reached, why=why):
            start = f"started '{words_of(reached.playbook)}' at '{words_of(reached.step)}'"
            return f"{start} ({why})" if why else start
        case e.StepAnswered():
            return _answered(event)
        case e.ItemTicked(label=label, done=done):
            return f"{'ticked' if done else 'took back the tick of'} '{without_marks(label)}'"
        case e.EvidenceRecorded():
            return _proved(event)
        case e.StepTaken(step=step):
            return f"said 'I am on it' at '{words_of(step)}'"
        case e.ObligationOpened(title=title, due_at=due_at):
            due = f", due {_moment(due_at)}" if due_at else ""
            return f"opened the obligation '{title}'{due}"
        case e.ObligationSettled(title=title):
            return f"confirmed the obligation '{title}' as done"
        case e.ObligationWaived(title=title, reason=reason):
            return _with(f"waived the obligation '{title}'", reason)
        case e.ApprovalAsked(what=what):
            return f"asked for a second person's approval: {what}"
        case e.ApprovalGiven(what=what, asked_by=asked_by):
            return f"approved what {asked_by} asked for: {what}"
        case e.ApprovalDeclined(what=what):
            return f"declined or took back the request: {what}"
        case e.NoteAdded(text=text, source=source):
            return f"{'kept a message' if source else 'noted'}: '{text}'"
        case e.NoteCorrected(text=text):
            return f"corrected a note, which now reads: '{text}'"
        case e.NoteStruck():
            return "struck a note"
        case e.PressRefused(what=what, reason=reason):
            return _with(f"was refused '{what}'" if what else "was refused", reason)
        case e.Reminded(text=text, loud=loud):
            return f"{'urgently ' if loud else ''}reminded: {text}"
        case e.Snoozed(subject=subject, until=until):
            return f"wants no reminder of '{words_of(subject)}' before {_moment(until)}"
        case e.CardPosted():
            return "posted the incident card"
        case e.AuditAsked(tenant=tenant):
            return f"asked for an audit of '{tenant}'"
        case e.PoliciesAudited():
            return _audited(event)
        case e.AuditFailed(tenant=tenant, reason=reason):
            return _with(f"could not audit '{tenant}'", reason)
        case e.PolicyWaived(policy_name=name, policy_id=policy_id, reason=reason):
            return _with(f"waived the policy '{name or policy_id}'", reason)
        case e.WaiverTakenBack(policy_name=name, policy_id=policy_id):
            return f"took back the waiver of the policy '{name or policy_id}'"
        case e.AccountsExamined():
            return _examined(event)
        case e.IncidentClosed(summary=summary):
            return _with("closed the incident", summary)
        case e.DrillFinished(result=result, summary=summary):
            return _with(f"finished the DRILL: {result.upper()}", summary)
        case e.UnknownEvent(kind=kind):
            return f"recorded '{kind}', a kind of fact that this release does not know"
        case _ as never:
            assert_never(never)


def _with(start: str, more: str) -> str:
    return f"{start}: {more}" if more else start


def _declared(event: e.IncidentDeclared) -> str:
    what = "declared an EXERCISE: a lockout of" if event.exercise else "declared a lockout of"
    parts = [f"{what} '{event.tenant}' ({PROVIDER_NAMES[event.provider]})"]
    policy = event.policy_name or event.policy_id
    if policy:
        parts.append(f"suspected policy '{policy}'")
    if event.addresses:
        parts.append(f"to let in {addresses_as_text(event.addresses)}")
    if event.accounts:
        parts.append(f"accounts {', '.join(event.accounts)}")
    return ", ".join([*parts, *_removed(event.removed_secrets)])


def _begun(event: e.DrillBegun) -> str:
    what = "began a DRILL in an EXERCISE, of" if event.exercise else "began a DRILL of"
    why = WHY_WORDS[event.why].lower()
    return f"{what} '{event.tenant}' ({PROVIDER_NAMES[event.provider]}), since: {why}"


def _proved(event: e.EvidenceRecorded) -> str:
    given = ", ".join(f"{one.label}: {_value_as_text(one.text)}" for one in event.given)
    told = f"proved in the DRILL, {event.result.upper()}: {event.label}"
    return f"{told} ({given})" if given else told


def addresses_as_text(addresses: tuple[e.ReportedAddress, ...]) -> str:
    """Addresses with their labels; one that the organisation never listed is flagged."""
    return ", ".join(f"{address.text}{_label_of(address)}" for address in addresses)


def _label_of(address: e.ReportedAddress) -> str:
    if not address.known:
        return " (NOT on the organisation's list)"
    return f" ({address.label})" if address.label else ""


def _removed(names: tuple[str, ...]) -> list[str]:
    return [f"removed from the pasted text: {', '.join(names)}"] if names else []


def _diagnosed(event: e.ErrorDiagnosed) -> str:
    if not event.scenarios and event.code is None:
        return "looked up the pasted error: nothing known fits it"
    name = event.code or "an error"
    where = f" of {PROVIDER_NAMES[event.provider]}" if event.provider else ""
    return _with(f"looked up the pasted error: {name}{where}", event.cause)


def _corrected(event: e.DetailsCorrected) -> str:
    addresses = None if event.addresses is None else addresses_as_text(event.addresses)
    began = None if event.began_at is None else _moment(event.began_at)
    changes = {
        "policy name": event.policy_name,
        "policy ID": event.policy_id,
        "addresses": addresses,
        "accounts": None if event.accounts is None else ", ".join(event.accounts),
        "impact": event.impact,
        "when it began": began,
        "who can still sign in": None if event.access is None else ways_as_text(event.access),
        "error text": event.error_text,
    }
    told = [
        f"{name} to '{value}'" if value else f"{name} to nothing"
        for name, value in changes.items()
        if value is not None
    ]
    return _with("corrected the declaration", "; ".join([*told, *_removed(event.removed_secrets)]))


def ways_as_text(access: tuple[str, ...]) -> str:
    """Who can still sign in, in the words of the form."""
    return ", ".join(WAYS_IN.get(way, way) for way in access)


def _answered(event: e.StepAnswered) -> str:
    told = f"answered '{event.label}' at '{event.title or words_of(event.step)}'"
    given = ", ".join(
        f"{words_of(name).lower()} {_value_as_text(value)}" for name, value in event.values.items()
    )
    told = f"{told} ({given})" if given else told
    if event.reached is None:
        return f"{told}, and '{words_of(event.playbook)}' was finished"
    if event.reached.playbook != event.playbook:
        return f"{told}, and went on to '{words_of(event.reached.playbook)}'"
    return told


def _value_as_text(value: e.Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(f"'{line}'" for line in value) or "none"
    if _STORED_MOMENT.fullmatch(value):
        with suppress(ValueError):
            return _moment(parse_time(value))
    return f"'{value}'"


def _audited(event: e.PoliciesAudited) -> str:
    told = (
        f"audited {counted(event.policies, 'policy', 'policies')}"
        f" for {counted(event.accounts, 'account', 'accounts')}: {audit_result(event)}"
    )
    return told if event.live else f"{told}; read {_moment(event.taken_at)}"


def _examined(event: e.AccountsExamined) -> str:
    told = f"examined {counted(len(event.accounts), 'account', 'accounts')}"
    if event.group:
        told = f"{told}, and who is in '{event.group}': {members_told(event)}"
    return told if event.live else f"{told}; read {_moment(event.taken_at)}"


def members_told(event: e.AccountsExamined) -> str:
    """Who is missing from the exclusion group, and who does not belong there."""
    if not event.knows_group:
        return _with("not known", event.unsure)
    missing = ", ".join(one.name for one in event.missing)
    more = f" and {event.more_foreign} more" if event.more_foreign else ""
    foreign = f"{', '.join(event.foreign)}{more}"
    parts = [f"missing {missing}"] if missing else []
    parts += [f"foreign {foreign}"] if event.foreign else []
    return "; ".join(parts) or "exactly the emergency accounts"


def audit_result(event: e.PoliciesAudited) -> str:
    """How many policies keep somebody out, will, or cannot be judged; the worst first."""
    worst = [found.worst for found in event.findings]
    parts = [
        counted(number, *words)
        for verdict, words in _OPEN_WORDS.items()
        if (number := worst.count(verdict))
    ]
    if event.left_out:
        parts.append(counted(event.left_out, "more is open", "more are open"))
    return ", ".join(parts) or "none locks anybody out"


def counted(number: int, one: str, many: str) -> str:
    """`1 policy`, `2 policies`."""
    return f"{number} {one if number == 1 else many}"


def _moment(moment: datetime) -> str:
    try:
        return format_moment(moment, "UTC")
    except OverflowError:  # the first or last day that a datetime can hold, in another zone
        return moment.isoformat()
