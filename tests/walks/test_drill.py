"""A whole drill in Slack: begun by a word, proved button by button, reported at its end."""

from __future__ import annotations

import asyncio
import json

import pytest

from bot.core.drill import parts_of
from bot.core.timeline import Fact
from bot.exports import FORMATS
from bot.exports.verify import verify
from tests.walks.moments import GENERAL, shown, told
from tests.walks.office import APPROVER, ONCALL, SECOND, Answers, Office
from tests.walks.test_notes import PASSWORD
from tests.workspace import Message

PASSED, FAILED = {"How did it go?": "Passed"}, {"How did it go?": "FAILED"}
MEMBERS: Answers = {"Members found": "both", "How you looked": "Graph"}
POLICIES: Answers = {"Policies evaluated": "14, for 2 accounts", "By which tool": "What If"}
SIGNED_IN: Answers = {
    "Signed in at": "2026-11-22 03:04",
    "Sign-in event (request ID), or how it was proved": "6a1b0000-0000-0000-0000-000000000001",
    "Key: serial or label, and where it was kept": "EX-0001, safe",
    "What the account did": "Opened the list of policies",
}
ALERT: Answers = {
    "Alert ID": "ALERT-4711",
    "Who received it": "Security on duty",
    "Minutes from the sign-in to the alert": "4",
}


async def begin(office: Office, tenant: str = "entra-example", who: str = ONCALL) -> Message:
    """`/lockout drill`, submit; the card of the drill."""
    person = office.person(who)
    await person.types("/lockout", f"drill {tenant}")
    modal = await person.sees_modal("DRILL")
    assert "nothing is locked" in modal.text
    await person.submits()
    assert "has begun" in (await person.sees_modal("DRILL")).text
    await person.closes()
    return await office.card()


async def facts_of(office: Office) -> list[Fact]:
    """The timeline of the newest drill."""
    lines = await office.desk.store.drills()
    return await office.desk.store.read(lines[0].id)


async def prove(office: Office, *, failing: bool = False) -> None:
    """All four parts, and the care; with `failing`, an account does not get in."""
    await office.press("They know; the keys are here")
    await office.answer("Record …", {**PASSED, **MEMBERS})
    await office.press("All recorded")
    await office.answer("Record …", {**PASSED, **POLICIES})
    await office.press("All recorded")
    await office.answer("Record …", {**PASSED, **SIGNED_IN}, SECOND)
    last: Answers = {**FAILED, "What else": "AADSTS53003"} if failing else {**PASSED, **SIGNED_IN}
    await office.answer("Record …", last, SECOND)
    await office.press("All recorded")
    await office.answer("Record …", {**PASSED, **ALERT})
    await office.press("All recorded")
    for _ in range(4):
        await office.answer("Record …", {**PASSED, "How you know": "Asked each of them"})
    await office.press("All recorded")


async def test_a_drill_is_walked_to_its_report(office: Office) -> None:
    """Four parts with evidence, then one page for auditors beside the four exports."""
    card = await begin(office)
    await prove(office)
    await office.person().presses("Finish the drill", card)
    screen = await shown(office, card.channel, "finished the DRILL: PASSED")
    head = (await facts_of(office))[-1].hash
    assert f"Head of the timeline: {head}" in screen
    files = await office.slack.until(
        lambda: [f for f in office.slack.files if len(office.slack.files) == len(FORMATS)], within=8
    )
    await office.slack.until(lambda: all(file.channels for file in files), within=5)
    names = {file.name for file in files}
    assert all(name.startswith("lockout-drill-") for name in names)
    (report,) = [file.content for file in files if file.name.endswith("report.md")]
    (exported,) = [file.content for file in files if file.name.endswith("json")]
    assert report is not None
    assert exported is not None
    assert "DRILL PASSED" in report.decode()
    assert head in report.decode()
    assert json.loads(exported)["head"] == head
    assert verify(exported).intact


async def test_a_drill_is_no_incident_anywhere(office: Office) -> None:
    """Not in the list, not in the status of lockouts, and its channel bears its own name."""
    card = await begin(office)
    assert await office.desk.store.incidents() == []
    assert office.slack.world.state.channels[card.channel].name.startswith("drill-")
    await office.person().types("/lockout", "status")
    status = await told(office, ONCALL, "DRILL")
    assert "No lockout is open" in status
    assert "under way" in status


async def test_every_message_of_a_drill_says_so_in_its_first_line(office: Office) -> None:
    """Whoever reads one line only must not think that anything is locked."""
    card = await begin(office)
    await office.person().types("/lockout", "note The keys are fetched", card.channel)
    await office.person().types("/lockout", "export md", card.channel)
    await prove(office, failing=True)
    await office.person().presses("Finish the drill", card)
    await shown(office, card.channel, "finished the DRILL: FAILED")
    await office.slack.until(lambda: len(office.slack.files) == len(FORMATS) + 1, within=8)
    said = [
        message
        for channel in office.slack.world.state.channels
        for message in office.slack.messages(channel)
        if message.text
    ]
    assert len(said) > 5
    for message in said:
        assert "DRILL" in message.text.splitlines()[0], message.text
    for words in office.person().told:
        assert "DRILL" in words.splitlines()[1], words


async def test_what_failed_is_loud_and_stays_open_after_the_end(office: Office) -> None:
    """The approvers are called at once, and the repair is confirmed on the finished card."""
    card = await begin(office)
    await prove(office, failing=True)
    screen = await shown(office, card.channel, "FAILED: emergency-")
    assert APPROVER in screen or "Head of security" in screen or "@approver" in screen
    await office.person().presses("Finish the drill", card)
    await shown(office, card.channel, "finished the DRILL: FAILED")
    await office.press("Confirm as done", SECOND)
    kinds = [fact.kind for fact in await facts_of(office)]
    assert kinds.count("ObligationOpened") == 1
    assert kinds[-1] == "ObligationSettled"


async def test_a_second_drill_of_the_same_tenant_is_refused_beside_its_field(
    office: Office,
) -> None:
    """Two halves of evidence would prove nothing."""
    await begin(office)
    person = office.person(SECOND)
    await person.types("/lockout", "drill entra-example")
    await person.submits()
    assert "is under way" in str((await person.sees_modal("DRILL")).errors)
    assert len(await office.desk.store.drills()) == 1


async def test_two_who_submit_at_the_same_instant_begin_one_drill(office: Office) -> None:
    """The slower one reads which one there is, beside the field."""
    people = [office.person(who) for who in (ONCALL, SECOND)]
    for person in people:
        await person.types("/lockout", "drill entra-example")
        await person.sees_modal("DRILL")
    await asyncio.gather(*(person.submits() for person in people))
    (drill,) = await office.desk.store.drills()
    told = [await person.sees_modal("DRILL") for person in people]
    assert sorted("has begun" in modal.text for modal in told) == [False, True]
    (refused,) = [modal for modal in told if "has begun" not in modal.text]
    assert drill.id in str(refused.errors)


@pytest.mark.parametrize("typed", ["note", "export xml", "drill nobody"])
async def test_a_word_that_is_refused_in_a_drill_says_drill_first(
    office: Office, typed: str
) -> None:
    """Like everything else that is read there."""
    card = await begin(office)
    await office.person().types("/lockout", typed, card.channel)
    assert "DRILL. Not done." in await told(office, ONCALL, "Not done")


async def test_a_reaction_that_is_refused_or_taken_back_in_a_drill(office: Office) -> None:
    """The refusal says DRILL; what was pinned can be struck as in a lockout."""
    card = await begin(office)
    person = office.person()
    secret = await person.writes(f"The PIN? {PASSWORD}", card.channel)
    await person.reacts("pushpin", secret)
    assert "DRILL. Not done." in await told(office, ONCALL, "Not done")
    message = await person.writes("The keys are here", card.channel)
    await person.reacts("pushpin", message)
    await office.slack.settled()
    await person.unreacts("pushpin", message)
    await office.slack.settled()
    kinds = [fact.kind for fact in await facts_of(office)]
    assert kinds[-2:] == ["NoteAdded", "NoteStruck"]


async def test_a_pass_without_its_evidence_is_refused(office: Office) -> None:
    """The event's ID is asked for where it is missing; a failure needs words only."""
    await begin(office)
    await office.press("They know; the keys are here")
    person = office.person()
    await person.presses("Record …", await office.card())
    await person.fills(PASSED)
    await person.submits()
    assert "is needed" in (await person.sees_modal()).errors["Members found"]
    await person.closes()
    lines = await office.desk.store.drills()
    drill = await office.desk.load(lines[0].id)
    assert parts_of(drill)[0].status == "not proved"


async def test_a_lockout_in_the_same_channel_comes_before_a_drill(office: Office) -> None:
    """A note typed in general during a drill belongs to the lockout that came meanwhile."""
    await begin(office)
    await office.declare("entra")
    await office.person().types("/lockout", "note It is real", GENERAL)
    answer = await told(office, ONCALL, "Recorded on the timeline")
    assert "lo-" in answer
