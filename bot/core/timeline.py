"""A fact: one event with who, when and in which order, chained to the fact before it.

The chain shows that a timeline was not quietly changed: each hash covers the whole fact and the
hash before it. It does not show who wrote it, and somebody who rewrites *every* hash after a
change gets a consistent chain again; that is why the newest hash (the head) is shown on the card
and in the close summary, where the chat provider keeps a copy.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from bot.core.events import Event, UnknownEvent, parse_event, payload_of

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it, as the surface knows them: `slack:U0RESPOND`, `terminal:root`."""

    id: str
    name: str

    @property
    def surface(self) -> str:
        """The part of the id before the colon."""
        return self.id.partition(":")[0]


@dataclass(frozen=True)
class Fact:
    """One line of the timeline. `version` counts from 1 within the incident; times are UTC."""

    id: str
    incident: str
    version: int
    occurred_at: datetime
    recorded_at: datetime
    actor: Actor
    surface: str
    kind: str
    payload: dict[str, Any]
    previous: str
    hash: str

    @cached_property
    def event(self) -> Event | UnknownEvent:
        """The payload as its class."""
        return parse_event(self.kind, self.payload)


def format_time(moment: datetime) -> str:
    """UTC with microseconds and a Z: the one form in which times are stored and hashed."""
    # Not strftime: it leaves out the zeros before the year 1000.
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def parse_time(text: str) -> datetime:
    """The inverse of `format_time`; takes any ISO 8601 time with an offset. Errors: ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        message = f"{text!r} has no time zone"
        raise ValueError(message)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        message = f"{text!r} is not a time that can be kept in UTC"
        raise ValueError(message) from None


def canonical_json(value: object) -> bytes:
    """Sorted keys, no spaces, UTF-8, no NaN: the same value always gives the same bytes."""
    text = json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode()


def fact_to_dict(fact: Fact) -> dict[str, Any]:
    """The exported form of a fact; `hash` is the last key."""
    return {
        "id": fact.id,
        "incident": fact.incident,
        "version": fact.version,
        "occurred_at": format_time(fact.occurred_at),
        "recorded_at": format_time(fact.recorded_at),
        "actor": {"id": fact.actor.id, "name": fact.actor.name},
        "surface": fact.surface,
        "kind": fact.kind,
        "payload": fact.payload,
        "previous": fact.previous,
        "hash": fact.hash,
    }


def fact_from_dict(data: Mapping[str, Any]) -> Fact:
    """The inverse of `fact_to_dict`. Errors: KeyError, TypeError, ValueError on another shape."""
    return Fact(
        id=data["id"],
        incident=data["incident"],
        version=data["version"],
        occurred_at=parse_time(data["occurred_at"]),
        recorded_at=parse_time(data["recorded_at"]),
        actor=Actor(data["actor"]["id"], data["actor"]["name"]),
        surface=data["surface"],
        kind=data["kind"],
        payload=data["payload"],
        previous=data["previous"],
        hash=data["hash"],
    )


def hash_of(data: Mapping[str, Any]) -> str:
    """SHA-256 in hex over the canonical JSON of an exported fact without its `hash`."""
    return hashlib.sha256(
        canonical_json({key: value for key, value in data.items() if key != "hash"})
    ).hexdigest()


@dataclass(frozen=True, slots=True)
class Draft:
    """A fact before it is recorded: the store adds version, recorded_at and the hashes."""

    id: str
    event: Event
    actor: Actor
    occurred_at: datetime


def seal_drafts(
    incident: str, drafts: Sequence[Draft], *, after: int, head: str, now: datetime
) -> Iterator[Fact]:
    """Give each draft its version and its place in the chain that ends in `head`."""
    for version, draft in enumerate(drafts, start=after + 1):
        data: dict[str, Any] = {
            "id": draft.id,
            "incident": incident,
            "version": version,
            "occurred_at": format_time(draft.occurred_at),
            "recorded_at": format_time(now),
            "actor": {"id": draft.actor.id, "name": draft.actor.name},
            "surface": draft.actor.surface,
            "kind": draft.event.kind,
            "payload": payload_of(draft.event),
            "previous": head,
        }
        previous, head = head, hash_of(data)
        fact = Fact(
            id=draft.id,
            incident=incident,
            version=version,
            occurred_at=draft.occurred_at.astimezone(UTC),
            recorded_at=now.astimezone(UTC),
            actor=draft.actor,
            surface=draft.actor.surface,
            kind=draft.event.kind,
            payload=data["payload"],
            previous=previous,
            hash=head,
        )
        # What it was made of need not be read back.
        fact.__dict__["event"] = draft.event
        yield fact


@dataclass(frozen=True, slots=True)
class ChainBreak:
    """The first place where a timeline is not what was recorded."""

    version: int
    fact: str
    reason: str


def check_chain(facts: Iterable[Mapping[str, Any]]) -> ChainBreak | None:
    """Look for the first exported fact that was changed, removed or reordered; None when intact.

    A cut at the end cannot be seen from the facts alone: the export's head says how many there
    were, and the caller compares.
    """
    previous, expected = GENESIS, 1
    for data in facts:
        broken = check_link(data, previous, expected)
        if broken is not None:
            return broken
        previous, expected = str(data["hash"]), expected + 1
    return None


def check_link(data: Mapping[str, Any], previous: str, expected: int) -> ChainBreak | None:
    """Whether this exported fact is number `expected`, right after the one with hash `previous`.

    Errors: ValueError, RecursionError for content that no recorded fact can have.
    """
    version, name = data.get("version"), str(data.get("id", "?"))
    if version != expected:
        reason = f"fact {expected} should stand here, fact {version} does: removed or reordered"
        return ChainBreak(expected, name, reason)
    if data.get("previous") != previous:
        return ChainBreak(
            expected, name, "it does not follow the fact before it: removed or reordered"
        )
    if data.get("hash") != hash_of(data):
        return ChainBreak(expected, name, "its content does not match its hash: changed")
    return None
