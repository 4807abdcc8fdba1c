"""`/lockout` and its words. Every answer stands in the ack, visible only to who typed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, get_args

from bot.core.errors import Refused
from bot.core.events import Provider
from bot.core.view import Form, FormField, View
from bot.exports import FORMATS
from bot.services import incidents, showing
from bot.services.desk import Desk
from bot.services.forms import declare_form
from bot.surfaces.slack.card import CardKeeper
from bot.surfaces.slack.modal import render_form
from bot.surfaces.slack.parse import Command, spoken
from bot.surfaces.slack.render import render_message

Ack = dict[str, Any]
OpenView = Callable[[str, Mapping[str, Any]], None]
TYPED = 3_000

HELP = """*Locked out?* Type `/lockout` and press *Get the way in*. That is all.

`/lockout` declare a lockout
`/lockout entra` or `aws` or `google`, and the error if you like: the same, one step shorter
`/lockout status` what is open, who may do what
`/lockout note TEXT` put something on the timeline
`/lockout timeline` the newest facts
`/lockout export md` (or `html`, `json`, `csv`) the whole timeline as a file
`/lockout close` end it, when nothing temporary is left open
`/lockout help` this"""


class Commands:
    """The words after `/lockout`."""

    def __init__(self, desk: Desk, cards: CardKeeper, open_view: OpenView) -> None:
        self._desk = desk
        self._cards = cards
        self._open_view = open_view
        self._words: dict[str, Callable[[Command, str], Awaitable[Ack]]] = {
            "": self._declare,
            "declare": self._declare,
            "status": self._status,
            "note": self._note,
            "timeline": self._timeline,
            "export": self._export,
            "close": self._close,
            "help": self._help,
        }

    async def run(self, command: Command) -> Ack:
        """Errors: Refused, Unavailable."""
        word, _, rest = spoken(command.text).strip().partition(" ")
        if word.lower() in get_args(Provider):
            return await self._declare(command, rest, word.lower())
        handler = self._words.get(word.lower())
        if handler is None:
            return _answer(f"There is no `/lockout {word[:30].replace('`', '')}`.\n\n{HELP}")
        return await handler(command, rest.strip())

    async def _declare(self, command: Command, rest: str, provider: str = "") -> Ack:
        doer = self._desk.doer(command.user.actor)
        doer.must_be((), "declare a lockout")
        only = next((name for name in get_args(Provider) if name == provider), None)
        if only and not self._desk.organisation.tenants_of(only):
            raise Refused(f"The organisation file has no {only} tenant")
        form = declare_form(self._desk.organisation, self._desk.clock.now(), only)
        self._open_view(
            command.trigger_id, render_form(_with_error(form, rest), command.channel_id)
        )
        return {}

    async def _help(self, _command: Command, _rest: str) -> Ack:
        return _answer(HELP)

    async def _status(self, command: Command, _rest: str) -> Ack:
        self._desk.doer(command.user.actor).must_be((), "see the status")
        return _show(await showing.status_view(self._desk))

    async def _note(self, command: Command, rest: str) -> Ack:
        doer = self._desk.doer(command.user.actor)
        incident = await showing.incident_in(self._desk, command.channel_id)
        recorded = await incidents.add_note(self._desk, doer, incident.id, rest, once=command.once)
        return _answer(
            f"Recorded on the timeline of {incident.id} as fact {recorded.incident.version}."
        )

    async def _timeline(self, command: Command, _rest: str) -> Ack:
        self._desk.doer(command.user.actor).must_be((), "read the timeline")
        incident = await showing.incident_in(self._desk, command.channel_id)
        return _show(await showing.timeline_view(self._desk, incident.id))

    async def _export(self, command: Command, rest: str) -> Ack:
        self._desk.doer(command.user.actor).must_be((), "export the timeline")
        wanted = rest.lower() or "md"
        if wanted not in FORMATS:
            raise Refused(f"There is no format '{wanted[:20]}'", f"There are: {', '.join(FORMATS)}")
        incident = await showing.incident_in(self._desk, command.channel_id)
        self._cards.export(incident.id, wanted, command.channel_id)
        return _answer(f"The timeline of {incident.id} is on its way to this channel.")

    async def _close(self, command: Command, _rest: str) -> Ack:
        doer = self._desk.doer(command.user.actor)
        incident = await showing.incident_in(self._desk, command.channel_id)
        await incidents.close_incident(self._desk, doer, incident.id, once=command.once)
        return _answer(f"{incident.id} is closed. Summary and timeline are on their way.")


def _with_error(form: Form, error: str) -> Form:
    """What was typed after the command is most likely the error."""
    if not error.strip():
        return form

    def filled(field: FormField) -> FormField:
        return replace(field, default=error.strip()[:TYPED]) if field.id == "error" else field

    return replace(form, fields=tuple(map(filled, form.fields)))


def _answer(text: str) -> Ack:
    return {"response_type": "ephemeral", "text": text}


def _show(view: View) -> Ack:
    return {"response_type": "ephemeral", "text": view.summary, "blocks": render_message(view)}
