"""What the organisation file lacks, in words for people who do not have it open.

The checks are those of the file (`organisation_checks`), asked again with today's date: a test
that was fresh when the bot started grows old while it runs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.core.organisation import Organisation
from bot.core.organisation_checks import check_organisation

_STEP = re.compile(r"(\w+)(?:\[(\d+)\])?")


def stale_facts(
    organisation: Organisation, today: date
) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """Beside the tenants, and of each tenant by its id; one sentence each."""
    # Thousands of policies may stand there, and no check here needs more of them than one.
    slim = [
        tenant.model_copy(update={"policies": tenant.policies[:1]})
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
