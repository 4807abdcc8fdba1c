"""Slack misbehaves: what was recorded stays recorded, and people are told what did not work."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.walks.apps import get, office_people, serve
from tests.walks.moments import GENERAL, kinds, let_in, only, shown, told
from tests.walks.office import ONCALL, SECOND, STRANGER, Office
from tests.workspace import Message, Workspace
from tests.workspace.faults import Faults

FOR_LONG = 50


async def declared(office: Office) -> None:
    """A lockout is declared; nobody waits for its card."""
    person = office.person()
    await person.types("/lockout", "entra")
    await person.sees_modal("Locked out")
    await person.submits()
    await person.sees_modal()
    await person.closes()


async def direct(office: Office, words: str) -> str:
    """A direct message of the bot with these words; waits for it."""
    state = office.slack.world.state
    found = await office.slack.until(
        lambda: [
            message.text
            for channel in state.channels.values()
            if channel.kind == "im"
            for message in office.slack.messages(channel.id)
            if words in message.text
        ],
        within=5,
    )
    return found[-1]


async def test_a_form_that_could_not_be_opened_is_not_waited_for_in_vain(office: Office) -> None:
    """Whoever typed is told, and that nothing was recorded."""
    office.slack.fail("views.open", error="expired_trigger_id")
    await office.person().types("/lockout")
    assert "type it again" in await told(office, ONCALL, "could not be opened")
    await office.person().types("/lockout")
    await office.person().sees_modal("Locked out")


async def test_without_leave_for_channels_the_card_hangs_where_it_was_typed(
    office: Office,
) -> None:
    """With an excuse, since the settings ask for a channel of its own."""
    office.slack.fail("conversations.create", error="restricted_action")
    card = await office.declare("entra")
    assert card.channel == GENERAL
    assert "No channel of its own" in await shown(office, GENERAL, "restricted_action")
    await office.press("Yes, something is down")


async def test_where_the_bot_may_not_post_the_card_comes_as_a_direct_message(
    office: Office,
) -> None:
    """A lockout without a card would leave people with nothing to press."""
    office.slack.fail("conversations.create", error="restricted_action")
    office.slack.fail("chat.postMessage", error="not_in_channel")
    await declared(office)
    card = await office.card()
    assert office.slack.world.state.channels[card.channel].kind == "im"
    await office.press("Yes, something is down")


async def test_a_rate_limited_card_waits_and_is_drawn_once_as_it_stands_then(
    office: Office,
) -> None:
    """What changed while it waited is in the one drawing."""
    card = await office.declare("entra")
    await office.slack.until(lambda: office.slack.calls_to("pins.add"), within=5)
    office.slack.fail("chat.update", error="ratelimited", retry_after=1)
    for text in ("one", "two", "three"):
        await office.person().types("/lockout", f"note {text}", card.channel)
        await office.slack.until(
            lambda: [call for call in office.slack.calls_to("chat.update") if not call.ok]
        )
    head = (await office.facts())[-1].hash
    await office.slack.until(lambda: office._head(card) == head[:12], within=5)
    drawn = [call for call in office.slack.calls_to("chat.update") if call.ok]
    assert len(drawn) == 1


@pytest.mark.parametrize("fault", ["post", "invite"])
async def test_a_card_that_slack_failed_to_post_is_posted_in_the_same_channel(
    office: Office, fault: str
) -> None:
    """One channel and one card, however often it took."""
    if fault == "post":
        office.slack.fail("chat.postMessage", status=500)
    else:
        office.slack.fail("conversations.invite", error="ratelimited", retry_after=1)
    card = await office.declare("entra")
    assert [call.ok for call in office.slack.calls_to("conversations.create")].count(True) == 1
    members = office.slack.world.state.channels[card.channel].members
    await office.slack.until(lambda: {ONCALL, SECOND} <= set(members), within=5)
    cards = [message for message in office.slack.messages(card.channel) if message.blocks]
    assert cards == [card]


async def test_a_deleted_card_is_hung_up_again(office: Office) -> None:
    """Somebody tidied up; the next fact brings a new card."""
    card = await office.declare("entra")
    await office.slack.until(lambda: office.slack.calls_to("pins.add"), within=5)
    office.slack.world.state.remove(card)
    await office.person().types("/lockout", "note Where is the card?", card.channel)
    again = await office.card()
    assert again.channel == card.channel
    assert again.ts != card.ts
    await office.press("Yes, something is down")


async def test_one_person_who_cannot_be_invited_keeps_nobody_out(office: Office) -> None:
    """A wrong ID in the organisation file is no reason to stop."""
    office.slack.fail("conversations.invite", error="user_not_found")
    card = await office.declare("entra")
    members = office.slack.world.state.channels[card.channel].members
    await office.slack.until(lambda: len(members) == 5, within=5)
    assert STRANGER not in members


async def test_a_refusal_that_cannot_be_whispered_comes_as_a_direct_message(
    office: Office,
) -> None:
    """Nobody may think that their press counted."""
    card = await office.declare("entra")
    await told(office, ONCALL, "has its own channel")
    let_in(office, card, STRANGER)
    office.slack.fail("chat.postEphemeral", error="user_not_in_channel")
    # A reaction brings no address to answer at, as a press does.
    message = await office.person(ONCALL).writes("Worth keeping", card.channel)
    await office.person(STRANGER).reacts("pushpin", message)
    assert "not listed" in await direct(office, "Not done.")


async def test_an_unpinned_card_is_a_card_all_the_same(office: Office) -> None:
    """Pinning is a convenience."""
    office.slack.fail("pins.add", error="missing_scope")
    await office.declare("entra")
    await office.press("Yes, something is down")


async def test_a_line_below_the_card_whose_answer_was_lost_is_not_said_twice(
    office: Office,
) -> None:
    """Slack took it; saying it again would only confuse."""
    card = await office.declare("entra")
    await shown(office, card.channel, "started 'Triage'")
    office.slack.fail("chat.postMessage", lost=True)
    await office.person().types("/lockout", "note Said once", card.channel)
    await office.person().types("/lockout", "note Said after it", card.channel)
    screen = await shown(office, card.channel, "Said after it")
    assert screen.count("noted: 'Said once'") == 1


def is_away(slack: Workspace, *methods: str) -> None:
    """From now on these methods fail, until this is said of others."""
    slack.web_api.faults = Faults()
    for method in methods:
        slack.fail(method, status=503, times=FOR_LONG)


async def is_missed(slack: Workspace, method: str, times: int) -> None:
    """The app has tried so often in vain."""
    before = len(slack.calls_to(method))
    await slack.until(lambda: len(slack.calls_to(method)) >= before + times, within=40)


def below(office: Office, card: Message) -> str:
    """What was said below the card."""
    return "\n".join(
        message.text for message in office.slack.messages(card.channel) if message.ts != card.ts
    )


@pytest.mark.parametrize("transport", ["http", "socket"])
async def test_with_slack_down_at_the_start_it_comes_up_and_catches_up(
    tmp_path: Path, transport: str
) -> None:
    """An on-call tool must come up in the very outage that it is for; afterwards nothing is lost.

    Health answers, a press is recorded, and once Slack is back, card and messages are.
    """
    drawing = ("chat.update", "chat.postMessage")
    async with office_people() as slack:
        async with serve(slack, tmp_path, transport) as office:
            card = await office.declare("entra")
            await shown(office, card.channel, "started 'Triage'")
        is_away(slack, *drawing, *(["apps.connections.open"] if transport == "socket" else []))

        async def let_connect() -> None:
            await is_missed(slack, "apps.connections.open", 3)
            is_away(slack, *drawing)

        connecting = asyncio.create_task(let_connect()) if transport == "socket" else None
        async with serve(slack, tmp_path, transport) as office:
            assert await get(office, "/healthz") == 200
            await office.person(SECOND).presses("Yes, something is down", card)
            assert "StepAnswered" in await kinds(office)
            await is_missed(slack, "chat.update", 4)
            assert "something is down" not in below(office, card)
            is_away(slack)
            await slack.until(lambda: "something is down" in below(office, card), within=40)
            head = (await office.facts())[-1].hash
            await slack.until(lambda: office._head(card) == head[:12], within=40)
        if connecting is not None:
            await connecting


async def test_a_press_while_the_web_api_is_away_is_recorded_and_drawn_later(
    office: Office,
) -> None:
    """The commit needs the database, not Slack."""
    card = await office.declare("entra")
    await office.slack.until(lambda: office.slack.calls_to("pins.add"), within=5)
    office.slack.fail("chat.update", reset=True)
    await office.press("Yes, something is down")
    assert (await only(office, "StepAnswered")).payload["label"] == "Yes, something is down"
    assert office.person().troubles == []
    assert card.edited
