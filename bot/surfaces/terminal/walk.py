"""The walk: show the step, ask for one button, do it, again. Everything goes through services.

What a person reads is `news`, what they can press is `menu`; here is only what happens then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bot.core.errors import Broken, Refused, Unavailable
from bot.core.events import Value
from bot.core.incident import Incident
from bot.core.view import (
    AddNote,
    Button,
    Choice,
    Close,
    Correct,
    Export,
    Form,
    ShowTicket,
    ShowTimeline,
    View,
)
from bot.exports import formats_of
from bot.playbook.situation import Doer
from bot.services import incidents, showing
from bot.services.auditing import run_audit
from bot.services.desk import Desk, Recorded
from bot.services.forms import correct_form
from bot.surfaces.terminal.explain import explain
from bot.surfaces.terminal.files import place_of, write_document
from bot.surfaces.terminal.forms import Answers, Asker
from bot.surfaces.terminal.menu import Command, Entry, choices_of, menu_of
from bot.surfaces.terminal.news import News
from bot.surfaces.terminal.people import Keyboard
from bot.surfaces.terminal.prompt import Prompt
from bot.surfaces.terminal.screen import Screen
from bot.surfaces.terminal.session import Session


@dataclass
class Walk:
    """One incident at one keyboard. `out` is the folder for exports.

    `again` is the command that goes on, where that is not `lockout walk`.
    """

    session: Session
    prompt: Prompt
    screen: Screen
    keyboard: Keyboard
    out: Path
    incident_id: str = ""
    again: str = ""
    _left: bool = field(default=False, repr=False)
    _audited: int = field(default=0, repr=False)

    def go(self, incident_id: str) -> bool:
        """Until the incident is closed (True) or somebody leaves (False).

        Who comes back to a finished drill finds what is left to repair.
        Errors: Ended, KeyboardInterrupt; Unavailable when the database stays away.
        """
        self.incident_id, self._left = incident_id, False
        news, came_back = News(self.screen), None
        while not self._left:
            incident = self.patiently(lambda: self.session.run(self._desk.load(incident_id)))
            if came_back is None:
                came_back = incident.closed_at is not None
            if incident.closed_at is not None and not (came_back and incident.open_obligations):
                return True
            view = showing.card_view(self._desk, incident)
            news.show(view, incident)
            try:
                if not self._audits(incident):
                    self._next(view, incident)
            except (Refused, Unavailable, Broken) as error:
                # Told kindly, and the walk goes on.
                self.screen.gap()
                self._tell(explain(error))
        return False

    def _audits(self, incident: Incident) -> bool:
        """Whether an audit was asked for, and answered here; beside a bot, whoever is faster."""
        asked = incident.audited.asked
        # Once for each question: where it cannot be recorded, a person decides how to go on.
        if asked is None or asked.number == self._audited or not self._desk.can_audit(incident):
            return False
        self._audited = asked.number
        self.screen.small("Reading the policies …")
        self.session.run(run_audit(self._desk, incident.id))
        self._write_corrections(incident.id)
        return True

    def _write_corrections(self, incident_id: str) -> None:
        document = self.session.run(showing.corrections_of(self._desk, incident_id))
        if document is not None:
            path = place_of(document, self.out)
            write_document(path, document)
            self.screen.whole(f"Corrections written: {path}")

    def patiently(self, work: Callable[[], Incident]) -> Incident:
        """Try again as long as somebody wants to. Errors: Unavailable otherwise."""
        while True:
            try:
                return work()
            except Unavailable as error:
                self._tell(explain(error, records=False))
                if not self.prompt.agree("Try again now?", default=True):
                    raise

    @property
    def _desk(self) -> Desk:
        return self.session.desk

    @property
    def _doer(self) -> Doer:
        return self._desk.doer(self.keyboard.actor)

    def _tell(self, lines: list[str]) -> None:
        for line in lines:
            self.screen.say(line)

    def _next(self, view: View, incident: Incident) -> None:
        menu = menu_of(view, incident, exercise=self._desk.organisation.exercise)
        question = f"{self._doer.actor.name}, what next?"
        entry = self._pick(question, menu.first)
        if entry.does == "more":
            entry = self._pick("More", menu.more)
        if isinstance(entry.does, Button):
            self._press(entry.does, incident)
        else:
            self._command(entry.does, view)

    def _pick(self, question: str, entries: list[Entry]) -> Entry:
        choices = choices_of(entries)
        picked = self.prompt.pick(question, choices, choices[0].value)
        return next(
            entry for entry, item in zip(entries, choices, strict=True) if item.value == picked
        )

    def _command(self, command: Command, view: View) -> None:
        match command:
            case "card":
                self.screen.gap()
                self.screen.show(view)
            case "hand":
                self._hand_on()
            case "leave":
                self._left = True
            case "more" | "back":
                return

    def _hand_on(self) -> None:
        people = self._desk.organisation.people
        choices = [Choice(item.id, item.name, ", ".join(item.roles)) for item in people]
        own = Choice("", f"Back to {self.keyboard.login}")
        self.keyboard.hand_to(self.prompt.pick("Who takes the keyboard?", [*choices, own]))
        self.screen.say(f"**{self._doer.actor.name}** is at the keyboard now.")

    def _press(self, button: Button, incident: Incident) -> None:
        action = button.action
        if button.confirm and not self.prompt.agree(button.confirm):
            self.screen.say("Nothing was done.")
            return
        match action:
            case ShowTicket():
                self._read(lambda: showing.ticket_view(self._desk, incident))
            case ShowTimeline():
                self._read(lambda: self.session.run(showing.timeline_view(self._desk, incident.id)))
            case Export():
                self._export(incident, action.format)
            case Correct():
                self._submit(
                    correct_form(self._desk.organisation, incident, self._desk.clock.now())
                )
            case Close():
                self.session.run(incidents.close_incident(self._desk, self._doer, incident.id))
            case _ if button.form is not None:
                self._submit(button.form)
            case _:
                self.session.run(incidents.answer(self._desk, self._doer, action))

    def _read(self, look: Callable[[], View]) -> None:
        self.screen.gap()
        self.screen.show(look())

    def _export(self, incident: Incident, preset: str) -> None:
        choices = [Choice(name, name, _FORMATS.get(name, "")) for name in formats_of(incident)]
        self.export(incident.id, self.prompt.pick("As which file?", choices, preset))

    def export(self, incident_id: str, name: str) -> Path:
        """Write the timeline as one file, and say where. Errors: Refused, Unavailable, Broken."""
        document = self.session.run(showing.export_incident(self._desk, incident_id, name))
        path = place_of(document, self.out)
        write_document(path, document)
        self.screen.whole(f"Written: {path}")
        return path

    def _submit(self, form: Form) -> None:
        def send(answers: Answers) -> Recorded:
            return self.session.run(self._send(form, answers))

        recorded = Asker(self.prompt, self.screen).submit(form, send, {})
        if not recorded.facts:
            self.screen.say("Nothing changed, so nothing was recorded.")

    async def _send(self, form: Form, answers: dict[str, Value]) -> Recorded:
        action = form.action
        match action:
            case Correct():
                return await incidents.correct_details(
                    self._desk, self._doer, action.incident, answers
                )
            case AddNote():
                text = str(answers.get("text", ""))
                return await incidents.add_note(self._desk, self._doer, action.incident, text)
            case _:
                return await incidents.answer(self._desk, self._doer, action, answers)


_FORMATS = {
    "md": "to read and to paste",
    "html": "one page with a drawn timeline",
    "json": "every fact with its hash, for 'lockout verify'",
    "csv": "for a spreadsheet",
    "report": "one page for auditors, to print",
    "report-md": "the same, to paste",
}
