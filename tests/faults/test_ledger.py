"""The reckoning finds what is wrong: a zero is worth nothing from a ledger that cannot count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core import events as e
from bot.core.timeline import GENESIS, Actor, Draft, Fact, seal_drafts
from tests.faults.ledger import AFTER_A_PAUSE, TWICE, Ledger, Written
from tests.faults.load import People, dice
from tests.services.desks import example, library
from tests.workspace import BOT_USER_ID, Message, Workspace

ONCALL = Actor("slack:U0ONCALL1", "On-call engineer")
NAME = "lo-261122-1"
BEGUN = datetime(2026, 11, 22, 3, tzinfo=UTC)
ENDED = BEGUN + timedelta(minutes=20)

Spoil = Callable[[Ledger], None]


def seal(*events: e.Event) -> list[Fact]:
    """A timeline with a fact a minute."""
    facts: list[Fact] = []
    for number, event in enumerate(events):
        moment = BEGUN + timedelta(minutes=number)
        draft = Draft(f"fact-{number}", event, ONCALL, moment)
        head = facts[-1].hash if facts else GENESIS
        facts += seal_drafts(NAME, [draft], after=len(facts), head=head, now=moment)
    return facts


DECLARED = e.IncidentDeclared(tenant="entra-example", provider="entra", exercise=True)
NOTES = e.NoteAdded(text="n-1-"), e.NoteAdded(text="n-2-")
FACTS = seal(DECLARED, *NOTES)


def said(key: str, text: str, second: int) -> Message:
    """A message of the bot that carries a key."""
    metadata = {"event_type": "lockout", "event_payload": {"key": key}}
    stamp = f"{BEGUN.timestamp() + second:.6f}"
    return Message("C0GENERAL", stamp, BOT_USER_ID, text=text, metadata=metadata)


def good() -> Ledger:
    """Two notes, acknowledged, recorded and said; a card that shows them."""
    slack = Workspace()
    card = said(NAME, "card", 1)
    card.blocks = [{"type": "section", "text": {"text": "3 facts on the timeline"}}]
    for message in (card, said("lockout-1", "noted: 'n-1-'", 2), said("lockout-2", "'n-2-'", 3)):
        slack.world.state.messages[message.channel, message.ts] = message
    people = People(slack, dice(1), notes={"n-1-": "C0GENERAL", "n-2-": "C0GENERAL"})
    rows: list[tuple[int, str, str, dict[str, object], str, int | None]] = [
        (1, NAME, "show", {"say": [2]}, "sent", 1),
        (2, NAME, "show", {"say": [3]}, "sent", 2),
    ]
    return Ledger(Written({NAME: FACTS}, set(), rows), people, slack, ENDED)


def reckon(ledger: Ledger) -> dict[str, int]:
    """The rows that are not zero."""
    ledger.check_facts()
    ledger.check_messages()
    ledger.check_cards()
    ledger.check_files()
    ledger.check_reminders(example(), library(), 1.0, timedelta(seconds=30))
    return {row: count for row, count in ledger.counts.items() if count}


def test_what_was_kept_is_all_zeros() -> None:
    """Every row is there, and none of them counts anything."""
    ledger = good()
    assert reckon(ledger) == {}
    assert len(ledger.counts) == 14
    assert ledger.details == []


def without_the_second_note(ledger: Ledger) -> None:
    """It was acknowledged, and is not there."""
    del ledger.written.timelines[NAME][2:]
    ledger.written.rows.pop()


def without_its_close(ledger: Ledger) -> None:
    """Somebody was told that it is closed."""
    ledger.people.closed.add("C0GENERAL")


def with_a_fact_again(ledger: Ledger) -> None:
    """The same words twice."""
    note = e.NoteAdded(text="n-1-")
    ledger.written.timelines[NAME] = seal(DECLARED, note, note)
    ledger.people.notes.pop("n-2-")


def with_other_words(ledger: Ledger) -> None:
    """Somebody changed the database."""
    facts = ledger.written.timelines[NAME]
    ledger.written.timelines[NAME] = [replace(facts[0], id="other"), *facts[1:]]


def without_a_message(ledger: Ledger) -> None:
    """Recorded, and nobody heard of it."""
    forget(ledger, "n-2-")


def forget(ledger: Ledger, words: str) -> None:
    """Take a message out of Slack."""
    messages = ledger.slack.world.state.messages
    for place in [place for place, message in messages.items() if words in message.text]:
        del messages[place]


def say_again(ledger: Ledger) -> None:
    """The same key once more."""
    again = said("lockout-2", "'n-2-'", 100)
    ledger.slack.world.state.messages[again.channel, again.ts] = again


def say_again_after_a_pause(ledger: Ledger) -> None:
    """By a process that was stopped until then."""
    say_again(ledger)
    ledger.paused = [(BEGUN.timestamp() + 4, BEGUN.timestamp() + 98)]


def say_under_another_key(ledger: Ledger) -> None:
    """The same words."""
    again = said("lockout-7", "'n-2-'", 100)
    ledger.slack.world.state.messages[again.channel, again.ts] = again


def swap(ledger: Ledger) -> None:
    """The second one is above the first one."""
    forget(ledger, "n-1-")
    late = said("lockout-1", "'n-1-'", 50)
    ledger.slack.world.state.messages[late.channel, late.ts] = late


def without_its_card(ledger: Ledger) -> None:
    """Nobody sees it."""
    forget(ledger, "card")


def with_an_old_card(ledger: Ledger) -> None:
    """It does not show the last note."""
    card = next(iter(ledger.slack.world.state.messages.values()))
    card.blocks = [{"type": "section", "text": {"text": "2 facts on the timeline"}}]


def without_its_file(ledger: Ledger) -> None:
    """Somebody asked for it."""
    ledger.written.rows.append((3, NAME, "export", {"format": "md"}, "sent", 3))


def long_ago(ledger: Ledger) -> None:
    """By now somebody should have been reminded."""
    ledger.until = ENDED + timedelta(hours=1)


def after_the_close(ledger: Ledger) -> None:
    """It is over, and still it nags."""
    closed = e.IncidentClosed(summary="over"), e.Reminded(subject="news", number=1, text="?")
    ledger.written.timelines[NAME] = seal(DECLARED, *NOTES, *closed)
    ledger.until = BEGUN + timedelta(minutes=2, seconds=1)


SPOILED: dict[str, tuple[Spoil, dict[str, int]]] = {
    "lost": (without_the_second_note, {"acknowledged facts lost": 1}),
    "not closed": (without_its_close, {"acknowledged facts lost": 1}),
    "twice": (with_a_fact_again, {"facts recorded twice": 1, TWICE: 0}),
    "changed": (with_other_words, {"chains broken": 1}),
    "silent": (without_a_message, {"messages never posted": 2}),
    "said twice": (say_again, {TWICE: 1, AFTER_A_PAUSE: 0}),
    "paused": (say_again_after_a_pause, {AFTER_A_PAUSE: 1, TWICE: 0}),
    "other key": (say_under_another_key, {TWICE: 1}),
    "swapped": (swap, {"messages out of order": 1}),
    "no card": (without_its_card, {"cards missing": 1}),
    "old card": (with_an_old_card, {"cards out of date": 1}),
    "no file": (without_its_file, {"files never posted": 1}),
    "not reminded": (long_ago, {"reminders missing": 1}),
    "reminded late": (after_the_close, {"reminders after the close": 1}),
}


@pytest.mark.parametrize("spoiled", SPOILED)
def test_each_broken_promise_is_counted(spoiled: str) -> None:
    """In its own row."""
    ledger = good()
    ledger.written = Written({NAME: [*FACTS]}, set(), [*ledger.written.rows])
    spoil, expected = SPOILED[spoiled]
    spoil(ledger)
    found = reckon(ledger)
    assert {row: found.get(row, 0) for row in expected} == expected
    assert ledger.details
