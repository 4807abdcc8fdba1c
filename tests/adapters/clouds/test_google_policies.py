"""What is looked for, and where."""

from __future__ import annotations

import json

import pytest

from bot.adapters.memory import FixedClock
from bot.audit.google.parse import parse_source
from bot.audit.snapshot import Snapshot
from tests.adapters.clouds.google_cases import GROUP, boundary, constraint, deny, tenant
from tests.adapters.clouds.google_stand_in import (
    ORGANIZATION,
    Answer,
    GoogleStandIn,
    refusal,
)

IAM = "iam.googleapis.com"


def google(**more: object) -> GoogleStandIn:
    """With the exclusion group, so that no problem is about groups."""
    return GoogleStandIn(groups={"0break": (GROUP, [])}, **more)  # type: ignore[arg-type]


async def read(stand_in: GoogleStandIn) -> Snapshot:
    """A snapshot of it."""
    return await stand_in.source(FixedClock()).read(tenant())


def names(snapshot: Snapshot) -> list[str]:
    """The names of the documents."""
    return [source.name for source in snapshot.sources]


async def test_deny_policies_are_looked_for_at_every_level() -> None:
    """Organization, folders in folders, projects; not at what belongs to another organization."""
    stand_in = google(
        folders=[
            {"name": "folders/1", "parent": ORGANIZATION},
            {"name": "folders/2", "parent": "folders/1"},
            {"name": "folders/8", "parent": "organizations/999999999999"},
        ],
        projects=[
            {"name": "projects/11", "parent": "folders/2"},
            {"name": "projects/12", "parent": "folders/777"},
            {"name": "projects/13", "parent": "folders/8"},
            {"name": "projects/14"},
            {"name": "projects/15", "parent": "projects/15"},
        ],
        deny={"folders/2": [deny("deep", "folders/2")]},
    )
    async with stand_in:
        snapshot = await read(stand_in)
    attached = "v2/policies/cloudresourcemanager.googleapis.com%2F"
    asked = {path for path in stand_in.paths(IAM) if path.startswith("v2/")}
    assert {path.removeprefix(attached).removesuffix("/denypolicies") for path in asked} == {
        "organizations%2F123456789012",
        "folders%2F1",
        "folders%2F2",
        "projects%2F11",
        # In a folder that we may not see, which may well be ours.
        "projects%2F12",
        "folders%2F2/denypolicies/deep",
    }
    assert len(snapshot.sources) == 1


async def test_the_rules_are_fetched_one_by_one() -> None:
    """The list has no rules; each document has them."""
    stand_in = google(deny={ORGANIZATION: [deny("a"), deny("b"), deny("c")]})
    async with stand_in:
        snapshot = await read(stand_in)
    assert [json.loads(one.content)["rules"] != [] for one in snapshot.sources] == [True] * 3


async def test_one_policy_that_cannot_be_read_does_not_hide_the_others() -> None:
    """It is named, with its place, and fatal."""
    stand_in = google(deny={ORGANIZATION: [deny("a"), deny("b")]})
    async with stand_in:
        stand_in.refuse(f"{IAM}/v2/{deny('b')['name']}")
        snapshot = await read(stand_in)
    (problem,) = snapshot.problems
    assert len(snapshot.sources) == 1
    assert problem.fatal
    assert "/denypolicies/b: permission iam.denypolicies.get is missing" in problem.message


async def test_a_list_that_breaks_off_keeps_what_came_before() -> None:
    """Wrong page tokens are refused by Google, and the first page stays."""
    stand_in = google(constraints=[constraint(f"c{n}") for n in range(3)])
    async with stand_in:
        path = f"orgpolicy.googleapis.com/v2/{ORGANIZATION}/policies"
        page = {"policies": [constraint("c0")], "nextPageToken": "stale"}
        stand_in.answer(path, Answer(200, json.dumps(page).encode()))
        snapshot = await read(stand_in)
    assert names(snapshot) == [f"organization/{ORGANIZATION}/policies/c0.json"]
    assert "INVALID_ARGUMENT" in snapshot.problems[0].message
    assert snapshot.problems[0].fatal


@pytest.mark.parametrize(
    ("answer", "problems"),
    [
        (refusal(404, "NOT_FOUND"), []),
        (Answer(404, b"<html>"), []),
        (refusal(501, "UNIMPLEMENTED"), []),
        (refusal(403, "PERMISSION_DENIED"), ["access policies"]),
    ],
)
async def test_access_policies_that_are_not_offered_hide_nothing(
    answer: Answer, problems: list[str]
) -> None:
    """They are not for every organization yet; a refusal is something else."""
    async with google() as stand_in:
        stand_in.refuse(f"{IAM}/v3beta/", answer)
        snapshot = await read(stand_in)
    assert [one.field for one in snapshot.problems] == problems


async def test_a_boundary_without_its_details_is_read_by_itself() -> None:
    """Whether a list holds them is not documented, so both are taken."""
    whole = boundary("//cloudresourcemanager.googleapis.com/projects/1")
    bare = {key: whole[key] for key in whole if key != "details"}
    async with google(boundaries=[bare]) as stand_in:
        path = f"{IAM}/v3/{whole['name']}"
        stand_in.refuse(path, Answer(200, json.dumps(whole).encode()))
        snapshot = await read(stand_in)
    assert json.loads(snapshot.sources[0].content) == whole


async def test_hostile_names_reach_no_other_path_and_no_folder() -> None:
    """A policy's ID with slashes and dots stays one part of a path, and a plain file name."""
    hostile = {**deny("x"), "name": "policies/x/denypolicies/../../v1/secret?alt=media"}
    async with google(deny={ORGANIZATION: [hostile]}) as stand_in:
        await read(stand_in)
    last = [path for path in stand_in.paths(IAM) if "secret" in path]
    attached = "cloudresourcemanager.googleapis.com%2Forganizations%2F123456789012"
    assert last == [f"v2/policies/{attached}/denypolicies/secret%3Falt%3Dmedia"]
    async with google(constraints=[{"name": "../../e\u202etc", "spec": {}}]) as stand_in:
        snapshot = await read(stand_in)
    assert names(snapshot) == ["organization/-/-/e-tc.json"]


async def test_text_that_is_no_unicode_is_kept_as_json_writes_it() -> None:
    """Half of a surrogate pair cannot be encoded; the document is still read."""
    page = b'{"policies": [{"name": "organizations/1/policies/a", "spec": {"x": "\\ud800"}}]}'
    async with google() as stand_in:
        stand_in.refuse("orgpolicy.googleapis.com/", Answer(200, page))
        snapshot = await read(stand_in)
    policies, problems = parse_source(snapshot.sources[0])
    assert (len(policies), problems) == (1, [])
