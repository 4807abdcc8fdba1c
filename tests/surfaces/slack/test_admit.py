"""Looking is for those who are listed; a stranger's attempt is a fact."""

from __future__ import annotations

import pytest

from bot.core.errors import Refused
from bot.surfaces.slack.admit import admit
from tests.services.desks import ONCALL, STRANGER, declare, kinds, make_desk


async def test_somebody_listed_gets_the_incident_and_leaves_no_fact() -> None:
    """Looking changes nothing, and does not use up the delivery."""
    desk = make_desk()
    incident = await declare(desk)
    before = await kinds(desk, incident.id)
    found = await admit(desk, ONCALL, incident.id, "read the timeline", once="trigger:1")
    assert found.id == incident.id
    assert await kinds(desk, incident.id) == before
    assert await desk.store.incident_of("trigger:1") is None


async def test_a_stranger_is_refused_and_leaves_one_fact_a_delivery() -> None:
    """Which says what was wanted, and by whom."""
    desk = make_desk()
    incident = await declare(desk)
    for _ in range(2):
        with pytest.raises(Refused, match="not listed"):
            await admit(desk, STRANGER, incident.id, "read the timeline", once="trigger:1")
    facts = await desk.store.read(incident.id)
    assert [fact.kind for fact in facts].count("PressRefused") == 1
    assert facts[-1].payload["what"] == "read the timeline"
    assert facts[-1].actor == STRANGER.actor


async def test_an_unknown_incident_is_refused() -> None:
    """With nothing to record it in."""
    with pytest.raises(Refused, match="There is no incident"):
        await admit(make_desk(), STRANGER, "lo-0", "read the timeline", once="")
