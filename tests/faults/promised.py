"""The reckoning of what audits, announcements and notices promise; see ledger.py."""

from __future__ import annotations

from collections import Counter, defaultdict

from bot.core import events as e
from bot.core.timeline import Fact
from tests.faults.ledger import Ledger
from tests.faults.provider import name_of
from tests.surfaces.slack.stage import GENERAL
from tests.workspace import Message

# Seconds within which a press of an audit that another one had asked for needs no fact of its own.
ASKED_ALREADY = 300.0


def check_answers(ledger: Ledger) -> None:
    """Every audit that was asked for is answered once, and its corrections are handed over once."""
    for row in ("audits lost", "audits not answered", "audits answered twice"):
        ledger.counts[row] = 0
    ledger.counts["corrections never posted"] = ledger.counts["corrections posted twice"] = 0
    files = Counter(
        file.name
        for message in ledger.slack.world.state.messages.values()
        for file in message.files
        if "-corrections-" in file.name
    )
    for incident, facts in ledger.written.timelines.items():
        _check_asked(ledger, incident, facts)
        for fact in facts:
            if not isinstance(fact.event, e.PoliciesAudited) or not fact.event.findings:
                continue
            found = files[f"{incident}-corrections-{fact.version}.md"]
            if found > 1:
                ledger.note("corrections posted twice", f"{incident} {fact.version}", found - 1)
            elif found == 0 and fact.recorded_at <= ledger.until:
                ledger.note("corrections never posted", f"{incident} {fact.version}")
    _check_pressed(ledger)


def _check_asked(ledger: Ledger, incident: str, facts: list[Fact]) -> None:
    asked = [f for f in facts if isinstance(f.event, e.AuditAsked)]
    answers = Counter(
        f.event.asked for f in facts if isinstance(f.event, e.PoliciesAudited | e.AuditFailed)
    )
    for number, times in answers.items():
        if times > 1:
            ledger.note("audits answered twice", f"{incident} {number}", times - 1)
    # One that was asked again before it was answered is answered with the newer one.
    newest = asked[-1] if asked else None
    if newest and not answers[newest.version] and newest.recorded_at <= ledger.until:
        ledger.note("audits not answered", f"{incident} {newest.version}")


def _check_pressed(ledger: Ledger) -> None:
    auditing = ledger.people.auditing
    if auditing is None:
        return
    facts = ledger.written.timelines.get(auditing.incident, [])
    asked = [f.recorded_at.timestamp() for f in facts if isinstance(f.event, e.AuditAsked)]
    for trigger, at in auditing.asked.items():
        before = any(at - ASKED_ALREADY <= moment <= at for moment in asked)
        if trigger not in ledger.written.seen and not before:
            ledger.note("audits lost", trigger)


def check_announced(ledger: Ledger) -> None:
    """What was written down of policies and of drills that are due stands in Slack, once."""
    for row in ("announcements missing", "announced twice", "notices missing", "noticed twice"):
        ledger.counts[row] = 0
    posted: dict[str, list[Message]] = defaultdict(list)
    for message in ledger.slack.messages(GENERAL):
        key = str((message.metadata or {}).get("event_payload", {}).get("key", ""))
        posted[key].append(message)
    for number, incident, kind, payload, state, _ in ledger.written.rows:
        if kind not in {"announce", "notice"}:
            continue
        missing, twice = (
            ("announcements missing", "announced twice")
            if kind == "announce"
            else ("notices missing", "noticed twice")
        )
        found = posted[f"lockout-{number}"]
        if not found:
            ledger.note(missing, f"{number} {incident} {state}")
        elif len(found) > 1:
            ledger.note(twice, f"{number} {incident}", len(found) - 1)
        elif payload.get("files"):
            _check_attached(ledger, found[0], sorted(payload["files"]))  # type: ignore[call-overload]
    _check_named(ledger, posted)


def _check_attached(ledger: Ledger, message: Message, wanted: list[str]) -> None:
    thread = [
        file.name
        for reply in ledger.slack.messages(GENERAL)
        if reply.thread_ts == message.ts and reply.ts != message.ts
        for file in reply.files
    ]
    times = Counter(thread)
    if any(not times[name] for name in wanted):
        ledger.note("announcements missing", f"files of {message.text[:60]}: {thread}")
    if any(count > 1 for count in times.values()):
        ledger.note("announced twice", f"files of {message.text[:60]}: {thread}")


def _check_named(ledger: Ledger, posted: dict[str, list[Message]]) -> None:
    """By the words alone: a policy is new once."""
    auditing = ledger.people.auditing
    if auditing is None or not auditing.incident:
        return
    texts = [message.text for messages in posted.values() for message in messages]
    for number in auditing.provider.changes:
        times = sum(name_of(number) in text for text in texts)
        if times > 1:
            ledger.note("announced twice", name_of(number), times - 1)
        # Others may have been gone again before anybody looked.
        elif times == 0 and number == auditing.provider.newest:
            ledger.note("announcements missing", name_of(number))
