"""The numbers and the log of a walked lockout: enough to find a fault, and no name in a number."""

from __future__ import annotations

import math
from collections.abc import Mapping, MutableMapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from prometheus_client.parser import text_string_to_metric_families
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from bot.surfaces.slack.marks import SHORT
from tests.walks.apps import office_people, serve
from tests.walks.office import PEOPLE, STRANGER, Office


async def numbers(office: Office) -> tuple[dict[str, float], str]:
    """The page as Prometheus reads it, and as it stands there."""
    address = f"http://{office.app.settings.lockout_listen}/metrics"
    async with ClientSession() as session, session.get(address) as answer:
        assert answer.status == 200
        assert answer.content_type == "text/plain"
        page = await answer.text()
    found = {
        sample.name + "".join(f" {value}" for value in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }
    return found, page


@pytest.mark.parametrize("transport", ["http", "socket"])
async def test_a_lockout_leaves_numbers_and_no_names(tmp_path: Path, transport: str) -> None:
    """Facts, acks and calls are counted; no incident, person or tenant stands on the page."""
    async with office_people() as slack, serve(slack, tmp_path, transport) as office:
        await office.declare("entra")
        await office.press("Yes, something is down")
        await office.person(STRANGER).types("/lockout", "note Let me in")
        facts = await office.facts()
        found, page = await numbers(office)
    appended = sum(
        value for name, value in found.items() if name.startswith("lockout_facts_appended_total")
    )
    assert appended == len(facts)
    assert found["lockout_presses_refused_total"] == 1
    assert found["lockout_ack_seconds_count command"] >= 1
    assert found["lockout_ack_seconds_count submission"] == 1
    assert found["lockout_ack_seconds_count action"] >= 1
    assert found["lockout_slack_calls_total views.open ok"] >= 1
    assert found["lockout_deliveries_waiting"] >= 0
    assert found["lockout_deliveries_dropped"] == 0
    age = found["lockout_socket_age_seconds"]
    assert (0 <= age < 60) if transport == "socket" else math.isnan(age)
    names = {facts[0].incident, "entra-example", "Example", *PEOPLE, slack.bot_token}
    assert not [name for name in names if name in page]


async def test_the_log_ties_a_press_to_its_post(tmp_path: Path) -> None:
    """The request stands with the facts it recorded; the post with their incident and versions."""
    with capture_logs(processors=[merge_contextvars]) as said:
        async with office_people() as slack, serve(slack, tmp_path, "http") as office:
            await office.declare("entra")
            await office.press("Yes, something is down")
            await slack.until(lambda: delivered(said, 4), within=10)
            facts = await office.facts()
    pressed = next(line for line in said if line["event"] == "recorded" and 4 in line["versions"])
    assert pressed["incident"] == facts[0].incident
    assert facts[3].id in pressed["facts"]
    assert 0 < len(pressed["request"]) <= SHORT
    (posted,) = delivered(said, 4)
    assert posted["incident"] == facts[0].incident
    assert posted["delivery"].startswith("lockout-")
    assert "facts" not in posted


def delivered(said: Sequence[MutableMapping[str, Any]], version: int) -> list[Mapping[str, Any]]:
    """The lines that say that this fact reached people."""
    return [line for line in said if line["event"] == "delivered" and version in line["versions"]]
