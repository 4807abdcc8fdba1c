"""What an organisation file must not say, and what it had better say, beyond the form of each key.

Looks at plain data, so that these are found together with the mistakes of form: nobody should
have to fix a file twice. What refuses and what only warns: docs/decisions/organisation-file.md.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bot.core.addresses import parse_address
from bot.core.errors import Refused

Node = Mapping[str, Any]
_MAIN_ID = {"entra": "tenant_id", "aws": "organization_id", "google": "organization_id"}
_IDENTIFIER = {"entra": "object_id", "aws": "arn", "google": "email"}
_ENOUGH = 2
STALE_TEST = timedelta(days=100)


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem at a dotted path. `fatal` is False for what is only worth a warning."""

    path: str
    message: str
    fatal: bool = True


def check_organisation(data: Node, *, today: date) -> list[Finding]:
    """Every cross-check on the plain data of the file; `today` is the organisation's date."""
    return [
        *_check_people(data),
        *_check_egress(data),
        *_check_tenants(data),
        *_check_snapshots(data),
        *_warn_people(data),
        *_warn_tenants(data, today),
    ]


def _entries(node: Node, key: str, path: str = "") -> list[tuple[str, Node]]:
    """The mappings of a list with their paths; what has another form was found elsewhere."""
    entries = node.get(key)
    if not isinstance(entries, Sequence) or isinstance(entries, str):
        return []
    prefix = f"{path}.{key}" if path else key
    return [
        (f"{prefix}[{number}]", entry)
        for number, entry in enumerate(entries)
        if isinstance(entry, Mapping)
    ]


def _roles(person: Node) -> Sequence[object]:
    roles = person.get("roles")
    return roles if isinstance(roles, Sequence) else ()


def _twice(entries: list[tuple[str, Node]], key: str, what: str) -> Iterator[Finding]:
    seen: set[str] = set()
    for path, entry in entries:
        value = str(entry.get(key) or "").strip().lower()
        if value and value in seen:
            yield Finding(f"{path}.{key}", f"'{entry[key]}' is the {key} of two {what}")
        seen.add(value)


def _check_people(data: Node) -> Iterator[Finding]:
    people = _entries(data, "people")
    for key in ("id", "slack", "login"):
        yield from _twice(people, key, "people")


def _check_egress(data: Node) -> Iterator[Finding]:
    exercise = str(data.get("exercise")).lower() == "true"
    for path, entry in _entries(data, "egress"):
        written = entry.get("address")
        if not isinstance(written, str) or not _is_network(written):
            continue  # Its form is wrong, and that is said where forms are checked.
        try:
            parse_address(written, documentation=exercise)
        except Refused as refused:
            hint = f". {refused.hint}" if refused.hint else ""
            yield Finding(f"{path}.address", f"{refused.reason}{hint}")


def _is_network(written: str) -> bool:
    try:
        ipaddress.ip_network(written, strict=False)
    except ValueError:
        return False
    return True


def _check_tenants(data: Node) -> Iterator[Finding]:
    tenants = _entries(data, "tenants")
    yield from _twice(tenants, "id", "tenants")
    for provider, key in _MAIN_ID.items():
        same = [(path, tenant) for path, tenant in tenants if tenant.get("provider") == provider]
        yield from _twice(same, key, "tenants")
    people = {str(person.get("id")): person for _, person in _entries(data, "people")}
    for path, tenant in tenants:
        yield from _twice(_entries(tenant, "policies", path), "id", "policies")
        accounts = _entries(tenant, "emergency_accounts", path)
        yield from _twice(
            accounts, _IDENTIFIER.get(str(tenant.get("provider")), "name"), "accounts"
        )
        yield from _check_custodian(path, tenant, people)


def _check_snapshots(data: Node) -> Iterator[Finding]:
    snapshots = data.get("snapshots")
    wanted = snapshots.get("tenants") if isinstance(snapshots, Mapping) else None
    if not isinstance(wanted, Sequence) or isinstance(wanted, str):
        return
    known = [str(tenant.get("id")) for _, tenant in _entries(data, "tenants")]
    for number, name in enumerate(wanted):
        if name not in known:
            message = f"'{name}' is not the id of a tenant in this file; known: {', '.join(known)}"
            yield Finding(f"snapshots.tenants[{number}]", message)


def _check_custodian(path: str, tenant: Node, people: Mapping[str, Node]) -> Iterator[Finding]:
    user = tenant.get("support_user")
    name = user.get("custodian") if isinstance(user, Mapping) else None
    if not isinstance(name, str):
        return
    place = f"{path}.support_user.custodian"
    if name not in people:
        known = ", ".join(people) or "nobody"
        yield Finding(place, f"'{name}' is not the id of a person in this file; known: {known}")
    elif "custodian" not in _roles(people[name]):
        yield Finding(place, f"'{name}' does not have the role custodian", fatal=False)


def _warn_people(data: Node) -> Iterator[Finding]:
    def warn(path: str, message: str) -> Finding:
        return Finding(path, message, fatal=False)

    people = _entries(data, "people")
    approvers = [person for _, person in people if "approver" in _roles(person)]
    if len(approvers) < _ENOUGH:
        yield warn(
            "people",
            f"{_count(len(approvers), 'approver')}: unsealing the support-only user needs somebody "
            "who asks and another one who approves. Name two",
        )
    acting = [
        (path, person) for path, person in people if {"responder", "approver"} & {*_roles(person)}
    ]
    if not any(person.get("phone") for _, person in acting):
        yield warn(
            "people", "no responder or approver has a phone: the ticket has no call-back number"
        )
    for path, person in acting:
        if not person.get("slack") and not person.get("login"):
            yield warn(path, "has neither slack nor login: the bot cannot recognise this person")
    if not _entries(data, "egress"):
        yield warn(
            "egress", "no address is known: whatever is typed at 3 AM will be marked as unlisted"
        )
    if str(data.get("exercise")).lower() == "true":
        yield warn(
            "exercise", "is on: example addresses are taken, and one person may play several"
        )


def _count(number: int, what: str) -> str:
    return f"only one {what}" if number == 1 else f"no {what}"


def _warn_tenants(data: Node, today: date) -> Iterator[Finding]:
    for path, tenant in _entries(data, "tenants"):
        for place, message in _lacking(path, tenant):
            yield Finding(place, message, fatal=False)
        if not _entries(tenant, "policies", path) and not _is_watched(data, tenant):
            message = "no policies are known: their names must be typed at 3 AM"
            yield Finding(f"{path}.policies", message, fatal=False)
        accounts = _entries(tenant, "emergency_accounts", path)
        user = tenant.get("support_user")
        if isinstance(user, Mapping):
            accounts.append((f"{path}.support_user", user))
        for place, account in accounts:
            message = _stale(account.get("last_test"), today)
            if message:
                yield Finding(f"{place}.last_test", message, fatal=False)


def _lacking(path: str, tenant: Node) -> Iterator[tuple[str, str]]:
    accounts = _entries(tenant, "emergency_accounts", path)
    if len(accounts) < _ENOUGH:
        counted = _count(len(accounts), "emergency account")
        yield f"{path}.emergency_accounts", f"{counted}: keep at least two"
    if not isinstance(tenant.get("support_user"), Mapping):
        yield f"{path}.support_user", "no support-only user: the last of the three ways is not open"
    group = tenant.get("group")
    known = group.get("id") if isinstance(group, Mapping) else None
    if not known and tenant.get("provider") in {"entra", "google"}:
        what = "object ID" if tenant.get("provider") == "entra" else "address"
        yield f"{path}.group", f"the {what} of the exclusion group (id) is not known"


def _is_watched(data: Node, tenant: Node) -> bool:
    """Its policies are read at the provider, so nobody need write them down."""
    snapshots = data.get("snapshots")
    if not isinstance(snapshots, Mapping):
        return False
    wanted = snapshots.get("tenants", "all")
    return wanted in ("all", []) or (isinstance(wanted, list) and tenant.get("id") in wanted)


def _stale(written: object, today: date) -> str:
    if not written:
        return "no test is recorded: sign in once for real, and write the date down"
    try:
        tested = date.fromisoformat(str(written)[:10])
    except ValueError:
        return ""
    days = (today - tested).days
    if days < 0:
        return f"{tested} is in the future"
    if days > STALE_TEST.days:
        return f"the last test is {days} days ago: sign in once for real"
    return ""
