"""An incident gets one place, however often somebody has to begin again."""

from __future__ import annotations

from bot.core.timeline import Actor
from bot.playbook.situation import Doer
from bot.services.incidents import open_incident
from bot.surfaces.slack.home import Home, declarer_of
from tests.services.desks import LOCKED_OUT
from tests.surfaces.slack.stage import ONCALL, open_stage

TERMINAL = Doer(Actor("terminal:root", "Root"), frozenset({"responder"}))


async def test_the_place_is_a_private_channel_named_after_the_incident() -> None:
    """With the declarer in it at once."""
    async with open_stage() as stage:
        incident = await stage.incident()
        home = Home(stage.api, stage.outbox)
        channel, excuse = await home.find(incident, stage.desk.organisation)
        made = stage.slack.world.state.channels[channel]
        assert made.name == f"lockout-{incident.id.removeprefix('lo-')}"
        assert ONCALL in made.members
        assert excuse == ""


async def test_a_channel_of_an_earlier_attempt_is_found_again() -> None:
    """The process died after making it."""
    async with open_stage() as stage:
        incident = await stage.incident()
        home = Home(stage.api, stage.outbox)
        first, _ = await home.find(incident, stage.desk.organisation)
        again, excuse = await home.find(incident, stage.desk.organisation)
        assert (again, excuse) == (first, "")


async def test_without_a_channel_of_its_own_the_declarer_is_told_why() -> None:
    """Declared where no channel is known, so it comes to the person."""
    async with open_stage() as stage:
        incident = await stage.incident()
        stage.slack.fail("conversations.create", error="restricted_action")
        place, excuse = await Home(stage.api, stage.outbox).find(incident, stage.desk.organisation)
        assert place == declarer_of(incident) == ONCALL
        assert "restricted_action" in excuse


async def test_declared_elsewhere_without_leave_for_channels_it_comes_to_the_fallback() -> None:
    """Nobody in Slack declared it, and nowhere."""
    async with open_stage() as stage:
        incident = (await open_incident(stage.desk, TERMINAL, LOCKED_OUT)).incident
        stage.slack.fail("conversations.create", error="restricted_action")
        organisation = stage.desk.organisation
        place, excuse = await Home(stage.api, stage.outbox).find(incident, organisation)
        assert place == organisation.slack.fallback_channel
        assert "restricted_action" in excuse
