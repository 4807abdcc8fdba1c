"""The loop around `services.polling`: it sleeps, throws the dice, and writes the log."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog

from bot.core.errors import LockoutError
from bot.services.desk import Desk
from bot.services.known_policies import KnownPolicies
from bot.services.polling import LONGEST_REST, Polling

log = structlog.get_logger(__name__)


def make_polling(desk: Desk, known: KnownPolicies) -> Polling:
    """For the tenants that the organisation file wants to be watched, which may be none."""
    return Polling(desk, known, jitter=random.random, say=_say)


@asynccontextmanager
async def kept_polling(polling: Polling) -> AsyncIterator[None]:
    """Beside whatever is served in the block."""
    task = asyncio.create_task(_forever(polling))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def refresh_known(known: KnownPolicies) -> None:
    """Once; without an answer, the organisation file's own policies will do."""
    try:
        await known.refresh()
    except LockoutError as error:
        log.warning("snapshots_not_loaded", reason=str(error))


async def _forever(polling: Polling) -> None:
    while True:
        rest = LONGEST_REST
        try:
            rest = await polling.tick()
        except LockoutError as error:
            log.warning("polling_waits", reason=str(error))
        except Exception:
            log.exception("polling_failed")
        await asyncio.sleep(rest)


def _say(event: str, **details: object) -> None:
    if event == "tenant_not_read":
        log.warning(event, **details)
    else:
        log.info(event, **details)
