"""Gathering whether the team is ready: snapshots, drills, what was left open, the file's gaps.

A snapshot is judged once: as long as it says the same and the organisation asks the same, the
verdicts stay. Judging happens in a thread, since it may be of thousands of policies.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.audit.asking import Asked, asked_of
from bot.audit.model import Report, Verdict
from bot.audit.report.words import WORST_FIRST as VERDICTS
from bot.audit.run import audit_snapshot
from bot.audit.snapshot import Snapshot
from bot.core.drill import signed_in
from bot.core.errors import Refused
from bot.core.facts import AnyTenant
from bot.core.findings import WORST_FIRST, OpenPolicy, OpenVerdict
from bot.core.incident import Incident
from bot.core.organisation import is_stale
from bot.core.readiness import (
    AccountCounts,
    DrillHeld,
    LeftOpen,
    OpenLine,
    PoliciesKnown,
    Readiness,
    TenantReadiness,
)
from bot.core.secrets import find_secrets
from bot.core.stale_facts import SignedIn, stale_facts
from bot.core.wording import plain_line
from bot.services.desk import Desk
from bot.services.drilling import last_drill, local_date, next_drill, open_drills
from bot.services.keeping_findings import counts_by_account, findings_of, policies_in, policy_key
from bot.services.known_policies import WITHHELD
from bot.services.ports import IncidentLine, SnapshotHead

WORST_SHOWN = 8
# Closed incidents, and drills, whose obligations are looked for: the newest of them.
LOOKED_BACK = 100


@dataclass(frozen=True, slots=True)
class _Judged:
    """A snapshot's verdicts without its documents, and what they are the answer to."""

    digest: str
    asked: Asked
    known: PoliciesKnown


class ReadinessDesk:
    """Knows what was judged before; one for each process."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._judged: dict[str, _Judged] = {}
        # Two people who look at once wait for one audit.
        self._judging: dict[str, asyncio.Lock] = {}

    async def gather(self, tenant: str = "") -> Readiness:
        """Of all tenants, or of one by its name.

        Errors: Refused when there is no such tenant, Unavailable.
        """
        desk = self._desk
        wanted = self._wanted(tenant)
        drills = await desk.store.drills()
        today = local_date(desk.organisation, desk.clock.now())
        tests = await self._signed_in(drills)
        general, of_tenants = stale_facts(desk.organisation, today, tests)
        heads = await desk.snapshots.heads() if desk.snapshots is not None else []
        newest = {head.tenant: head for head in heads}
        under_way = {one.begun.tenant: one.id for one in await open_drills(desk) if one.begun}
        tenants = []
        for one in wanted:
            found = await self._tenant(one, newest.get(one.id))
            texts = of_tenants.get(one.id, ())
            tenants.append(replace(found, under_way=under_way.get(one.id, ""), file=texts))
        incidents = await desk.store.incidents()
        left = [one for some in (incidents, drills) for one in await self._left_open(some, wanted)]
        return Readiness(
            desk.clock.now(),
            desk.organisation.time_zone,
            tuple(tenants),
            tuple(left),
            general,
            tuple(line.id for line in incidents if line.closed_at is None),
        )

    def _wanted(self, name: str) -> list[AnyTenant]:
        organisation = self._desk.organisation
        if not name:
            return list(organisation.tenants)
        found = organisation.tenant(name)
        if found is None:
            names = ", ".join(one.id for one in organisation.tenants)
            raise Refused(f"There is no tenant '{plain_line(name)[:40]}'", f"There are: {names}")
        return [found]

    def _is_of(self, incident: Incident, wanted: Sequence[AnyTenant]) -> bool:
        """What belongs to a tenant that is not in the file any more belongs to all."""
        organisation = self._desk.organisation
        tenant = organisation.tenant(incident.declared.tenant) if incident.declared else None
        return tenant is None or tenant.id in {one.id for one in wanted}

    async def _tenant(self, tenant: AnyTenant, head: SnapshotHead | None) -> TenantReadiness:
        desk = self._desk
        last = await last_drill(desk, tenant.id)
        held = None
        if last is not None and last.finished is not None and last.closed_at is not None:
            day = local_date(desk.organisation, last.closed_at)
            held = DrillHeld(last.id, day, last.finished.result)
        return TenantReadiness(
            tenant.id,
            tenant.name,
            len(tenant.emergency_accounts),
            readable=desk.source is not None and desk.source.reads(tenant),
            policies=await self._policies(tenant, head) if head else None,
            held=held,
            due=await next_drill(desk, tenant.id),
        )

    async def _policies(self, tenant: AnyTenant, head: SnapshotHead) -> PoliciesKnown | None:
        """As judged before, where nothing changed; None when the snapshot is gone meanwhile."""
        asked, lock = asked_of(tenant), self._judging.setdefault(tenant.id, asyncio.Lock())
        async with lock:
            before = self._judged.get(tenant.id)
            if before is not None and (before.digest, before.asked) == (head.digest, asked):
                return self._aged(before.known, head.taken_at)
            store = self._desk.snapshots
            snapshot = await store.newest(tenant.id) if store is not None else None
            if snapshot is None:
                return None
            judged = await asyncio.to_thread(_judge, snapshot, tenant, asked)
            self._judged[tenant.id] = judged
            return self._aged(judged.known, snapshot.taken_at)

    def _aged(self, known: PoliciesKnown, read_at: datetime) -> PoliciesKnown:
        stale = is_stale(self._desk.organisation, read_at, self._desk.clock.now())
        return replace(known, read_at=read_at, stale=stale)

    async def _signed_in(self, drills: Sequence[IncidentLine]) -> SignedIn:
        """What the newest finished drills proved. Errors: Unavailable."""
        found: dict[str, dict[str, date]] = {}
        for line in _closed(drills):
            drill = await self._desk.load(line.id)
            if drill.begun is None:
                continue
            days = found.setdefault(drill.begun.tenant, {})
            for account, moment in signed_in(drill).items():
                day = local_date(self._desk.organisation, moment)
                days[account] = max(day, days.get(account, day))
        return found

    async def _left_open(
        self, lines: Sequence[IncidentLine], wanted: Sequence[AnyTenant]
    ) -> list[LeftOpen]:
        found: list[LeftOpen] = []
        for line in _closed(lines):
            incident = await self._desk.load(line.id)
            if self._is_of(incident, wanted):
                found += [
                    LeftOpen(incident.id, item.title, item.due_at, incident.drill)
                    for item in incident.open_obligations
                ]
        return found


def _closed(lines: Sequence[IncidentLine]) -> list[IncidentLine]:
    return [one for one in lines if one.closed_at is not None][:LOOKED_BACK]


def _judge(snapshot: Snapshot, tenant: AnyTenant, asked: Asked) -> _Judged:
    report = audit_snapshot(snapshot, tenant)
    names = {account.identifier: account.name for account in tenant.emergency_accounts}
    found, _ = findings_of(report)
    counts, verdicts = counts_by_account(report), _verdicts(report)
    known = PoliciesKnown(
        snapshot.taken_at,
        stale=False,
        policies=policies_in(report),
        accounts=tuple(
            AccountCounts(
                names.get(account, account),
                tuple((verdict, number[verdict]) for verdict in VERDICTS if verdict in number),
            )
            for account, number in counts.items()
        ),
        worst=tuple(
            _line(one, names, [verdicts.get((one.policy_id, name), one.worst) for name in counts])
            for one in found[:WORST_SHOWN]
        ),
        open=_open(report),
    )
    return _Judged(snapshot.digest, asked, known)


def _verdicts(report: Report) -> dict[tuple[str, str], Verdict]:
    """Of each policy for each account; what could not be read is none of them."""
    found: dict[tuple[str, str], Verdict] = {}
    for finding in report.findings:
        key = (policy_key(finding), finding.account)
        found[key] = min(found.get(key, finding.verdict), finding.verdict, key=VERDICTS.index)
    return found


def _open(report: Report) -> tuple[tuple[OpenVerdict, int], ...]:
    """By the worst verdict of each; what could not be read may hide one, and is unknown."""
    worst: dict[str, OpenVerdict] = {}
    for finding in report.findings:
        verdict = next((one for one in WORST_FIRST if one == finding.verdict), None)
        if verdict is not None:
            key = finding.policy_id or finding.path
            worst[key] = min(worst.get(key, verdict), verdict, key=WORST_FIRST.index)
    counts = Counter(worst.values())
    counts["unknown"] += sum(problem.fatal for problem in report.problems)
    return tuple((verdict, counts[verdict]) for verdict in WORST_FIRST if counts[verdict])


def _line(policy: OpenPolicy, names: dict[str, str], verdicts: list[Verdict]) -> OpenLine:
    """The accounts that have the policy's worst verdict, and why the first of them has it."""
    worst = [one for one in policy.standings if one.verdict == policy.worst]
    accounts = tuple(names.get(one.account, one.account) for one in worst)
    # Whoever named a policy after a password shall not see it in Slack.
    name, reason = (
        WITHHELD if any(find_secrets(text)) else text
        for text in (
            plain_line(policy.policy_name or policy.policy_id),
            plain_line(worst[0].reason),
        )
    )
    return OpenLine(name, policy.worst, accounts, reason, tuple(verdicts))
