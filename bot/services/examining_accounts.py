"""What a drill keeps of an audit beside what is open: each account in numbers, and its group."""

from __future__ import annotations

from bot.audit.exclusion_group import read_group
from bot.audit.model import Report
from bot.audit.snapshot import Snapshot
from bot.core.audited import Asked
from bot.core.drill_events import AccountExamined, AccountsExamined
from bot.core.facts import AnyTenant
from bot.services.keeping_findings import counts_by_account

# Whoever is foreign makes the part fail; a fact need not hold a whole company to say so.
MOST_FOREIGN = 50
LONGEST_NAME, LONGEST_REASON = 200, 400


def examined_of(
    asked: Asked, snapshot: Snapshot, tenant: AnyTenant, report: Report, *, live: bool
) -> AccountsExamined:
    """The fact that stands beside the answer to this question."""
    question, counts, group = asked.event, counts_by_account(report), read_group(snapshot, tenant)
    sure = group is not None and not group.unsure
    return AccountsExamined(
        playbook=question.playbook,
        step=question.step,
        asked=asked.number,
        tenant=question.tenant,
        taken_at=snapshot.taken_at,
        live=live,
        accounts=tuple(
            AccountExamined(
                account=one.identifier,
                name=one.name,
                counts=counts.get(one.identifier, {}),
                in_group=one.identifier in group.inside if group and sure else None,
            )
            for one in tenant.emergency_accounts
        ),
        group=group.group[:LONGEST_NAME] if group else "",
        foreign=tuple(one[:LONGEST_NAME] for one in group.foreign[:MOST_FOREIGN]) if group else (),
        more_foreign=len(group.foreign[MOST_FOREIGN:]) if group else 0,
        unsure=group.unsure[:LONGEST_REASON] if group else "",
    )
