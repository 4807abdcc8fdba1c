"""How long a person waits for an ack, beside the floors, in alternating rounds."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import sqlite3
import statistics
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

from bench.load import (
    ONCALL,
    SECOND,
    Connection,
    Measured,
    closed_loop,
    command,
    interaction,
    open_loop,
    press,
    sign,
    trigger,
)
from bench.processes import Running, floor, ours, stub
from bench.slack_stub import channel_of
from bench.table import Row
from bot.core.view import Declare, Take

ROUNDS = 3
SECONDS = 3.0
# Of an incident that shall stay short.
SHORT_ROUNDS, PRESSES = 9, 15


async def declare(port: int, count: int) -> list[str]:
    """Open incidents by submitted forms; their ids."""
    connection = await Connection.open(port)
    found = []
    for _ in range(count):
        metadata = {"action": Declare().model_dump(mode="json"), "channel": "C0BENCH"}
        values = {"tenant": {"v": {"selected_option": {"value": "entra-example"}}}}
        # A modal of its own, or it would rightly count as the same declaration again.
        view = {
            "id": f"V{trigger()}",
            "private_metadata": json.dumps(metadata),
            "state": {"values": values},
        }
        payload = {
            "type": "view_submission",
            "view": {**view, "callback_id": "form", "type": "modal"},
        }
        _, body = await connection.send(sign(interaction(payload)))
        match = re.search(rb"Lockout (lo-[a-z0-9-]+)", body)
        assert match, body[:300]
        found.append(match[1].decode())
    connection.close()
    return found


async def settled(port: int) -> None:
    """Wait until every card hangs and nothing is on its way to Slack."""
    connection = await Connection.open(port)
    for _ in range(600):
        _, page = await connection.send(b"GET /metrics HTTP/1.1\r\nHost: bench\r\n\r\n")
        if b"\nlockout_deliveries_waiting 0.0" in page:
            break
        await asyncio.sleep(0.1)
    connection.close()
    await asyncio.sleep(1)


def takes(incident: str) -> Iterator[bytes]:
    """'I am on it', by two people in turn: every press is a fact."""
    value = Take(incident=incident, playbook="triage", step="outage").model_dump_json()
    for user in itertools.cycle((ONCALL, SECOND)):
        yield sign(press(value, "C0BENCH", user))


def bare_presses() -> Iterator[bytes]:
    """The same press for an app that looks at nothing."""
    while True:
        yield sign(press("x", "C0BENCH"))


def notes(channel: str) -> Iterator[bytes]:
    """`/lockout note …`."""
    for number in itertools.count(1):
        yield sign(command(f"note number {number}", channel))


def forms() -> Iterator[bytes]:
    """`/lockout`: opens the form and records nothing yet."""
    while True:
        yield sign(command(""))


def _median(measured: list[Measured], share: float) -> float:
    return statistics.median(one.at(share) for one in measured)


async def measure(folder: Path) -> list[Row]:
    """All rows about acks."""
    rows: list[Row] = []
    with stub() as api, stub(2.0) as slow:
        rows += await _single(folder, api)
        rows += await _many(folder, api)
        rows.append(await _slow_slack(folder, api, slow))
        rows.append(await _long_incident(folder, api))
        rows += await _resident(folder, api)
        rows.append(await _cold_start(folder, api))
    return rows


async def _single(folder: Path, api: int) -> list[Row]:
    rounds: dict[str, list[Measured]] = {
        name: [] for name in ("shipped", "insert", "ours", "note", "form")
    }
    with (
        floor("shipped", folder, api) as shipped,
        floor("insert", folder, api) as insert,
        ours(folder / "single.db", api) as app,
    ):
        (incident,) = await declare(app.port, 1)
        await settled(app.port)
        for port in (shipped.port, insert.port):
            await closed_loop(port, [bare_presses()], 0.5)
        for _ in range(ROUNDS):
            for name, port, requests in (
                ("shipped", shipped.port, bare_presses()),
                ("insert", insert.port, bare_presses()),
                ("ours", app.port, takes(incident)),
                ("note", app.port, notes(channel_of(f"lockout-{incident[3:]}"))),
                ("form", app.port, forms()),
            ):
                rounds[name].append(await closed_loop(port, [requests], SECONDS))
    p50 = {name: _median(measured, 0.5) for name, measured in rounds.items()}
    return [
        Row(
            "button press, p50 ms",
            p50["ours"],
            "Bolt tuned + SQLite insert",
            p50["insert"],
            "<= 2.0",
        ),
        Row(
            "/lockout note, p50 ms",
            p50["note"],
            "Bolt tuned + SQLite insert",
            p50["insert"],
            "<= 2.0",
        ),
        Row("/lockout, p50 ms", p50["form"], "Bolt tuned + SQLite insert", p50["insert"], "<= 2.0"),
        Row(
            "button press, p50 ms",
            p50["ours"],
            "Bolt as shipped, no commit",
            p50["shipped"],
            "<= 0.2",
        ),
    ]


async def _many(folder: Path, api: int) -> list[Row]:
    rows = []
    for connections in (8, 32):
        rates: dict[str, list[float]] = {"group": [], "ours": []}
        database = folder / f"many{connections}.db"
        with floor("group", folder, api) as group, ours(database, api) as app:
            incidents = await declare(app.port, connections)
            await settled(app.port)
            for _ in range(ROUNDS):
                bare = [bare_presses() for _ in incidents]
                rates["group"].append((await closed_loop(group.port, bare, SECONDS)).rate)
                own = [takes(incident) for incident in incidents]
                rates["ours"].append((await closed_loop(app.port, own, SECONDS)).rate)
        own_rate, floor_rate = (statistics.median(rates[name]) for name in ("ours", "group"))
        label = f"acks/s at {connections} connections"
        rows.append(Row(label, own_rate, "Bolt tuned + group commit", floor_rate, ">= 0.5"))
    return rows


async def _slow_slack(folder: Path, api: int, slow: int) -> Row:
    rounds: dict[str, list[Measured]] = {"fast": [], "slow": []}
    with ours(folder / "fast.db", api) as fast, ours(folder / "slow.db", slow) as slowed:
        apps = {"fast": fast.port, "slow": slowed.port}
        incidents = {name: (await declare(port, 1))[0] for name, port in apps.items()}
        for name, port in apps.items():
            await open_loop(port, takes(incidents[name]), 50, 1)
        for _ in range(ROUNDS):
            for name, port in apps.items():
                rounds[name].append(await open_loop(port, takes(incidents[name]), 50, 6))
    return Row(
        "p99 ms at 50/s, Slack answers in 2 s",
        _median(rounds["slow"], 0.99),
        "a fast Slack",
        _median(rounds["fast"], 0.99),
        "<= 1.3",
    )


async def _long_incident(folder: Path, api: int) -> Row:
    """Beside an incident with 10,000 notes on it, each round a new one: a press makes it longer."""
    with ours(folder / "long.db", api) as app:
        (long,) = await declare(app.port, 1)
    await _lengthen(folder / "long.db", long)
    rounds: dict[str, list[Measured]] = {"short": [], "long": []}
    with ours(folder / "long.db", api) as app:
        await closed_loop(app.port, [takes(long)], 0.5)
        for _ in range(SHORT_ROUNDS):
            (short,) = await declare(app.port, 1)
            await settled(app.port)
            for name, incident in (("short", short), ("long", long)):
                few = islice(takes(incident), PRESSES)
                rounds[name].append(await closed_loop(app.port, [few], SECONDS))
    return Row(
        "press on 10,000 facts, p50 ms",
        _median(rounds["long"], 0.5),
        "on 20 facts at most",
        _median(rounds["short"], 0.5),
        "<= 1.3",
    )


async def _lengthen(database: Path, incident: str) -> None:
    from bot.app import App
    from bot.core.events import NoteAdded
    from bot.core.timeline import Actor, Draft
    from bot.settings import Settings

    app = App()
    app.settings = Settings(lockout_database_url=f"sqlite:///{database}")
    async with app.desk() as desk:
        for start in range(0, 10_000, 500):
            version = (await desk.load(incident)).version
            now, actor = desk.clock.now(), Actor("bench:load", "Load")
            drafts = [
                Draft(desk.ids.fact(), NoteAdded(text=f"note {start + number}"), actor, now)
                for number in range(500)
            ]
            await desk.store.append(incident, drafts, after=version)


async def _idle(port: int, database: Path) -> None:
    """Wait until the engine has also seen what was delivered ahead of its turn."""
    await settled(port)
    query = "SELECT count(*) FROM workflow_status WHERE status IN ('ENQUEUED', 'PENDING')"
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as reader:
        for _ in range(300):
            if reader.execute(query).fetchone() == (0,):
                break
            await asyncio.sleep(1)
    await asyncio.sleep(5)


async def _resident(folder: Path, api: int) -> list[Row]:
    database = folder / "idle.db"
    with floor("tuned", folder, api) as bare, ours(database, api) as app:
        await closed_loop(bare.port, [bare_presses() for _ in range(8)], SECONDS)
        incidents = await declare(app.port, 8)
        await closed_loop(app.port, [takes(incident) for incident in incidents], SECONDS)
        loaded = Row("resident MB after load", app.resident, "bare Bolt", bare.resident, "<= 2.5")
        await _idle(app.port, database)
        before = app.resident
        await declare(app.port, 92)
        await _idle(app.port, database)
        busy = app.cpu_seconds
        await asyncio.sleep(20)
        share = (app.cpu_seconds - busy) / 20 * 100
        return [
            loaded,
            Row("CPU % with 100 open incidents, idle", share, "", 0, "<= 3"),
            Row("resident MB with 100 open incidents", app.resident, "with 8", before, "<= 1.3"),
        ]


async def _cold_start(folder: Path, api: int) -> Row:
    found: dict[str, list[float]] = {"bare": [], "ours": []}
    for number in range(5):
        with floor("tuned", folder, api) as bare:
            found["bare"].append(await _first_ack(bare))
        with ours(folder / f"cold{number % 2}.db", api) as app:
            found["ours"].append(await _first_ack(app))
    own, floor_ms = (statistics.median(found[name]) for name in ("ours", "bare"))
    return Row("cold start to first ack, ms", own, "bare Bolt", floor_ms, "<= 2.5")


async def _first_ack(running: Running) -> float:
    connection = await Connection.open(running.port)
    status, _ = await connection.send(sign(command("help")))
    assert status == 200
    connection.close()
    return (time.perf_counter() - running.started) * 1000
