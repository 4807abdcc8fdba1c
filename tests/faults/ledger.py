"""The reckoning: what was promised, held against the database and against Slack.

Counts, no judgement: a row that is not zero is a broken promise, and `Ledger.broken` lists them.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, select

from bot.adapters.db.event_store import fact_of
from bot.adapters.db.schema import delivery, fact, outgoing
from bot.core import events as e
from bot.core.incident import Incident, evolve
from bot.core.organisation import Organisation
from bot.core.timeline import Fact, check_chain, fact_to_dict
from bot.playbook.library import Library
from bot.playbook.reminders import Reminder, standing
from bot.playbook.situation import Situation
from bot.services.effects import is_said
from tests.faults.auditing import is_card
from tests.faults.load import People
from tests.workspace import BOT_USER_ID, Message, Workspace

FILES = "export"
TWICE = "messages posted twice"
AFTER_A_PAUSE = "... by a process that was paused"
# Seconds within which a process that goes on does what it was about to do.
SOON = 12.0


@dataclass(frozen=True)
class Written:
    """What the database holds at the end."""

    timelines: dict[str, list[Fact]]
    seen: set[str]
    rows: list[tuple[int, str, str, dict[str, object], str, int | None]]


def read_database(engine: Engine) -> Written:
    """Everything, as it is on disk."""
    timelines: dict[str, list[Fact]] = defaultdict(list)
    with engine.connect() as connection:
        query = select(fact).order_by(fact.c.incident, fact.c.version)
        for row in connection.execute(query):
            timelines[row.incident].append(fact_of(row))
        seen = {row.key for row in connection.execute(select(delivery.c.key))}
        rows = [
            (row.id, row.incident, row.kind, json.loads(row.payload), row.state, row.batch)
            for row in connection.execute(select(outgoing).order_by(outgoing.c.id))
        ]
    return Written(dict(timelines), seen, rows)


@dataclass
class Ledger:
    """One run. `until`: what was recorded later need not be with Slack yet."""

    written: Written
    people: People
    slack: Workspace
    until: datetime
    # From when to when a process was stopped for so long that another one took over.
    paused: Sequence[tuple[float, float]] = ()
    counts: Counter[str] = field(default_factory=Counter)
    details: list[str] = field(default_factory=list)

    def note(self, row: str, what: str = "", by: int = 1) -> None:
        """Count something that must not be."""
        self.counts[row] += by
        self.details.append(f"{row}: {what}")

    # --- facts

    def check_facts(self) -> None:
        """Everything acknowledged is there, once, on an unbroken chain."""
        self.counts["acknowledged facts lost"] = 0
        self.counts["facts recorded twice"] = 0
        self.counts["chains broken"] = 0
        everything = [item for facts in self.written.timelines.values() for item in facts]
        self._check_acknowledged(everything)
        for name, times in Counter(filter(None, map(_once, everything))).items():
            if times > 1:
                self.note("facts recorded twice", name, times - 1)
        for incident, facts in self.written.timelines.items():
            broken = check_chain(map(fact_to_dict, facts))
            if broken is not None or [f.version for f in facts] != list(range(1, len(facts) + 1)):
                self.note("chains broken", f"{incident}: {broken}")

    def _check_acknowledged(self, everything: Sequence[Fact]) -> None:
        row = "acknowledged facts lost"
        texts = {f.event.text for f in everything if isinstance(f.event, e.NoteAdded)}
        for words in self.people.notes.keys() - texts:
            self.note(row, words)
        pinned = {
            (f.event.source.channel, f.event.source.message)
            for f in everything
            if isinstance(f.event, e.NoteAdded) and f.event.source
        }
        for pin in self.people.pins - pinned:
            self.note(row, f"pin {pin}")
        answered = {_step(f) for f in everything}
        for trigger, act in self.people.presses.items():
            step = (act["incident"], act["playbook"], act["step"], act["visit"])
            if trigger not in self.written.seen and step not in answered:
                self.note(row, f"press {act}")
        for incident in self.people.declared - self.written.timelines.keys():
            self.note(row, f"declared {incident}")
        ended = {f.incident for f in everything if isinstance(f.event, e.IncidentClosed)}
        for incident in set(map(self._incident_of, self.people.closed)) - ended:
            self.note(row, f"closed {incident}")

    def _incident_of(self, channel: str) -> str:
        return f"lo-{self.slack.world.state.channels[channel].name.removeprefix('lockout-')}"

    # --- messages

    def check_messages(self) -> None:
        """Everything said is in Slack, once, in the order of its facts."""
        for row in ("messages never posted", TWICE, AFTER_A_PAUSE, "messages out of order"):
            self.counts[row] = 0
        posted = self._posted()
        says: dict[tuple[str, int], list[str]] = defaultdict(list)
        first: dict[str, tuple[str, int]] = {}
        for number, incident, kind, payload, _state, batch in self.written.rows:
            if kind != "show":
                continue
            key = f"lockout-{batch or number}"
            for version in payload.get("say", []):  # type: ignore[attr-defined]
                says[incident, version].append(key)
                first.setdefault(key, (incident, version))
        for key, messages in posted.items():
            if len(messages) > 1:
                row = AFTER_A_PAUSE if self._after_a_pause(messages[-1]) else TWICE
                self.note(row, f"{key} {messages[0].text[:60]}", len(messages) - 1)
        self._check_said(says, posted)
        self._check_words(posted)
        self._check_order(first, posted)

    def _after_a_pause(self, message: Message) -> bool:
        return any(0 <= float(message.ts) - end < SOON for _, end in self.paused)

    def _posted(self) -> dict[str, list[Message]]:
        found: dict[str, list[Message]] = defaultdict(list)
        for message in self.slack.world.state.messages.values():
            key = str((message.metadata or {}).get("event_payload", {}).get("key", ""))
            if message.user == BOT_USER_ID and key.startswith("lockout-"):
                found[key].append(message)
        return found

    def _check_said(
        self, says: dict[tuple[str, int], list[str]], posted: dict[str, list[Message]]
    ) -> None:
        for incident, facts in self.written.timelines.items():
            for item in facts:
                event = item.event
                if (
                    isinstance(event, e.UnknownEvent)
                    or not is_said(event)
                    or item.recorded_at > self.until
                ):
                    continue
                keys = [key for key in set(says[incident, item.version]) if key in posted]
                if not keys:
                    self.note("messages never posted", f"{incident} {item.version} {item.kind}")
                elif len(keys) > 1:
                    self.note(TWICE, f"{incident} {item.version} {keys}")

    def _check_words(self, posted: dict[str, list[Message]]) -> None:
        """By the words alone: each in the messages of one key and no other."""
        said = [messages[0].text for messages in posted.values()]
        for words in self.people.notes:
            times = sum(text.count(f"'{words}'") for text in said)
            if times == 0:
                self.note("messages never posted", words)
            elif times > 1:
                self.note(TWICE, words, times - 1)

    def _check_order(
        self, first: dict[str, tuple[str, int]], posted: dict[str, list[Message]]
    ) -> None:
        newest: dict[str, int] = defaultdict(int)
        once = sorted((min(float(m.ts) for m in messages), key) for key, messages in posted.items())
        for _, key in once:
            if key not in first:
                continue
            incident, version = first[key]
            if version < newest[incident]:
                self.note("messages out of order", f"{incident} {version} after {newest[incident]}")
            newest[incident] = max(newest[incident], version)

    # --- cards and files

    def check_cards(self) -> None:
        """One channel and one card for each incident, and it shows the newest state."""
        for row in ("cards missing", "cards posted twice", "cards out of date"):
            self.counts[row] = 0
        cards: dict[str, list[Message]] = defaultdict(list)
        for message in self.slack.world.state.messages.values():
            if is_card(message):
                cards[(message.metadata or {})["event_payload"]["key"]].append(message)
        for incident, facts in self.written.timelines.items():
            hung = cards[incident]
            if not hung:
                self.note("cards missing", incident)
            elif len(hung) > 1:
                self.note("cards posted twice", incident, len(hung) - 1)
            # That it hangs there is the one fact that a card need not show.
            old = [f for f in facts if f.recorded_at <= self.until and f.kind != "CardPosted"]
            newest = max((item.version for item in old), default=0)
            shown = max((_shown(message) for message in hung), default=0)
            if hung and shown < newest:
                self.note("cards out of date", f"{incident} shows {shown} of {newest}")

    def check_files(self) -> None:
        """Each timeline that was to be handed over was, once."""
        self.counts["files never posted"] = self.counts["files posted twice"] = 0
        wanted = Counter(
            (incident, str(payload["format"]))
            for _, incident, kind, payload, state, _ in self.written.rows
            if kind == FILES
        )
        got: Counter[tuple[str, str]] = Counter()
        for message in self.slack.world.state.messages.values():
            for file in message.files:
                if "-corrections-" in file.name:
                    continue
                name, _, kind = file.name.rpartition(".")
                got[name, kind] += 1
        for (incident, kind), times in wanted.items():
            found = sum(n for (name, k), n in got.items() if incident in name and k == kind)
            if found < times:
                self.note("files never posted", f"{incident}.{kind}", times - found)
            elif found > times:
                self.note("files posted twice", f"{incident}.{kind}", found - times)

    # --- reminders

    def check_reminders(
        self, organisation: Organisation, library: Library, pace: float, patience: timedelta
    ) -> list[float]:
        """Each reminder came within `patience` of its time, and none after the close.

        Returns how late they were, in seconds.
        """
        self.counts["reminders missing"] = self.counts["reminders after the close"] = 0
        late: list[float] = []
        for name, facts in self.written.timelines.items():
            incident = Incident(id=name)
            due: dict[tuple[str, int], Reminder] = {}
            missing: set[tuple[str, int]] = set()
            # What is overdue when it comes up cannot be said before that.
            up: dict[tuple[str, int], datetime] = {}
            since: dict[tuple[str, int], datetime] = {}
            for item in facts:
                missing |= {key for key, at in since.items() if at + patience < item.recorded_at}
                if isinstance(item.event, e.Reminded):
                    late += self._late(incident, item, due)
                incident = evolve(incident, item)
                situation = Situation(incident, organisation, library, item.recorded_at, pace)
                due = {(r.subject, r.number): r for r in standing(situation)}
                up = {key: up.get(key, item.recorded_at) for key in due}
                since = {key: max(r.at, up[key]) for key, r in due.items()}
            missing |= {key for key, at in since.items() if at + patience < self.until}
            for subject in missing:
                self.note("reminders missing", f"{name} {subject}")
        return late

    def _late(
        self, incident: Incident, item: Fact, due: dict[tuple[str, int], Reminder]
    ) -> list[float]:
        event = item.event
        assert isinstance(event, e.Reminded)
        if incident.closed_at is not None and event.subject != "drill":
            self.note("reminders after the close", f"{incident.id} {event.subject}")
        reminder = due.get((event.subject, event.number))
        return [(item.recorded_at - reminder.at).total_seconds()] if reminder else []

    @property
    def broken(self) -> list[str]:
        """What must be explained."""
        return self.details


def _must_be_said(item: Fact) -> bool:
    return not isinstance(item.event, e.UnknownEvent) and is_said(item.event)


def _once(item: Fact) -> str:
    """What there may be one of; empty for all else."""
    match item.event:
        case e.NoteAdded(source=None) as event:
            return f"note {event.text}"
        case e.NoteAdded(source=source) if source:
            return f"pin {source.channel} {source.message}"
        case e.StepAnswered():
            return f"step {_step(item)}"
        case e.Reminded() as event:
            return f"reminder {item.incident} {event.subject} {event.number}"
        case e.IncidentClosed() | e.IncidentDeclared() | e.CardPosted():
            return f"{item.kind} {item.incident}"
    return ""


def _step(item: Fact) -> tuple[str, str, str, int]:
    event = item.event
    if not isinstance(event, e.StepAnswered):
        return ("", "", "", 0)
    return (item.incident, event.playbook, event.step, event.visit)


def _shown(card: Message) -> int:
    """How many facts a card says there are."""
    text = json.dumps(card.blocks)
    words = text.partition(" facts on the timeline")[0].rpartition(" ")
    digits = "".join(character for character in words[2][-8:] if character.isdigit())
    return int(digits or 0)


def now() -> datetime:
    """UTC."""
    return datetime.now(UTC)
