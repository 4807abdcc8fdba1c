"""The rules of IAM v2 deny policies and v3 access policies, read into one shape.

Also what is wrong with how they are written: Google refuses such a policy, or it does not do what
its author meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from bot.audit.google.expression import Reach, reach_of
from bot.audit.google.parse import Policy
from bot.audit.google.principal import wrong_form
from bot.audit.google.rescue import TABLE, hit, nearest, wrong_with
from bot.audit.google.shape import Json, child, key_of, objects_of, text_of, texts_of
from bot.audit.jsontext import Path, pointer_of
from bot.core.errors import Problem

_TAGS_KEY = "iam.googleapis.com"
_CALL = re.compile(r"[A-Za-z_][\w.]*\(")


class Rule(NamedTuple):
    """One rule that denies. Paths start at the policy.

    `rescue` are the permissions of a rescue that it denies, `rescue_if_mended` those that it would
    if they were written right, `reach` where its condition holds.
    """

    path: Path
    principals: tuple[str, ...]
    exceptions: tuple[str, ...]
    exceptions_path: Path
    permissions: tuple[str, ...]
    excepted: tuple[str, ...]
    condition: str
    condition_path: Path
    rescue: tuple[str, ...]
    rescue_if_mended: tuple[str, ...]
    reach: Reach
    other_conditions: tuple[str, ...] = ()

    def uncomputable(self) -> str:
        """What in the condition is beyond tags, for a sentence."""
        called = _CALL.findall(self.condition)
        others = [
            name for name in called if not name.startswith(("resource.matchTag", "resource.hasTag"))
        ]
        return f"{others[0]}…)" if others else f"'{self.condition[:80]}'"


def rules_of(policy: Policy, rescue: tuple[str, ...] = TABLE) -> list[Rule]:
    """The rules of a policy that deny something, in order. `rescue`: what a rescue needs."""
    read = _access_rules if policy.kind == "access" else _deny_rules
    return list(read(policy.raw, rescue))


def _deny_rules(raw: Json, rescue: tuple[str, ...]) -> Iterator[Rule]:
    for outer, at in objects_of(raw, "rules"):
        rule, inner = child(outer, "denyRule")
        path = (*at, *inner)
        condition, below = child(rule, "denialCondition")
        permissions = texts_of(rule, "deniedPermissions")
        excepted = texts_of(rule, "exceptionPermissions")
        expression = text_of(condition, "expression") if condition else ""
        yield Rule(
            path,
            texts_of(rule, "deniedPrincipals"),
            texts_of(rule, "exceptionPrincipals"),
            (*path, key_of(rule, "exceptionPrincipals")),
            permissions,
            excepted,
            expression,
            (*path, *below),
            *hit(permissions, excepted, rescue),
            reach_of(expression),
        )


def _access_rules(raw: Json, rescue: tuple[str, ...]) -> Iterator[Rule]:
    details, first = child(raw, "details")
    if not details:
        details, first = raw, ()
    for rule, at in objects_of(details, "rules"):
        # ALLOW grants, and keeps nobody out.
        if text_of(rule, "effect") != "DENY":
            continue
        path = (*first, *at)
        operation, _ = child(rule, "operation")
        conditions, below = child(rule, "conditions")
        by_tags, _ = child(conditions, _TAGS_KEY)
        permissions = texts_of(operation, "permissions")
        excepted = texts_of(operation, "excludedPermissions")
        expression = text_of(by_tags, "expression")
        yield Rule(
            path,
            texts_of(rule, "principals"),
            texts_of(rule, "excludedPrincipals"),
            (*path, key_of(rule, "excludedPrincipals")),
            permissions,
            excepted,
            expression,
            (*path, *below),
            *hit(permissions, excepted, rescue),
            reach_of(expression),
            tuple(key for key in conditions if key != _TAGS_KEY),
        )


def check_rules(policy: Policy, rules: list[Rule]) -> Iterator[Problem]:
    """What Google would not take, or not as it was meant. Not fatal: the policy is still judged."""
    for rule in rules:
        for message in _wrong_in(
            rule.principals, rule.exceptions, (*rule.permissions, *rule.excepted)
        ):
            yield _warn(policy, rule, message)
        if rule.reach == "uncomputable":
            yield _warn(
                policy,
                rule,
                f"The condition uses {rule.uncomputable()}: only functions of "
                "resource tags are computed, and a deny rule that cannot be computed applies.",
            )


@lru_cache(maxsize=4096)
def _wrong_in(
    principals: tuple[str, ...], exceptions: tuple[str, ...], permissions: tuple[str, ...]
) -> tuple[str, ...]:
    """A sentence for each entry that is wrong; the same lists stand in many policies."""
    found = [
        f"The {name} principal '{entry}' is not in the form of this kind of policy: {wrong}."
        for name, entries in (("denied", principals), ("exempted", exceptions))
        for entry in entries
        if (wrong := wrong_form(entry))
    ]
    for permission in permissions:
        if wrong := wrong_with(permission):
            found.append(f"The permission {wrong}")
        elif near := nearest(permission):
            found.append(f"The permission '{permission}' is not known here; did you mean {near}?")
    return tuple(found)


def _warn(policy: Policy, rule: Rule, message: str) -> Problem:
    place = pointer_of((*policy.path, *rule.path))
    return Problem(policy.document.name, 0, place, message, fatal=False)
