"""Moving house: the same facts, hashes and deliveries in any database, or nothing at all."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.adapters.db.moving import PAGE, SqlMover
from bot.adapters.memory import MemoryMover
from bot.core.errors import Invalid, Refused
from bot.core.timeline import Fact, check_chain, fact_to_dict
from bot.services.moving import Moved, back_up, restore
from bot.services.ports import EventStore, Mover
from tests.contracts.places import AT, DatabasePlace, MemoryPlace, Place, note

INCIDENTS = ("lo-Z", "lo-a", "lo-é 東京")


def mover_of(place: Place) -> Mover:
    """What moves the timelines of a place."""
    if isinstance(place, DatabasePlace):
        return SqlMover(place.open_writer())
    assert isinstance(place, MemoryPlace)
    return MemoryMover(place.open())


async def fill(store: EventStore) -> None:
    """Three incidents, several facts each, most of them from a delivery."""
    for number, incident in enumerate(INCIDENTS):
        await store.append(
            incident,
            [note(f"{incident}-1", "é \0 🔒"), note(f"{incident}-2", at=AT - timedelta(days=9))],
            after=0,
            once=f"view:{number}",
        )
        await store.append(incident, [note(f"{incident}-3")], after=2, once=f"trigger:{number}.5")
        await store.append(incident, [note(f"{incident}-4")], after=3)


async def everything(store: EventStore) -> list[list[Fact]]:
    """All facts, by incident."""
    return [await store.read(incident) for incident in INCIDENTS]


async def backed_up(place: Place) -> bytes:
    """The file of a backup."""
    pieces: list[bytes] = []
    moved = await back_up(mover_of(place), pieces.append)
    assert moved.problems == ()
    return b"".join(pieces)


async def restored(place: Place, data: bytes) -> Moved:
    """Read such a file into a place."""
    return await restore(mover_of(place), lambda: iter([data]), "backup.json")


@pytest.fixture
def other_sqlite_place(tmp_path: object) -> Iterator[DatabasePlace]:
    """Another file."""
    other = DatabasePlace(f"sqlite:///{tmp_path}/other.db")
    yield other
    other.close()


@pytest.mark.postgres
async def test_from_sqlite_to_postgresql_and_back_the_facts_are_the_same(
    sqlite_place: DatabasePlace, postgres_place: DatabasePlace, other_sqlite_place: DatabasePlace
) -> None:
    """And so are the files: byte for byte, whichever database wrote them."""
    await fill(sqlite_place.open())
    before = await everything(sqlite_place.open())
    first = await backed_up(sqlite_place)
    moved = await restored(postgres_place, first)
    assert (moved.facts, moved.deliveries, len(moved.heads)) == (12, 6, 3)
    assert await everything(postgres_place.open()) == before
    second = await backed_up(postgres_place)
    await restored(other_sqlite_place, second)
    assert await everything(other_sqlite_place.open()) == before
    assert first == second == await backed_up(other_sqlite_place)


async def test_what_was_restored_goes_on_where_it_stopped(
    place: Place, other_sqlite_place: DatabasePlace
) -> None:
    """The next fact follows the last one, and a delivery that was recorded stays recorded."""
    await fill(place.open())
    data = await backed_up(place)
    await restored(other_sqlite_place, data)
    store = other_sqlite_place.open()
    assert await store.incident_of("trigger:1.5") == INCIDENTS[1]
    await store.append(INCIDENTS[1], [note("next")], after=4)
    assert check_chain(map(fact_to_dict, await store.read(INCIDENTS[1]))) is None


async def test_an_empty_place_can_be_moved(place: Place) -> None:
    """A backup of nothing is a backup."""
    data = await backed_up(place)
    assert (await restored(place, data)).facts == 0
    await fill(place.open())


async def test_a_place_that_holds_something_is_refused(place: Place) -> None:
    """Even its own backup; nothing changes."""
    await fill(place.open())
    data = await backed_up(place)
    before = await everything(place.open())
    with pytest.raises(Refused, match="holds something already"):
        await restored(place, data)
    assert await everything(place.open()) == before


async def test_a_broken_chain_at_the_end_leaves_nothing(place: Place) -> None:
    """Of a file that is right up to its last incident, no incident is written."""
    source = MemoryPlace()
    await fill(source.open())
    document = json.loads(await backed_up(source))
    document["incidents"][-1]["facts"][-1]["payload"]["text"] = "changed"
    with pytest.raises(Invalid, match="does not match its hash"):
        await restored(place, json.dumps(document).encode())
    assert await everything(place.open()) == [[], [], []]


async def test_a_file_that_changes_between_look_and_writing_leaves_nothing(place: Place) -> None:
    """It is checked a second time, inside the transaction."""
    source = MemoryPlace()
    await fill(source.open())
    data = await backed_up(source)
    document = json.loads(data)
    document["incidents"][-1]["facts"][-1]["payload"]["text"] = "changed"
    readings = [data, json.dumps(document).encode()]
    with pytest.raises(Invalid):
        await restore(mover_of(place), lambda: iter([readings.pop(0)]), "backup.json")
    assert await everything(place.open()) == [[], [], []]


async def test_one_id_in_two_incidents_leaves_nothing(place: Place) -> None:
    """Each chain is intact; together they cannot be kept."""
    one, two = MemoryPlace(), MemoryPlace()
    await one.open().append("lo-1", [note("same")], after=0)
    await two.open().append("lo-2", [note("same")], after=0)
    document, more = json.loads(await backed_up(one)), json.loads(await backed_up(two))
    document["incidents"] += more["incidents"]
    with pytest.raises(Refused, match="have the same name"):
        await restored(place, json.dumps(document).encode())
    assert await place.open().read("lo-1") == []


async def test_many_pages_are_one_timeline(
    database: DatabasePlace, other_sqlite_place: DatabasePlace
) -> None:
    """Longer than what is read, or written, at once."""
    store = database.open()
    facts = await store.append(
        "lo-1", [note(f"n{number}") for number in range(2 * PAGE + 1)], after=0
    )
    await restored(other_sqlite_place, await backed_up(database))
    assert await other_sqlite_place.open().read("lo-1") == facts


async def test_a_backup_holds_one_moment(database: DatabasePlace) -> None:
    """What is recorded while it is written belongs to the next one, delivery and fact alike."""
    store, mover = database.open(), mover_of(database)
    await store.append("lo-1", [note("a")], after=0, once="trigger-1")
    late: list[asyncio.Task[list[Fact]]] = []
    pieces: list[bytes] = []

    def write(piece: bytes) -> None:
        if not pieces:
            late.append(
                asyncio.ensure_future(store.append("lo-1", [note("b")], after=1, once="trigger-2"))
            )
        pieces.append(piece)

    moved = await back_up(mover, write)
    await late[0]
    document = json.loads(b"".join(pieces))
    assert [fact["id"] for fact in document["incidents"][0]["facts"]] == ["a"]
    assert [seen["key"] for seen in document["deliveries"]] == ["trigger-1"]
    assert (moved.facts, moved.deliveries, moved.problems) == (1, 1, ())
