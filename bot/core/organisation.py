"""What must be known before the lockout: tenants, accounts, policies, people, addresses.

Read from one YAML file that a person keeps. No secret belongs in it: it says *where* a sealed
credential is, never what it is. Identifiers are checked for their form here, so that a ticket
never carries a mistyped one; whether they exist is the audit's question.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Literal

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
from bot.core.identifiers import (
    Address,
    AwsAccount,
    AwsAction,
    AwsOrganization,
    Domain,
    Duration,
    Email,
    GoogleCustomer,
    GoogleOrganization,
    GooglePermission,
    Guid,
    Phone,
    PrincipalArn,
    SlackChannel,
    SlackUser,
    TenantKey,
    Text,
    TimeZone,
    shape,
)

Role = Literal["responder", "approver", "custodian"]


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
    # When the policies above were read; None when a person wrote them down.
    policies_as_of: AwareDatetime | None = None

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
            shape(
                r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
                "a GUID: group.id is the group's object ID",
            )(self.group.id)
        return self

    @property
    def main_id(self) -> str:
        """The provider's own identifier of the tenant."""
        return self.tenant_id


class AwsTenant(TenantBase):
    """An AWS organization. `principal_pattern` is the ARN pattern that policies exempt.

    `rescue_actions` take the place of the audit's own table; `default` stands for all of that.
    """

    provider: Literal["aws"]
    organization_id: AwsOrganization
    management_account: AwsAccount
    accounts: tuple[AwsAccount, ...] = ()
    principal_pattern: PrincipalArn
    rescue_actions: tuple[AwsAction, ...] = Field(default=("default",), min_length=1)
    emergency_accounts: tuple[AwsAccountPrincipal, ...] = ()

    @property
    def main_id(self) -> str:
        """The provider's own identifier of the tenant."""
        return self.organization_id


class GoogleTenant(TenantBase):
    """A Google Workspace or Cloud Identity customer, with its Cloud organization.

    `rescue_actions` are permissions; see `AwsTenant`.
    """

    provider: Literal["google"]
    primary_domain: Domain
    organization_id: GoogleOrganization
    customer_id: GoogleCustomer | None = None
    dns_host: Text = ""
    rescue_actions: tuple[GooglePermission, ...] = Field(default=("default",), min_length=1)
    emergency_accounts: tuple[GoogleAccount, ...] = ()

    @property
    def main_id(self) -> str:
        """The provider's own identifier of the tenant."""
        return self.organization_id


Tenant = Annotated[EntraTenant | AwsTenant | GoogleTenant, Field(discriminator="provider")]


class SlackSettings(Part):
    """Where the incident card hangs, and which reaction puts a message on the timeline.

    What an incident's own channel does not take goes to `fallback_channel`, else to each responder.
    Policies are announced in `alerts_channel`, else there, else to each approver.
    """

    card: Literal["channel", "thread", "here"] = "channel"
    fallback_channel: SlackChannel | None = None
    alerts_channel: SlackChannel | None = None
    reaction: Annotated[
        str, AfterValidator(shape(r"[a-z0-9_+'-]{1,100}", "a reaction name without colons"))
    ] = "pushpin"


def _not_all(value: object) -> object:
    return () if value == "all" else value


class SnapshotSettings(Part):
    """How often policies are read at their provider. `tenants`: by short name; empty is all."""

    every: Annotated[Duration, Field(ge=timedelta(minutes=1))] = timedelta(minutes=15)
    stale_after: Duration = timedelta(hours=24)
    tenants: Annotated[tuple[TenantKey, ...], BeforeValidator(_not_all)] = ()


class Organisation(Part):
    """The whole file. `exercise` allows documentation addresses and playing several people."""

    name: Text
    time_zone: TimeZone = "UTC"
    exercise: bool = False
    slack: SlackSettings = SlackSettings()
    # Absent: nothing is read at any provider unless somebody asks for it.
    snapshots: SnapshotSettings | None = None
    drills: DrillSchedule | None = None
    tenants: tuple[Tenant, ...] = Field(min_length=1)
    egress: tuple[Egress, ...] = ()
    people: tuple[Person, ...] = Field(min_length=1)

    def tenant(self, key: str) -> EntraTenant | AwsTenant | GoogleTenant | None:
        """By its short name, or by the provider's own identifier."""
        wanted = key.strip().lower()
        # Asked at every press, and nearly always by the short name.
        for tenant in self.tenants:
            if tenant.id == wanted:
                return tenant
        for tenant in self.tenants:
            names = {tenant.main_id.lower()}
            if isinstance(tenant, EntraTenant):
                names.add(tenant.initial_domain.lower())
            elif isinstance(tenant, AwsTenant):
                names |= {tenant.management_account, *tenant.accounts}
            else:
                names.add(tenant.primary_domain.lower())
            if wanted in names:
                return tenant
        return None

    def watched(self) -> list[EntraTenant | AwsTenant | GoogleTenant]:
        """The tenants whose policies are read at their provider by themselves."""
        if self.snapshots is None:
            return []
        wanted = self.snapshots.tenants
        return [tenant for tenant in self.tenants if not wanted or tenant.id in wanted]

    def watches(self, tenant: str) -> bool:
        """Whether that one is among them."""
        return any(one.id == tenant for one in self.watched())

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


def is_stale(organisation: Organisation, read_at: datetime, now: datetime) -> bool:
    """Whether what was read of a tenant then may be out of date."""
    return now - read_at > (organisation.snapshots or SnapshotSettings()).stale_after
