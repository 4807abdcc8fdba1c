"""What the organisation file lacks, in words for people who do not have it open.

The checks are those of the file (`organisation_checks`), asked again with today's date: a test
that was fresh when the bot started grows old while it runs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.core.facts import AnyTenant
from bot.core.organisation import EmergencyAccount, Organisation
from bot.core.organisation_checks import check_organisation

# Tenant -> identifier of an account -> the day of a sign-in that a drill proved.
SignedIn = Mapping[str, Mapping[str, date]]
_STEP = re.compile(r"(\w+)(?:\[(\d+)\])?")


def stale_facts(
    organisation: Organisation, today: date, signed_in: SignedIn | None = None
) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """Beside the tenants, and of each tenant by its id; one sentence each.

    A sign-in that a drill proved is a test, whatever the file says of the last one.
    """
    # Thousands of policies may stand there, and no check here needs more of them than one.
    slim = [
        tenant.model_copy(
            update={
                "policies": tenant.policies[:1],
                "emergency_accounts": _tested(tenant, (signed_in or {}).get(tenant.id, {})),
            }
        )
        for tenant in organisation.tenants
    ]
    data = organisation.model_copy(update={"tenants": tuple(slim)}).model_dump(mode="json")
    general: list[str] = []
    of_tenants: dict[str, list[str]] = {}
    for found in check_organisation(data, today=today):
        if found.fatal:
            continue
        tenant, name = _place(data, found.path)
        text = f"{name}: {found.message}" if name else found.message
        (of_tenants.setdefault(tenant, []) if tenant else general).append(text)
    return tuple(general), {tenant: tuple(texts) for tenant, texts in of_tenants.items()}


def _tested(tenant: AnyTenant, days: Mapping[str, date]) -> tuple[EmergencyAccount, ...]:
    """The accounts, each with the newer of the two days."""
    tested = []
    for account in tenant.emergency_accounts:
        known = [day for day in (account.last_test, days.get(account.identifier)) if day]
        tested.append(account.model_copy(update={"last_test": max(known, default=None)}))
    return tuple(tested)


def _place(data: Mapping[str, Any], path: str) -> tuple[str, str]:
    """The id of the tenant, and the name of the innermost entry within it; each may be empty."""
    if path == "exercise":
        return "", "exercise"
    node: Any = data
    tenant = name = ""
    for key, number in _STEP.findall(path):
        node = node[key][int(number)] if number else node.get(key)
        if not isinstance(node, Mapping):
            break
        if key == "tenants":
            tenant = str(node["id"])
        elif key != "group":
            name = str(node.get("name") or "")
    return tenant, name
