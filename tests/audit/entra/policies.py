"""Small policies to ask about, and the people and groups in them. None of them exists."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from typing import Any

from bot.audit.entra.run import audit_entra
from bot.audit.model import Finding, Question, Report, Source

ONE = "11111111-1111-4111-8111-111111111111"
TWO = "22222222-2222-4222-8222-222222222222"
STRANGER = "99999999-9999-4999-8999-999999999999"
GROUP = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
INNER = "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"
OUTER = "cccccccc-cccc-4ccc-8ccc-cccccccccccc"
OTHER = "dddddddd-dddd-4ddd-8ddd-dddddddddddd"
APP = "eeeeeeee-eeee-4eee-8eee-eeeeeeeeeeee"
PLACE = "ffffffff-ffff-4fff-8fff-ffffffffffff"
STRENGTH = "abababab-abab-4bab-8bab-abababababab"
GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
HELPDESK = "729827e3-9c14-49f7-bb1b-9608f156bbb8"
BUILT_IN = "00000000-0000-0000-0000-00000000000"

GONE = "(taken out)"

BASE: dict[str, Any] = {
    "id": "12345678-1234-4234-8234-123456789012",
    "displayName": "Block everybody",
    "state": "enabled",
    "conditions": {
        "clientAppTypes": ["all"],
        "applications": {
            "includeApplications": ["All"],
            "excludeApplications": [],
            "includeUserActions": [],
        },
        "users": {
            "includeUsers": ["All"],
            "excludeUsers": [],
            "includeGroups": [],
            "excludeGroups": [],
            "includeRoles": [],
            "excludeRoles": [],
        },
    },
    "grantControls": {"operator": "OR", "builtInControls": ["block"]},
    "sessionControls": None,
}


def policy(changes: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The base policy with dotted paths set to new values, or taken out (`GONE`)."""
    made = copy.deepcopy(BASE)
    for path, value in (changes or {}).items():
        *parents, last = path.split(".")
        here = made
        for parent in parents:
            if not isinstance(here.get(parent), dict):
                here[parent] = {}
            here = here[parent]
        if value == GONE:
            here.pop(last, None)
        else:
            here[last] = value
    return made


def question(
    accounts: tuple[str, ...] = (ONE, TWO),
    groups: tuple[str, ...] = (GROUP,),
    members: Mapping[str, tuple[str, ...]] | None = None,
    methods: tuple[str, ...] = (),
) -> Question:
    """Two accounts in one exclusion group, nothing else known, unless said otherwise."""
    return Question(accounts, groups, members, frozenset(methods))


def source(value: object, name: str = "policy.json") -> Source:
    """A file with this JSON in it."""
    return Source(name, json.dumps(value, indent=2).encode())


def report(value: object, asked: Question | None = None) -> Report:
    """What the audit says of one file."""
    return audit_entra([source(value)], asked or question())


def first(value: object, asked: Question | None = None) -> Finding:
    """The finding for the first account."""
    return report(value, asked).findings[0]


def pascal(value: Mapping[str, Any]) -> dict[str, Any]:
    """The same JSON with keys as PowerShell writes them."""
    return {key[:1].upper() + key[1:]: _in_pascal(inner) for key, inner in value.items()}


def _in_pascal(value: object) -> object:
    if isinstance(value, dict):
        return pascal(value)
    return [_in_pascal(inner) for inner in value] if isinstance(value, list) else value
