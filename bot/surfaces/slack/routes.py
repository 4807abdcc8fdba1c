"""From what Slack sends to a use case, and from its outcome to the ack.

The router is ours: each Bolt listener costs a kwargs build for every request, so Bolt has four
and this has dictionaries. An ack is a dictionary of arguments for Bolt's `ack`; whatever else
Slack must show is queued. Nothing here waits for Slack's Web API before a commit, except the text
of a message that was just pinned, and that only briefly.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog

from bot.core.errors import AlreadyRecorded, LockoutError, Refused
from bot.core.incident import Incident
from bot.core.view import (
    Action,
    AddNote,
    Approve,
    BeginDrill,
    Close,
    Correct,
    Declare,
    Export,
    Form,
    Press,
    Settle,
    ShowReadiness,
    ShowTicket,
    ShowTimeline,
    Snooze,
    StartWalk,
    Take,
    Tick,
    View,
)
from bot.playbook.situation import Doer
from bot.services import incidents, showing
from bot.services.desk import Desk, Recorded
from bot.services.drilling import begin_drill, drill_form
from bot.services.forms import correct_form, declare_form
from bot.surfaces.slack.admit import admit
from bot.surfaces.slack.api import SlackApi
from bot.surfaces.slack.commands import Commands
from bot.surfaces.slack.explain import DRILL, explain
from bot.surfaces.slack.limit import LookLimit
from bot.surfaces.slack.modal import render_form, render_page, render_words
from bot.surfaces.slack.outbox import Outbox
from bot.surfaces.slack.parse import (
    ActionPayload,
    Command,
    Reader,
    SubmissionPayload,
    parse_action,
    parse_as,
    parse_metadata,
    parse_state,
    spoken,
)
from bot.surfaces.slack.reactions import Reactions
from bot.surfaces.slack.readiness import ReadinessTab
from bot.surfaces.slack.whisper import Whisper

log = structlog.get_logger(__name__)

Ack = dict[str, Any]
Payload = Mapping[str, Any]

# A press on one of these never asks anything first, so no card need be drawn for it.
ASKS_NOTHING = (
    Approve,
    Close,
    Export,
    Settle,
    ShowReadiness,
    ShowTicket,
    ShowTimeline,
    Snooze,
    StartWalk,
    Take,
    Tick,
)
NOT_OPENED = "*The form could not be opened.* Nothing was recorded. Press or type it again."


DRILL_BEGUN = "Nothing is locked. Its card hangs in a moment: go there for the first step."


class Routes:
    """One method for each thing that Slack sends; each returns the arguments of the ack."""

    def __init__(self, desk: Desk, api: SlackApi, outbox: Outbox, whisper: Whisper) -> None:
        self._desk = desk
        self._api = api
        self._outbox = outbox
        self._whisper = whisper
        self._looks = LookLimit(desk.clock)
        self._readiness = ReadinessTab(desk, api, outbox, whisper)
        self._commands = Commands(desk, self._looks, self.open_view, self._readiness)
        self._reactions = Reactions(desk, api, outbox, whisper.tell)

    async def command(self, body: Payload) -> Ack:
        """`/lockout …`: the answer stands in the ack itself, so it works without the Web API."""
        drill = ""
        try:
            command = parse_as(Command, body)
            try:
                return await self._commands.run(command)
            except Refused:
                drill = await self._commands.drill_meant(command)
                raise
        except Exception as error:  # noqa: BLE001 - the one handler of this door
            _log(error)
            return {"response_type": "ephemeral", "text": explain(error, drill)}

    async def event(self, body: Payload) -> Ack:
        """Reactions, edits, and looks at the Home tab.

        Errors: what must make Slack send it again (Unavailable, bugs).
        """
        try:
            if not self._readiness.take(body):
                await self._reactions.take(body)
        except Refused as error:
            log.info("event_refused", reason=error.reason)
        return {}

    async def action(self, body: Payload) -> Ack:
        """A pressed button."""
        incident, reader = "", Reader("")
        try:
            payload = parse_as(ActionPayload, body)
            reader = payload.reader
            if not payload.actions or not payload.actions[0].value:
                return {}
            act = parse_action(payload.actions[0].value)
            incident = act.incident
            recorded = await self._act(act, payload)
            if recorded is not None:
                self._whisper.assure(reader, recorded)
        except Exception as error:  # noqa: BLE001 - the one handler of this door
            _log(error, incident)
            self._whisper.tell(reader, explain(error, incident))
        return {}

    async def submission(self, body: Payload) -> Ack:
        """A submitted modal; a refusal stands beside the field, and what was typed stays."""
        fields: list[str] = []
        incident = ""
        try:
            payload = parse_as(SubmissionPayload, body)
            values = parse_state(payload.view)
            fields = list(values)
            act, channel = parse_metadata(payload.view.private_metadata)
            incident = DRILL if isinstance(act, BeginDrill) else getattr(act, "incident", "")
            doer = self._desk.doer(payload.user.actor)
            return await self._submit(act, doer, values, channel, payload.once)
        except Exception as error:  # noqa: BLE001 - the one handler of this door
            _log(error)
            return _beside_field(error, fields, incident)

    async def _submit(
        self, act: Action, doer: Doer, values: Mapping[str, Any], channel: str, once: str
    ) -> Ack:
        if isinstance(act, Declare):
            recorded = await incidents.open_incident(
                self._desk, doer, values, origin=channel, once=once
            )
            return self._declared(recorded)
        if isinstance(act, BeginDrill):
            begun = await begin_drill(self._desk, doer, values, origin=channel, once=once)
            words = f"*DRILL {begun.incident.id} has begun.* {DRILL_BEGUN}"
            return {"response_action": "update", "view": render_words("DRILL", words)}
        if isinstance(act, Correct):
            await incidents.correct_details(self._desk, doer, act.incident, values, once=once)
        elif isinstance(act, AddNote):
            text = str(values.get("text", ""))
            await incidents.add_note(self._desk, doer, act.incident, text, once=once)
        else:
            await incidents.answer(self._desk, doer, act, values, once=once)
        return {"response_action": "clear"}

    def _declared(self, recorded: Recorded) -> Ack:
        """The second interaction ends with the ticket text on screen."""
        incident = recorded.incident
        view = showing.ticket_view(self._desk, incident)
        page = render_page(View(f"Lockout {incident.id}"[:24], view.blocks))
        return {"response_action": "update", "view": page}

    async def _act(self, act: Action, payload: ActionPayload) -> Recorded | None:
        """What was recorded; None when something was only shown."""
        doer, once, reader = self._desk.doer(payload.user.actor), payload.once, payload.reader
        form = await self._form_of(act, doer, once)
        if form is not None:
            self.open_view(payload.trigger_id, render_form(form, payload.where), reader)
            return None
        if isinstance(act, ShowTicket | ShowTimeline | ShowReadiness | Export):
            self._looks.count(reader.user)
        match act:
            case ShowTicket():
                incident = await admit(
                    self._desk, doer, act.incident, "read the ticket text", once=once
                )
                view = showing.ticket_view(self._desk, incident)
                self.open_view(payload.trigger_id, render_page(view), reader)
            case ShowTimeline():
                await admit(self._desk, doer, act.incident, "read the timeline", once=once)
                view = await showing.timeline_view(self._desk, act.incident)
                self.open_view(payload.trigger_id, render_page(view), reader)
            case Export():
                await admit(self._desk, doer, act.incident, "export the timeline", once=once)
                place = {"channel": reader.channel, "user": reader.user}
                await showing.request_export(
                    self._desk, act.incident, act.format, **place, once=once
                )
            case ShowReadiness():
                self._readiness.publish(reader.user)
            case Close():
                return await incidents.close_incident(self._desk, doer, act.incident, once=once)
            case _:
                return await incidents.answer(self._desk, doer, act, once=once)
        return None

    async def _form_of(self, act: Action, doer: Doer, once: str) -> Form | None:
        """The questions behind a button, when it has some and still stands on the card."""
        if isinstance(act, Correct):
            incident = await admit(self._desk, doer, act.incident, "add details", once=once)
            return correct_form(self._desk.organisation, incident, self._desk.clock.now())
        if isinstance(act, Declare | BeginDrill):
            return self._form_of_home(act, doer)
        if isinstance(act, ASKS_NOTHING):
            return None
        incident = await self._as_pressed(act)
        form = showing.form_behind(self._desk, incident, act)
        if form is not None:
            await admit(self._desk, doer, act.incident, f"open '{form.title}'", once=once)
        return form

    def _form_of_home(self, act: Declare | BeginDrill, doer: Doer) -> Form:
        """The same as behind `/lockout` and `/lockout drill`."""
        organisation = self._desk.organisation
        if isinstance(act, BeginDrill):
            doer.must_be((), "begin a drill")
            return drill_form(organisation)
        doer.must_be((), "declare a lockout")
        return declare_form(organisation, self._desk.clock.now())

    async def _as_pressed(self, act: Action) -> Incident:
        """Without asking the database when the walk stands where the button does."""
        known = self._desk.remembered(act.incident)
        position = known.position if known is not None else None
        if known is not None and position is not None and isinstance(act, Press):
            here = (position.playbook, position.step, position.visit)
            if here == (act.playbook, act.step, act.visit):
                return known
        return await self._desk.load(act.incident)

    def open_view(self, trigger: str, view: Mapping[str, Any], reader: Reader) -> None:
        """Open a modal now: its trigger lives for three seconds."""

        async def send() -> None:
            try:
                await self._api.call("views.open", trigger_id=trigger, view=view)
            except LockoutError as error:
                log.warning("modal_not_opened", error=str(error))
                self._whisper.tell(reader, NOT_OPENED)

        self._outbox.now(send(), "modal")


def _beside_field(error: Exception, fields: list[str], incident: str) -> Ack:
    """Slack shows an error only beside an input block of the modal."""
    if isinstance(error, AlreadyRecorded):
        return {"response_action": "clear"}
    words = explain(error, incident)
    if not fields:
        return {"response_action": "update", "view": render_words("Not recorded", words)}
    field = getattr(error, "field", "")
    # Beside a field, Slack shows plain text: no bold, no entities.
    words = spoken(words.replace("*", ""))
    return {"response_action": "errors", "errors": {field if field in fields else fields[0]: words}}


def _log(error: Exception, incident: str = "") -> None:
    """A refusal is no error; what is not ours to expect is logged with its trace."""
    if isinstance(error, Refused):
        log.info("refused", incident=incident, reason=error.reason)
    elif isinstance(error, LockoutError):
        log.error("not_recorded", incident=incident, error=str(error))
    else:
        log.error("broke", incident=incident, exc_info=error)
