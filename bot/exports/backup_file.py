"""The file of `lockout backup`: every timeline with its hashes, and the deliveries seen.

One JSON document, written and read part by part. It is read in the order in which it is written,
and it is believed only as far as its chains go: `read_backup` names the first fact that is not
what was recorded. What stands outside of the chains (the deliveries) is checked for its shape.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from bot.core.backup import Head, Part, Seen
from bot.core.timeline import (
    GENESIS,
    Fact,
    check_link,
    fact_from_dict,
    fact_to_dict,
    format_time,
    parse_time,
)
from bot.exports.json_reader import JsonReader

FORMAT = "lockout-backup"
VERSION = 1

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
_TEXTS = ("id", "incident", "surface", "kind", "previous", "hash")


class BackupWriter:
    """`add` each part in order, then `end`; each returns the text to write next."""

    def __init__(self) -> None:
        self._text = f'{{\n"format": "{FORMAT}",\n"version": {VERSION},\n"incidents": ['
        self._comma = "\n"
        self._in_timeline = False
        self._in_seen = False

    def add(self, part: Part) -> str:
        """Part by part: a head, its facts, the next head; the deliveries last."""
        if isinstance(part, Head):
            self._end_timeline()
            above = {"incident": part.incident, "count": part.count, "head": part.hash}
            self._item(_encode(above)[:-1] + ',"facts":[')
            self._comma, self._in_timeline = "\n", True
        elif isinstance(part, Fact):
            self._item(_encode(fact_to_dict(part)))
        else:
            self._begin_seen()
            self._item(_encode(_seen_to_dict(part)))
        return self._given()

    def end(self) -> str:
        """The last line."""
        self._begin_seen()
        self._text += "\n]\n}\n"
        return self._given()

    def _item(self, text: str) -> None:
        self._text += self._comma + text
        self._comma = ",\n"

    def _end_timeline(self) -> None:
        if self._in_timeline:
            self._text += "\n]}"
            self._comma, self._in_timeline = ",\n", False

    def _begin_seen(self) -> None:
        if not self._in_seen:
            self._end_timeline()
            self._text += '\n],\n"deliveries": ['
            self._comma, self._in_seen = "\n", True

    def _given(self) -> str:
        text, self._text = self._text, ""
        return text


def read_backup(chunks: Iterable[bytes], file: str) -> Iterator[Part]:
    """The parts in order, each after it was checked. `file` is its name in messages.

    Errors: Invalid, at the first place where it is no backup, or not what was recorded.
    """
    reader = JsonReader(chunks, file)
    _read_opening(reader)
    known: set[str] = set()
    for _ in reader.items():
        yield from _read_timeline(reader, known)
    reader.take(",")
    reader.key("deliveries")
    for _ in reader.items():
        yield _read_seen(reader)
    reader.take("}")
    reader.end()


def _read_opening(reader: JsonReader) -> None:
    reader.take("{")
    reader.key("format")
    found = reader.value()
    if found != FORMAT:
        reader.refuse(f"not a backup: its format is {str(found)[:40]!r}, not '{FORMAT}'")
    reader.take(",")
    reader.key("version")
    version = reader.value()
    if version != VERSION or isinstance(version, bool):
        reader.refuse(f"version {str(version)[:40]} of the format; this release knows {VERSION}")
    reader.take(",")
    reader.key("incidents")


def _read_timeline(reader: JsonReader, known: set[str]) -> Iterator[Part]:
    head = _read_head(reader)
    if head.incident in known:
        reader.refuse(f"incident {head.incident} stands in it twice")
    known.add(head.incident)
    yield head
    newest, count = GENESIS, 0
    for _ in reader.items():
        fact = _read_fact(reader, head.incident, newest, count + 1)
        newest, count = fact.hash, fact.version
        yield fact
    if (count, newest) != (head.count, head.hash) or not count:
        reader.refuse(
            f"incident {head.incident} should have {head.count} facts up to the hash "
            f"{head.hash[:64]}, it has {count} up to {newest}: removed or added"
        )
    reader.take("}")


def _read_head(reader: JsonReader) -> Head:
    found: dict[str, Any] = {}
    reader.take("{")
    for name, kind in (("incident", str), ("count", int), ("head", str)):
        reader.key(name)
        found[name] = reader.value()
        if type(found[name]) is not kind:
            reader.refuse(f"'{name}' is of another kind than in a backup")
        reader.take(",")
    reader.key("facts")
    return Head(found["incident"], found["count"], found["head"])


def _read_fact(reader: JsonReader, incident: str, previous: str, expected: int) -> Fact:
    data = reader.value()
    where = f"incident {incident}, fact {expected}"
    if not isinstance(data, dict):
        reader.refuse(f"{where}: it is no fact")
    try:
        broken = check_link(data, previous, expected)
    except (ValueError, RecursionError):
        reader.refuse(f"{where}: it holds text that no recorded fact can hold: changed")
    if broken is not None:
        reader.refuse(f"{where} (id {broken.fact}): {broken.reason}")
    if data.get("incident") != incident:
        reader.refuse(f"{where}: it belongs to incident {data.get('incident')!r}")
    fact = _fact_of(data)
    if fact is None:
        reader.refuse(f"{where}: it is not of the shape in which facts are kept")
    return fact


def _fact_of(data: Mapping[str, Any]) -> Fact | None:
    """None when a database would give it back otherwise, and so with another hash."""
    with suppress(KeyError, TypeError, ValueError):
        fact = fact_from_dict(data)
        texts = (*(data[name] for name in _TEXTS), fact.actor.id, fact.actor.name)
        kept = all(isinstance(text, str) for text in texts) and isinstance(data["payload"], dict)
        # bool is an int to Python, and was hashed as another text
        if kept and type(fact.version) is int and fact_to_dict(fact) == data:
            return fact
    return None


def _seen_to_dict(seen: Seen) -> dict[str, str]:
    return {
        "key": seen.key,
        "incident": seen.incident,
        "recorded_at": format_time(seen.recorded_at),
    }


def _read_seen(reader: JsonReader) -> Seen:
    data = reader.value()
    with suppress(KeyError, TypeError, ValueError):
        seen = Seen(data["key"], data["incident"], parse_time(data["recorded_at"]))
        texts = isinstance(data["key"], str) and isinstance(data["incident"], str)
        if texts and _seen_to_dict(seen) == data:
            return seen
    return reader.refuse("this is no delivery")
