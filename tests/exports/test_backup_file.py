"""The file of a backup gives back what went in, and believes nothing that a chain does not show."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.core.backup import Head, Part, Seen
from bot.core.errors import Invalid
from bot.core.events import NoteAdded
from bot.core.timeline import GENESIS, Actor, Fact, fact_from_dict, fact_to_dict, hash_of
from bot.exports.backup_file import FORMAT, BackupWriter, read_backup
from tests.exports.example import Recorder

ACTOR = Actor("slack:U0EXAMPLE", "Responder \u202e é 東京")
SEEN = Seen("trigger:1.2.3", "lo-1", datetime(2026, 11, 22, 3, 4, 5, 6, tzinfo=UTC))


def timeline(incident: str, count: int = 3) -> list[Part]:
    """A head and its facts."""
    recorder = Recorder(incident)
    facts = [
        recorder.add(number, ACTOR, NoteAdded(text=f"note {number} \0 \u2028"))
        for number in range(count)
    ]
    renamed = [with_id(fact, f"{incident}-{fact.version}") for fact in facts]
    return [*rechained(renamed)]


def with_id(fact: Fact, name: str) -> dict[str, Any]:
    """An exported fact under another id, its hash not yet right."""
    return {**fact_to_dict(fact), "id": name}


def rechained(datas: Sequence[dict[str, Any]]) -> list[Part]:
    """A head and facts whose hashes are right again."""
    facts, newest = [], GENESIS
    for data in datas:
        chained = {**data, "previous": newest}
        newest = chained["hash"] = hash_of(chained)
        facts.append(fact_from_dict(chained))
    return [Head(facts[0].incident, len(facts), newest), *facts]


PARTS: list[Part] = [
    *timeline("lo-1"),
    *timeline("lo-2", 1),
    SEEN,
    Seen("view:x", "lo-2", SEEN.recorded_at),
]


def write(parts: Sequence[Part]) -> bytes:
    """The whole file."""
    writer = BackupWriter()
    return ("".join(map(writer.add, parts)) + writer.end()).encode()


def read(data: bytes, size: int = 64) -> list[Part]:
    """All parts of a file, taken in small pieces."""
    pieces = (data[at : at + size] for at in range(0, len(data), size))
    return list(read_backup(pieces, "backup.json"))


@pytest.mark.parametrize(
    "parts", [PARTS, PARTS[:4], [SEEN], []], ids=["all", "one", "seen", "none"]
)
def test_what_was_written_is_read_back(parts: list[Part]) -> None:
    """Part by part, letter by letter; also when nothing was there."""
    assert read(write(parts)) == parts


def test_the_file_is_one_json_document() -> None:
    """Any program can read it; a fact has the form of the exported json."""
    document = json.loads(write(PARTS))
    assert list(document) == ["format", "version", "incidents", "deliveries"]
    assert (document["format"], document["version"]) == (FORMAT, 1)
    assert [item["incident"] for item in document["incidents"]] == ["lo-1", "lo-2"]
    first = document["incidents"][0]
    assert (first["count"], first["head"]) == (3, first["facts"][-1]["hash"])
    assert document["deliveries"][0] == {
        "key": "trigger:1.2.3",
        "incident": "lo-1",
        "recorded_at": "2026-11-22T03:04:05.000006Z",
    }


def test_its_layout_does_not_matter() -> None:
    """A backup that was pretty-printed is still one."""
    assert read(json.dumps(json.loads(write(PARTS)), indent=4).encode()) == PARTS


def _facts(document: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document["incidents"][0]["facts"]
    return found


def _swap(document: dict[str, Any]) -> None:
    facts = _facts(document)
    facts[0], facts[1] = facts[1], facts[0]


def _rehash(document: dict[str, Any]) -> None:
    """A hand that knows how to hash its last fact, and the head."""
    fact = _facts(document)[-1]
    fact["hash"] = document["incidents"][0]["head"] = hash_of(fact)


def _with_more(document: dict[str, Any]) -> None:
    _facts(document)[-1]["more"] = 1
    _rehash(document)


def _other_time(document: dict[str, Any]) -> None:
    _facts(document)[-1]["occurred_at"] = "2026-11-22T04:04:05+01:00"
    _rehash(document)


def _named_by_number(document: dict[str, Any]) -> None:
    _facts(document)[-1]["id"] = 7
    _rehash(document)


def _version_true(document: dict[str, Any]) -> None:
    del _facts(document)[1:]
    document["incidents"][0]["count"] = 1
    _facts(document)[0]["version"] = True
    _rehash(document)


EMPTY = {"incident": "lo-3", "count": 0, "head": "0" * 64, "facts": []}
CHANGES: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (lambda d: d.update(format="lockout-timeline"), "its format is 'lockout-timeline'"),
    (lambda d: d.update(version=2), "version 2 of the format; this release knows 1"),
    (lambda d: d.update(version=True), "version True of the format"),
    (lambda d: _facts(d)[1]["payload"].update(text="other"), "fact 2 (id lo-1-2): its content"),
    (lambda d: _facts(d).pop(0), "fact 1 should stand here, fact 2 does"),
    (lambda d: _facts(d).pop(), "should have 3 facts up to the hash"),
    (lambda d: _facts(d).clear(), "should have 3 facts"),
    (_swap, "removed or reordered"),
    (lambda d: _facts(d).insert(0, 5), "lo-1, fact 1: it is no fact"),  # type: ignore[arg-type]
    (lambda d: _facts(d)[0]["payload"].update(text="\ud800"), "that no recorded fact can hold"),
    (lambda d: d["incidents"][0].update(head="0" * 64), "should have 3 facts up to the hash 000"),
    (lambda d: d["incidents"][0].update(count="3"), "'count' is of another kind"),
    (lambda d: d["incidents"][0].update(count=True), "'count' is of another kind"),
    (lambda d: d["incidents"][0].update(incident="lo-9"), "it belongs to incident 'lo-1'"),
    (lambda d: d["incidents"].append(d["incidents"][0]), "incident lo-1 stands in it twice"),
    (lambda d: d["incidents"].append(EMPTY), "incident lo-3 should have 0 facts"),
    (_with_more, "not of the shape in which facts are kept"),
    (_other_time, "not of the shape in which facts are kept"),
    (_named_by_number, "not of the shape in which facts are kept"),
    (_version_true, "not of the shape in which facts are kept"),
    (lambda d: d["deliveries"].append({"key": "x"}), "this is no delivery"),
    (lambda d: d["deliveries"].append(4), "this is no delivery"),
    (lambda d: d["deliveries"][0].update(key=4), "this is no delivery"),
    (lambda d: d["deliveries"][0].update(recorded_at="yesterday"), "this is no delivery"),
    (lambda d: d.update(more=1), "'}' should stand here"),
]


@pytest.mark.parametrize(("change", "message"), CHANGES, ids=[text[:40] for _, text in CHANGES])
def test_what_was_changed_is_named(
    change: Callable[[dict[str, Any]], object], message: str
) -> None:
    """The incident, the fact and its id, or the part that is of another shape."""
    document = json.loads(write(PARTS))
    change(document)
    with pytest.raises(Invalid) as error:
        read(json.dumps(document).encode())
    assert message in str(error.value)


@pytest.mark.parametrize("end", [1, 30, 200, -3, -30, -200])
def test_a_file_that_was_cut_is_refused(end: int) -> None:
    """Wherever it ends."""
    with pytest.raises(Invalid):
        read(write(PARTS)[:end])


def test_what_it_says_of_a_file_drives_no_terminal() -> None:
    """The file may have been made by somebody else."""
    document = json.loads(write(PARTS))
    document["incidents"][0]["incident"] = "\x1b[2Jlo"
    with pytest.raises(Invalid) as error:
        read(json.dumps(document).encode())
    assert "\x1b" not in str(error.value)
