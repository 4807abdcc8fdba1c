"""What follows from facts is planned with them."""

from __future__ import annotations

from datetime import timedelta

from bot.adapters.memory import MemoryEventStore
from bot.core.events import (
    CardPosted,
    IncidentClosed,
    MessageSource,
    NoteAdded,
    PressRefused,
    Snoozed,
)
from bot.exports import formats_of
from bot.services.ports import Effect, Outgoing, Timer
from tests.core.audits import ASKED, answer, open_policy
from tests.services.desks import declare, make_desk, put
from tests.services.policies import ScriptedSource


def split(effects: list[Effect]) -> tuple[list[Outgoing], list[Timer]]:
    """Messages and timers."""
    return (
        [item for item in effects if isinstance(item, Outgoing)],
        [item for item in effects if isinstance(item, Timer)],
    )


async def test_a_declaration_is_shown_and_arms_the_first_reminders() -> None:
    """The card, the lines, and the clocks that run from now on, in one transaction."""
    desk = make_desk()
    desk.posting = True
    incident = await declare(desk)
    assert isinstance(desk.store, MemoryEventStore)
    shown, timers = split(desk.store.effects)
    assert [item.kind for item in shown] == ["show"]
    assert {timer.subject.partition(":")[0] for timer in timers} >= {"news", "step"}
    assert all(timer.incident == incident.id for timer in timers)


async def test_what_people_saw_already_is_not_said_again() -> None:
    """A pinned message stands in the channel, a refusal was told to one person."""
    desk = make_desk()
    desk.posting = True
    incident = await declare(desk)
    assert isinstance(desk.store, MemoryEventStore)
    desk.store.effects.clear()
    source = MessageSource(channel="C1", message="1.1")
    await put(
        desk,
        incident.id,
        NoteAdded(text="pinned", source=source),
        PressRefused(what="close", reason="not now"),
        NoteAdded(text="typed"),
    )
    (shown,), _ = split(desk.store.effects)
    version = (await desk.load(incident.id)).version
    assert shown.payload == {"say": [version]}


async def test_hanging_the_card_draws_no_other_card() -> None:
    """Or it would never end."""
    desk = make_desk()
    desk.posting = True
    incident = await declare(desk)
    assert isinstance(desk.store, MemoryEventStore)
    desk.store.effects.clear()
    await put(desk, incident.id, CardPosted(channel="C1", message="1.1"))
    assert split(desk.store.effects)[0] == []


async def test_the_close_hands_over_every_format() -> None:
    """Nobody has to ask for the timeline."""
    desk = make_desk()
    desk.posting = True
    incident = await declare(desk)
    assert isinstance(desk.store, MemoryEventStore)
    desk.store.effects.clear()
    await put(desk, incident.id, IncidentClosed(summary="over"))
    shown, timers = split(desk.store.effects)
    assert {item.payload.get("format") for item in shown if item.kind == "export"} == set(
        formats_of(incident)
    )
    assert timers == []


async def test_a_terminal_alone_has_nobody_to_tell() -> None:
    """Until the incident has a card somewhere."""
    desk = make_desk()
    incident = await declare(desk)
    assert isinstance(desk.store, MemoryEventStore)
    assert split(desk.store.effects)[0] == []
    await put(desk, incident.id, CardPosted(channel="C1", message="1.1"))
    await put(desk, incident.id, NoteAdded(text="from the terminal"))
    assert len(split(desk.store.effects)[0]) == 1


async def test_what_comes_sooner_than_before_is_armed_again() -> None:
    """The armed timer would wake too late; one that wakes too early does no harm."""
    desk = make_desk()
    incident = await declare(desk)
    later = desk.clock.now() + timedelta(hours=2)
    await put(desk, incident.id, Snoozed(subject="news", until=later))
    assert isinstance(desk.store, MemoryEventStore)
    desk.store.effects.clear()
    sooner = desk.clock.now() + timedelta(minutes=40)
    await put(desk, incident.id, Snoozed(subject="news", until=sooner))
    assert [timer.at for timer in split(desk.store.effects)[1]] == [sooner]
    desk.store.effects.clear()
    await put(desk, incident.id, Snoozed(subject="news", until=later))
    assert split(desk.store.effects)[1] == []


async def test_a_file_is_of_the_moment_in_which_it_was_promised() -> None:
    """Made again after a crash it is the same file, and so it is found."""
    desk = make_desk()
    desk.posting = True
    incident = await declare(desk)
    closed = await put(desk, incident.id, IncidentClosed(summary="over"))
    assert isinstance(desk.store, MemoryEventStore)
    files = [item for item in split(desk.store.effects)[0] if item.kind == "export"]
    assert {item.payload["version"] for item in files} == {closed.version}


async def test_a_question_is_handed_to_whoever_can_ask_the_world() -> None:
    """In the transaction of the question; the channel hears of the answer, not of the question."""
    desk = make_desk()
    desk.posting = True
    incident = await declare(desk)
    assert isinstance(desk.store, MemoryEventStore)
    desk.store.effects.clear()
    asked = await put(desk, incident.id, ASKED)
    shown, audit = split(desk.store.effects)[0]
    assert (shown.kind, shown.payload) == ("show", {"say": []})
    assert (audit.kind, audit.payload) == ("audit", {"asked": asked.version})


async def test_an_answer_is_said_and_its_corrections_are_handed_over() -> None:
    """Where there are any."""
    desk = make_desk()
    desk.posting = True
    incident = await declare(desk)
    assert isinstance(desk.store, MemoryEventStore)
    for findings, wanted in (((open_policy("p-1"),), ["show", "corrections"]), ((), ["show"])):
        desk.store.effects.clear()
        answered = await put(desk, incident.id, answer(1, *findings))
        sent = split(desk.store.effects)[0]
        assert [item.kind for item in sent] == wanted
        assert sent[0].payload == {"say": [answered.version]}
        assert all(item.payload == {"audit": answered.version} for item in sent[1:])


async def test_a_terminal_that_can_read_policies_asks_nobody_else() -> None:
    """A bot beside it, which cannot, would be faster with a failure; the card is drawn."""
    desk = make_desk()
    incident = await declare(desk)
    assert isinstance(desk.store, MemoryEventStore)
    await put(desk, incident.id, CardPosted(channel="C1", message="1.1"))
    for source, wanted in ((None, ["show", "audit"]), (ScriptedSource(desk.clock), ["show"])):
        desk.source = source
        desk.store.effects.clear()
        await put(desk, incident.id, ASKED)
        assert [item.kind for item in split(desk.store.effects)[0]] == wanted


async def test_a_terminal_alone_asks_nobody_else() -> None:
    """It answers itself."""
    desk = make_desk()
    incident = await declare(desk)
    assert isinstance(desk.store, MemoryEventStore)
    desk.store.effects.clear()
    await put(desk, incident.id, ASKED)
    assert split(desk.store.effects)[0] == []
