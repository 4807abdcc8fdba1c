"""Where something goes when its own place does not take it: to whoever can still be reached."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog

from bot.core.errors import Broken
from bot.core.organisation import Organisation
from bot.surfaces.slack.api import SlackApi, wait_if_shut

log = structlog.get_logger(__name__)

# Brings it to a channel, unless it is there already; what is returned is not empty.
Bring = Callable[[str], Awaitable[str]]


async def bring_elsewhere(
    api: SlackApi, organisation: Organisation, bring: Bring, refusal: Broken
) -> str:
    """To the fallback channel of the organisation file, else to each responder, one by one.

    What `bring` returned. Errors: Unavailable; `refusal` when nobody can be reached.
    """

    async def attempt(place: str, *, person: bool = False) -> str:
        try:
            return await bring(await api.open_dm(place) if person else place)
        except Broken as error:
            wait_if_shut(error)
            log.warning("fallback_refused", place=place, error=error.reason)
            return ""

    fallback = organisation.slack.fallback_channel
    reached = await attempt(fallback) if fallback else ""
    if not reached:
        people = [one.slack for one in organisation.people_with("responder") if one.slack]
        found = [await attempt(one, person=True) for one in people]
        reached = next(filter(None, found), "")
    if not reached:
        raise refusal
    return reached
