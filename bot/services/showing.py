"""What people look at; nothing here records anything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial

from bot.core.errors import AlreadyRecorded, LockoutError, Refused
from bot.core.events import PoliciesAudited
from bot.core.facts import ago, format_moment, known_facts
from bot.core.folding import evolve_all
from bot.core.incident import Incident
from bot.core.organisation import is_stale
from bot.core.timeline import Fact
from bot.core.view import (
    Action,
    Block,
    Form,
    Heading,
    Press,
    Prove,
    Small,
    Table,
    Text,
    View,
    WaivePolicy,
)
from bot.core.wording import sentence_of, state_words
from bot.escalation.draft import Escalation, show_escalation, write_escalation
from bot.exports import Document, check_format, export
from bot.exports.chunks import SetAside
from bot.exports.corrections import corrections_file
from bot.playbook.card import show_card
from bot.playbook.engine import show_step
from bot.playbook.situation import Situation
from bot.services.desk import Desk
from bot.services.drilling import next_drill, open_drills, summary_of_drill
from bot.services.paging import in_thread, pages_of
from bot.services.ports import Outgoing

NEWEST = 15
RECENT_INCIDENTS = 50
# What reached nobody is said so long; numbers keep it for ever.
DROPPED_LATELY = timedelta(days=7)


def card_view(desk: Desk, incident: Incident) -> View:
    """The incident card as it stands now."""
    return show_card(desk.situation(incident))


def form_behind(desk: Desk, incident: Incident, act: Action) -> Form | None:
    """The questions that a button of the card asks first; None when it asks none, or is gone.

    Whoever answers a step waits for this: of the card, only the step is drawn for them.
    """
    situation = desk.situation(incident)
    of_the_step = isinstance(act, Press | Prove | WaivePolicy)
    view = View("", tuple(show_step(situation))) if of_the_step else show_card(situation)
    return next((one.form for one in view.buttons() if one.form and one.action == act), None)


def escalation_of(desk: Desk, incident: Incident) -> Escalation:
    """The ticket text as it stands now. Errors: Refused without a template for the provider."""
    provider = incident.declared.provider if incident.declared else ""
    if incident.drill:
        raise Refused("A DRILL has no ticket text", "Nothing is locked: nobody must be called")
    template = desk.library.templates.get(provider)
    if template is None:
        raise Refused(f"There is no ticket text for {provider or 'this incident'}")
    return write_escalation(template, known_facts(incident, desk.organisation), desk.library.labels)


def ticket_view(desk: Desk, incident: Incident) -> View:
    """The ticket text for a screen, with what is missing and what is flagged."""
    reported = incident.declared.addresses if incident.declared else ()
    flagged = tuple(address.text for address in reported if not address.known)
    return show_escalation(escalation_of(desk, incident), flagged=flagged)


async def timeline_view(desk: Desk, incident_id: str, newest: int = NEWEST) -> View:
    """The newest facts, oldest of them first. Errors: Refused when there is no such incident."""
    incident = await desk.load(incident_id)
    facts = await desk.store.read(incident_id, max(0, incident.version - newest))
    zone = desk.organisation.time_zone
    rows = tuple(
        (
            str(fact.version),
            format_moment(fact.occurred_at, zone),
            fact.actor.name,
            sentence_of(fact),
        )
        for fact in facts
    )
    older = incident.version - len(facts)
    blocks: list[Block] = [Table(("#", "When", "Who", "What"), rows)]
    if older:
        blocks.insert(0, Small(f"{older} older facts are in the export."))
    blocks.append(Small(f"head {incident.head}"))
    title = f"{'DRILL: timeline' if incident.drill else 'Timeline'} of {incident.id}"
    mark = "DRILL: " if incident.drill else ""
    return View(title, tuple(blocks), f"{mark}{incident.version} facts")


async def open_incidents(desk: Desk) -> list[Incident]:
    """Every incident that is not closed, newest first."""
    lines = await desk.store.incidents()
    return [await desk.load(line.id) for line in lines if line.closed_at is None]


async def newest_incident(desk: Desk) -> Incident:
    """The newest open incident, else the newest of all. Errors: Refused when there is none."""
    lines = await desk.store.incidents()
    if not lines:
        raise Refused("There is no incident yet", "Declare one: /lockout")
    open_lines = [line for line in lines if line.closed_at is None]
    return await desk.load((open_lines or lines)[0].id)


async def status_view(desk: Desk) -> View:
    """Open incidents, open drills apart from them, and who may do what."""
    blocks: list[Block] = []
    for incident in await open_incidents(desk):
        situation = desk.situation(incident)
        since = format_moment(incident.declared_at, desk.organisation.time_zone)
        state = state_words[incident.state]
        line = f"**{incident.id}** {situation.facts['tenant']}: {state}, since {since}"
        left = incident.open_obligations
        blocks.append(
            Text(line + (f". Open: {'; '.join(item.title for item in left)}" if left else ""))
        )
    if not blocks:
        blocks.append(Text("No lockout is open. To declare one: `/lockout`"))
    blocks += await _drills(desk)
    for role in ("responder", "approver", "custodian"):
        names = ", ".join(person.name for person in desk.organisation.people_with(role))
        blocks.append(Small(f"{role}: {names or 'nobody'}"))
    read = await _policies_read(desk)
    blocks += [Small(read)] if read else []
    blocks.append(Small(await health(desk)))
    return View("Lockout status", tuple(blocks), "Lockout status")


async def _policies_read(desk: Desk) -> str:
    """How old what is known of each tenant's policies is; empty when nothing keeps them here."""
    if desk.snapshots is None:
        return ""
    read = {head.tenant: head.taken_at for head in await desk.snapshots.heads()}
    now, told = desk.clock.now(), []
    for tenant in desk.organisation.tenants:
        at = read.get(tenant.id)
        old = ": may be out of date" if at and is_stale(desk.organisation, at, now) else ""
        told.append(f"{tenant.name} {ago(now - at) if at else 'never'}{old}")
    return f"policies read: {', '.join(told)}"


async def _drills(desk: Desk) -> list[Block]:
    """Drills that are under way, and those that are due."""
    blocks: list[Block] = []
    for drill in await open_drills(desk):
        since = format_moment(drill.declared_at, desk.organisation.time_zone)
        tenant = desk.situation(drill).facts["tenant"]
        blocks.append(Text(f"**DRILL** {drill.id} {tenant}: under way, since {since}"))
    for tenant in desk.organisation.tenants:
        due = await next_drill(desk, tenant.id)
        if due is not None and due.days <= 0:
            words = f"DRILL due since {due.on}" if due.overdue else "DRILL due today"
            blocks.append(
                Text(f"**{words}:** {tenant.name}. Begin it: `/lockout drill {tenant.id}`")
            )
    return [Heading("Drills"), *blocks] if blocks else []


async def health(desk: Desk) -> str:
    """Whether what is said is kept, and whether it gets through. Errors: Unavailable."""
    await desk.store.check()
    backlog = await desk.store.backlog()
    waiting = f"{backlog.waiting} message{'' if backlog.waiting == 1 else 's'} waiting"
    if backlog.oldest is not None:
        waiting += f", the oldest {ago(desk.clock.now() - backlog.oldest)}"
    parts = [desk.pulse(), "database write ok", waiting]
    if backlog.dropped_last is not None:
        age = desk.clock.now() - backlog.dropped_last
        if age < DROPPED_LATELY:
            parts.append(f"{backlog.dropped} reached nobody, the last {ago(age)} (see the log)")
    return ", ".join(part for part in parts if part)


def summary_of(situation: Situation) -> str:
    """A few lines for the close: how long, by which ways, what was waived."""
    incident, zone = situation.incident, situation.organisation.time_zone
    if incident.drill:
        return summary_of_drill(situation)
    walked = [
        situation.library.playbooks[name].title if name in situation.library.playbooks else name
        for name in incident.walked
    ]
    declared = format_moment(incident.declared_at, zone)
    lines = [
        f"Declared {declared} by {situation.facts['declared_by']}.",
        f"Access back {format_moment(incident.restored_at, zone)}."
        if incident.restored_at
        else "Access was never confirmed as restored.",
        f"Walked: {', '.join(walked)}.",
    ]
    lines += [
        f"Waived: {item.title} ({item.reason})."
        for item in incident.obligations.values()
        if item.status == "waived"
    ]
    lines += [
        f"Waived: policy {waiver.name or policy} ({waiver.reason})."
        for policy, waiver in incident.audited.waivers.items()
    ]
    return "\n".join(lines)


async def export_incident(
    desk: Desk, incident_id: str, export_format: str, version: int | None = None
) -> Document:
    """The timeline as a file, whole or as it was at `version`.

    Written in a thread, so that nobody who presses a button waits for it.
    Errors: Refused for an unknown incident or format; Unavailable; Broken as by `export`.
    """
    incident = await desk.load(incident_id)
    if version is not None and version < incident.version:
        refold = partial(evolve_all, Incident(incident_id))
        incident = await in_thread(desk.store, incident_id, version, refold)

    def write(facts: Iterator[Fact]) -> Document:
        document = export(
            export_format,
            incident=incident,
            organisation_name=desk.organisation.name,
            time_zone=desk.organisation.time_zone,
            facts=facts,
        )
        return replace(document, chunks=SetAside(document.chunks))

    return await in_thread(desk.store, incident_id, incident.version, write)


async def corrections_of(
    desk: Desk, incident_id: str, version: int | None = None
) -> Document | None:
    """The corrections of the audit that is this fact, without `version` of the newest one.

    None when nothing was found open.
    """
    fact: Fact | None = None
    async for page in pages_of(desk.store, incident_id, version - 1 if version else 0, version):
        fact = next((one for one in reversed(page) if one.kind == "PoliciesAudited"), fact)
    event = fact.event if fact else None
    if fact is None or not isinstance(event, PoliciesAudited) or not event.findings:
        return None
    return corrections_file(incident_id, fact.version, event)


async def incident_in(desk: Desk, channel: str) -> Incident:
    """The incident that a word said in this channel is about.

    The one whose card hangs here, else the only open one, else the newest that was declared
    here. Errors: Refused when several could be meant, or none.
    """
    own_channel = desk.incident_of_channel(channel)
    if own_channel is not None:
        return own_channel
    here = [await desk.load(name) for name in await desk.store.incidents_at(channel)]
    own = [item for item in here if item.card and item.card.channel == channel]
    own = [item for item in own if item.card and item.card.thread] or own
    open_here = [incident for incident in own if incident.closed_at is None]
    # A drill never stands in the way of a lockout.
    open_here = [incident for incident in open_here if not incident.drill] or open_here
    if len(open_here) > 1:
        names = ", ".join(incident.id for incident in open_here)
        raise Refused(
            f"Several lockouts are open here: {names}",
            "Press a button on the card of the one you mean",
        )
    if own:
        return (open_here or own)[0]
    lines = await desk.store.incidents()
    loaded = [await desk.load(line.id) for line in lines[:RECENT_INCIDENTS]]
    still_open = [incident for incident in loaded if incident.closed_at is None]
    if len(still_open) == 1:
        return still_open[0]
    if len(still_open) > 1:
        names = ", ".join(incident.id for incident in still_open)
        raise Refused(
            f"Several lockouts are open: {names}", "Say it in the channel of the one you mean"
        )
    if not loaded:
        raise Refused("There is no lockout yet", "Declare one: /lockout")
    return loaded[0]


async def drill_in(desk: Desk, channel: str) -> str:
    """The drill that a word said in this channel is about; empty when it is about none.

    Errors: none; where nobody can say it, nothing is said.
    """
    with suppress(LockoutError):
        found = await incident_in(desk, channel)
        return found.id if found.drill else ""
    return ""


async def request_export(
    desk: Desk, incident_id: str, export_format: str, *, channel: str, user: str, once: str
) -> None:
    """Have the timeline handed over as a file where `user` asked for it, once for each delivery.

    Errors: Refused, Unavailable.
    """
    incident = await desk.load(incident_id)
    check_format(export_format, incident)
    payload = {
        "format": export_format,
        "channel": channel,
        "user": user,
        "version": incident.version,
    }
    # Delivered again by Slack, it is on its way already.
    with suppress(AlreadyRecorded):
        effect = Outgoing(incident_id, "export", payload)
        await desk.store.schedule([effect], once=f"{once}:export")
