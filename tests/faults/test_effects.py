"""Killed over an audit, an announcement or a notice: when it is back, there is one of each.

A program is born with a trap at a named point of its SQL or dies over a call to Slack or a reading
of policies; the next life is without one.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.core import events as e
from tests.faults.ledger import Ledger
from tests.faults.provider import Provider, name_of
from tests.faults.siege import Siege, office
from tests.faults.weather import Stage, Trap
from tests.surfaces.slack.stage import GENERAL

pytestmark = [pytest.mark.faults, pytest.mark.slow]

SECONDS = 30.0
# Where a delivery that ends in no fact can be hit.
DELIVERING = (
    "workflow taken, not begun",
    "attempt marked, not committed",
    "attempt marked, nothing sent",
    "sent, not settled",
    "settled, not committed",
    "settled, step not recorded",
    "step recorded, workflow not finished",
)
ANSWERING = ("fact not written", "fact written, not committed", "fact committed, not acknowledged")
MESSAGES: tuple[tuple[str, Stage], ...] = (
    ("chat.postMessage", "undone"),
    ("chat.postMessage", "done"),
)
FILES: tuple[tuple[str, Stage], ...] = (
    ("files.completeUploadExternal", "undone"),
    ("files.completeUploadExternal", "done"),
)


@asynccontextmanager
async def watched(folder: Path) -> AsyncIterator[Siege]:
    """Nothing runs yet; a drill is overdue, and a tenant with one policy is watched."""
    async with office() as slack:
        siege = Siege(slack, folder, f"sqlite:///{folder}/lockout.db", provider=Provider(folder))
        try:
            yield siege
        finally:
            await siege.doors.close()
            await siege.programs[0].end()


async def die(siege: Siege, how: Callable[[], object]) -> None:
    """Do what leads to its death, wait for that, and start it again without a trap."""
    (program,) = siege.programs
    how()
    await program.is_gone(SECONDS)
    siege.kills += 1
    await program.start()


async def born_to_die(siege: Siege, point: str) -> None:
    """The life before this one ends now."""
    (program,) = siege.programs
    await siege._kill(program)
    await program.start(point)


def over(siege: Siege, method: str, stage: Stage) -> None:
    """The next call of this method is its last."""
    siege.weather.trap = Trap(method, stage, lambda: siege.programs[0].send(9))  # type: ignore[arg-type]


async def reckon(siege: Siege) -> Ledger:
    """When everything was delivered, and the program has stopped."""
    until = await siege._drain()
    await siege._stop_gracefully()
    return siege._reckon(until)


def noticed(siege: Siege) -> int:
    """How many notices of a drill that is due stand in the channel."""
    return sum("DRILL due" in message.text for message in siege.slack.messages(GENERAL))


async def announced(siege: Siege, number: int) -> None:
    """Wait until a policy is announced, with the corrections in the thread."""
    messages = siege.slack.messages

    def stands() -> bool:
        said = [one for one in messages(GENERAL) if name_of(number) in one.text]
        return any(one.files and one.thread_ts == said[0].ts for one in messages(GENERAL) if said)

    await siege.slack.until(stands, within=SECONDS)


@pytest.mark.parametrize("point", ["delivery written down, not enqueued", *DELIVERING])
async def test_a_notice_of_a_drill_comes_once(tmp_path: Path, point: str) -> None:
    """Killed over the first one, before or after it stood there; three tenants are due."""
    async with watched(tmp_path) as siege:
        (program,) = siege.programs
        await program.start(point)
        await die(siege, lambda: None)
        await siege.slack.until(lambda: noticed(siege) >= 3, within=SECONDS)
        assert (await reckon(siege)).details == []
        assert noticed(siege) == 3


async def test_an_announcement_comes_once_with_its_files(tmp_path: Path) -> None:
    """Killed at each point, over the message, between message and files, and over the reading."""
    async with watched(tmp_path) as siege:
        assert siege.provider
        await siege.programs[0].start()
        await announced(siege, 1)
        for point in ("delivery written down, not enqueued", *DELIVERING):
            await siege._drain()
            await born_to_die(siege, point)
            await die(siege, siege.provider.change)
            await announced(siege, siege.provider.newest)
        for method, stage in (*MESSAGES, *FILES):
            await siege._drain()
            over(siege, method, stage)
            await die(siege, siege.provider.change)
            await announced(siege, siege.provider.newest)
        siege.provider.set_trap()
        await die(siege, siege.provider.change)
        await announced(siege, siege.provider.newest)
        assert (await reckon(siege)).details == []


async def answered(siege: Siege, times: int) -> None:
    """Wait until so many files of corrections lie in the channel of the incident."""
    auditing = siege.people.auditing
    assert auditing

    def files() -> bool:
        found = [
            file.name
            for message in siege.slack.messages(auditing.channel)
            for file in message.files
            if "-corrections-" in file.name
        ]
        return len(set(found)) >= times

    await siege.slack.until(files, within=SECONDS)


async def test_an_audit_is_answered_once_and_its_corrections_come_once(tmp_path: Path) -> None:
    """Killed over the question, the reading, the answer, and what is handed over."""
    async with watched(tmp_path) as siege:
        auditing, provider = siege.people.auditing, siege.provider
        assert auditing
        assert provider
        await siege.programs[0].start()
        await auditing.begin(await siege.people.declare())
        await announced(siege, 1)
        times = 0

        async def ask() -> None:
            """Until it is acknowledged, or nobody lives to do so."""
            while siege.programs[0].is_alive():
                if await auditing.press():
                    return
                await asyncio.sleep(0.1)

        async def killed_over(how: Callable[[], object]) -> None:
            nonlocal times
            await die(siege, how)
            # What was not acknowledged need not be there: whoever pressed presses again.
            await siege._drain()
            await ask()
            await siege._drain()
            times += 1
            await answered(siege, times)

        for point in (*ANSWERING, "delivery written down, not enqueued", *DELIVERING):
            await siege._drain()
            await born_to_die(siege, point)
            await killed_over(lambda: asyncio.ensure_future(ask()))
        for method, stage in FILES:
            await siege._drain()
            over(siege, method, stage)
            await killed_over(lambda: asyncio.ensure_future(ask()))
        provider.set_trap()
        await killed_over(lambda: None)
        ledger = await reckon(siege)
        assert ledger.details == []
        facts = ledger.written.timelines[auditing.incident]
        asked = [fact.version for fact in facts if isinstance(fact.event, e.AuditAsked)]
        got = [fact.event.asked for fact in facts if isinstance(fact.event, e.PoliciesAudited)]
        assert got == asked
