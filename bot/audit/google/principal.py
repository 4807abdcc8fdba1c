"""Who an account is, and whether an entry of a policy means it.

The forms are those of the IAM v2 and v3 APIs; the forms of allow policies (`user:…`) are known, so
that one in the wrong place is named. https://cloud.google.com/iam/docs/principal-identifiers
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, NamedTuple

from bot.audit.google.membership import Membership

SUBJECT = "principal://goog/subject/"
SERVICE = "principal://iam.googleapis.com/projects/-/serviceAccounts/"
GROUP = "principalSet://goog/group/"
CUSTOMER = "principalSet://goog/cloudIdentityCustomerId/"
EVERYBODY = "principalSet://goog/public:all"
_POOLS = "iam.googleapis.com/locations/global/workforcePools/"
# Workload identities and agents, which no emergency account is.
_MACHINES = ("principalSet://iam.googleapis.com/projects/", "principalSet://agents.")
_RESOURCES = "principalSet://cloudresourcemanager.googleapis.com/"
_MAIL = re.compile(r"[^\s@:/]+@[^\s@:/]+")
_SERVICE_MAIL = ".gserviceaccount.com"
_POOL = (
    r"iam\.googleapis\.com/(?:locations/global/workforcePools"
    r"|projects/[^/\s]+/locations/global/workloadIdentityPools)/[^/\s]+"
)
_AGENTS = r"agents\.[\w.-]+\.goog"
# Every form of the tables for deny policies and access policies. A resource's set without a type
# is in neither, but people write it, and it is judged as what it says.
_FORMS = re.compile(
    r"(?:deleted:)?principal://(?:goog/subject/[^\s@/]+@[^\s@/]+"
    r"|iam\.googleapis\.com/projects/-/serviceAccounts/[^\s@/]+@[^\s@/]+"
    rf"|{_POOL}/subject/\S+|{_AGENTS}/resources/\S+)"
    r"|(?:deleted:)?principalSet://(?:goog/group/[^\s/]+"
    r"|goog/cloudIdentityCustomerId/[^\s/]+|goog/public:all"
    r"|cloudresourcemanager\.googleapis\.com/(?:projects|folders|organizations)/[^\s/]+"
    r"(?:/type/Service(?:Account|Agent))?"
    rf"|{_POOL}/(?:\*|group/\S+|attribute\.[^\s/]+/\S+)"
    rf"|{_AGENTS}/(?:\*|attribute\.\S+))"
)
NO_FORM = "it is no form of a principal"
_EVERYBODY = ("allUsers", "allAuthenticatedUsers")
_V1 = {"user:": SUBJECT, "serviceAccount:": SERVICE, "group:": GROUP, "domain:": CUSTOMER}

# Values of `principal.type` in conditions of policy bindings.
# https://cloud.google.com/iam/docs/conditions-attribute-reference#principals
TYPES = {
    "user": "iam.googleapis.com/WorkspaceIdentity",
    "service account": "iam.googleapis.com/ServiceAccount",
    "workforce identity": "iam.googleapis.com/WorkforcePoolIdentity",
}


@dataclass(frozen=True, slots=True)
class Account:
    """An emergency account. `name` is its address in lower case, or the workforce subject.

    `identifier` is how a deny policy names it, `written` how the question did.
    """

    kind: Literal["user", "service account", "workforce identity"]
    name: str
    identifier: str
    written: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class Meant(NamedTuple):
    """Whether an entry means an account. None: `missing` names what would tell.

    `wrong` says why Google does not take the entry as it is written; empty when it does.
    """

    covers: bool | None
    how: str = ""
    missing: str = ""
    wrong: str = ""


def parse_account(written: str) -> Account | str:
    """The account, or one sentence about what is wrong with it."""
    text = written.strip()
    for start in ("user:", SUBJECT):
        if text.startswith(start):
            return _mail_account(text.removeprefix(start), written)
    for start in ("serviceAccount:", SERVICE):
        if text.startswith(start) and _MAIL.fullmatch(text.removeprefix(start)):
            name = text.removeprefix(start)
            return Account("service account", name.lower(), SERVICE + name, written)
    if text.startswith(f"principal://{_POOLS}") and "/subject/" in text:
        name = text.removeprefix(f"principal://{_POOLS}")
        return Account("workforce identity", name, text, written)
    if text.startswith(("group:", "principalSet:")):
        return "This names a group, not an account. Give groups with --group."
    return _mail_account(text, written)


def _mail_account(mail: str, written: str) -> Account | str:
    if not _MAIL.fullmatch(mail):
        return "This is no Google account. Write user:MAIL or principal://goog/subject/MAIL."
    if mail.endswith(_SERVICE_MAIL):
        return Account("service account", mail.lower(), SERVICE + mail, written)
    return Account("user", mail.lower(), SUBJECT + mail, written)


def means(entry: str, account: Account, membership: Membership) -> Meant:
    """Whether an entry of a deny or access policy means the account."""
    said = membership.said[account.identifier]
    found: Meant | None = said.get(entry)
    if found is None:
        found = said[entry] = _means(entry, account, membership)
    return found


def _means(entry: str, account: Account, membership: Membership) -> Meant:
    wrong = wrong_form(entry)
    if wrong:
        return _as_it_was_meant(entry, account, membership, wrong)
    if entry == EVERYBODY:
        return Meant(covers=True, how="everybody")
    if entry.startswith(GROUP):
        return _in_group(entry.removeprefix(GROUP), account, membership)
    if entry.startswith(CUSTOMER):
        return _in_customer(entry.removeprefix(CUSTOMER), account, membership)
    if entry.startswith("principalSet://"):
        return _in_set(entry, account)
    # `deleted:…` names nobody who can sign in, and is equal to no identifier.
    return Meant(entry.lower() == account.identifier.lower(), how="the account itself")


def wrong_form(entry: str) -> str:
    """What to write instead, when Google does not take the entry as it is; else empty."""
    if _FORMS.fullmatch(entry):
        return ""
    if entry in _EVERYBODY:
        return f"write {EVERYBODY}"
    for start, instead in _V1.items():
        if entry.startswith(start):
            name = entry.removeprefix(start) if instead != CUSTOMER else "CUSTOMER-ID"
            return f"write {instead}{name}"
    return NO_FORM


def _as_it_was_meant(entry: str, account: Account, membership: Membership, wrong: str) -> Meant:
    if entry in _EVERYBODY:
        return Meant(covers=True, how=entry, wrong=wrong)
    start, _, name = entry.partition(":")
    if start == "domain":
        covers = account.name.endswith(f"@{name.lower()}")
        return Meant(covers, how=entry, wrong=wrong)
    instead = _V1.get(f"{start}:")
    if not instead:
        return Meant(
            None, missing=f"what '{entry}' stands for, which is no form of a principal", wrong=wrong
        )
    return means(instead + name, account, membership)._replace(wrong=wrong)


def _in_group(group: str, account: Account, membership: Membership) -> Meant:
    answer = membership.is_in(account.name, group)
    if answer.member is None:
        meant = membership.meant(answer.missing)
        slip = f" (did you mean {meant}?)" if meant else ""
        return Meant(None, missing=f"the members of group {answer.missing}{slip}")
    nested = ", through a group nested in it" if answer.nested else ""
    return Meant(answer.member, how=f"group {group}{nested}")


def _in_customer(customer: str, account: Account, membership: Membership) -> Meant:
    if account.kind == "user" and membership.customer:
        same = membership.customer.lower() == customer.lower()
        return Meant(same, how=f"customer {customer}")
    return Meant(None, missing=f"whether it belongs to customer {customer}")


def _in_set(entry: str, account: Account) -> Meant:
    if entry.startswith(_RESOURCES):
        # Sets of a project, folder or organization: service accounts, agents, identity pools.
        if account.kind == "user" and ("/type/" in entry or "/organizations/" not in entry):
            return Meant(covers=False)
    elif entry.startswith(f"principalSet://{_POOLS}"):
        pool, _, rest = entry.removeprefix(f"principalSet://{_POOLS}").partition("/")
        if account.kind != "workforce identity" or account.name.partition("/")[0] != pool:
            return Meant(covers=False)
        if rest == "*":
            return Meant(covers=True, how=f"workforce pool {pool}")
    elif entry.startswith(_MACHINES):
        return Meant(covers=False)
    return Meant(None, missing=f"whether it is in {entry}")
