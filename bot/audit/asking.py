"""Whose way in is asked about, taken from the organisation file.

Nothing is added to what the file says: a method counts when every emergency account has it, and a
word that is not known stays as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.core.errors import Invalid, Problem
from bot.core.events import Provider
from bot.core.facts import AnyTenant
from bot.core.organisation import AwsTenant, GoogleTenant, Organisation

# The audit's own table of what a rescue needs.
DEFAULT = "default"
# How people write their methods, and the words that the audits know.
_METHODS = (
    (re.compile(r"fido|passkey|security key|hardware key|yubikey", re.IGNORECASE), "fido2"),
    (re.compile(r"certificate|smart ?card", re.IGNORECASE), "certificate"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What one provider's tenants say.

    `customer` (Google) and `management_account` (AWS) are empty unless there is exactly one.
    `rescue` are the actions (AWS) or permissions (Google) that a rescue needs, of all tenants
    together; `default` among them stands for the audit's own table.
    """

    accounts: tuple[str, ...]
    groups: tuple[str, ...]
    methods: frozenset[str]
    customer: str = ""
    management_account: str = ""
    rescue: tuple[str, ...] = (DEFAULT,)


def asked_by(organisation: Organisation, provider: Provider, file: str) -> Asked:
    """Accounts, groups and methods of the provider's tenants. `file` is named in problems.

    Raises Invalid when the file has no emergency account at the provider.
    """
    asked = _asked(organisation.tenants_of(provider))
    if not asked.accounts:
        message = f"Names no emergency account at the provider '{provider}'."
        raise Invalid([Problem(file, 0, "tenants", message)])
    return asked


def asked_of(tenant: AnyTenant) -> Asked:
    """The same for one tenant; it may have no account."""
    return _asked([tenant])


def _asked(tenants: Sequence[AnyTenant]) -> Asked:
    accounts = [account for tenant in tenants for account in tenant.emergency_accounts]
    methods = [frozenset(map(method_of, account.methods)) for account in accounts]
    return Asked(
        accounts=_once(account.identifier for account in accounts),
        groups=_once(group for tenant in tenants if (group := _group_of(tenant))),
        methods=frozenset.intersection(*methods) if methods else frozenset(),
        customer=_only(one.customer_id or "" for one in tenants if isinstance(one, GoogleTenant)),
        management_account=_only(
            one.management_account for one in tenants if isinstance(one, AwsTenant)
        ),
        rescue=_once(
            action
            for one in tenants
            if isinstance(one, AwsTenant | GoogleTenant)
            for action in one.rescue_actions
        )
        or (DEFAULT,),
    )


def method_of(written: str) -> str:
    """`FIDO2 security key` as the audits know it; a word that is not known as it is."""
    return next((name for pattern, name in _METHODS if pattern.search(written)), written)


def _group_of(tenant: AnyTenant) -> str:
    """What a policy would name: an object ID, an ARN pattern, an address."""
    return tenant.principal_pattern if isinstance(tenant, AwsTenant) else tenant.group.id


def _once(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))


def _only(found: Iterable[str]) -> str:
    values: Sequence[str] = _once(found)
    return values[0] if len(values) == 1 else ""
