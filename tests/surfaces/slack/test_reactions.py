"""A pin is a note: which messages, whose words, and what happens when Slack does not answer."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.errors import AlreadyRecorded, Refused, Unavailable
from bot.surfaces.slack.parse import Reader
from bot.surfaces.slack.reactions import LOST, PENDING, WORDLESS, Reactions
from tests.surfaces.slack.stage import GENERAL, ONCALL, SECOND, STRANGER, Stage
from tests.workspace import Message

Told = list[tuple[Reader, str]]


def reactions_of(stage: Stage) -> tuple[Reactions, Told]:
    """The part under test, and whom it told what."""
    told: Told = []
    return Reactions(stage.desk, stage.api, stage.outbox, lambda *said: told.append(said)), told


def reacted(message: Message, user: str = ONCALL, **changed: object) -> dict[str, Any]:
    """The event of a reaction on a message."""
    item = {"type": "message", "channel": message.channel, "ts": message.ts}
    event = {"type": "reaction_added", "user": user, "reaction": "pushpin", "item": item}
    return {"event_id": f"Ev{message.ts}", "event": {**event, **changed}}


async def notes(stage: Stage) -> list[str]:
    """The notes of the newest incident as they read now."""
    lines = await stage.desk.store.incidents()
    incident = await stage.desk.load(lines[0].id)
    return [note.text for note in incident.notes.values()]


@pytest.mark.parametrize("name", ["pushpin", "pushpin::skin-tone-3"])
async def test_the_chosen_emoji_keeps_the_message(stage: Stage, name: str) -> None:
    """In any skin tone."""
    await stage.incident()
    message = await stage.slack.person(SECOND).writes("Kept & <b>", GENERAL)
    reactions, _ = reactions_of(stage)
    await reactions.take(reacted(message, reaction=name))
    assert await notes(stage) == ["Kept & <b>"]


@pytest.mark.parametrize(
    "changed", [{"reaction": "eyes"}, {"item": {"type": "file"}}, {"type": "pin_added"}]
)
async def test_anything_else_is_left_alone(stage: Stage, changed: dict[str, object]) -> None:
    """Another emoji, a file, another event."""
    await stage.incident()
    message = await stage.slack.person(SECOND).writes("Not kept", GENERAL)
    reactions, told = reactions_of(stage)
    event = reacted(message)
    await reactions.take({**event, "event": {**event["event"], **changed}})
    assert await notes(stage) == []
    assert told == []


async def test_a_message_without_words_is_kept_as_one(stage: Stage) -> None:
    """A picture, say; nobody waits for its text."""
    await stage.incident()
    message = await stage.slack.person(SECOND).writes("", GENERAL)
    reactions, _ = reactions_of(stage)
    await reactions.take(reacted(message))
    assert await notes(stage) == [WORDLESS]
    assert stage.outbox.waiting == 0


async def test_the_second_pin_of_one_message_records_nothing(stage: Stage) -> None:
    """Two people may find the same message worth keeping."""
    await stage.incident()
    message = await stage.slack.person(SECOND).writes("Kept once", GENERAL)
    reactions, told = reactions_of(stage)
    await reactions.take(reacted(message))
    with pytest.raises(AlreadyRecorded):
        await reactions.take(reacted(message, user=SECOND))
    assert await notes(stage) == ["Kept once"]
    assert told == []


async def test_whoever_may_not_is_told_where_they_reacted(stage: Stage) -> None:
    """And the event counts as dealt with."""
    await stage.incident()
    message = await stage.slack.person(STRANGER).writes("Mine", GENERAL)
    reactions, told = reactions_of(stage)
    with pytest.raises(Refused):
        await reactions.take(reacted(message, user=STRANGER))
    ((reader, words),) = told
    assert reader == Reader(STRANGER, GENERAL)
    assert "not listed" in words


async def test_a_text_that_comes_late_replaces_the_promise(stage: Stage) -> None:
    """The note is there from the first moment."""
    await stage.incident()
    message = await stage.slack.person(SECOND).writes("Late", GENERAL)
    reactions, _ = reactions_of(stage)
    stage.slack.fail("conversations.replies", status=503)
    await reactions.take(reacted(message))
    assert await notes(stage) == [PENDING]
    await stage.sent()
    assert await notes(stage) == ["Late"]


async def test_a_text_that_never_comes_is_said_to_be_lost(stage: Stage) -> None:
    """A promise that nobody keeps is worse than none."""
    await stage.incident()
    message = await stage.slack.person(SECOND).writes("Gone", GENERAL)
    reactions, _ = reactions_of(stage)
    stage.slack.fail("conversations.replies", error="not_in_channel", times=2)
    await reactions.take(reacted(message))
    await stage.sent()
    assert await notes(stage) == [LOST]


async def test_taking_the_reaction_away_strikes_the_note_wherever_it_is(stage: Stage) -> None:
    """Also when another lockout was opened since."""
    await stage.incident()
    message = await stage.slack.person(SECOND).writes("Struck", GENERAL)
    reactions, _ = reactions_of(stage)
    await reactions.take(reacted(message))
    first = (await stage.desk.store.incidents())[0].id
    await stage.incident()
    await reactions.take({**reacted(message, type="reaction_removed"), "event_id": "Ev2"})
    assert (await stage.desk.load(first)).notes == {}


async def test_an_edit_of_another_message_costs_nothing(stage: Stage) -> None:
    """Most edits are nobody's business."""
    await stage.incident()
    before = await stage.kinds()
    reactions, _ = reactions_of(stage)
    changed = {"type": "message", "subtype": "message_changed", "channel": GENERAL}
    await reactions.take({"event": {**changed, "message": {"ts": "1.1", "text": "x"}}})
    assert await stage.kinds() == before


@pytest.mark.parametrize("body", [{}, {"event": None}, {"event": []}])
async def test_an_event_that_is_none_is_refused(stage: Stage, body: dict[str, Any]) -> None:
    """Kindly: it is not our error."""
    reactions, _ = reactions_of(stage)
    with pytest.raises(Refused):
        await reactions.take(body)


async def test_a_pin_beside_a_card_that_is_just_being_hung_comes_again(stage: Stage) -> None:
    """The card is posted before it is remembered; until then nobody knows whose channel it is."""
    await stage.incident()
    await stage.incident()
    message = await stage.slack.person(SECOND).writes("Early", GENERAL)
    reactions, told = reactions_of(stage)
    with pytest.raises(Unavailable):
        await reactions.take(reacted(message))
    assert told == []
