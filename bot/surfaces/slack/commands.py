"""`/lockout` and its words. Every answer stands in the ack, visible only to who typed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, get_args

from bot.core.errors import Refused
from bot.core.events import Provider
from bot.core.incident import Incident
from bot.core.view import Form, FormField, View
from bot.services import incidents, showing
from bot.services.desk import Desk
from bot.services.drilling import drill_form
from bot.services.forms import declare_form
from bot.surfaces.slack.admit import admit
from bot.surfaces.slack.explain import DRILL
from bot.surfaces.slack.limit import LookLimit
from bot.surfaces.slack.modal import render_form
from bot.surfaces.slack.parse import Command, Reader, spoken
from bot.surfaces.slack.readiness import ReadinessTab
from bot.surfaces.slack.render import escape, render_message

Ack = dict[str, Any]
OpenView = Callable[[str, Mapping[str, Any], Reader], None]
TYPED = 3_000
# Words about the incident, or the drill, of the channel in which they are typed.
_OF_THE_CHANNEL = {"note", "timeline", "export", "close"}

HELP = """*Locked out?* Type `/lockout` and press *Get the way in*. That is all.

`/lockout` declare a lockout
`/lockout entra` or `aws` or `google`, and the error if you like: the same, one step shorter
`/lockout status` what is open, who may do what
`/lockout note TEXT` put something on the timeline
`/lockout timeline` the newest facts
`/lockout export md` (or `html`, `json`, `csv`; of a drill also `report`) the timeline as a file
`/lockout close` end it, when nothing temporary is left open
`/lockout drill` prove on a calm day that the emergency accounts get in; add a tenant if you like
`/lockout readiness` whether you are ready for the night, and the one thing to do next
`/lockout help` this"""


class Commands:
    """The words after `/lockout`."""

    def __init__(
        self, desk: Desk, looks: LookLimit, open_view: OpenView, readiness: ReadinessTab
    ) -> None:
        self._desk = desk
        self._readiness_tab = readiness
        self._looks = looks
        self._open_view = open_view
        self._words: dict[str, Callable[[Command, str], Awaitable[Ack]]] = {
            "": self._declare,
            "declare": self._declare,
            "status": self._status,
            "note": self._note,
            "timeline": self._timeline,
            "export": self._export,
            "close": self._close,
            "drill": self._drill,
            "readiness": self._readiness,
            "help": self._help,
        }

    async def run(self, command: Command) -> Ack:
        """Errors: Refused, Unavailable."""
        word, *more = spoken(command.text).split(maxsplit=1) or [""]
        rest = more[0].strip() if more else ""
        handler = self._words.get(word.lower())
        if handler is not None:
            return await handler(command, rest)
        if word.lower() in get_args(Provider) or self._desk.organisation.tenant(word):
            return await self._declare(command, rest, word)
        name = escape(word[:30].replace("`", ""))
        return _answer(f"There is no `/lockout {name}`.\n\n{HELP}")

    async def drill_meant(self, command: Command) -> str:
        """The drill that a refused word was about, so that the refusal says so; empty: none.

        `declare` is never about one, wherever it is typed. Errors: none.
        """
        word = next(iter(spoken(command.text).split(maxsplit=1)), "").lower()
        if word == "drill":
            return DRILL
        if word in _OF_THE_CHANNEL:
            return await showing.drill_in(self._desk, command.channel_id)
        return ""

    async def _declare(self, command: Command, rest: str, where: str = "") -> Ack:
        """`where` is a provider, or a tenant's short name; empty when the form asks."""
        self._desk.doer(command.user.actor).must_be((), "declare a lockout")
        organisation = self._desk.organisation
        tenant = organisation.tenant(where)
        provider = tenant.provider if tenant else where.lower()
        only = next((name for name in get_args(Provider) if name == provider), None)
        if only and not organisation.tenants_of(only):
            raise Refused(f"The organisation file has no {only} tenant")
        form = declare_form(organisation, self._desk.clock.now(), only)
        if tenant is not None:
            form = _filled(form, "tenant", tenant.id)
        if rest:
            # What was typed after the command is most likely the error.
            form = _filled(form, "error", rest[:TYPED])
        reader = Reader(command.user_id, command.channel_id)
        self._open_view(command.trigger_id, render_form(form, command.channel_id), reader)
        return {}

    async def _help(self, _command: Command, _rest: str) -> Ack:
        return _answer(HELP)

    async def _status(self, command: Command, _rest: str) -> Ack:
        self._desk.doer(command.user.actor).must_be((), "see the status")
        self._looks.count(command.user_id)
        return _show(await showing.status_view(self._desk))

    async def _note(self, command: Command, rest: str) -> Ack:
        doer = self._desk.doer(command.user.actor)
        incident = await showing.incident_in(self._desk, command.channel_id)
        recorded = await incidents.add_note(self._desk, doer, incident.id, rest, once=command.once)
        return _answer(
            f"{_mark(incident)}Recorded on the timeline of {incident.id} "
            f"as fact {recorded.incident.version}."
        )

    async def _meant(self, command: Command, what: str) -> Incident:
        """The incident of this channel, for somebody listed. Errors: Refused."""
        doer = self._desk.doer(command.user.actor)
        found = await showing.incident_in(self._desk, command.channel_id)
        self._looks.count(command.user_id)
        return await admit(self._desk, doer, found.id, what, once=command.once)

    async def _timeline(self, command: Command, _rest: str) -> Ack:
        incident = await self._meant(command, "read the timeline")
        return _show(await showing.timeline_view(self._desk, incident.id))

    async def _export(self, command: Command, rest: str) -> Ack:
        incident = await self._meant(command, "export the timeline")
        wanted = rest.lower() or ("report" if incident.drill else "md")
        await showing.request_export(
            self._desk,
            incident.id,
            wanted,
            channel=command.channel_id,
            user=command.user_id,
            once=command.once,
        )
        what = "report" if wanted.startswith("report") else "timeline"
        return _answer(
            f"{_mark(incident)}The {what} of {incident.id} is on its way to this channel."
        )

    async def _close(self, command: Command, _rest: str) -> Ack:
        doer = self._desk.doer(command.user.actor)
        incident = await showing.incident_in(self._desk, command.channel_id)
        await incidents.close_incident(self._desk, doer, incident.id, once=command.once)
        ended = "finished. Report" if incident.drill else "closed. Summary"
        return _answer(f"{_mark(incident)}{incident.id} is {ended} and timeline are on their way.")

    async def _readiness(self, command: Command, rest: str) -> Ack:
        self._desk.doer(command.user.actor).must_be((), "see the readiness")
        self._looks.count(command.user_id)
        reader = Reader(command.user_id, command.channel_id, command.response_url)
        return await self._readiness_tab.answer(reader, rest)

    async def _drill(self, command: Command, rest: str) -> Ack:
        """Ask for the tenant and the reason: one press more, and nobody begins one by mistake."""
        self._desk.doer(command.user.actor).must_be((), "begin a drill")
        organisation = self._desk.organisation
        tenant = organisation.tenant(rest) if rest else None
        if rest and tenant is None:
            names = ", ".join(one.id for one in organisation.tenants)
            raise Refused(f"There is no tenant '{rest[:40]}'", f"There are: {names}")
        form = drill_form(organisation, tenant)
        reader = Reader(command.user_id, command.channel_id)
        self._open_view(command.trigger_id, render_form(form, command.channel_id), reader)
        return {}


def _filled(form: Form, name: str, value: str) -> Form:
    """The form with one answer filled in."""

    def filled(field: FormField) -> FormField:
        return replace(field, default=value) if field.id == name else field

    return replace(form, fields=tuple(map(filled, form.fields)))


def _mark(incident: Incident) -> str:
    return "*DRILL.* " if incident.drill else ""


def _answer(text: str) -> Ack:
    return {"response_type": "ephemeral", "text": text}


def _show(view: View) -> Ack:
    return {"response_type": "ephemeral", "text": view.summary, "blocks": render_message(view)}
