"""Asking the world for a walk: read the policies, judge them, and record the answer once.

The question is a fact already. The answer is recorded under the name of the question, so that two
processes, or two attempts with a crash between them, end in exactly one.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import structlog

from bot.audit.model import Report
from bot.audit.run import audit_snapshot
from bot.audit.snapshot import Snapshot
from bot.core.audited import Asked
from bot.core.errors import Broken, Unavailable
from bot.core.events import AuditFailed, Event, PoliciesAudited
from bot.core.facts import PROVIDER_NAMES, AnyTenant
from bot.core.incident import Incident
from bot.playbook.situation import Situation
from bot.services.desk import Desk, check_known
from bot.services.examining_accounts import examined_of
from bot.services.keeping_findings import counts_of, findings_of, policies_in
from bot.services.ports import Courier, Outgoing
from bot.services.reminding import BOT
from bot.services.watching_policies import take_snapshot

log = structlog.get_logger(__name__)

# A tenant with thousands of policies, read page by page; whoever waits longer asks again.
READING_SECONDS = 120.0
BY_HAND = "Look through the policies by hand"


@dataclass(frozen=True, slots=True)
class _Read:
    """What there is to judge: `live` when it was read for this, `instead` why it was not."""

    snapshot: Snapshot
    live: bool
    instead: str = ""


async def run_audit(desk: Desk, incident_id: str) -> str:
    """Answer the question that the incident asks now; what was done, for the log.

    Records `PoliciesAudited` or `AuditFailed`, once. Errors: Unavailable (the database), Refused
    (no such incident), NeedsNewer.
    """
    incident = await desk.load(incident_id)
    check_known(incident)
    asked = incident.audited.asked
    if asked is None:
        return "answered before"
    events = await _answer(desk, incident, asked)

    def decide(situation: Situation) -> list[Event]:
        now = situation.incident.audited.asked
        return events if now is not None and now.number == asked.number else []

    once = f"audit:{incident.id}:{asked.number}"
    recorded = await desk.record(incident.id, decide, BOT, what="answer an audit", once=once)
    return events[0].kind if recorded.facts else "answered before"


async def _answer(desk: Desk, incident: Incident, asked: Asked) -> list[Event]:
    """The answer; a drill needs more beside it. Errors: Unavailable, of the database alone."""
    tenant = tenant_of(desk, incident)
    if tenant is None or not tenant.emergency_accounts:
        reason = "The organisation file names no emergency account of this tenant"
        return [_failed(asked, reason, "Write them into it")]
    try:
        read = await _read(desk, incident, tenant)
    except Broken as error:
        return [_failed(asked, error.reason, error.hint or BY_HAND)]
    # Pure arithmetic, but of thousands of policies: presses are answered beside it.
    # So are the corrections, which are written as they are looked at.
    report = await asyncio.to_thread(audit_snapshot, read.snapshot, tenant)
    answer: list[Event] = [await asyncio.to_thread(_audited, incident, asked, read, report)]
    if incident.drill:
        answer.append(examined_of(asked, read.snapshot, tenant, report, live=read.live))
    return answer


def tenant_of(desk: Desk, incident: Incident) -> AnyTenant | None:
    """The tenant, with the exclusion group that was written down on the way."""
    tenant = desk.organisation.tenant(incident.declared.tenant) if incident.declared else None
    learned = incident.values.get("group_id")
    if tenant is None or not isinstance(learned, str) or not learned.strip():
        return tenant
    group = tenant.group.model_copy(update={"id": learned.strip()})
    return tenant.model_copy(update={"group": group})


async def _read(desk: Desk, incident: Incident, tenant: AnyTenant) -> _Read:
    """Read anew where somebody can, else what was kept. Errors: Broken when there is neither."""
    failure: Unavailable | Broken | None = None
    if desk.source is not None and desk.source.reads(tenant):
        try:
            async with asyncio.timeout(READING_SECONDS):
                snapshot = await desk.source.read(tenant)
        except TimeoutError:
            failure = Unavailable(f"Reading took more than {READING_SECONDS:.0f} seconds")
        except (Unavailable, Broken) as error:
            failure = error
        else:
            await _keep(desk, tenant, snapshot)
            return _Read(snapshot, live=True)
        log.warning("policies_not_read", incident=incident.id, error=str(failure))
    kept = await desk.snapshots.newest(tenant.id) if desk.snapshots is not None else None
    if kept is not None:
        return _Read(kept, live=False, instead=_excuse(desk, tenant, kept, failure))
    if failure is not None:
        name = PROVIDER_NAMES[tenant.provider]
        raise Broken(f"{name} could not be read: {failure.reason}", _hint(failure) or BY_HAND)
    raise Broken("Nothing here can read the policies, and none were kept", BY_HAND)


def _excuse(
    desk: Desk, tenant: AnyTenant, kept: Snapshot, failure: Unavailable | Broken | None
) -> str:
    if failure is None:
        return ""
    hours = int((desk.clock.now() - kept.taken_at).total_seconds() // 3600)
    age = f"{hours} hours ago" if hours > 1 else "in the last two hours"
    name = PROVIDER_NAMES[tenant.provider]
    hint = f" {_hint(failure)}." if _hint(failure) else ""
    return f"{name} could not be read: {failure.reason}.{hint} This was read {age}."


def _hint(failure: Unavailable | Broken) -> str:
    return failure.hint if isinstance(failure, Broken) else ""


async def _keep(desk: Desk, tenant: AnyTenant, snapshot: Snapshot) -> None:
    """The schedule will take this for known, so what is new in it is announced from here.

    Judged for that as it is declared, without what was learned on this walk. Errors: Unavailable.
    """
    declared = desk.organisation.tenant(tenant.id) or tenant
    if desk.snapshots is not None:
        watched = desk.organisation.watches(tenant.id)
        await take_snapshot(desk, declared, announcing=watched, given=snapshot)


def _failed(asked: Asked, reason: str, hint: str) -> AuditFailed:
    question = asked.event
    return AuditFailed(
        playbook=question.playbook,
        step=question.step,
        asked=asked.number,
        tenant=question.tenant,
        reason=reason,
        hint=hint,
    )


def _audited(incident: Incident, asked: Asked, read: _Read, report: Report) -> PoliciesAudited:
    question = asked.event
    findings, left_out = findings_of(report, waived=incident.audited.waived)
    return PoliciesAudited(
        playbook=question.playbook,
        step=question.step,
        asked=asked.number,
        tenant=question.tenant,
        taken_at=read.snapshot.taken_at,
        live=read.live,
        instead=read.instead,
        policies=policies_in(report),
        accounts=len(report.accounts),
        counts=counts_of(report),
        findings=findings,
        left_out=left_out,
    )


class AuditingCourier:
    """A `Courier` that answers audits itself and hands everything else on."""

    def __init__(self, courier: Courier, desk: Desk) -> None:
        self._courier = courier
        self._desk = desk

    async def deliver(self, item: Outgoing, key: str, *, again: bool) -> str:
        """Errors: Unavailable, and those of the courier."""
        if item.kind == "audit":
            return await run_audit(self._desk, item.incident)
        return await self._courier.deliver(item, key, again=again)
