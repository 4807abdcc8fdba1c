"""What must be known before the lockout: tenants, accounts, policies, people, addresses.

Read from one YAML file that a person keeps. No secret belongs in it: it says *where* a sealed
credential is, never what it is. Identifiers are checked for their form here, so that a ticket
never carries a mistyped one; whether they exist is the audit's question.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from bot.core.drill_schedule import DrillSchedule
from bot.core.events import Provider
from bot.core.secrets import find_secrets

Role = Literal["responder", "approver", "custodian"]


def _shape(pattern: str, what: str) -> Callable[[str], str]:
    compiled = re.compile(pattern, re.ASCII)

    def check(value: str) -> str:
        if not compiled.fullmatch(value):
            message = f"'{value[:80]}' is not {what}"
            raise ValueError(message)
        return value

    return check


def _no_secret(value: str) -> str:
    for name in find_secrets(value):
        message = (
            f"this looks like a {name}. No credential belongs in this file:"
            " name the place where it is kept"
        )
        raise ValueError(message)
    return value


def _address(value: str) -> str:
    try:
        ipaddress.ip_network(value, strict=False)
    except ValueError:
        message = f"'{value}' is not an IP address or network"
        raise ValueError(message) from None
    return value


def _time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        message = f"'{value}' is not a time zone name, for example 'Europe/Berlin' or 'UTC'"
        raise ValueError(message) from None
    return value


def _as_text(value: object) -> object:
    """YAML reads 012345678901 and 123456789012 as numbers; an id is text."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Text = Annotated[str, BeforeValidator(_as_text), AfterValidator(_no_secret)]
Guid = Annotated[
    str,
    AfterValidator(
        _shape(
            r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
            "a GUID, for example 11111111-2222-3333-4444-555555555555",
        )
    ),
]
AwsAccount = Annotated[
    str,
    BeforeValidator(_as_text),
    AfterValidator(_shape(r"\d{12}", "a 12-digit AWS account ID (write it in quotes)")),
]
AwsOrganization = Annotated[
    str,
    AfterValidator(
        _shape(r"o-[a-z0-9]{10,32}", "an AWS organization ID, for example o-exampleorg1")
    ),
]
PrincipalArn = Annotated[
    str,
    AfterValidator(
        _shape(
            r"arn:aws[a-z-]*:iam::(\d{12}|\*):(role|user)/[\w+=,.@/*-]{1,512}",
            "an IAM role or user ARN, for example arn:aws:iam::123456789012:role/break-glass-1"
            " (a session ARN, sts:assumed-role, never matches a policy)",
        )
    ),
]
GoogleOrganization = Annotated[
    str,
    BeforeValidator(_as_text),
    AfterValidator(_shape(r"\d{6,20}", "a Google Cloud organization number")),
]
GoogleCustomer = Annotated[
    str, AfterValidator(_shape(r"C[0-9a-z]{6,20}", "a Google customer ID, for example C01example"))
]
Email = Annotated[str, AfterValidator(_shape(r"[^\s@]{1,64}@[^\s@]{1,255}", "an e-mail address"))]
Domain = Annotated[
    str,
    AfterValidator(_shape(r"(?=.{4,253}$)([A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}", "a domain name")),
]
TenantKey = Annotated[
    str,
    AfterValidator(
        _shape(r"[a-z0-9][a-z0-9-]{0,39}", "a short name (lower case letters, digits, hyphens)")
    ),
]
Address = Annotated[str, AfterValidator(_address)]
SlackUser = Annotated[
    str,
    AfterValidator(
        _shape(
            r"[UW][A-Z0-9]{2,20}",
            "a Slack member ID, for example U0123ABCD (profile, three dots, 'Copy member ID')",
        )
    ),
]
SlackChannel = Annotated[
    str, AfterValidator(_shape(r"[CG][A-Z0-9]{2,20}", "a Slack channel ID, for example C0123ABCD"))
]
Phone = Annotated[
    str,
    BeforeValidator(_as_text),
    AfterValidator(_shape(r"\+?[0-9][0-9 ()/.-]{3,28}", "a phone number, for example +1 555 0100")),
]


class Part(BaseModel):
    """Base of every part of the file: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Person(Part):
    """Somebody who may act. `slack` and `login` (the OS account) are how surfaces know them."""

    id: TenantKey
    name: Text
    roles: tuple[Role, ...] = Field(min_length=1)
    slack: SlackUser | None = None
    login: Text | None = None
    phone: Phone | None = None


class Egress(Part):
    """A public address or network from which the organisation reaches the internet."""

    address: Address
    label: Text = ""


class Support(Part):
    """What the organisation bought, and the door that opens when no portal does."""

    plan: Text
    phone: Text = ""
    contract: Text = ""
    partner: Text = ""


class KnownPolicy(Part):
    """A policy of the tenant, as last looked at. `broad`: it can reach everybody."""

    id: Text
    name: Text
    changed_at: AwareDatetime | None = None
    changed_by: Text = ""
    broad: bool = True


class EmergencyAccount(Part):
    """A break-glass account: where its credential is kept and when it was last tried."""

    name: Text
    custody: Text
    methods: tuple[Text, ...] = ()
    last_test: date | None = None


class EntraAccount(EmergencyAccount):
    """An Entra emergency account; `name` is its user principal name."""

    object_id: Guid

    @property
    def identifier(self) -> str:
        """What a policy excludes."""
        return self.object_id


class AwsAccountPrincipal(EmergencyAccount):
    """An AWS break-glass role or user."""

    arn: PrincipalArn

    @property
    def identifier(self) -> str:
        """What a policy's condition names."""
        return self.arn


class GoogleAccount(EmergencyAccount):
    """A Google break-glass user."""

    email: Email

    @property
    def identifier(self) -> str:
        """What a policy's exception names."""
        return f"principal://goog/subject/{self.email}"


class SupportUser(Part):
    """The red phone: an identity that can only talk to the provider. Never its credential."""

    name: Text
    custodian: TenantKey
    sealed_at: Text
    last_test: date | None = None


class Group(Part):
    """The exclusion group. `id` is its object ID (Entra) or e-mail address (Google)."""

    name: Text = "sg-break-glass-admins"
    id: Text = ""


class TenantBase(Part):
    """What tenants of all providers have."""

    id: TenantKey
    name: Text
    support: Support
    group: Group = Group()
    support_user: SupportUser | None = None
    policies: tuple[KnownPolicy, ...] = ()

    def newest_policies(self) -> list[KnownPolicy]:
        """Most recently changed first; those without a date last, in file order."""
        dated = [policy for policy in self.policies if policy.changed_at]
        dated.sort(key=_changed, reverse=True)
        return dated + [policy for policy in self.policies if not policy.changed_at]


def _changed(policy: KnownPolicy) -> datetime:
    assert policy.changed_at is not None  # noqa: S101 - newest_policies filters
    return policy.changed_at


class EntraTenant(TenantBase):
    """A Microsoft Entra tenant."""

    provider: Literal["entra"]
    tenant_id: Guid
    initial_domain: Domain
    emergency_accounts: tuple[EntraAccount, ...] = ()

    @model_validator(mode="after")
    def _group_is_a_guid(self) -> EntraTenant:
        if self.group.id:
            _shape(
                r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
                "a GUID: group.id is the group's object ID",
            )(self.group.id)
        return self

    @property
    def main_id(self) -> str:
        """The provider's own identifier of the tenant."""
        return self.tenant_id


class AwsTenant(TenantBase):
    """An AWS organization. `principal_pattern` is the ARN pattern that policies exempt."""

    provider: Literal["aws"]
    organization_id: AwsOrganization
    management_account: AwsAccount
    accounts: tuple[AwsAccount, ...] = ()
    principal_pattern: PrincipalArn
    emergency_accounts: tuple[AwsAccountPrincipal, ...] = ()

    @property
    def main_id(self) -> str:
        """The provider's own identifier of the tenant."""
        return self.organization_id


class GoogleTenant(TenantBase):
    """A Google Workspace or Cloud Identity customer, with its Cloud organization."""

    provider: Literal["google"]
    primary_domain: Domain
    organization_id: GoogleOrganization
    customer_id: GoogleCustomer | None = None
    dns_host: Text = ""
    emergency_accounts: tuple[GoogleAccount, ...] = ()

    @property
    def main_id(self) -> str:
        """The provider's own identifier of the tenant."""
        return self.organization_id


Tenant = Annotated[EntraTenant | AwsTenant | GoogleTenant, Field(discriminator="provider")]


class SlackSettings(Part):
    """Where the incident card hangs, and which reaction puts a message on the timeline.

    What an incident's own channel does not take goes to `fallback_channel`, else to each responder.
    """

    card: Literal["channel", "thread", "here"] = "channel"
    fallback_channel: SlackChannel | None = None
    reaction: Annotated[
        str, AfterValidator(_shape(r"[a-z0-9_+'-]{1,100}", "a reaction name without colons"))
    ] = "pushpin"


class Organisation(Part):
    """The whole file. `exercise` allows documentation addresses and playing several people."""

    name: Text
    time_zone: Annotated[str, AfterValidator(_time_zone)] = "UTC"
    exercise: bool = False
    slack: SlackSettings = SlackSettings()
    drills: DrillSchedule | None = None
    tenants: tuple[Tenant, ...] = Field(min_length=1)
    egress: tuple[Egress, ...] = ()
    people: tuple[Person, ...] = Field(min_length=1)

    def tenant(self, key: str) -> EntraTenant | AwsTenant | GoogleTenant | None:
        """By its short name, or by the provider's own identifier."""
        wanted = key.strip().lower()
        for tenant in self.tenants:
            names = {tenant.id, tenant.main_id.lower()}
            if isinstance(tenant, EntraTenant):
                names.add(tenant.initial_domain.lower())
            elif isinstance(tenant, AwsTenant):
                names |= {tenant.management_account, *tenant.accounts}
            else:
                names.add(tenant.primary_domain.lower())
            if wanted in names:
                return tenant
        return None

    def tenants_of(self, provider: Provider) -> list[EntraTenant | AwsTenant | GoogleTenant]:
        """Every tenant at one provider, in file order."""
        return [tenant for tenant in self.tenants if tenant.provider == provider]

    def person(self, actor_id: str) -> Person | None:
        """The person behind `slack:U…` or `terminal:login`; `exercise:ID` while exercising."""
        surface, _, name = actor_id.partition(":")
        for person in self.people:
            if surface == "slack" and person.slack == name:
                return person
            if surface == "terminal" and person.login == name:
                return person
            if surface == "exercise" and self.exercise and person.id == name.rpartition("/")[2]:
                return person
        return None

    def same_person(self, one: str, other: str) -> bool:
        """Whether two actor ids are one human being, on whatever surfaces."""
        if one == other:
            return True
        first, second = self.person(one), self.person(other)
        return first is not None and second is not None and first.id == second.id

    def people_with(self, role: Role) -> list[Person]:
        """Everybody who has a role, in file order."""
        return [person for person in self.people if role in person.roles]

    def known_addresses(self) -> list[tuple[str, str]]:
        """Address and label of each egress entry, as `addresses.report_address` takes them."""
        return [(entry.address, entry.label) for entry in self.egress]
