"""Who changed what, from CloudTrail's documented answers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.adapters.clouds.aws_calls import Calls
from bot.adapters.clouds.aws_changes import EVENTS, MOST, read_changes
from tests.adapters.clouds.organization import Elsewhere
from tests.adapters.clouds.trail import Trail

NAMES = {"p-1": "Guard", "p-2": "Regions", "p-3": "Old"}
PIPELINE = {"type": "AssumedRole", "arn": "arn:aws:sts::111122223333:assumed-role/pipeline/run"}


def read(trail: Trail, wide: frozenset[str] | None = None) -> tuple[Any, Any]:
    """From the stand-in."""
    return read_changes(Calls("aws", Elsewhere("", {"cloudtrail": trail.url})), NAMES, wide)


def test_each_policy_has_its_newest_change_and_who_made_it(trail: Trail) -> None:
    """Newest first; a policy without an event comes last, without a date."""
    trail.add("UpdatePolicy", 100, {"requestParameters": {"policyId": "p-1"}}, "early")
    trail.add(
        "AttachPolicy",
        300,
        {"requestParameters": {"policyId": "p-1", "targetId": "r-1"}, "userIdentity": PIPELINE},
    )
    made = {"policy": {"policySummary": {"id": "p-2"}}}
    trail.add("CreatePolicy", 200, {"responseElements": made}, "maker")
    changes, problems = read(trail, frozenset({"p-1"}))
    assert problems == ()
    assert [(one.name, one.by, one.broad) for one in changes] == [
        ("Guard", PIPELINE["arn"], True),
        ("Regions", "maker", False),
        ("Old", "", False),
    ]
    assert changes[0].at == datetime.fromtimestamp(300, UTC)
    assert changes[2].at is None


def test_events_of_others_and_failed_ones_are_no_changes(trail: Trail) -> None:
    """IAM has a CreatePolicy too, and who was refused changed nothing."""
    trail.add("UpdatePolicy", 1, {"requestParameters": {"policyId": "p-1"}, "errorCode": "Denied"})
    told = {"requestParameters": {"policyId": "p-2"}, "eventSource": "iot.amazonaws.com"}
    trail.add("AttachPolicy", 2, told)
    trail.add("DetachPolicy", 3, {"requestParameters": None})
    trail.events["DetachPolicy"].append({"EventTime": 1, "CloudTrailEvent": "no JSON"})
    trail.events["DetachPolicy"].append({"EventTime": 1, "CloudTrailEvent": "[]"})
    changes, problems = read(trail)
    assert problems == ()
    assert {one.at for one in changes} == {None}
    assert all(one.broad for one in changes), "nobody knows where they hang"


def test_only_so_many_events_are_asked_for(trail: Trail) -> None:
    """A pipeline that writes policies all day must not keep the reader busy."""
    trail.page = 50
    for number in range(MOST + 100):
        trail.add("UpdatePolicy", number, {"requestParameters": {"policyId": "p-1"}})
    changes, _ = read(trail)
    assert changes[0].at == datetime.fromtimestamp(MOST + 99, UTC)
    assert len(trail.asked) == MOST // 50 + len(EVENTS) - 1


def test_without_the_permission_the_policies_are_still_there(trail: Trail) -> None:
    """Undated, and a problem that names the action."""
    trail.refuse = "AccessDeniedException"
    changes, (problem,) = read(trail)
    assert [one.name for one in changes] == ["Guard", "Old", "Regions"]
    assert "cloudtrail:LookupEvents" in problem.message
    assert not problem.fatal
