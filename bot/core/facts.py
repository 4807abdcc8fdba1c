"""The names that playbooks and tickets may use, and their values for one incident.

One flat vocabulary for all providers: `VOCABULARY` is what an author may write, with the words
in which a missing one is shown. Values that forms and buttons of playbooks leave behind come on
top, under the names that the playbook gave them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.core.events import Value
from bot.core.incident import Incident
from bot.core.organisation import (
    AwsTenant,
    EntraTenant,
    GoogleTenant,
    Organisation,
    Person,
)
from bot.core.timeline import parse_time

AnyTenant = EntraTenant | AwsTenant | GoogleTenant

PROVIDER_NAMES = {"entra": "Microsoft Entra", "aws": "AWS", "google": "Google"}

WAYS_IN = {
    "admin": "Another administrator can still sign in",
    "session": "A signed-in session is still open (do not sign out)",
    "partner": "A partner or reseller has access",
    "app": "A break-glass application is ready",
    "nobody": "Nobody",
    "unknown": "Not known yet",
}

# Name -> the words after "[MISSING: " in a ticket. Grouped as the form and the file group them.
VOCABULARY: dict[str, str] = {
    # the incident
    "incident": "incident number",
    "declared_at": "time of the declaration",
    "declared_by": "who declared it",
    "began_at": "when it began",
    "impact": "business impact",
    "policy_name": "policy name",
    "policy_id": "policy ID",
    "policy_changed_at": "when the policy was last changed",
    "policy_changed_by": "who changed the policy",
    "addresses": "public IP address",
    "unlisted_addresses": "addresses outside the known list",
    "accounts": "affected accounts",
    "access": "who can still sign in",
    "still_in": "a way in that still works",
    "way_in": "which way in still works",
    "error_text": "error text as shown",
    # the pasted error
    "error_code": "error code",
    "request_id": "request ID",
    "correlation_id": "correlation ID",
    "error_at": "time in the error message",
    "principal_arn": "principal ARN",
    "action": "denied action",
    "resource": "denied resource",
    "account_id": "account ID",
    "scp_id": "SCP ID",
    "cloudtrail_event_id": "CloudTrail event ID",
    "region": "region",
    "permission": "denied permission",
    "project": "project",
    "deny_policy": "deny policy ID",
    "principal": "principal in the error",
    "cause": "likely cause",
    "branch": "what the error suggests",
    # the organisation file
    "organisation": "organisation name",
    "provider": "provider",
    "provider_name": "provider name",
    "tenant": "tenant name",
    "tenant_id": "tenant ID",
    "initial_domain": "initial domain",
    "organization_id": "organization ID",
    "management_account": "management account ID",
    "principal_pattern": "ARN pattern of the break-glass principals",
    "primary_domain": "primary domain",
    "customer_id": "customer ID",
    "dns_host": "who hosts the DNS of the domain",
    "group_name": "exclusion group name",
    "group_id": "exclusion group ID",
    "emergency_accounts": "emergency accounts",
    "broad_policies": "known broad policies",
    "support_plan": "support plan",
    "support_phone": "support phone number",
    "support_contract": "support contract number",
    "partner": "partner or reseller",
    "support_user": "support-only user",
    "custodian": "custodian of the sealed credential",
    "sealed_at": "where the sealed credential is kept",
    "callbacks": "call-back number, reachable at any hour",
    "approvers": "approvers",
    # the audit
    "audit_possible": "whether policies can be audited here",
    "audit_result": "result of the audit",
    "members_result": "whether the exclusion group has exactly its members",
}


@dataclass(frozen=True, slots=True)
class Callback:
    """Somebody the provider can call, at any hour."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Account:
    """An emergency account as a text needs it."""

    name: str
    identifier: str
    custody: str
    methods: str
    last_test: str


@dataclass(frozen=True, slots=True)
class Policy:
    """A known policy as a text needs it."""

    name: str
    id: str
    changed_at: str
    changed_by: str


def format_moment(moment: datetime | None, time_zone: str) -> str:
    """Minutes, UTC first, then the organisation's own time; empty when not known."""
    if moment is None:
        return ""
    utc = moment.astimezone(UTC)
    text = f"{utc:%Y-%m-%d %H:%M} UTC"
    try:
        local = utc.astimezone(ZoneInfo(time_zone))
    except OverflowError:  # the first or last day that a datetime can hold, in another zone
        return text
    if local.utcoffset() == utc.utcoffset():
        return text
    day = "" if local.date() == utc.date() else f"{local:%Y-%m-%d} "
    return f"{text} ({day}{local:%H:%M %Z})"


_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))


def ago(age: timedelta) -> str:
    """An age in its largest whole unit: `5 minutes ago`."""
    seconds = int(age.total_seconds())
    for size, unit in _UNITS:
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return "just now"


def known_facts(incident: Incident, organisation: Organisation) -> dict[str, object]:
    """Every name of `VOCABULARY`, empty text or tuple when not known, and the walk's own values."""
    tenant = organisation.tenant(incident.declared.tenant) if incident.declared else None
    facts: dict[str, object] = dict.fromkeys(VOCABULARY, "")
    facts |= {"organisation": organisation.name}
    facts |= _people_facts(organisation, tenant)
    if tenant is not None:
        facts |= _tenant_facts(tenant, organisation.time_zone)
    facts |= _error_facts(incident)
    facts |= _declared_facts(incident, organisation, tenant)
    zone = organisation.time_zone
    return facts | {name: _readable(value, zone) for name, value in incident.values.items()}


_STORED_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")


def _readable(value: Value, time_zone: str) -> object:
    """A moment that a form left behind is stored as ISO 8601 and read as a time of day."""
    if isinstance(value, str) and _STORED_MOMENT.fullmatch(value):
        # A person may have typed what only looks like one.
        with suppress(ValueError):
            return format_moment(parse_time(value), time_zone)
    return value


def _people_facts(organisation: Organisation, tenant: AnyTenant | None) -> Mapping[str, object]:
    def reachable(people: list[Person]) -> list[Callback]:
        return [Callback(person.name, person.phone) for person in people if person.phone]

    callbacks = reachable(organisation.people_with("approver"))
    callbacks += [
        entry
        for entry in reachable(organisation.people_with("responder"))
        if entry not in callbacks
    ]
    facts: dict[str, object] = {
        "callbacks": tuple(callbacks),
        "approvers": tuple(person.name for person in organisation.people_with("approver")),
    }
    if tenant is not None and tenant.support_user is not None:
        user = tenant.support_user
        names = [person.name for person in organisation.people if person.id == user.custodian]
        facts |= {"support_user": user.name, "sealed_at": user.sealed_at}
        facts |= {"custodian": names[0] if names else user.custodian}
    return facts


def _tenant_facts(tenant: AnyTenant, time_zone: str) -> Mapping[str, object]:
    facts: dict[str, object] = {
        "provider": tenant.provider,
        "provider_name": PROVIDER_NAMES[tenant.provider],
        "tenant": tenant.name,
        "tenant_id": tenant.main_id,
        "group_name": tenant.group.name,
        "group_id": tenant.group.id,
        "support_plan": tenant.support.plan,
        "support_phone": tenant.support.phone,
        "support_contract": tenant.support.contract,
        "partner": tenant.support.partner,
        "emergency_accounts": tuple(
            Account(
                account.name,
                account.identifier,
                account.custody,
                ", ".join(account.methods),
                account.last_test.isoformat() if account.last_test else "never recorded",
            )
            for account in tenant.emergency_accounts
        ),
        "broad_policies": tuple(
            Policy(
                known.name, known.id, format_moment(known.changed_at, time_zone), known.changed_by
            )
            for known in tenant.newest_policies()
            if known.broad
        ),
    }
    return {**facts, **_provider_facts(tenant)}


def _provider_facts(tenant: AnyTenant) -> Mapping[str, object]:
    match tenant:
        case EntraTenant():
            return {"initial_domain": tenant.initial_domain}
        case AwsTenant():
            return {
                "organization_id": tenant.organization_id,
                "management_account": tenant.management_account,
                "principal_pattern": tenant.principal_pattern,
            }
        case GoogleTenant():
            return {
                "organization_id": tenant.organization_id,
                "primary_domain": tenant.primary_domain,
                "customer_id": tenant.customer_id or "",
                "dns_host": tenant.dns_host,
            }
        case _ as never:
            assert_never(never)


# Name in the vocabulary -> name in what the diagnosis picked out of the pasted text.
_PICKED = {
    "request_id": "request_id",
    "correlation_id": "correlation_id",
    "error_at": "timestamp",
    "principal_arn": "principal_arn",
    "action": "action",
    "account_id": "account_id",
    "scp_id": "scp_id",
    "cloudtrail_event_id": "cloudtrail_event_id",
    "region": "region",
    "permission": "permission",
    "project": "project",
    "deny_policy": "deny_policy",
    "principal": "principal",
}


def _error_facts(incident: Incident) -> Mapping[str, object]:
    diagnosis = incident.diagnosis
    if diagnosis is None:
        return {}
    picked = diagnosis.picked
    facts: dict[str, object] = {name: picked.get(key, "") for name, key in _PICKED.items()}
    facts["resource"] = picked.get("resource") or picked.get("resource_arn", "")
    facts["error_code"] = diagnosis.code or ""
    if diagnosis.code:
        facts |= {"cause": diagnosis.cause, "branch": diagnosis.branch}
    return facts


def _declared_facts(
    incident: Incident, organisation: Organisation, tenant: AnyTenant | None
) -> Mapping[str, object]:
    declared, zone = incident.declared, organisation.time_zone
    if declared is None:
        return {"incident": incident.id}
    ways = [way for way in declared.access if way not in {"nobody", "unknown"}]
    facts: dict[str, object] = {
        "incident": incident.id,
        "declared_at": format_moment(incident.declared_at, zone),
        "declared_by": incident.declared_by.name if incident.declared_by else "",
        "began_at": format_moment(declared.began_at, zone),
        "impact": declared.impact,
        "policy_name": declared.policy_name,
        "policy_id": declared.policy_id,
        "addresses": tuple(address.text for address in declared.addresses),
        "unlisted_addresses": tuple(item.text for item in declared.addresses if not item.known),
        "accounts": declared.accounts,
        "error_text": declared.error_text,
        "access": ", ".join(WAYS_IN.get(way, way) for way in declared.access),
    }
    if ways:
        facts |= {"still_in": "yes", "way_in": ways[0]}
    elif "nobody" in declared.access:
        facts["still_in"] = "no"
    known = [
        policy
        for policy in (tenant.policies if tenant else ())
        if policy.name == declared.policy_name or policy.id == declared.policy_id
    ]
    if known:
        facts["policy_name"] = declared.policy_name or known[0].name
        facts["policy_id"] = declared.policy_id or known[0].id
        facts["policy_changed_at"] = format_moment(known[0].changed_at, zone)
        facts["policy_changed_by"] = known[0].changed_by
    return facts
