"""Notes: typed, written in a form, or pinned from a message; struck, corrected, never lost."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests.walks.moments import GENERAL, kinds, only, shown, stored_bytes, told
from tests.walks.office import ONCALL, SECOND, Office
from tests.workspace import Message

HOSTILE = "<!channel> <@U0APPROV1> *bold* `code` ```fence``` &lt;tag&gt; & <https://example.com|x>"
# Made up, and shaped so that no reader of this repository takes it for a real one.
PASSWORD = "password=" + "Not-A-Real-One-77"


async def pinned(office: Office, text: str, who: str = ONCALL) -> Message:
    """Somebody writes in the incident's channel, and the on-call engineer pins it."""
    card = await office.card()
    message = await office.person(who).writes(text, card.channel)
    await office.person(ONCALL).reacts("pushpin", message)
    await office.slack.settled()
    return message


async def test_a_typed_note_is_on_the_timeline_under_the_typists_name(office: Office) -> None:
    """And the answer says as which fact it was recorded."""
    card = await office.declare("entra")
    await office.person(SECOND).types("/lockout", "note The policy is off now", card.channel)
    note = await only(office, "NoteAdded")
    assert (note.actor.id, note.actor.name) == (f"slack:{SECOND}", "Second responder")
    assert note.payload["text"] == "The policy is off now"
    assert f"fact {note.version}" in await told(office, SECOND, "Recorded")
    assert "noted: 'The policy is off now'" in await shown(office, card.channel, "noted")


async def test_a_note_with_the_word_payload_is_recorded_like_any_other(office: Office) -> None:
    """The framework takes each form with that word for something else, and would lose it."""
    card = await office.declare("entra")
    await office.person().types("/lockout", "note the payload was empty", card.channel)
    assert (await only(office, "NoteAdded")).payload["text"] == "the payload was empty"
    assert office.person().troubles == []


async def test_the_note_button_takes_a_note(office: Office) -> None:
    """Several lines stay several lines."""
    await office.declare("entra")
    await office.answer("Note …", {"Note": "One line\nAnother line"})
    assert (await only(office, "NoteAdded")).payload["text"] == "One line\nAnother line"


async def test_an_empty_note_is_refused_with_an_example(office: Office) -> None:
    """Nothing is recorded but the refusal."""
    card = await office.declare("entra")
    await office.person().types("/lockout", "note", card.channel)
    assert "Write: /lockout note what happened" in await told(office, ONCALL, "Not done.")
    assert "NoteAdded" not in await kinds(office)


async def test_a_reaction_keeps_a_message_with_its_own_time_author_and_address(
    office: Office,
) -> None:
    """The time is when it was written, not when it was pinned."""
    await office.declare("entra")
    message = await pinned(office, "Rolled back at the second try", who=SECOND)
    note = await only(office, "NoteAdded")
    written = datetime.fromtimestamp(int(message.ts.partition(".")[0]), UTC)
    assert note.occurred_at.replace(microsecond=0) == written
    assert note.payload["text"] == "Rolled back at the second try"
    assert note.payload["source"]["author"] == SECOND
    assert note.payload["source"]["permalink"].endswith(message.ts.replace(".", ""))
    assert note.actor.id == f"slack:{ONCALL}"


async def test_a_reply_in_a_thread_is_kept_with_its_own_words(office: Office) -> None:
    """Not with those of the message that the thread began with."""
    card = await office.declare("entra")
    person = office.person()
    parent = await person.writes("Who changed the policy?", card.channel)
    reply = await person.writes("The pipeline did", card.channel, thread=parent)
    await person.reacts("pushpin", reply)
    await office.slack.settled()
    assert (await only(office, "NoteAdded")).payload["text"] == "The pipeline did"


async def test_another_emoji_keeps_nothing(office: Office) -> None:
    """Only the one of the organisation file does."""
    card = await office.declare("entra")
    message = await office.person().writes("lol", card.channel)
    await office.person().reacts("eyes", message)
    await office.slack.settled()
    assert "NoteAdded" not in await kinds(office)


async def test_a_pin_where_no_lockout_is_open_is_nobodys_business(office: Office) -> None:
    """People pin things in other channels all day; nobody is told off for it."""
    message = await office.person().writes("Cake in the kitchen", GENERAL)
    await office.person().reacts("pushpin", message)
    await office.slack.settled()
    await office.declare("entra")
    await office.person().types("/lockout", "close")
    await office.person().reacts("pushpin", await office.person().writes("More cake", GENERAL))
    await office.slack.settled()
    assert "NoteAdded" not in await kinds(office)
    assert not any("Not done" in text for text in office.person().told)


async def test_taking_the_reaction_away_strikes_the_note(office: Office) -> None:
    """As a fact; the note itself stays on the timeline. Pinned again, it is a new note."""
    await office.declare("entra")
    message = await pinned(office, "It was DNS")
    await office.person().unreacts("pushpin", message)
    await office.slack.settled()
    note, struck = await only(office, "NoteAdded"), await only(office, "NoteStruck")
    assert struck.payload["note"] == note.id
    await office.person().reacts("pushpin", message)
    await office.slack.settled()
    assert (await kinds(office)).count("NoteAdded") == 2


async def test_an_edited_message_corrects_its_note(office: Office) -> None:
    """The older words stay; an edit that changes nothing records nothing."""
    await office.declare("entra")
    message = await pinned(office, "Back since 03:10")
    await office.person().edits(message, "Back since 03:20")
    await office.person().edits(message, "Back since 03:20")
    await office.slack.settled()
    corrected = await only(office, "NoteCorrected")
    assert corrected.payload["text"] == "Back since 03:20"
    assert (await only(office, "NoteAdded")).payload["text"] == "Back since 03:10"


async def test_a_reaction_delivered_three_times_is_recorded_once(office: Office) -> None:
    """Slack sends an event again when it did not see the answer; each is acknowledged."""
    await office.declare("entra")
    await pinned(office, "Once is enough")
    event = next(
        delivery
        for delivery in office.slack.deliveries
        if delivery.payload.get("event", {}).get("type") == "reaction_added"
    )
    for number in (1, 2):
        await office.slack.repeats(event, number=number, reason="http_timeout")
    assert event.acknowledged
    assert (await kinds(office)).count("NoteAdded") == 1


async def test_a_message_pinned_while_slack_hangs_is_kept_and_its_text_follows(
    office: Office,
) -> None:
    """The fact comes first; the words are a correction of it."""
    await office.declare("entra")
    office.slack.fail("conversations.replies", error="internal_error")
    await pinned(office, "Slow but true")
    assert "being fetched" in (await only(office, "NoteAdded")).payload["text"]
    corrected = await follow(office, "NoteCorrected")
    assert corrected == ["Slow but true"]


async def test_a_message_pinned_while_slack_does_not_answer_is_acknowledged_in_time(
    office: Office,
) -> None:
    """Slack gives an app three seconds, and its own Web API may need longer than that."""
    await office.declare("entra")
    office.slack.fail("chat.getPermalink", delay=2.5)
    await pinned(office, "Slower still")
    event = office.slack.deliveries[-1]
    assert event.acknowledged
    assert len(event.outcomes) == 1
    assert await follow(office, "NoteCorrected") == ["Slower still"]


async def follow(office: Office, kind: str) -> list[str]:
    """The texts of facts of a kind that comes later, once the thread below the card tells of it."""
    card = await office.card()
    await shown(office, card.channel, "corrected a note")
    return [fact.payload["text"] for fact in await office.facts() if fact.kind == kind]


async def test_a_message_that_slack_does_not_hand_out_says_so(office: Office) -> None:
    """Rather than promising for ever that the text is being fetched."""
    await office.declare("entra")
    office.slack.fail("conversations.replies", error="missing_scope", times=2)
    await pinned(office, "Unreadable")
    assert "did not hand out" in (await follow(office, "NoteCorrected"))[0]


async def test_hostile_text_in_a_note_notifies_nobody_and_stays_readable(office: Office) -> None:
    """Typed, written in a form or pinned: nothing the bot sends carries a live mention."""
    card = await office.declare("entra")
    await office.person().types("/lockout", f"note {HOSTILE}", card.channel)
    await office.answer("Note …", {"Note": HOSTILE})
    await pinned(office, HOSTILE)
    notes = [fact.payload["text"] for fact in await office.facts() if fact.kind == "NoteAdded"]
    assert len(notes) == 3
    assert all("!channel" in note for note in notes)
    await shown(office, card.channel, "noted")
    await office.person().types("/lockout", "timeline", card.channel)
    assert (await told(office, ONCALL, "head ")).count("<!channel>") == 3
    for call in office.slack.calls:
        sent = str(call.args).replace("<!date^", "")
        assert "<!" not in sent, call
        assert not ("<@U0APPROV1>" in sent and call.method.startswith("chat.")), call


async def test_a_note_with_a_password_is_refused_and_is_not_on_the_disk(
    office: Office, tmp_path: Path
) -> None:
    """Not as a note, not as the reason of a refusal, not in any file of the database."""
    card, person = await office.declare("entra"), office.person()
    await person.types("/lockout", f"note {PASSWORD}", card.channel)
    assert "looks like it contains a password" in person.told[-1]
    await pinned(office, PASSWORD)
    await office.slack.until(lambda: "looks like" in person.told[-1], within=5)
    await person.presses("Note …", card)
    await person.fills({"Note": PASSWORD})
    await person.submits()
    error = (await person.sees_modal("Add a note")).errors["Note"]
    assert "looks like it contains a password" in error
    assert "NoteAdded" not in await kinds(office)
    assert (await kinds(office)).count("PressRefused") == 3
    assert PASSWORD.partition("=")[2].encode() not in stored_bytes(tmp_path)


async def test_a_password_in_a_message_whose_text_came_late_is_not_kept_either(
    office: Office, tmp_path: Path
) -> None:
    """The note says why it has no words."""
    await office.declare("entra")
    office.slack.fail("conversations.replies", error="internal_error")
    await pinned(office, PASSWORD)
    assert "looks like a credential" in (await follow(office, "NoteCorrected"))[0]
    assert PASSWORD.partition("=")[2].encode() not in stored_bytes(tmp_path)


async def test_a_note_is_taken_after_the_close(office: Office) -> None:
    """Facts arrive late."""
    card = await office.declare("entra")
    await office.person().types("/lockout", "close", card.channel)
    await office.person().types("/lockout", "note The cause was a typo", card.channel)
    await pinned(office, "And the review found it")
    assert (await kinds(office))[-2:] == ["NoteAdded", "NoteAdded"]
