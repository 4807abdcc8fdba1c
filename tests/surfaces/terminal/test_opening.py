"""The first and the last minute of a walk."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.core.errors import Refused
from bot.exports.verify import verify
from bot.surfaces.terminal.opening import choose_incident, hand_over
from tests.surfaces.terminal.stage import FakeWiring, make_organisation
from tests.surfaces.terminal.test_walk import FORM, Walked, on_stage

TWO = make_organisation(
    tenants=[
        {
            **tenant,
            "id": name,
            "name": name,
            "tenant_id": number * 8 + "-2222-3333-4444-555555555555",
        }
        for tenant in make_organisation().model_dump(
            mode="json", exclude={"tenants": {0: {"group"}}}
        )["tenants"]
        for name, number in (("first", "1"), ("second", "2"))
    ]
)


@pytest.fixture
def walked(tmp_path: Path) -> Iterator[Walked]:
    """One incident is open already."""
    with on_stage(tmp_path) as stage:
        yield stage


def begin(stage: Walked, *answers: str, incident: str = "", tenant: str = "") -> str:
    """Open with these answers."""
    stage.prompt.answers = list(answers)
    return choose_incident(stage.walk, incident, tenant)


def test_an_open_incident_is_offered_first(walked: Walked) -> None:
    """Enter continues it, rather than declaring the same lockout twice."""
    assert begin(walked, "") == walked.incident
    assert walked.prompt.offers[0][0].startswith(f"Continue {walked.incident}: entra-example")


def test_a_new_one_can_be_declared_beside_it(walked: Walked) -> None:
    """With its ticket text at once on the screen."""
    new = begin(walked, "Declare", "", *[""] * 6)
    assert new != walked.incident
    assert walked.walk.incident_id == new
    assert f"Recorded as {new}" in walked.read()
    assert "Please switch CA001: Require MFA off." in walked.read()


def test_a_named_incident_is_continued_without_a_question(walked: Walked) -> None:
    """And an unknown one is refused."""
    assert begin(walked, incident=walked.incident) == walked.incident
    with pytest.raises(Refused, match="no incident"):
        begin(walked, incident="lo-none")


def test_with_a_tenant_nothing_else_is_asked_first(tmp_path: Path) -> None:
    """Only this tenant's policies are offered, whatever the others have."""
    with on_stage(tmp_path, FakeWiring(found=TWO_WITH_FIRST)) as stage:
        begin(stage, *[""] * 7, tenant="second")
        assert stage.prompt.offers[0][:2] == ["CA001: Require MFA", "CA002: Block"]
        with pytest.raises(Refused, match="no tenant 'third'"):
            begin(stage, tenant="third")


def test_of_several_tenants_one_is_chosen_first(tmp_path: Path) -> None:
    """The first question decides about all others."""
    with on_stage(tmp_path, FakeWiring(found=TWO_WITH_FIRST)) as stage:
        new = begin(stage, "Declare", "second", *[""] * 7)
        facts = asyncio.run(stage.wiring.store.read(new))
        assert facts[0].payload["tenant"] == "second"


# The stage declares its incident for this one.
TWO_WITH_FIRST = make_organisation(
    tenants=[
        {**TWO.tenants[0].model_dump(mode="json"), "id": "entra-example"},
        TWO.tenants[1].model_dump(mode="json"),
    ]
)


def test_at_the_end_every_export_is_handed_over_and_intact(walked: Walked, tmp_path: Path) -> None:
    """Four files, the check of the json, and how to have it in Slack."""
    walked.go("", *FORM, "", "", "", "Confirm as done", "y", "Close the incident")
    hand_over(walked.walk)
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {f"{walked.incident}.{suffix}" for suffix in ("md", "html", "json", "csv")}
    assert verify((tmp_path / f"{walked.incident}.json").read_bytes()).intact
    read = " ".join(walked.read().split())
    assert "facts, intact." in read
    assert f"lockout verify {tmp_path}" in read
    assert "lockout manifest" in read


def test_a_folder_that_takes_no_file_stops_nothing(walked: Walked, tmp_path: Path) -> None:
    """Each refusal is told, and the rest of the end is still said."""
    walked.walk.out = tmp_path / "none"
    walked.go("", *FORM, "", "", "", "Confirm as done", "y", "Close the incident")
    hand_over(walked.walk)
    assert walked.read().count("could not be written") == 4
    assert "lockout manifest" in walked.read()
