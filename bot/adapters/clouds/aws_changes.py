"""Who changed which policy last, as far as CloudTrail still knows.

Its event history goes back 90 days, answers twice a second, and looks for one attribute at a time,
so each kind of change is asked for, newest first, and only so many. Organizations writes its
events in one Region.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.adapters.clouds.aws_calls import Calls
from bot.audit.snapshot import Change, newest_first
from bot.core.errors import Broken, Problem, Unavailable

EVENTS = ("UpdatePolicy", "CreatePolicy", "AttachPolicy", "DetachPolicy")
# Of each kind; other services have events of these names too.
MOST = 200
WHERE = "changes"
SOURCE = "organizations.amazonaws.com"


def read_changes(
    calls: Calls, names: Mapping[str, str], wide: frozenset[str] | None
) -> tuple[tuple[Change, ...], tuple[Problem, ...]]:
    """A change for every policy in `names` (by ID), dated where CloudTrail tells. Never raises.

    `wide` are the policies that hang on a root or unit; None when that is not known.
    """
    newest: dict[str, tuple[datetime, str]] = {}
    problems: tuple[Problem, ...] = ()
    try:
        for kind in EVENTS:
            asked = [{"AttributeKey": "EventName", "AttributeValue": kind}]
            events = calls.every(
                "cloudtrail", "lookup_events", "Events", most=MOST, LookupAttributes=asked
            )
            _take(events, newest)
    except (Broken, Unavailable) as error:
        message = f"Who changed what is not known. {error.reason}"
        problems = (Problem(WHERE, 0, "", message, fatal=False),)
    changes = []
    for policy, name in names.items():
        at, by = newest.get(policy, (None, ""))
        changes.append(Change(policy, name, at, by, broad=wide is None or policy in wide))
    return newest_first(changes), problems


def _take(events: Iterable[Mapping[str, Any]], newest: dict[str, tuple[datetime, str]]) -> None:
    for event in events:
        told = _load(event.get("CloudTrailEvent", ""))
        policy = _policy_of(told)
        if not policy or told.get("eventSource") != SOURCE or told.get("errorCode"):
            continue
        at = event["EventTime"].astimezone(UTC)
        if policy not in newest or newest[policy][0] < at:
            identity = told.get("userIdentity")
            by = identity.get("arn") if isinstance(identity, dict) else ""
            newest[policy] = at, str(by or event.get("Username") or "")


def _load(text: str) -> dict[str, Any]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _policy_of(told: Mapping[str, Any]) -> str:
    """The ID of the policy that an event is about; a new one's is in the answer."""
    asked = told.get("requestParameters")
    if isinstance(asked, dict) and isinstance(asked.get("policyId"), str):
        return str(asked["policyId"])
    found: object = told
    for key in ("responseElements", "policy", "policySummary", "id"):
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, str) else ""
