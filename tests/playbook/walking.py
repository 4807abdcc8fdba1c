"""Walking a playbook in a test: who presses what, and what the incident comes to.

No store and no clock: each answer is one minute after the one before, and what would be recorded
is folded at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.core.errors import Refused
from bot.core.events import Event, IncidentDeclared, Value
from bot.core.foreseeing import expect
from bot.core.incident import Incident
from bot.core.organisation import Organisation, SnapshotSettings
from bot.core.timeline import Actor
from bot.core.view import Act, Block, Button, View
from bot.playbook.card import show_card
from bot.playbook.engine import advance, show_step, start_walk
from bot.playbook.library import Library
from bot.playbook.situation import Doer, Situation

START = datetime(2026, 11, 22, 3, 4, tzinfo=UTC)


class Walk:
    """One incident, walked by people of one organisation."""

    def __init__(
        self, library: Library, organisation: Organisation, declared: IncidentDeclared
    ) -> None:
        self.library, self.organisation, self.now = library, organisation, START
        self.incident = Incident(id="L-2026-001")
        self.can_audit = False
        self.people = {
            person.id: Actor(f"slack:{person.slack}", person.name) for person in organisation.people
        }
        self.record([declared], self.people["oncall"])

    @property
    def situation(self) -> Situation:
        """What a step may look at now."""
        return Situation(
            self.incident, self.organisation, self.library, self.now, can_audit=self.can_audit
        )

    def says_of_snapshots(self, **settings: object) -> None:
        """The section `snapshots` of the organisation file."""
        section = SnapshotSettings.model_validate(settings)
        self.organisation = self.organisation.model_copy(update={"snapshots": section})

    @property
    def card(self) -> View:
        """The card now."""
        return show_card(self.situation)

    @property
    def blocks(self) -> list[Block]:
        """The step now."""
        return show_step(self.situation)

    @property
    def step(self) -> str:
        """The id of the step where the walk stands; empty when it stands nowhere."""
        return self.incident.position.step if self.incident.position else ""

    @property
    def place(self) -> tuple[str, str]:
        """The playbook and the step where the walk stands."""
        position = self.incident.position
        return (position.playbook, position.step) if position else ("", "")

    def doer(self, who: str) -> Doer:
        """A person of the organisation file; any other name is a stranger without a role."""
        actor = self.people.get(who, Actor(f"slack:{who}", who))
        person = self.organisation.person(actor.id)
        return Doer(actor, frozenset(person.roles if person else ()))

    def record(self, events: list[Event], actor: Actor) -> None:
        """Fold what happened; a minute passes."""
        self.incident = expect(self.incident, events, actor, self.now)
        self.now += timedelta(minutes=1)

    def start(self, playbook: str) -> Walk:
        """Put the walk at the first step of a playbook."""
        self.record(start_walk(self.situation, playbook, "declared"), self.people["oncall"])
        return self

    def do(
        self, act: Act, by: str = "oncall", values: Mapping[str, Value] | None = None
    ) -> list[Event]:
        """Answer; what it caused is recorded and returned. Errors: as `advance`."""
        events = advance(self.situation, act, values or {}, self.doer(by))
        self.record(events, self.doer(by).actor)
        return events

    def refused(
        self, act: Act, by: str = "oncall", values: Mapping[str, Value] | None = None
    ) -> Refused:
        """The refusal of an answer; the incident is what it was."""
        before = self.incident
        try:
            advance(self.situation, act, values or {}, self.doer(by))
        except Refused as refusal:
            assert self.incident == before
            return refusal
        message = f"{act!r} was not refused"
        raise AssertionError(message)

    def button(self, label: str) -> Button:
        """The button of the card with this label. Errors: AssertionError naming those there are."""
        found = [button for button in self.card.buttons() if button.label == label]
        assert len(found) == 1, [button.label for button in self.card.buttons()]
        return found[0]

    def press(
        self, label: str, by: str = "oncall", values: Mapping[str, Value] | None = None
    ) -> list[Event]:
        """Press the button with this label on the card as it is now."""
        return self.do(self.button(label).action, by, values)


def declared(tenant: str, provider: str, **changes: Any) -> IncidentDeclared:  # noqa: ANN401
    """A declaration that says nothing but what is asked of it."""
    return IncidentDeclared.model_validate({"tenant": tenant, "provider": provider, **changes})


def primary_buttons(view: View) -> list[Button]:
    """The buttons that a view offers as the one next step; a card has at most one."""
    return [button for button in view.buttons() if button.style == "primary"]
