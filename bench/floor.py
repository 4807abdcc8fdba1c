"""The floors: Bolt with nothing of ours. `python -m bench.floor VARIANT PORT STUB_PORT DATABASE`.

`shipped`: Bolt as it comes, no commit. `tuned`: process_before_response, shared session, no commit.
`insert`: tuned, and one SQLite insert (WAL, synchronous=FULL) before the ack. `group`: the same
with group commit, one thread that commits what waits together.
"""

from __future__ import annotations

import asyncio
import json
import queue
import sqlite3
import sys
import threading
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bench.load import SECRET

Persist = Callable[[dict[str, Any]], Awaitable[None]]
INSERT = "INSERT INTO event(body) VALUES (?)"


def open_database(path: str) -> sqlite3.Connection:
    """As durable as ours."""
    database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE IF NOT EXISTS event(id INTEGER PRIMARY KEY, body TEXT NOT NULL)")
    return database


def make_persist(variant: str, path: str) -> Persist:
    """What happens before the ack."""
    if variant in {"shipped", "tuned"}:

        async def nothing(_body: dict[str, Any]) -> None:
            return

        return nothing
    jobs: queue.SimpleQueue[tuple[str, Callable[[], object]]] = queue.SimpleQueue()
    most = 1 if variant == "insert" else 256

    def work() -> None:
        database = open_database(path)
        while True:
            batch = [jobs.get()]
            while len(batch) < most and not jobs.empty():
                batch.append(jobs.get())
            database.execute("BEGIN IMMEDIATE")
            database.executemany(INSERT, [(row,) for row, _ in batch])
            database.execute("COMMIT")
            for _, tell in batch:
                tell()

    threading.Thread(target=work, daemon=True).start()

    async def persist(body: dict[str, Any]) -> None:
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        jobs.put((json.dumps(body), lambda: loop.call_soon_threadsafe(done.set_result, None)))
        await done

    return persist


def main() -> None:
    """Serve until killed."""
    variant, port, stub, path = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    persist = make_persist(variant, path)

    async def authorize(**_: Any) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-bench")

    client = AsyncWebClient(token="xoxb-bench", base_url=f"http://127.0.0.1:{stub}/api/")
    if variant == "shipped":
        app = AsyncApp(client=client, signing_secret=SECRET)
    else:
        app = AsyncApp(
            client=client,
            signing_secret=SECRET,
            process_before_response=True,
            authorize=authorize,
        )

    async def listen(ack: Callable[..., Awaitable[Any]], body: dict[str, Any]) -> None:
        await persist(body)
        await ack()

    app.command("/lockout")(listen)
    app.block_action("b")(listen)

    async def endpoint(request: web.Request) -> web.Response:
        response = await app.async_dispatch(await to_bolt_request(request))
        return await to_aiohttp_response(response)

    site = web.Application()
    site.router.add_post("/slack/events", endpoint)
    web.run_app(site, host="127.0.0.1", port=port, print=None, access_log=None)


if __name__ == "__main__":
    main()
