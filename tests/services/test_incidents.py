"""Each use case from the request to its facts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.core.errors import AlreadyRecorded, Refused
from bot.core.events import CardPosted, IncidentClosed, MessageSource, NoteAdded
from bot.core.view import Press, StartWalk, Take, Waive
from bot.services import incidents
from bot.services.desk import Desk, Recorded
from tests.services.desks import (
    APPROVER,
    LOCKED_OUT,
    ONCALL,
    SECOND,
    STRANGER,
    declare,
    kinds,
    make_desk,
    obligation,
    put,
)

TOKEN = "xoxb-1234567890-abcdefghij"
MESSAGE = MessageSource(channel="C0LOCKOUT", message="1700000000.000100", author="U0SECOND1")


@pytest.fixture
def desk() -> Desk:
    """A desk in memory."""
    return make_desk()


# Declare


async def test_a_declaration_stands_at_the_first_question(desk: Desk) -> None:
    """Declared, diagnosed, and walking, in one go."""
    incident = await declare(desk)
    assert await kinds(desk, incident.id) == ["IncidentDeclared", "ErrorDiagnosed", "WalkStarted"]
    assert incident.position
    assert incident.position.playbook == "triage"
    assert incident.state == "triage"
    assert incident.declared_by == ONCALL.actor


async def test_a_way_in_that_was_named_is_asked_about_first(desk: Desk) -> None:
    """The triage skips what the form answered."""
    incident = await declare(desk, {"tenant": "aws-example", "access": ("session",)})
    assert incident.position
    assert incident.position.step == "use-it"


async def test_a_stranger_cannot_declare(desk: Desk) -> None:
    """Only people of the organisation file; nothing is written."""
    with pytest.raises(Refused, match="declare a lockout"):
        await incidents.open_incident(desk, STRANGER, LOCKED_OUT)
    assert await desk.store.incidents() == []


async def test_the_same_submission_declares_once(desk: Desk) -> None:
    """The second time gives the same incident, and no facts."""
    first = await incidents.open_incident(desk, ONCALL, LOCKED_OUT, once="view-1")
    second = await incidents.open_incident(desk, ONCALL, LOCKED_OUT, once="view-1")
    assert second.incident == first.incident
    assert second.facts == ()
    assert len(await desk.store.incidents()) == 1


async def test_two_submissions_are_two_lockouts(desk: Desk) -> None:
    """Each has a name of its own."""
    one, other = await declare(desk), await declare(desk)
    assert one.id != other.id
    assert len(await desk.store.incidents()) == 2


# Walk


async def test_an_answer_moves_the_walk(desk: Desk) -> None:
    """A press is recorded with who pressed; pressed again by anybody, nothing happens twice."""
    incident = await declare(desk)
    position = incident.position
    assert position
    act = Press(
        incident=incident.id,
        playbook=position.playbook,
        step=position.step,
        visit=position.visit,
        button="yes",
    )
    recorded = await incidents.answer(desk, SECOND, act, once="press-1")
    assert recorded.facts[0].actor == SECOND.actor
    assert recorded.incident.position != position
    with pytest.raises(AlreadyRecorded):
        await incidents.answer(desk, ONCALL, act, once="press-2")
    assert "PressRefused" not in await kinds(desk, incident.id)


async def test_taking_a_step_twice_is_one_fact(desk: Desk) -> None:
    """'I am on it' once, whatever the finger does."""
    incident = await declare(desk)
    assert incident.position
    act = Take(incident=incident.id, playbook="triage", step=incident.position.step)
    await incidents.answer(desk, ONCALL, act)
    with pytest.raises(AlreadyRecorded):
        await incidents.answer(desk, ONCALL, act)
    assert (await kinds(desk, incident.id)).count("StepTaken") == 1


async def test_a_stranger_is_refused_on_the_timeline(desk: Desk) -> None:
    """Kindly, with the roles that may; and it leaves a fact."""
    incident = await declare(desk)
    act = StartWalk(incident=incident.id, method="support-ticket")
    with pytest.raises(Refused, match="listed"):
        await incidents.answer(desk, STRANGER, act)
    fact = (await desk.store.read(incident.id))[-1]
    assert (fact.kind, fact.actor) == ("PressRefused", STRANGER.actor)


async def test_an_unknown_incident_is_refused(desk: Desk) -> None:
    """A button of another database's card."""
    with pytest.raises(Refused, match="no incident"):
        await incidents.answer(desk, ONCALL, Take(incident="lo-x", playbook="triage", step="x"))


# Details and notes


async def test_details_are_corrected_by_what_changed(desk: Desk) -> None:
    """The rest stays; the same again records nothing."""
    incident = await declare(desk)
    answers = {**LOCKED_OUT, "impact": "Production is down"}
    recorded = await incidents.correct_details(desk, SECOND, incident.id, answers)
    assert recorded.incident.declared
    assert recorded.incident.declared.impact == "Production is down"
    assert recorded.incident.declared.access == ("nobody",)
    again = await incidents.correct_details(desk, SECOND, incident.id, answers)
    assert again.facts == ()


async def test_a_note_is_kept_with_its_writer(desk: Desk) -> None:
    """Trimmed; a repeated delivery is one note."""
    incident = await declare(desk)
    for _ in range(2):
        await incidents.add_note(desk, SECOND, incident.id, "  We called \n them ", once="note-1")
    (note,) = (await desk.load(incident.id)).notes.values()
    assert (note.text, note.actor) == ("We called \n them", SECOND.actor)


@pytest.mark.parametrize(
    ("text", "words"),
    [("  \n ", "empty"), ("x" * 8_001, "too long"), (f"it is {TOKEN}", "Slack token")],
)
async def test_a_note_that_cannot_be_kept_is_refused(desk: Desk, text: str, words: str) -> None:
    """With the reason; a credential is not repeated anywhere on the timeline."""
    incident = await declare(desk)
    with pytest.raises(Refused, match=words):
        await incidents.add_note(desk, ONCALL, incident.id, text)
    facts = await desk.store.read(incident.id)
    assert facts[-1].kind == "PressRefused"
    assert TOKEN not in str(facts)


async def test_a_note_of_a_message_has_its_place_and_its_time(desk: Desk) -> None:
    """Pinned late, it stands at the time of the message; pinned twice, it is one."""
    incident = await declare(desk)
    earlier = desk.clock.now() - timedelta(hours=1)
    await incidents.add_note(
        desk, ONCALL, incident.id, "Rolled out", source=MESSAGE, occurred_at=earlier
    )
    with pytest.raises(AlreadyRecorded):
        await incidents.add_note(desk, SECOND, incident.id, "Rolled out", source=MESSAGE)
    note = (await desk.load(incident.id)).note_of_message(MESSAGE.channel, MESSAGE.message)
    assert note
    assert (note.at, note.source) == (earlier, MESSAGE)


async def test_a_note_is_struck_and_may_be_added_again(desk: Desk) -> None:
    """As a fact; striking what is not there does nothing."""
    incident = await declare(desk)
    await incidents.add_note(desk, ONCALL, incident.id, "Wrong", source=MESSAGE)
    place = (MESSAGE.channel, MESSAGE.message)
    struck = await incidents.strike_note(desk, SECOND, incident.id, *place)
    assert struck.incident.notes == {}
    again = await incidents.strike_note(desk, SECOND, incident.id, *place)
    assert again.facts == ()
    await incidents.add_note(desk, ONCALL, incident.id, "Right", source=MESSAGE)
    assert len((await desk.load(incident.id)).notes) == 1


async def test_an_edited_message_corrects_its_note(desk: Desk) -> None:
    """The older words stay on the timeline; the same words, or none, change nothing."""
    incident = await declare(desk)
    await incidents.add_note(desk, ONCALL, incident.id, "At 3", source=MESSAGE)
    for text, facts in (("At 4", 1), (" At 4 ", 0), ("", 0)):
        done = await incidents.correct_note(desk, ONCALL, incident.id, MESSAGE, text)
        assert len(done.facts) == facts
    (note,) = (await desk.load(incident.id)).notes.values()
    assert note.text == "At 4"
    texts = [fact.payload.get("text") for fact in await desk.store.read(incident.id)]
    assert texts[-2:] == ["At 3", "At 4"]


async def test_notes_are_taken_after_the_close(desk: Desk) -> None:
    """Facts arrive late."""
    incident = await declare(desk)
    await incidents.close_incident(desk, ONCALL, incident.id)
    recorded = await incidents.add_note(desk, ONCALL, incident.id, "The provider wrote")
    assert recorded.incident.closed_at
    assert [fact.kind for fact in recorded.facts] == ["NoteAdded"]


# Close


async def test_closing_is_refused_and_names_each_open_obligation(desk: Desk) -> None:
    """Everybody sees what is left, in the order in which it was opened."""
    incident = await declare(desk)
    await put(desk, incident.id, obligation("the exclusion"), obligation("the policy"))
    with pytest.raises(Refused) as refusal:
        await incidents.close_incident(desk, ONCALL, incident.id)
    assert "Take the exclusion back; Take the policy back" in refusal.value.reason
    assert "waive" in refusal.value.hint
    assert (await desk.load(incident.id)).closed_at is None


async def test_a_waived_obligation_lets_the_incident_close(desk: Desk) -> None:
    """An approver, with a reason; both are in the summary."""
    incident = await declare(desk)
    await put(desk, incident.id, obligation("the exclusion"))
    act = Waive(incident=incident.id, obligation="the exclusion")
    with pytest.raises(Refused, match="approver"):
        await incidents.answer(desk, ONCALL, act, {"reason": "fine"})
    with pytest.raises(Refused, match="reason"):
        await incidents.answer(desk, APPROVER, act, {"reason": " "})
    await incidents.answer(desk, APPROVER, act, {"reason": "It ends by itself"})
    closed = await incidents.close_incident(desk, ONCALL, incident.id)
    assert closed.incident.state == "closed"
    event = closed.facts[-1].event
    assert isinstance(event, IncidentClosed)
    assert "Waived: Take the exclusion back (It ends by itself)." in event.summary


async def test_closing_twice_closes_once(desk: Desk) -> None:
    """Neither the same delivery nor another one leaves a second fact."""
    incident = await declare(desk)
    await incidents.close_incident(desk, ONCALL, incident.id, once="close-1")
    with pytest.raises(AlreadyRecorded):
        await incidents.close_incident(desk, SECOND, incident.id, once="close-2")
    found = await kinds(desk, incident.id)
    assert found.count("IncidentClosed") == 1
    assert "PressRefused" not in found


async def test_a_closed_walk_answers_no_more(desk: Desk) -> None:
    """And says where a new one begins."""
    incident = await declare(desk)
    await incidents.close_incident(desk, ONCALL, incident.id)
    with pytest.raises(Refused, match="closed") as refusal:
        await incidents.answer(desk, ONCALL, StartWalk(incident=incident.id, method="support-user"))
    assert "/lockout" in refusal.value.hint


async def test_the_card_is_remembered(desk: Desk) -> None:
    """Where it hangs is a fact, so that it is found after a restart."""
    incident = await declare(desk)
    card = CardPosted(channel="C0LOCKOUT", message="1700000000.000001")
    recorded = await incidents.place_card(desk, ONCALL, incident.id, card)
    assert recorded.incident.card == card


UseCase = Callable[[Desk, str], Awaitable[Recorded]]


@pytest.mark.parametrize(
    "use_case",
    [
        lambda desk, name: incidents.add_note(desk, STRANGER, name, "words"),
        lambda desk, name: incidents.correct_details(desk, STRANGER, name, LOCKED_OUT),
        lambda desk, name: incidents.close_incident(desk, STRANGER, name),
        lambda desk, name: incidents.strike_note(
            desk, STRANGER, name, MESSAGE.channel, MESSAGE.message
        ),
    ],
    ids=["note", "details", "close", "strike"],
)
async def test_a_stranger_changes_nothing(desk: Desk, use_case: UseCase) -> None:
    """Whatever they try, only the refusal is recorded."""
    incident = await declare(desk)
    incident = await put(desk, incident.id, NoteAdded(text="words", source=MESSAGE))
    with pytest.raises(Refused):
        await use_case(desk, incident.id)
    assert (await kinds(desk, incident.id))[incident.version :] == ["PressRefused"]


async def test_a_note_follows_its_message_whoever_wrote_it(desk: Desk) -> None:
    """Slack lets only the author edit, who need not be in the organisation file; it says who."""
    incident = await declare(desk)
    await incidents.add_note(desk, ONCALL, incident.id, "At 3", source=MESSAGE)
    done = await incidents.correct_note(desk, STRANGER, incident.id, MESSAGE, "At 4")
    assert [fact.actor for fact in done.facts] == [STRANGER.actor]
