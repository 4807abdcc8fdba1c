"""Who changed each policy last, and when.

When, the policy itself says; who, only the audit log, which keeps 30 days (7 without a P1 licence)
and comes some minutes late. A name is given only where the log's newest entry is that change.
https://learn.microsoft.com/graph/api/directoryaudit-list
https://learn.microsoft.com/entra/identity/monitoring-health/reference-reports-data-retention
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.adapters.clouds.entra_policies import name_of
from bot.adapters.clouds.graph import Graph, Json, Misled, Place
from bot.audit.entra.shape import child, text_of, value_of
from bot.audit.snapshot import Change, newest_first
from bot.core.errors import Broken, Problem, Unavailable

PART: Final = "audit log"
NEEDS = "AuditLog.Read.All"
NOT_KNOWN = "Who changed a policy last is not known."
_PLACE = Place(
    "v1.0/auditLogs/directoryAudits",
    "the audit log",
    NEEDS,
    {
        "$filter": "category eq 'Policy' and loggedByService eq 'Conditional Access'",
        "$orderby": "activityDateTime desc",
        "$top": "500",
    },
)
_ENTRIES_AT_MOST = 10_000
_ACTIVITIES = {
    "add conditional access policy",
    "update conditional access policy",
    "delete conditional access policy",
}
# The log and the policy are stamped by two services.
_APART = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Entry:
    """The newest change of a policy in the audit log."""

    at: datetime
    by: str


async def read_log(graph: Graph, problems: list[Problem]) -> dict[str, Entry]:
    """The newest change of each policy by its ID in lower case. What is missing is a problem."""
    newest: dict[str, Entry] = {}
    number = 0
    try:
        async for page in graph.pages(_PLACE):
            number += len(page)
            for entry in page:
                if isinstance(entry, dict):
                    _keep(entry, newest)
            if number >= _ENTRIES_AT_MOST:
                break
    except Misled:
        raise
    except (Broken, Unavailable) as error:
        problems.append(Problem(PART, 0, "", f"{error.reason}. {NOT_KNOWN}", fatal=False))
    return newest


def _keep(entry: Json, newest: dict[str, Entry]) -> None:
    at = moment_of(entry, "activityDateTime")
    said = text_of(entry, "activityDisplayName").casefold()
    if at is None or said not in _ACTIVITIES or text_of(entry, "result") not in ("success", ""):
        return
    targets = value_of(entry, "targetResources")
    for target in targets if isinstance(targets, list) else []:
        policy = text_of(target, "id").casefold() if isinstance(target, dict) else ""
        if policy and (policy not in newest or newest[policy].at < at):
            newest[policy] = Entry(at, _who(child(entry, "initiatedBy")))


def _who(initiated: Json) -> str:
    """A person's name at the provider, or an app's."""
    user, app = child(initiated, "user"), child(initiated, "app")
    said = [text_of(user, name) for name in ("userPrincipalName", "displayName", "id")]
    names = ("displayName", "servicePrincipalName", "appId", "servicePrincipalId")
    said += [f"app {text_of(app, name)}" for name in names if text_of(app, name)]
    return next((one for one in said if one), "")


def changes_of(
    policies: Sequence[Json], log: dict[str, Entry], broad: Callable[[Json], bool]
) -> tuple[Change, ...]:
    """One change for each policy, newest first."""
    return newest_first([_change(policy, log, broad(policy)) for policy in policies])


def _change(policy: Json, log: dict[str, Entry], broad: bool) -> Change:  # noqa: FBT001 - a field
    policy_id = text_of(policy, "id")
    at = moment_of(policy, "modifiedDateTime") or moment_of(policy, "createdDateTime")
    entry = log.get(policy_id.casefold())
    by = ""
    if entry and (at is None or entry.at >= at - _APART):
        by = entry.by
        at = max(at or entry.at, entry.at)
    return Change(policy_id or name_of(policy), name_of(policy), at, by, broad)


def moment_of(value: Json, name: str) -> datetime | None:
    """A time as Graph writes it, in UTC; None where there is none that can be read."""
    try:
        moment = datetime.fromisoformat(text_of(value, name))
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
