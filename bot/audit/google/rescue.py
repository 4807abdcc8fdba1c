"""What an emergency account must be able to do at Google Cloud, as a table.

A policy that denies none of this keeps nobody from repairing anything, and is not in scope. The
names are the IAM v2 form, `SERVICE/RESOURCE.VERB`; a deny rule may also name a whole group of
permissions (`SERVICE/*.*`, `SERVICE/RESOURCE.*`, `SERVICE/*.VERB`).
https://cloud.google.com/iam/docs/deny-overview https://cloud.google.com/iam/docs/permissions-reference
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from bot.audit.model import Severity


class Task(NamedTuple):
    """A part of a rescue: in words, how bad it is when it is denied, and what it needs."""

    name: str
    severity: Severity
    permissions: tuple[str, ...]


def _each(resource: str, *verbs: str) -> tuple[str, ...]:
    return tuple(f"{resource}.{verb}" for verb in verbs)


_IAM = "iam.googleapis.com"
_RESOURCES = "cloudresourcemanager.googleapis.com"
_LEVELS = "accesscontextmanager.googleapis.com"
TASKS: tuple[Task, ...] = (
    Task(
        "edit deny policies",
        "critical",
        _each(f"{_IAM}/denypolicies", "delete", "get", "list", "update"),
    ),
    Task(
        "change who holds which role",
        "critical",
        tuple(
            permission
            for resource in ("organizations", "folders", "projects")
            for permission in _each(f"{_RESOURCES}/{resource}", "getIamPolicy", "setIamPolicy")
        ),
    ),
    Task(
        "edit organization policies",
        "critical",
        (
            *_each("orgpolicy.googleapis.com/policy", "get", "set"),
            *_each("orgpolicy.googleapis.com/policies", "create", "delete", "list", "update"),
        ),
    ),
    Task(
        "edit access levels and their bindings",
        "critical",
        (
            *_each(f"{_LEVELS}/accessLevels", "get", "list", "update"),
            *_each(f"{_LEVELS}/gcpUserAccessBindings", "delete", "get", "list", "update"),
        ),
    ),
    Task(
        "edit access policies and principal access boundaries",
        "critical",
        (
            *_each(f"{_IAM}/accesspolicies", "delete", "get", "list", "update"),
            *_each(f"{_IAM}/principalaccessboundarypolicies", "get", "list", "unbind", "update"),
            *_each(f"{_RESOURCES}/organizations", "deletePolicyBinding", "updatePolicyBinding"),
        ),
    ),
    Task(
        "open a support case",
        "high",
        _each("cloudsupport.googleapis.com/techCases", "create", "get", "list", "update"),
    ),
)
PERMISSIONS: dict[str, Task] = {
    permission: task for task in TASKS for permission in task.permissions
}
TABLE = tuple(PERMISSIONS)

_OWN = Task("do what your organisation file lists", "critical", ())


def named(names: Iterable[str]) -> tuple[str, ...]:
    """The permissions of a rescue of one's own, once each; `default` stands for the table."""
    found: dict[str, None] = {}
    for name in names:
        found.update(dict.fromkeys(PERMISSIONS if name == "default" else (name,)))
    return tuple(found)


# Services that permissions of allow policies name otherwise: `resourcemanager.projects.get`.
_SERVICES = {"resourcemanager": "cloudresourcemanager"}
_FORM = re.compile(r"[a-z0-9.-]+\.[a-z]+/(?:\*|[A-Za-z]\w*)\.(?:\*|[A-Za-z]\w*)")
_OLD_FORM = re.compile(r"[a-z][a-z0-9-]*(?:\.[A-Za-z*]\w*)+")
_PLURAL = re.compile(r"s(?=\.|$)")
_READING = {"get", "list", "getIamPolicy"}


@lru_cache(maxsize=4096)
def wrong_with(permission: str) -> str:
    """Why Google does not take a permission as it is written; empty when it looks right.

    Whether a permission of the right form exists is known of those alone that a rescue needs
    (`nearest`); whether deny policies support it is not.
    """
    if not _FORM.fullmatch(permission):
        right = _corrected(permission)
        meant = f" (perhaps {right})" if right != permission else ""
        return f"'{permission}' has no service in front, as in {_IAM}/roles.list{meant}."
    right = _corrected(permission)
    return f"'{permission}' names no such service: write {right}." if right != permission else ""


def _corrected(permission: str) -> str:
    """The v2 form that was probably meant."""
    service, slash, rest = permission.partition("/")
    if not slash and _OLD_FORM.fullmatch(permission):
        service, _, rest = permission.partition(".")
        return f"{_SERVICES.get(service, service)}.googleapis.com/{rest}"
    name = service.removesuffix(".googleapis.com")
    return f"{_SERVICES[name]}.googleapis.com/{rest}" if name in _SERVICES else permission


@lru_cache(maxsize=4096)
def _matched(written: str, rescue: tuple[str, ...]) -> frozenset[str]:
    if "*" not in written:
        return frozenset({written}.intersection(rescue))
    pattern = re.compile(re.escape(written).replace(r"\*", r"[^/.]+"))
    return frozenset(one for one in rescue if pattern.fullmatch(one))


@lru_cache(maxsize=4096)
def nearest(written: str) -> str:
    """The permission of the table that was probably meant; empty for one of any other name.

    One letter wrong, or singular for plural. Whatever differs by more may well exist.
    """
    if "*" in written or written in PERMISSIONS:
        return ""
    service, _, name = _plain(written).partition("/")
    beside = {
        one: its_name
        for one in TABLE
        for its_service, _, its_name in (_plain(one).partition("/"),)
        if its_service == service
    }
    same = [one for one, its_name in beside.items() if its_name == name]
    near = [one for one, its_name in beside.items() if _one_letter(name, its_name)]
    return next(iter([*same, *near]), "")


@lru_cache(maxsize=4096)
def _plain(permission: str) -> str:
    return _PLURAL.sub("", permission.replace("ies", "y")).lower()


def _one_letter(one: str, other: str) -> bool:
    """At most one letter too many, too few, wrong, or changed places with its neighbour."""
    at = next((n for n, pair in enumerate(zip(one, other, strict=False)) if len(set(pair)) > 1), -1)
    if at < 0:
        return abs(len(one) - len(other)) <= 1
    rest, its = one[at:], other[at:]
    swapped = rest[:2] == its[1::-1] and rest[2:] == its[2:]
    return swapped or rest[1:] == its[1:] or rest[1:] == its or rest == its[1:]


@lru_cache(maxsize=4096)
def hit(
    denied: tuple[str, ...], excepted: tuple[str, ...], rescue: tuple[str, ...] = TABLE
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The rescue permissions that are denied, and those that would be if they were written right.

    Both in the order of `rescue`, which are all permissions that a rescue needs.
    """
    real: set[str] = set()
    meant: set[str] = set()
    for permission in denied:
        if wrong_with(permission):
            meant |= _matched(_corrected(permission), rescue)
        elif near := nearest(permission):
            meant |= _matched(near, rescue)
        else:
            real |= _matched(permission, rescue)
    for permission in excepted:
        if not wrong_with(permission):
            real -= _matched(permission, rescue)
            meant -= _matched(permission, rescue)
    return (
        tuple(one for one in rescue if one in real),
        tuple(one for one in rescue if one in meant),
    )


@lru_cache(maxsize=4096)
def severity_of(permissions: tuple[str, ...]) -> Severity:
    """Critical when a repair is denied, high when only the support case is, medium for reading."""
    changing = [one for one in permissions if one.rpartition(".")[2] not in _READING]
    if not changing:
        return "medium"
    worst = {PERMISSIONS.get(one, _OWN).severity for one in changing}
    return "critical" if "critical" in worst else "high"


@lru_cache(maxsize=4096)
def in_words(permissions: tuple[str, ...]) -> str:
    """For a sentence: the parts of a rescue that are touched, with their permissions."""
    tasks: dict[str, list[str]] = {}
    for permission in permissions:
        tasks.setdefault(PERMISSIONS.get(permission, _OWN).name, []).append(permission)
    return "; ".join(f"to {name} ({_some(found)})" for name, found in tasks.items())


def _some(found: Sequence[str]) -> str:
    return found[0] if len(found) == 1 else f"{found[0]} and {len(found) - 1} more"
