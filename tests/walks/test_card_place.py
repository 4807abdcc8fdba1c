"""Where the card hangs is a setting: a channel of its own, a thread, or right here."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.walks.apps import office_people, organisation_file, serve
from tests.walks.moments import GENERAL, kinds, only
from tests.walks.office import ONCALL, STRANGER, Office
from tests.workspace import Message

SETTING = "  card: channel "


async def declared_with(folder: Path, place: str) -> Path:
    """The organisation file with this place in it."""
    return organisation_file(folder, (SETTING, f"  card: {place} "))


def lines_of(office: Office, channel: str) -> list[Message]:
    """What the bot said below the card."""
    return [
        message
        for message in office.slack.messages(channel)
        if "answered 'Yes, something is down'" in message.text
    ]


@pytest.mark.parametrize("transport", ["http", "socket"])
@pytest.mark.parametrize("place", ["channel", "thread", "here"])
async def test_the_card_hangs_where_the_setting_says(
    tmp_path: Path, transport: str, place: str
) -> None:
    """And what is said about it stands in its thread, or below it."""
    organisation = await declared_with(tmp_path, place)
    async with (
        office_people() as slack,
        serve(slack, tmp_path, transport, organisation) as office,
    ):
        card = await office.declare("entra")
        assert (card.channel == GENERAL) == (place != "channel")
        assert bool(slack.calls_to("conversations.create")) == (place == "channel")
        await office.press("Yes, something is down")
        (line,) = await slack.until(lambda: lines_of(office, card.channel), within=5)
        assert line.thread_ts == (None if place == "here" else card.ts)
        posted = await only(office, "CardPosted")
        assert posted.payload["thread"] == ("" if place == "here" else card.ts)


@pytest.mark.parametrize("place", ["thread", "here"])
async def test_a_stranger_who_sees_the_card_in_a_shared_channel_still_may_not_press(
    tmp_path: Path, place: str
) -> None:
    """Seeing is not acting."""
    organisation = await declared_with(tmp_path, place)
    async with (
        office_people() as slack,
        serve(slack, tmp_path, "http", organisation) as office,
    ):
        card = await office.declare("entra")
        await office.person(STRANGER).presses("Yes, something is down", card)
        await slack.until(lambda: office.person(STRANGER).told, within=5)
        assert (await kinds(office))[-1] == "PressRefused"
        assert office.person(ONCALL).told == []


async def test_two_lockouts_in_one_channel_are_told_apart_by_asking(tmp_path: Path) -> None:
    """Both cards hang here, so a word typed here could mean either."""
    organisation = await declared_with(tmp_path, "here")
    async with (
        office_people() as slack,
        serve(slack, tmp_path, "http", organisation) as office,
    ):
        await office.declare("entra")
        await office.declare("aws")
        # A card is pinned once it is known where it hangs.
        await slack.until(lambda: len(slack.calls_to("pins.add")) == 2, within=10)
        await office.person().types("/lockout", "note Which?", GENERAL)
        await slack.until(lambda: office.person().told, within=5)
        assert "Several lockouts are open here" in office.person().told[-1]
        assert "on the card" in office.person().told[-1]
