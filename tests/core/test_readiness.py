"""What there is to do before the night, the most dangerous first; nothing of it is ready."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args

import pytest

from bot.core.drill_schedule import NextDrill
from bot.core.findings import OpenVerdict
from bot.core.readiness import (
    AccountCounts,
    DrillHeld,
    Kind,
    LeftOpen,
    OpenLine,
    PoliciesKnown,
    Readiness,
    TenantReadiness,
    as_json,
    things_to_do,
)
from bot.core.wording import without_marks

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
KNOWN = PoliciesKnown(
    NOW - timedelta(minutes=5),
    stale=False,
    policies=12,
    accounts=(
        AccountCounts("emergency-1", (("excluded", 11), ("not_in_scope", 1))),
        AccountCounts("emergency-2", (("excluded", 12),)),
    ),
    worst=(),
    open=(),
)
CLEAN = TenantReadiness(
    "entra-example",
    "Example (Entra)",
    2,
    readable=True,
    policies=KNOWN,
    held=DrillHeld("drill-261001-aaaaa", date(2026, 10, 1), "passed"),
    due=NextDrill("entra-example", date(2026, 12, 31), 39),
)


def ready(*tenants: TenantReadiness, **changes: Any) -> Readiness:  # noqa: ANN401 - its fields
    """Everything is well, but for the changes."""
    return replace(Readiness(NOW, "UTC", tenants or (CLEAN,)), **changes)


def tenant(**changes: Any) -> TenantReadiness:  # noqa: ANN401 - its fields
    """A tenant where all is well, but for the changes."""
    return replace(CLEAN, **changes)


def with_open(*verdicts: OpenVerdict) -> TenantReadiness:
    """A tenant with a policy of each of these."""
    lines = tuple(
        OpenLine(
            f"CA00{number}",
            verdict,
            ("emergency-1",),
            "It blocks everybody.",
            (verdict, "not_in_scope"),
        )
        for number, verdict in enumerate(verdicts, start=1)
    )
    counts = tuple((one, verdicts.count(one)) for one in dict.fromkeys(verdicts))
    return tenant(policies=replace(KNOWN, worst=lines, open=counts))


CASES: dict[str, tuple[Readiness, Kind, str]] = {
    "a lockout is open": (ready(open_lockouts=("lo-1",)), "lockout", "**lo-1**"),
    "no emergency account": (
        ready(tenant(emergency_accounts=0)),
        "accounts",
        "Write the emergency",
    ),
    "never read": (ready(tenant(policies=None)), "unread", "`lockout snapshot entra-example`"),
    "never read, and cannot be from here": (
        ready(tenant(policies=None, readable=False)),
        "unread",
        "`lockout snapshot entra-example exported/`",
    ),
    "stale": (ready(tenant(policies=replace(KNOWN, stale=True))), "stale", "out of date"),
    "blocking": (ready(with_open("blocking")), "blocking", "Correct **CA001**"),
    "several are blocking": (
        ready(with_open("blocking", "blocking")),
        "blocking",
        "Correct 2 policies of Example (Entra), first of all **CA001**",
    ),
    "pending": (ready(with_open("pending")), "pending", "before it is in force"),
    "unknown": (ready(with_open("unknown")), "unknown", "cannot tell"),
    "the last drill failed": (
        ready(tenant(held=replace(CLEAN.held, result="failed"))),  # type: ignore[type-var]
        "failed",
        "Begin it: `/lockout drill entra-example`",
    ),
    "a drill is overdue": (
        ready(tenant(due=NextDrill("entra-example", date(2026, 11, 1), -21))),
        "overdue",
        "it was due on 2026-11-01",
    ),
    "a drill is under way": (ready(tenant(under_way="drill-9")), "overdue", "drill-9"),
    "never a drill": (ready(tenant(held=None)), "unproved", "a first DRILL"),
    "no schedule": (ready(tenant(due=None)), "schedule", "`drills: {every: quarterly, …}`"),
    "left open": (
        ready(left_open=(LeftOpen("drill-1", "Prove the alert", NOW, drill=True),)),
        "left",
        "Prove the alert (left open by DRILL drill-1, due 2026-11-22)",
    ),
    "the file lacks something": (ready(file=("no phone",)), "file", "no phone"),
    "the file lacks something of a tenant": (
        ready(tenant(file=("no support-only user",))),
        "file",
        "Example (Entra): no support-only user",
    ),
}


def test_where_nothing_is_missing_nothing_is_to_do() -> None:
    """The only case that is green."""
    assert things_to_do(ready()) == []
    assert as_json(ready())["ready"] is True


@pytest.mark.parametrize("name", CASES)
def test_whatever_is_missing_is_the_thing_to_do(name: str) -> None:
    """One thing wrong is one thing to do, with how."""
    readiness, kind, words = CASES[name]
    (todo,) = things_to_do(readiness)
    assert todo.kind == kind
    assert words in todo.text
    said = as_json(readiness)
    assert said["ready"] is False
    assert said["next"] == without_marks(todo.text)


def test_every_kind_has_its_case() -> None:
    """A new kind of thing to do comes with what brings it about."""
    assert {kind for _, kind, _ in CASES.values()} == set(get_args(Kind))


def test_the_most_dangerous_comes_first() -> None:
    """Whichever tenant it is of, and whatever the file lacks."""
    readiness = ready(
        tenant(id="aws-example", policies=None),
        with_open("unknown", "blocking"),
        file=("no phone",),
        left_open=(LeftOpen("lo-1", "Remove the exclusion", None, drill=False),),
    )
    kinds = [todo.kind for todo in things_to_do(readiness)]
    assert kinds == ["blocking", "unread", "unknown", "left", "file"]


def test_one_tenant_with_a_schedule_is_a_schedule() -> None:
    """It stands once in the file, so that nobody is told of it for each tenant."""
    one, other = tenant(), tenant(due=None)
    assert things_to_do(ready(one, other)) == []


def test_the_json_has_what_the_view_has() -> None:
    """It can be written, and read by a program."""
    left = LeftOpen("lo-1", "Remove the exclusion", NOW, drill=False)
    readiness = ready(with_open("blocking"), tenant(policies=None, held=None), left_open=(left,))
    said = json.loads(json.dumps(as_json(readiness)))
    first, second = said["tenants"]
    assert first["policies"]["open"] == {"blocking": 1, "pending": 0, "unknown": 0}
    assert first["policies"]["accounts"][0] == {
        "name": "emergency-1",
        "counts": {"excluded": 11, "not_in_scope": 1},
    }
    assert first["policies"]["worst"][0]["name"] == "CA001"
    assert first["last_drill"]["result"] == "passed"
    assert first["next_drill"] == {"due_on": "2026-12-31", "overdue": False}
    assert (second["policies"], second["last_drill"]) == (None, None)
    assert said["left_open"][0]["due_at"] == NOW.isoformat()
    assert "`" not in said["next"]
    assert "**" not in said["next"]
