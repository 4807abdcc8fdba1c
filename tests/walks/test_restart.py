"""The bot was away: what was recorded is there, and the card goes on where it hangs."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from tests.walks.apps import office_people, serve
from tests.walks.moments import kinds, walk
from tests.walks.office import ONCALL, SECOND

pytestmark = pytest.mark.parametrize("transport", ["http", "socket"])


async def test_after_a_restart_the_same_card_goes_on(tmp_path: Path, transport: str) -> None:
    """No second channel, no second card; the next press is taken."""
    async with office_people() as slack:
        async with serve(slack, tmp_path, transport) as office:
            card = await office.declare("entra")
            await walk(office, "Yes, something is down")
        async with serve(slack, tmp_path, transport) as office:
            again = await office.card()
            assert again is card
            await office.press("A session is still open", SECOND)
            assert (await kinds(office)).count("StepAnswered") == 2
        assert len(slack.calls_to("conversations.create")) == 1


async def test_a_lockout_without_a_card_gets_one_at_the_next_start(
    tmp_path: Path, transport: str
) -> None:
    """Recorded is recorded, even when the bot went down before it could show it."""
    async with office_people() as slack:
        async with serve(slack, tmp_path, transport) as office:
            slack.fail("conversations.create", error="invalid_auth", times=2)
            slack.fail("chat.postMessage", error="invalid_auth", times=20)
            person = office.person(ONCALL)
            await person.types("/lockout", "entra")
            await person.sees_modal("Locked out")
            await person.submits()
            await slack.until(lambda: len(slack.calls_to("chat.postMessage")) >= 2, within=5)
            await person.sees_modal()
            await person.closes()
            assert "CardPosted" not in [fact.kind for fact in await office.facts()]
        slack.web_api.faults._planned.clear()
        async with serve(slack, tmp_path, transport) as office:
            await office.card()
            await office.press("Yes, something is down")


async def test_a_closed_lockout_is_left_alone_at_the_start(tmp_path: Path, transport: str) -> None:
    """Its card says what it said."""
    async with office_people() as slack:
        async with serve(slack, tmp_path, transport) as office:
            card = await office.declare("entra")
            await office.person().types("/lockout", "close", card.channel)
            await slack.until(lambda: len(slack.files) == 4 and slack.files[3].channels, within=5)
        drawn = len(slack.calls_to("chat.update"))
        async with serve(slack, tmp_path, transport) as office:
            await office.person().types("/lockout", "help")
        assert len(slack.calls_to("chat.update")) == drawn


async def test_a_delivery_repeated_after_a_restart_records_nothing_again(
    tmp_path: Path, transport: str
) -> None:
    """What was seen is kept in the database, not in memory."""
    async with office_people() as slack:
        async with serve(slack, tmp_path, transport) as office:
            card = await office.declare("entra")
            await office.person().types("/lockout", "note Once", card.channel)
            typed = slack.deliveries[-1]
        async with serve(slack, tmp_path, transport) as office:
            await slack.repeats(typed)
            assert (await kinds(office)).count("NoteAdded") == 1


async def test_a_card_that_was_not_drawn_any_more_is_drawn_at_the_start(
    tmp_path: Path, transport: str
) -> None:
    """Recorded beside the bot, or by a process that died while the drawing waited for its turn."""
    async with office_people() as slack:
        async with serve(slack, tmp_path, transport) as office:
            card = await office.declare("entra")
            incident = (await office.desk.store.incidents())[0].id
            # It hangs before it is written down where.
            hung = partial(office.desk.remembered, incident)
            await slack.until(lambda: (known := hung()) is not None and known.card, within=5)
            known = await office.desk.load(incident)
        drawn = len(slack.calls_to("chat.update"))
        async with serve(slack, tmp_path, transport) as office:
            await slack.until(lambda: len(slack.calls_to("chat.update")) > drawn, within=5)
            assert (await office.card()) is card
            assert (await office.desk.load(incident)).version == known.version
