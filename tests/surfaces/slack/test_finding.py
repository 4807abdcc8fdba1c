"""Our own messages are found again, on whatever page they stand."""

from __future__ import annotations

from bot.surfaces.slack.finding import find_message, holds_files, metadata_of
from tests.surfaces.slack.stage import GENERAL, ONCALL, Stage, open_stage


async def post(stage: Stage, key: str, thread: str = "") -> str:
    """A message of ours."""
    place = {"thread_ts": thread} if thread else {}
    posted = await stage.api.call(
        "chat.postMessage", channel=GENERAL, text=key, metadata=metadata_of(key), **place
    )
    return str(posted["ts"])


async def test_a_message_is_found_by_its_key() -> None:
    """In the channel or in a thread, and no other."""
    async with open_stage() as stage:
        first = await post(stage, "one")
        below = await post(stage, "two", first)
        assert await find_message(stage.api, GENERAL, "one", 0) == first
        assert await find_message(stage.api, GENERAL, "two", 0, first) == below
        assert await find_message(stage.api, GENERAL, "three", 0) == ""


async def test_a_channel_that_cannot_be_read_has_none() -> None:
    """It is posted again rather than lost."""
    async with open_stage() as stage:
        assert await find_message(stage.api, "C0GONE", "one", 0) == ""


async def test_files_are_found_in_a_long_thread() -> None:
    """All of them together, on the last page."""
    async with open_stage() as stage:
        top = await post(stage, "one")
        state = stage.slack.world.state
        for number in range(250):
            state.post(state.channel(GENERAL), ONCALL, text=str(number), thread_ts=top)
        assert not await holds_files(stage.api, GENERAL, top, {"a.txt"})
        await stage.api.upload_all(GENERAL, {"a.txt": b"a", "b.txt": b"b"}, "Here", top)
        assert await holds_files(stage.api, GENERAL, top, {"a.txt", "b.txt"})
        assert not await holds_files(stage.api, GENERAL, top, {"a.txt", "c.txt"})
