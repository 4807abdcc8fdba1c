"""What every `SnapshotStore` promises; the same tests in memory, in SQLite and in PostgreSQL."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.adapters.db.snapshots import KEPT, SqlSnapshotStore
from bot.adapters.memory import MemorySnapshotStore
from bot.audit.model import Source
from bot.audit.snapshot import Change, Snapshot
from bot.core.errors import AlreadyRecorded
from bot.services.ports import Outgoing, SnapshotStore
from bot.services.watching_policies import take_snapshot
from tests.contracts.places import AT, DatabasePlace, Place, write_effect
from tests.services.tenants import policy, watching_desk

TOLD = Outgoing("tenant:entra-example", "announce", {"text": "Look"})


def taken(minutes: float = 0, what: str = "{}", tenant: str = "entra-example") -> Snapshot:
    """One of that minute; `what` is what it holds."""
    return Snapshot(
        "entra",
        tenant,
        AT + timedelta(minutes=minutes),
        (Source("ca001.json", what.encode()),),
        (Change("1", "CA001", AT, "pipeline"),),
    )


def open_store(place: Place) -> SnapshotStore:
    """A store at a place."""
    if isinstance(place, DatabasePlace):
        return SqlSnapshotStore(place.open_writer(), place.clock, write_effect)
    return MemorySnapshotStore()


@pytest.fixture
def store(place: Place) -> SnapshotStore:
    """A store at an empty place."""
    return open_store(place)


async def test_of_a_tenant_that_was_never_read_nothing_is_known(store: SnapshotStore) -> None:
    """Neither a newest one nor one before now."""
    await store.keep(taken(tenant="aws-example"))
    assert await store.newest("entra-example") is None
    assert await store.before("entra-example", AT + timedelta(days=1)) is None


async def test_a_snapshot_comes_back_as_it_was_kept(store: SnapshotStore) -> None:
    """To the microsecond, and byte for byte."""
    odd = replace(taken(), sources=(Source("ca.json", b"\xff\xfe{\x00}\x00"),))
    await store.keep(odd)
    assert await store.newest("entra-example") == odd


async def test_the_newest_is_the_one_that_was_taken_last(store: SnapshotStore) -> None:
    """Exported files of yesterday may be read in after a reading of today."""
    await store.keep(taken(10, "new"))
    await store.keep(taken(5, "old"))
    assert await store.newest("entra-example") == taken(10, "new")
    assert await store.before("entra-example", AT + timedelta(minutes=10)) == taken(5, "old")


async def test_an_unchanged_tenant_is_seen_again(store: SnapshotStore) -> None:
    """Its newest snapshot is as old as the last look at it."""
    await store.keep(taken(0))
    await store.keep(taken(15))
    newest = await store.newest("entra-example")
    assert newest == taken(15)
    earlier = await store.before("entra-example", AT + timedelta(minutes=15))
    assert earlier == taken(0)


async def test_a_change_that_is_taken_back_is_two_changes(store: SnapshotStore) -> None:
    """What was there in between is not lost."""
    for minute, what in enumerate(("a", "b", "a")):
        await store.keep(taken(minute, what))
    assert await store.newest("entra-example") == taken(2, "a")
    assert await store.before("entra-example", AT + timedelta(minutes=2)) == taken(1, "b")


async def test_the_heads_are_those_of_the_newest(store: SnapshotStore) -> None:
    """One a tenant, by name; enough to say how old it is and whether it changed."""
    for minute, what in enumerate(("a", "b", "b")):
        await store.keep(taken(minute, what))
    await store.keep(taken(7, tenant="aws-example"))
    heads = await store.heads()
    assert [(head.tenant, head.taken_at, head.digest) for head in heads] == [
        ("aws-example", AT + timedelta(minutes=7), taken(tenant="aws-example").digest),
        ("entra-example", AT + timedelta(minutes=2), taken(2, "b").digest),
    ]


async def test_the_same_announcement_is_kept_once(store: SnapshotStore) -> None:
    """Of two processes that saw the same change, the second one writes nothing."""
    await store.keep(taken(0, "a"), once="change-1")
    with pytest.raises(AlreadyRecorded):
        await store.keep(taken(1, "b"), once="change-1", effects=[TOLD])
    assert await store.newest("entra-example") == taken(0, "a")


async def test_older_ones_are_taken_away(database: DatabasePlace) -> None:
    """A hundred of each tenant stay, the newest."""
    store = open_store(database)
    await store.keep(taken(-1, tenant="aws-example"))
    for minute in range(KEPT + 3):
        await store.keep(taken(minute, str(minute)))
    assert await store.before("entra-example", AT + timedelta(minutes=3)) is None
    assert await store.before("entra-example", AT + timedelta(minutes=4)) == taken(3, "3")
    assert await store.newest("aws-example") is not None


async def test_what_follows_is_written_with_it(database: DatabasePlace) -> None:
    """Or not at all; and an unchanged content takes no room."""
    store = open_store(database)
    await store.keep(taken(0), effects=[TOLD], once="first")
    with pytest.raises(AlreadyRecorded):
        await store.keep(taken(1, "b"), effects=[TOLD], once="first")
    for minute in range(1, 20):
        await store.keep(taken(minute))
    assert await database.run("SELECT kind, incident, state FROM outgoing") == [
        ("announce", "tenant:entra-example", "waiting")
    ]
    assert await database.run("SELECT count(*) FROM snapshot") == [(1,)]


async def test_one_of_another_release_is_as_good_as_none(database: DatabasePlace) -> None:
    """It is read anew soon; the bot starts all the same."""
    store = open_store(database)
    await store.keep(taken(0))
    await database.run("UPDATE snapshot SET content = '{\"form\": 99}'")
    assert await store.newest("entra-example") is None


async def test_another_process_sees_it(database: DatabasePlace) -> None:
    """It is on disk when `keep` returns."""
    await open_store(database).keep(taken(0))
    assert await open_store(database).newest("entra-example") == taken(0)


async def test_of_two_processes_at_one_change_one_announces_it(database: DatabasePlace) -> None:
    """Both read it at the same moment; each has a connection of its own."""
    desks = []
    for _ in range(2):
        desk, _, source = watching_desk(policy(1, block=False))
        desk.snapshots = open_store(database)
        desks.append((desk, source))
    tenant = desks[0][0].organisation.tenants[0]
    await take_snapshot(desks[0][0], tenant, announcing=True)
    for desk, source in desks:
        source.clock.advance(minutes=15)
        source.policies = [policy(1)]
        assert desk.clock is source.clock
    taken = await asyncio.gather(
        *(take_snapshot(desk, tenant, announcing=True) for desk, _ in desks)
    )
    assert sorted(one.announced for one in taken) == [0, 1]
    assert await database.run("SELECT count(*) FROM outgoing") == [(2,)]
    assert await database.run("SELECT count(*) FROM snapshot") == [(2,)]
