"""When a policy was changed, and by whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.adapters.clouds.google_changes import MOST_PAGES, Entry, changes_of
from bot.adapters.clouds.google_policies import Read
from bot.adapters.memory import FixedClock
from bot.audit.google.parse import Kind
from bot.audit.model import Source
from bot.audit.snapshot import Change, Snapshot
from tests.adapters.clouds.google_cases import (
    GROUP,
    MAIL,
    WHEN,
    binding,
    constraint,
    deny,
    level,
    tenant,
)
from tests.adapters.clouds.google_stand_in import ORGANIZATION, Answer, GoogleStandIn, entry

AT = datetime(2026, 11, 20, 10, 0, 0, 123456, tzinfo=UTC)
WHO = "admin@example.com"
NAME = deny("top")["name"]


def change(kind: Kind, raw: dict[str, Any], entry: Entry | None = None) -> Change:
    """The one change of one policy."""
    policy = Read(kind, raw["name"], raw, Source("a.json", b""))
    (found,) = changes_of([policy], {"organizations/1": entry, raw["name"]: entry} if entry else {})
    return found


async def changed(*entries: dict[str, Any]) -> tuple[Snapshot, GoogleStandIn]:
    """A deny policy and a level, with these entries in the log."""
    google = GoogleStandIn(
        deny={ORGANIZATION: [deny("top")]},
        levels={"42": [level("office")]},
        groups={"0break": (GROUP, [])},
        entries=list(entries),
    )
    async with google:
        return await google.source(FixedClock()).read(tenant()), google


@pytest.mark.parametrize(
    ("kind", "raw", "name", "at", "broad"),
    [
        ("deny", deny("top"), "Top", AT, True),
        (
            "deny",
            deny("one", deniedPrincipals=[f"principal://goog/subject/{MAIL}"]),
            "One",
            AT,
            False,
        ),
        ("binding", binding(), "Everybody", AT, True),
        ("level", level("office"), "office", None, False),
        ("organization", constraint("a.b"), "a.b", AT, False),
        ("deny", {**deny("odd"), "updateTime": "yesterday"}, "Odd", None, True),
        ("deny", {**deny("odd"), "updateTime": "2026-11-20T10:00:00"}, "Odd", None, True),
        ("deny", {**deny("odd"), "updateTime": 7, "displayName": 7}, "odd", None, True),
    ],
)
def test_each_policy_has_its_change(
    kind: Kind, raw: dict[str, Any], name: str, at: datetime | None, *, broad: bool
) -> None:
    """`updateTime` wherever the kind keeps it; a time that is none is no time."""
    assert change(kind, raw) == Change(raw["name"], name, at, "", broad)


def test_the_newer_half_of_an_organization_policy_counts() -> None:
    """A dry run that was changed later is the newest change."""
    raw = constraint("a.b")
    raw["dryRunSpec"] = {"updateTime": "2026-11-21T00:00:00Z"}
    assert change("organization", raw).at == datetime(2026, 11, 21, tzinfo=UTC)


async def test_the_log_says_who() -> None:
    """The newest entry about the policy, however its name is quoted; levels take its time."""
    quoted = f"//iam.googleapis.com/{NAME.replace('%2F', '/')}"
    office = level("office")["name"]
    snapshot, google = await changed(
        entry(WHO, quoted, AT),
        entry("before@example.com", NAME, AT - timedelta(minutes=5)),
        entry("level@example.com", ORGANIZATION, AT, request={"accessLevel": {"name": office}}),
    )
    assert {one.policy_id: (one.by, one.at) for one in snapshot.changes} == {
        NAME: (WHO, AT),
        office: ("level@example.com", AT),
    }
    (asked,) = [body for body in google.bodies if not body.get("pageToken")]
    assert asked["resourceNames"] == [ORGANIZATION]
    assert 'timestamp>="2026-10-23T03:04:05Z"' in asked["filter"]


async def test_a_failed_attempt_changed_nothing() -> None:
    """Nor does an entry without a person, or of another form, name anybody."""
    payload = entry(WHO, NAME, AT)["protoPayload"]
    snapshot, _ = await changed(
        entry(WHO, NAME, AT, status={"code": 7}),
        {"timestamp": WHEN, "protoPayload": {**payload, "authenticationInfo": None}},
        {"timestamp": WHEN, "textPayload": "hello"},
    )
    assert [one.by for one in snapshot.changes] == ["", ""]


async def test_an_older_entry_is_not_blamed_for_a_newer_change() -> None:
    """The policy changed after what the log knows of."""
    snapshot, _ = await changed(entry(WHO, NAME, AT - timedelta(hours=1)))
    assert snapshot.changes[0].by == ""


async def test_workforce_identities_are_named_by_their_subject() -> None:
    """They have no address."""
    raw = entry("", NAME, AT)
    raw["protoPayload"]["authenticationInfo"] = {"principalSubject": "principal://pool/subject/a"}
    snapshot, _ = await changed(raw)
    assert snapshot.changes[0].by == "principal://pool/subject/a"


async def test_the_log_is_asked_in_bounds_and_its_refusal_hides_no_policy() -> None:
    """So many pages and no more; without the permission there is a problem that is not fatal."""
    many = [entry(WHO, f"other/{n}", AT) for n in range(40)]
    _, google = await changed(*many)
    assert len(google.bodies) == MOST_PAGES
    async with GoogleStandIn(groups={"0break": (GROUP, [])}) as google:
        google.refuse("logging.googleapis.com/", Answer(403, b"{}"))
        snapshot = await google.source(FixedClock()).read(tenant())
    assert [(one.field, one.fatal) for one in snapshot.problems] == [
        ("who changed policies", False)
    ]
