"""The card: hung up once, drawn as things stand, found again, never lost."""

from __future__ import annotations

import asyncio

import pytest

from bot.core.errors import Unavailable
from bot.surfaces.slack.card import CardKeeper
from tests.surfaces.slack.stage import ONCALL, Stage


def cards_of(stage: Stage) -> list[str]:
    """The ids of all messages that look like a card."""
    return [
        message.ts
        for message in stage.slack.world.state.messages.values()
        if any(block["type"] == "header" for block in message.blocks)
    ]


async def test_showing_hangs_the_card_up_once_and_remembers_where(stage: Stage) -> None:
    """In a channel of its own, pinned, with a header and the newest head."""
    card = await stage.card()
    incident = await stage.desk.load((await stage.desk.store.incidents())[0].id)
    assert incident.card is not None
    assert (incident.card.channel, incident.card.message) == (card.channel, card.ts)
    assert stage.slack.world.state.channels[card.channel].pins == [card.ts]
    assert card.blocks[0]["text"]["text"] == f"Lockout {incident.id}"
    await stage.cards.show(incident.id)
    assert cards_of(stage) == [card.ts]


async def test_each_commit_draws_the_card_as_it_stands(stage: Stage) -> None:
    """The announcer only queues; several commits need not be several drawings."""
    card = await stage.card()
    drawn = len(stage.slack.calls_to("chat.update"))
    for number in range(5):
        await stage.command(f"note {number}")
    await stage.sent()
    incident = await stage.desk.load((await stage.desk.store.incidents())[0].id)
    assert incident.head[:12] in str(card.blocks)
    assert len(stage.slack.calls_to("chat.update")) - drawn < 5


async def test_a_card_says_at_its_end_how_fresh_it_is(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stays as it was drawn, so the time is there too; also when nothing can be written."""
    stage.desk.pulse = lambda: "last Slack event 2 s ago"
    card = await stage.card()
    said = "UTC: last Slack event 2 s ago, database write ok, "
    assert said in card.blocks[-1]["elements"][0]["text"]

    async def full() -> None:
        raise Unavailable("The database does not take this now: disk full")

    monkeypatch.setattr(stage.desk.store, "check", full)
    await stage.command("note drawn again")
    await stage.sent()
    assert card.blocks[-1]["elements"][0]["text"].endswith("does not take this now: disk full")


async def test_a_card_that_hangs_already_is_found_and_not_hung_up_again(stage: Stage) -> None:
    """After a crash between posting it and recording where."""
    incident = await stage.incident()
    stage.slack.fail("chat.postMessage", lost=True)
    with pytest.raises(Unavailable):
        await stage.cards.show(incident.id)
    assert len(cards_of(stage)) == 1
    shown = await stage.cards.show(incident.id)
    assert shown.card is not None
    assert cards_of(stage) == [shown.card.message]


async def test_two_at_once_hang_up_one_card(stage: Stage) -> None:
    """They take turns."""
    incident = await stage.incident()
    await asyncio.gather(*(stage.cards.show(incident.id) for _ in range(3)))
    assert len(cards_of(stage)) == 1
    assert (await stage.kinds()).count("CardPosted") == 1


async def test_a_deleted_card_is_replaced(stage: Stage) -> None:
    """In the same channel."""
    card = await stage.card()
    stage.slack.world.state.remove(card)
    lines = await stage.desk.store.incidents()
    shown = await stage.cards.show(lines[0].id)
    assert shown.card is not None
    assert shown.card.channel == card.channel
    assert cards_of(stage) == [shown.card.message]


async def test_a_card_that_is_too_long_for_slack_still_says_what_matters(stage: Stage) -> None:
    """And where the rest is."""
    card = await stage.card()
    stage.slack.fail("chat.update", error="msg_blocks_too_long")
    lines = await stage.desk.store.incidents()
    await stage.cards.show(lines[0].id)
    assert "/lockout status" in str(card.blocks)


async def test_an_incident_without_a_card_is_not_drawn_by_the_announcer(stage: Stage) -> None:
    """Hanging it up is for who does it once."""
    await stage.incident()
    await stage.command("note Nothing to draw yet")
    await stage.sent()
    assert cards_of(stage) == []


async def test_the_desk_must_be_named_first(stage: Stage) -> None:
    """A mistake of ours in putting things together shows at once."""
    with pytest.raises(RuntimeError, match="serve"):
        _ = CardKeeper(stage.api, stage.outbox).desk
    assert stage.cards.desk is stage.desk
    assert stage.whispers(ONCALL) == ""
