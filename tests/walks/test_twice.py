"""Slack sends again, people press twice, and two people press at once: each fact is there once."""

from __future__ import annotations

import asyncio

from tests.walks.moments import kinds, only, told
from tests.walks.office import ONCALL, SECOND, Office
from tests.workspace import Delivery, Message, NotAnswered


def last(office: Office, kind: str) -> Delivery:
    """The last thing of a kind that Slack sent to the app."""
    return [delivery for delivery in office.slack.deliveries if delivery.kind == kind][-1]


def as_it_was(card: Message) -> Message:
    """The card as somebody still sees it whose client has not heard of the change."""
    return Message(card.channel, card.ts, card.user, card.text, list(card.blocks))


async def test_a_command_delivered_twice_records_one_note(office: Office) -> None:
    """Both are acknowledged."""
    card = await office.declare("entra")
    await office.person().types("/lockout", "note Only once", card.channel)
    await office.slack.repeats(last(office, "slash_commands"))
    assert (await kinds(office)).count("NoteAdded") == 1
    assert last(office, "slash_commands").acknowledged


async def all_delivered(office: Office) -> None:
    """Until nothing that was written down waits any more."""
    for _ in range(400):
        if not (await office.desk.store.backlog()).waiting:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(await office.desk.store.backlog())


async def test_an_export_delivered_twice_hands_over_one_file(office: Office) -> None:
    """Typed or pressed; the answer is the same."""
    card = await office.declare("entra")
    await office.person().types("/lockout", "export md", card.channel)
    typed = last(office, "slash_commands")
    await office.slack.repeats(typed)
    first, second = typed.outcomes
    assert first == second
    await office.person().presses("Export", card)
    await office.slack.repeats(last(office, "interactive"))
    await all_delivered(office)
    names = [file.name for file in office.slack.files if file.channels]
    assert sorted(name.rpartition(".")[2] for name in names) == ["html", "md"]


async def test_a_press_delivered_twice_moves_the_walk_once(office: Office) -> None:
    """The second delivery says nothing to anybody."""
    await office.declare("entra")
    await office.press("Yes, something is down")
    await office.slack.repeats(last(office, "interactive"))
    assert (await kinds(office)).count("StepAnswered") == 1
    assert "PressRefused" not in await kinds(office)


async def test_a_declaration_delivered_twice_opens_one_lockout(office: Office) -> None:
    """The answer is the same ticket text."""
    await office.declare("entra")
    submitted = last(office, "interactive")
    await office.slack.repeats(submitted)
    assert len(await office.desk.store.incidents()) == 1
    first, second = submitted.outcomes
    assert first == second


async def test_a_form_submitted_again_after_a_late_answer_records_once(office: Office) -> None:
    """'We had some trouble connecting': the person presses again, Slack gives a new trigger."""
    person = office.person()
    await person.types("/lockout", "entra")
    await person.sees_modal("Locked out")
    modal = person.modal
    assert modal is not None
    payload = office.slack.payloads.submitted(modal.view)
    again = office.slack.payloads.submitted(modal.view)
    assert payload["trigger_id"] != again["trigger_id"]
    for sent in (payload, again):
        await office.slack.push.interact("interactive", sent)
    assert len(await office.desk.store.incidents()) == 1


async def test_a_note_form_submitted_twice_at_once_records_once(office: Office) -> None:
    """A double click on the submit button."""
    card = await office.declare("entra")
    person = office.person()
    await person.presses("Note …", card)
    await person.fills({"Note": "Clicked twice"})
    modal = person.modal
    assert modal is not None
    payload = office.slack.payloads.submitted(modal.view)
    await asyncio.gather(*(office.slack.push.interact("interactive", payload) for _ in range(2)))
    assert (await kinds(office)).count("NoteAdded") == 1


async def test_a_double_click_moves_the_walk_once_and_blames_nobody(office: Office) -> None:
    """Two presses, two triggers, one answer."""
    card = await office.declare("entra")
    person = office.person()
    seen = as_it_was(card)
    await asyncio.gather(*(person.presses("Yes, something is down", seen) for _ in range(2)))
    assert "Already recorded" in await told(office, ONCALL, "Nothing to do.")
    assert (await kinds(office)).count("StepAnswered") == 1
    assert "PressRefused" not in await kinds(office)
    assert person.troubles == []


async def test_of_two_people_who_press_at_once_one_is_told_who_was_faster(office: Office) -> None:
    """The walk moves by one answer; the other press is a fact too."""
    card = await office.declare("entra")
    seen = as_it_was(card)
    await asyncio.gather(
        office.person(ONCALL).presses("Yes, something is down", seen),
        office.person(SECOND).presses("No, only sign-in fails", seen),
    )
    answered, refused = await only(office, "StepAnswered"), await only(office, "PressRefused")
    assert {answered.actor.id, refused.actor.id} == {f"slack:{ONCALL}", f"slack:{SECOND}"}
    slower = refused.actor.id.removeprefix("slack:")
    said = await told(office, slower, "Somebody was faster")
    assert answered.actor.name in said
    assert answered.payload["label"] in said


async def test_a_lost_acknowledgement_does_not_lose_the_fact(office: Office) -> None:
    """A forged repetition, though, changes nothing."""
    card = await office.declare("entra")
    await office.person().types("/lockout", "note Kept", card.channel)
    try:
        await office.slack.repeats(last(office, "slash_commands"), forged=True)
    except NotAnswered as refusal:
        assert str(refusal) in {"http_error", "no_retry"}  # noqa: PT017 - Socket Mode has none
    assert (await kinds(office)).count("NoteAdded") == 1
