"""From a payload to an acknowledgement; what goes wrong is told to the person, and logged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.adapters.memory import MemoryEventStore
from bot.core.errors import Unavailable
from bot.core.timeline import Draft, Fact
from bot.core.view import AddNote, Correct, Declare, Export, ShowTicket, ShowTimeline, Take
from bot.services.ports import Effect
from bot.surfaces.slack.limit import MOST
from bot.surfaces.slack.parse import write_metadata
from tests.surfaces.slack.stage import GENERAL, ONCALL, SECOND, STRANGER, Stage


class FullDisk(MemoryEventStore):
    """A database that takes nothing any more."""

    async def append(
        self,
        incident: str,
        drafts: Sequence[Draft],
        *,
        after: int,
        once: str = "",
        effects: Sequence[Effect] = (),
    ) -> list[Fact]:
        """Nothing is written."""
        raise Unavailable("disk full")


class Broke(MemoryEventStore):
    """A fault of ours."""

    async def read(self, incident: str, after: int = 0, until: int | None = None) -> list[Fact]:
        """Fails as only a bug does."""
        message = f"a bug while reading {incident} after {after}"
        raise AssertionError(message)


def pressed(value: str, user: str = ONCALL, trigger: str = "") -> dict[str, Any]:
    """A press on a button of a card."""
    return {
        "type": "block_actions",
        "user": {"id": user, "name": "somebody"},
        "trigger_id": trigger or "1.1",
        "channel": {"id": GENERAL},
        "actions": [{"action_id": "b0.0", "value": value}],
    }


def submitted(action: Any, user: str = ONCALL, **answers: object) -> dict[str, Any]:  # noqa: ANN401 - any action
    """A submitted form with these texts."""
    values = {name: {"v": {"type": "plain_text_input", "value": v}} for name, v in answers.items()}
    return {
        "type": "view_submission",
        "user": {"id": user, "name": "somebody"},
        "trigger_id": "1.1",
        "view": {
            "id": "V1",
            "private_metadata": write_metadata(action, GENERAL),
            "state": {"values": values},
        },
    }


async def test_a_button_that_shows_something_opens_it_and_records_nothing(stage: Stage) -> None:
    """The ticket, the timeline, the form with what is known."""
    incident = await stage.incident()
    before = await stage.kinds()
    for action, title in (
        (ShowTicket(incident=incident.id), "Ticket"),
        (ShowTimeline(incident=incident.id), "Timeline of"),
        (Correct(incident=incident.id), "Add details"),
    ):
        trigger = stage.slack.world.screens.issue_trigger(ONCALL)
        assert await stage.routes.action(pressed(action.model_dump_json(), trigger=trigger)) == {}
        await stage.sent()
        modal = stage.slack.person(ONCALL).modal
        assert modal is not None
        assert title in modal.title or title in modal.text, modal.title
    assert await stage.kinds() == before


async def test_a_button_of_another_version_says_so(stage: Stage) -> None:
    """Cards outlive releases."""
    await stage.routes.action(pressed('{"do":"fly"}'))
    await stage.sent()
    assert "another version" in stage.whispers(ONCALL)


async def test_an_element_without_a_value_is_nobodys_business(stage: Stage) -> None:
    """A link button is pressed, too."""
    payload = pressed("")
    assert await stage.routes.action(payload) == {}
    assert await stage.routes.action({**payload, "actions": []}) == {}
    await stage.sent()
    assert stage.slack.calls == []


async def test_a_lost_database_is_said_and_never_looks_like_success(stage: Stage) -> None:
    """On a press, a command and a form."""
    incident = await stage.incident()
    store = stage.desk.store
    assert isinstance(store, MemoryEventStore)
    stage.desk.store = FullDisk(store.clock, store.facts, store.deliveries)
    with capture_logs() as logs:
        answer = await stage.command("note Kept?")
        beside = await stage.routes.submission(submitted(AddNote(incident=incident.id), text="x"))
        take = Take(incident=incident.id, playbook="triage", step="outage")
        await stage.routes.action(pressed(take.model_dump_json()))
    await stage.sent()
    assert answer["text"].startswith("*NOT recorded.*")
    assert beside["errors"]["text"].startswith("NOT recorded.")
    assert "NOT recorded." in stage.whispers(ONCALL)
    assert [entry["event"] for entry in logs if entry["log_level"] == "error"] == [
        "not_recorded"
    ] * 3


async def test_a_fault_of_ours_is_logged_with_its_incident_and_owned_up_to(stage: Stage) -> None:
    """Its details stay in the log."""
    incident = await stage.incident()
    store = stage.desk.store
    assert isinstance(store, MemoryEventStore)
    stage.desk.store = Broke(store.clock, store.facts, store.deliveries)
    with capture_logs() as logs:
        await stage.routes.action(pressed(ShowTicket(incident=incident.id).model_dump_json()))
    await stage.sent()
    assert "our fault" in stage.whispers(ONCALL)
    assert "a bug" not in stage.whispers(ONCALL)
    (broke,) = [entry for entry in logs if entry["event"] == "broke"]
    assert broke["incident"] == incident.id


async def test_a_refused_form_keeps_what_was_typed_and_says_why_in_plain_text(
    stage: Stage,
) -> None:
    """Beside the field at fault, else beside the first."""
    incident = await stage.incident()
    note = AddNote(incident=incident.id)
    ack = await stage.routes.submission(submitted(note, STRANGER, other="x", text="y"))
    assert ack["response_action"] == "errors"
    assert "not listed" in ack["errors"]["other"]
    secret = "password=" + "Made-Up-Value-1"
    ack = await stage.routes.submission(submitted(note, other="x", text=secret))
    assert "looks like" in ack["errors"]["text"]
    assert "*" not in str(ack)


async def test_a_form_without_fields_that_fails_says_so_in_its_place(stage: Stage) -> None:
    """It must not close as if it had worked."""
    payload = submitted(AddNote(incident="lo-1"))
    payload["view"]["private_metadata"] = "{}"
    ack = await stage.routes.submission(payload)
    assert ack["response_action"] == "update"
    assert ack["view"]["title"]["text"] == "Not recorded"
    assert "Open it again" in str(ack["view"]["blocks"])


async def test_a_declaration_is_answered_with_the_ticket_text(stage: Stage) -> None:
    """And it is recorded by then, with where it was typed."""
    ack = await stage.routes.submission(submitted(Declare(), error="AADSTS53003"))
    assert "errors" in ack
    payload = submitted(Declare(), error="AADSTS53003")
    payload["view"]["state"]["values"]["tenant"] = {
        "v": {"selected_option": {"value": "entra-example"}}
    }
    ack = await stage.routes.submission(payload)
    assert ack["response_action"] == "update"
    assert "Conditional Access" in str(ack["view"]["blocks"])
    lines = await stage.desk.store.incidents()
    incident = await stage.desk.load(lines[0].id)
    assert incident.declared is not None
    assert incident.declared.origin == GENERAL


async def test_a_recorded_form_closes(stage: Stage) -> None:
    """With everything above it."""
    incident = await stage.incident()
    ack = await stage.routes.submission(submitted(AddNote(incident=incident.id), text="Noted"))
    assert ack == {"response_action": "clear"}


@pytest.mark.parametrize("payload", [{}, {"actions": 5}, {"user": None}])
async def test_what_cannot_be_read_is_acknowledged_and_logged(
    stage: Stage, payload: dict[str, Any]
) -> None:
    """There is nobody to tell."""
    with capture_logs() as logs:
        assert await stage.routes.action(payload) == {}
    await stage.sent()
    assert [entry["event"] for entry in logs] == ["refused"]
    assert stage.slack.calls == []


async def test_an_event_that_could_not_be_recorded_is_sent_again_by_slack(stage: Stage) -> None:
    """So the error must reach the framework, which answers 500."""
    await stage.incident()
    message = await stage.slack.person(ONCALL).writes("Pin me", GENERAL)
    store = stage.desk.store
    assert isinstance(store, MemoryEventStore)
    stage.desk.store = FullDisk(store.clock, store.facts, store.deliveries)
    event = {
        "type": "reaction_added",
        "user": ONCALL,
        "reaction": "pushpin",
        "item": {"type": "message", "channel": GENERAL, "ts": message.ts},
    }
    with pytest.raises(Unavailable):
        await stage.routes.event({"event_id": "Ev1", "event": event})


async def test_an_event_of_another_kind_is_let_go(stage: Stage) -> None:
    """Also one without an event in it."""
    assert await stage.routes.event({"event": {"type": "app_home_opened"}}) == {}
    assert await stage.routes.event({}) == {}


async def test_who_looks_too_often_is_told_so_and_still_records(stage: Stage) -> None:
    """By each door that shows something; a step of the recovery is never dropped."""
    card = await stage.card()
    incident = (await stage.desk.store.incidents())[0].id
    for _ in range(MOST):
        assert "You looked" not in (await stage.command("timeline", channel=card.channel))["text"]
    for words in ("timeline", "export md", "status", "readiness"):
        assert "You looked" in (await stage.command(words, channel=card.channel))["text"], words
    before = len(await stage.kinds())
    for act in (
        ShowTicket(incident=incident),
        ShowTimeline(incident=incident),
        Export(incident=incident),
    ):
        await stage.routes.action(pressed(act.model_dump_json(), trigger=act.do))
    await stage.sent()
    assert stage.whispers(ONCALL).count("You looked") == 3
    assert len(await stage.kinds()) == before
    take = Take(incident=incident, playbook="triage", step="outage")
    await stage.routes.action(pressed(take.model_dump_json(), trigger="take"))
    await stage.command("note Still here", channel=card.channel)
    assert (await stage.kinds())[before:] == ["StepTaken", "NoteAdded"]
    assert "You looked" not in (await stage.command("timeline", SECOND, card.channel))["text"]
