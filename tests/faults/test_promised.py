"""The reckoning of audits, announcements and notices finds what is wrong, each in its own row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.core import events as e
from bot.core.timeline import GENESIS, Actor, Draft, Fact, seal_drafts
from tests.core.audits import ASKED, answer, open_policy
from tests.faults.auditing import Auditing
from tests.faults.ledger import Ledger, Written
from tests.faults.load import People, dice
from tests.faults.promised import check_announced, check_answers
from tests.faults.provider import Provider, name_of
from tests.surfaces.slack.stage import GENERAL
from tests.workspace import BOT_USER_ID, Message, Workspace
from tests.workspace.model import File

NAME = "lo-261122-1"
BEGUN = datetime(2026, 11, 22, 3, tzinfo=UTC)
DECLARED = e.IncidentDeclared(tenant="entra-example", provider="entra", exercise=True)

Spoil = Callable[[Ledger], object]


def seal(*events: e.Event) -> list[Fact]:
    """A timeline of one moment."""
    drafts = [
        Draft(f"fact-{number}", event, Actor("slack:U0ONCALL1", "On-call engineer"), BEGUN)
        for number, event in enumerate(events)
    ]
    return list(seal_drafts(NAME, drafts, after=0, head=GENESIS, now=BEGUN))


ANSWER = answer(2, open_policy("CA002"))


def put(slack: Workspace, second: int, text: str, key: str = "", **others: object) -> Message:
    """A message of the bot."""
    message = Message(GENERAL, f"{BEGUN.timestamp() + second:.6f}", BOT_USER_ID, text=text)
    message.metadata = {"event_type": "lockout", "event_payload": {"key": key}}
    for name, value in others.items():
        setattr(message, name, value)
    slack.world.state.messages[message.channel, message.ts] = message
    return message


def file(name: str) -> File:
    """Something that was handed over."""
    return File(f"F-{name}", name, 0)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """A question with its answer and its file; a policy and a drill that were told of."""
    slack, provider = Workspace(), Provider(tmp_path)
    provider.change()
    auditing = Auditing(slack, provider, "", NAME, asked={"trigger:1": BEGUN.timestamp()})
    put(slack, 1, "Corrections", files=[file(f"{NAME}-corrections-3.md")])
    told = put(slack, 2, f"{name_of(2)} is new", "lockout-1")
    put(slack, 3, "read this", thread_ts=told.ts, files=[file("commands.txt")])
    put(slack, 4, "DRILL due", "lockout-2")
    rows: list[tuple[int, str, str, dict[str, object], str, int | None]] = [
        (1, "tenant:entra-example", "announce", {"files": {"commands.txt": ""}}, "sent", 1),
        (2, "", "notice", {}, "sent", 2),
    ]
    written = Written({NAME: seal(DECLARED, ASKED, ANSWER)}, {"trigger:1"}, rows)
    people = People(slack, dice(1), auditing)
    return Ledger(written, people, slack, BEGUN + timedelta(minutes=1))


def reckon(ledger: Ledger) -> dict[str, int]:
    """The rows that are not zero."""
    check_answers(ledger)
    check_announced(ledger)
    return {row: count for row, count in ledger.counts.items() if count}


def forget(ledger: Ledger, words: str) -> None:
    """Take a message out of Slack."""
    messages = ledger.slack.world.state.messages
    for place in [place for place, message in messages.items() if words in message.text]:
        del messages[place]


def with_facts(*events: e.Event) -> Spoil:
    """Another timeline."""

    def spoil(ledger: Ledger) -> None:
        ledger.written.timelines[NAME] = seal(*events)

    return spoil


def pressed_in_vain(ledger: Ledger) -> None:
    """Acknowledged, and nobody wrote down that it was asked."""
    ledger.written.timelines[NAME] = seal(DECLARED)
    ledger.written.seen.clear()


SPOILED: dict[str, tuple[Spoil, str]] = {
    "not asked": (pressed_in_vain, "audits lost"),
    "no answer": (with_facts(DECLARED, ASKED), "audits not answered"),
    "two answers": (with_facts(DECLARED, ASKED, ANSWER, ANSWER), "audits answered twice"),
    "no file": (lambda ledger: forget(ledger, "Corrections"), "corrections never posted"),
    "two files": (
        lambda ledger: put(ledger.slack, 9, "", files=[file(f"{NAME}-corrections-3.md")]),
        "corrections posted twice",
    ),
    "silence": (lambda ledger: forget(ledger, "is new"), "announcements missing"),
    "no correction": (lambda ledger: forget(ledger, "read this"), "announcements missing"),
    "said again": (
        lambda ledger: put(ledger.slack, 9, "", "lockout-1"),
        "announced twice",
    ),
    "other key": (
        lambda ledger: put(ledger.slack, 9, name_of(2), "lockout-9"),
        "announced twice",
    ),
    "no notice": (lambda ledger: forget(ledger, "DRILL due"), "notices missing"),
    "two notices": (lambda ledger: put(ledger.slack, 9, "", "lockout-2"), "noticed twice"),
}


def test_what_was_kept_is_all_zeros(ledger: Ledger) -> None:
    """Every row is there, and none of them counts anything."""
    assert reckon(ledger) == {}
    assert len(ledger.counts) == 9
    assert ledger.details == []


@pytest.mark.parametrize("spoiled", SPOILED)
def test_each_broken_promise_is_counted(ledger: Ledger, spoiled: str) -> None:
    """In its own row."""
    spoil, row = SPOILED[spoiled]
    spoil(ledger)
    assert row in reckon(ledger)
