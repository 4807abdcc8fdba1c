"""The end: nothing temporary is left open, or somebody who may has said why it stays."""

from __future__ import annotations

import json

from bot.exports.verify import verify
from tests.walks.moments import kinds, only, shown, told, walk
from tests.walks.office import APPROVER, ONCALL, SECOND, Office
from tests.workspace import Message

TITLE = "Switch policy CA001: Require phishing-resistant MFA for all users on again"


async def with_an_obligation(office: Office) -> Message:
    """A lockout in which a policy was switched off for now."""
    card = await office.declare("entra")
    await walk(office, "Yes, something is down", "A session is still open")
    await office.press("It is report-only or off now")
    return card


async def test_the_close_is_refused_while_something_is_open_and_names_it(office: Office) -> None:
    """To the person who asked, and as a fact; the lockout goes on."""
    card = await with_an_obligation(office)
    await office.person().types("/lockout", "close", card.channel)
    answer = await told(office, ONCALL, "Not closed")
    assert TITLE in answer
    assert TITLE in (await only(office, "PressRefused")).payload["reason"]
    assert "IncidentClosed" not in await kinds(office)


async def test_a_confirmed_obligation_no_longer_blocks_the_close(office: Office) -> None:
    """The button asks 'are you sure' first, and whoever answers 'not yet' changed nothing."""
    card = await with_an_obligation(office)
    before = await kinds(office)
    await office.person().presses("Confirm as done", card, confirms=False)
    assert await kinds(office) == before
    await office.press("Confirm as done", SECOND)
    settled = await only(office, "ObligationSettled")
    assert settled.actor.id == f"slack:{SECOND}"
    await office.person().types("/lockout", "close", card.channel)
    assert (await kinds(office))[-1] == "IncidentClosed"


async def test_a_responder_cannot_waive(office: Office) -> None:
    """The refusal stands beside the field, and what was typed stays there."""
    card = await with_an_obligation(office)
    person = office.person()
    await person.presses("Waive …", card)
    await person.fills({"Why may this stay as it is?": "It is late"})
    await person.submits()
    modal = await person.sees_modal("Waive an obligation")
    assert "Only approver" in modal.errors["Why may this stay as it is?"]
    assert modal.values["Why may this stay as it is?"] == "It is late"
    assert "ObligationWaived" not in await kinds(office)


async def test_an_approver_waives_with_a_reason_that_the_summary_keeps(office: Office) -> None:
    """Without one the form does not go."""
    card = await with_an_obligation(office)
    approver = office.person(APPROVER)
    await approver.presses("Waive …", card)
    await approver.submits()
    assert "Why may this stay as it is?" in (await approver.sees_modal()).errors
    await approver.closes()
    await office.answer("Waive …", {"Why may this stay as it is?": "Replaced by CA007"}, APPROVER)
    waived = await only(office, "ObligationWaived")
    assert waived.payload["reason"] == "Replaced by CA007"
    await office.person().types("/lockout", "close", card.channel)
    assert "Replaced by CA007" in (await only(office, "IncidentClosed")).payload["summary"]


async def test_closing_says_the_summary_once_with_the_head_and_brings_four_exports(
    office: Office,
) -> None:
    """The head in the channel is what an export can be held to later."""
    card = await office.declare("entra")
    await office.person().types("/lockout", "close", card.channel)
    assert "is closed" in await told(office, ONCALL, "Summary and timeline")
    screen = await shown(office, card.channel, "Head of the timeline")
    head = (await office.facts())[-1].hash
    assert f"Head of the timeline: {head}" in screen
    assert screen.count("Access was never confirmed as restored.") == 1
    files = await office.slack.until(
        lambda: [file for file in office.slack.files if len(office.slack.files) == 4], within=5
    )
    await office.slack.until(lambda: all(file.channels for file in files), within=5)
    assert {file.name.rpartition(".")[2] for file in files} == {"md", "html", "json", "csv"}
    (exported,) = [file.content for file in files if file.name.endswith(".json")]
    assert exported is not None
    assert json.loads(exported)["head"] == head
    assert verify(exported).intact


async def test_a_closed_card_has_no_buttons_left_and_says_when(office: Office) -> None:
    """It is a record now."""
    card = await office.declare("entra")
    await office.person().types("/lockout", "close", card.channel)
    await office.slack.until(
        lambda: not [block for block in card.blocks if block["type"] == "actions"], within=5
    )
    assert "Closed" in office.person().screen(card.channel)


async def test_a_second_close_is_told_that_it_is_closed_already(office: Office) -> None:
    """Nobody errs, and nothing is recorded twice."""
    card = await office.declare("entra")
    for who in (ONCALL, SECOND):
        await office.person(who).types("/lockout", "close", card.channel)
    assert "closed already" in await told(office, SECOND, "Nothing to do.")
    assert (await kinds(office)).count("IncidentClosed") == 1
    assert "PressRefused" not in await kinds(office)


async def test_a_press_on_a_card_that_was_closed_meanwhile_is_refused(office: Office) -> None:
    """The old card may still be on somebody's screen."""
    card = await office.declare("entra")
    stale = Message(card.channel, card.ts, card.user, card.text, list(card.blocks))
    await office.person().types("/lockout", "close", card.channel)
    await office.person(SECOND).presses("Yes, something is down", stale)
    assert "For a new lockout: /lockout" in await told(office, SECOND, "This incident is closed")
    assert (await kinds(office))[-1] == "PressRefused"
