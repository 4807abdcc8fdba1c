"""The questions of a declaration, filled in with everything that is known already.

With one tenant and one known address, a person confirms and submits.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.events import Provider
from bot.core.facts import PROVIDER_NAMES, WAYS_IN, AnyTenant, ago, format_moment
from bot.core.incident import Incident
from bot.core.organisation import KnownPolicy, Organisation, is_stale
from bot.core.timeline import format_time
from bot.core.view import Choice, Correct, Declare, Form, FormField

# A policy that changed this recently is the likeliest cause, so it is chosen until somebody
# chooses another; an older one is a guess that nobody should find in their ticket.
RECENT = timedelta(days=7)
SEPARATOR = "/"
# Characters of a choice's value that every surface carries.
LONGEST_VALUE = 150
INTRO = "Fill in what you know. Everything can be added later. Never paste a password or a code."


def declare_form(organisation: Organisation, now: datetime, only: Provider | None = None) -> Form:
    """An empty declaration. `only` narrows it to the tenants of one provider."""
    tenants = organisation.tenants_of(only) if only else list(organisation.tenants)
    first = tenants[0].id if len(tenants) == 1 else ""
    fields = (
        FormField(
            "tenant",
            "Which tenant?",
            "one_of",
            required=True,
            choices=tuple(
                Choice(tenant.id, f"{tenant.name} ({PROVIDER_NAMES[tenant.provider]})")
                for tenant in tenants
            ),
            default=first,
        ),
        *_detail_fields(organisation, tenants, now),
    )
    return Form("Locked out", "Get the way in", fields, Declare(), INTRO)


def correct_form(organisation: Organisation, incident: Incident, now: datetime) -> Form:
    """The same questions for an incident, with what was answered so far."""
    declared = incident.declared
    assert declared is not None  # noqa: S101 - a loaded incident was declared
    tenant = organisation.tenant(declared.tenant)
    listed = (
        {policy.name: policy_key(tenant, policy, several=False) for policy in tenant.policies}
        if tenant
        else {}
    )
    known = [address.text for address in declared.addresses]
    listed_addresses = {address for address, _ in organisation.known_addresses()}
    typed_policy = "" if declared.policy_name in listed else declared.policy_name
    so_far: dict[str, str | tuple[str, ...]] = {
        "error": declared.error_text,
        "policy": listed.get(declared.policy_name, ""),
        "policy_typed": typed_policy,
        "policy_id": declared.policy_id if typed_policy else "",
        "addresses": tuple(text for text in known if text in listed_addresses),
        "addresses_typed": ", ".join(text for text in known if text not in listed_addresses),
        "accounts": "\n".join(declared.accounts),
        "impact": declared.impact,
        "began_at": format_time(declared.began_at) if declared.began_at else "",
        "access": declared.access,
    }
    fields = _detail_fields(organisation, [tenant] if tenant else [], now, so_far)
    return Form("Add details", "Record", fields, Correct(incident=incident.id), INTRO)


def _detail_fields(
    organisation: Organisation,
    tenants: list[AnyTenant],
    now: datetime,
    so_far: dict[str, str | tuple[str, ...]] | None = None,
) -> tuple[FormField, ...]:
    fields = (
        FormField("error", "The error, as it was shown", "lines", placeholder="Paste all of it"),
        *_policy_fields(organisation, tenants, now),
        *_address_fields(organisation),
        FormField(
            "accounts",
            "Accounts affected",
            "lines",
            placeholder="One a line, or: all administrators",
        ),
        FormField(
            "impact",
            "What does it cost the business?",
            "lines",
            placeholder="Production down since 02:10, 400 people cannot work",
        ),
        FormField("began_at", "When did it begin?", "moment"),
        FormField(
            "access",
            "Who can still sign in anywhere?",
            "many_of",
            choices=tuple(Choice(key, label) for key, label in WAYS_IN.items()),
        ),
    )
    return fields if so_far is None else tuple(_with_answer(field, so_far) for field in fields)


def _with_answer(field: FormField, so_far: dict[str, str | tuple[str, ...]]) -> FormField:
    return replace(field, default=so_far.get(field.id, ""))


def _policy_fields(
    organisation: Organisation, tenants: list[AnyTenant], now: datetime
) -> tuple[FormField, ...]:
    found = [(policy, tenant) for tenant in tenants for policy in tenant.newest_policies()]
    found.sort(key=lambda pair: _age(pair[0], now))
    several = len(tenants) > 1
    choices = tuple(
        Choice(
            policy_key(tenant, policy, several=several),
            f"{tenant.name}: {policy.name}" if several else policy.name,
            _changed(policy, organisation.time_zone),
        )
        for policy, tenant in found
    )
    newest = found[0] if found and not several and _age(found[0][0], now) <= RECENT else None
    typed = FormField("policy_typed", "Or type its name", placeholder="As the portal shows it")
    typed_id = FormField("policy_id", "Its ID, if you know it")
    if not choices:
        return (FormField("policy_typed", "Suspected policy"), typed_id)
    chosen = FormField(
        "policy",
        "Suspected policy",
        "one_of",
        choices=choices,
        hint="Most recently changed first. Choose another if you suspect another."
        + _as_of(organisation, tenants, now),
        default=policy_key(newest[1], newest[0], several=False) if newest else "",
    )
    return (chosen, typed, typed_id)


def _as_of(organisation: Organisation, tenants: list[AnyTenant], now: datetime) -> str:
    """How old the list is; of several, the oldest."""
    read = [(tenant.policies_as_of, tenant.name) for tenant in tenants if tenant.policies_as_of]
    if not read:
        return ""
    at, name = min(read)
    of = f" for {name}" if len(tenants) > 1 else ""
    stale = is_stale(organisation, at, now)
    return f" As of {ago(now - at)}{of}{': may be out of date' if stale else ''}."


def policy_key(tenant: AnyTenant, policy: KnownPolicy, *, several: bool = True) -> str:
    """The value of a policy choice; it says whose it is when several tenants are on offer."""
    key = f"{tenant.id}{SEPARATOR}{policy.id}" if several else policy.id
    if len(key) <= LONGEST_VALUE:
        return key
    # Google's names of policies are paths; some surfaces would cut them off.
    return f"sha256:{hashlib.sha256(key.encode()).hexdigest()}"


def _age(policy: KnownPolicy, now: datetime) -> timedelta:
    return now - policy.changed_at if policy.changed_at else timedelta.max


def _changed(policy: KnownPolicy, zone: str) -> str:
    if policy.changed_at is None:
        return "last change not known"
    by = f" by {policy.changed_by}" if policy.changed_by else ""
    return f"changed {format_moment(policy.changed_at, zone)}{by}"


def _one_place(known: list[tuple[str, str]]) -> bool:
    """At most one IPv4 and one IPv6 entry: a provider needs both, and nothing has to be chosen."""
    sixes = [":" in address for address, _ in known]
    return sixes.count(True) <= 1 and sixes.count(False) <= 1


def _address_fields(organisation: Organisation) -> tuple[FormField, ...]:
    known = organisation.known_addresses()
    typed = FormField(
        "addresses_typed",
        "Another public IP" if known else "Public IP to let in",
        hint="Several: put a comma between. An address outside your list is flagged.",
        placeholder="curl https://ifconfig.me",
    )
    if not known:
        return (typed,)
    listed = FormField(
        "addresses",
        "Public IP to let in",
        "many_of",
        choices=tuple(Choice(address, address, label) for address, label in known),
        default=tuple(address for address, _ in known) if _one_place(known) else (),
    )
    return (listed, typed)
