"""A small organisation, a small walk and a desk in memory, for everything of the terminal."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from rich.console import Console

from bot.adapters.memory import CountingIds, FixedClock, MemoryEventStore, MemoryMover
from bot.adapters.policy_files import read_policies
from bot.audit.model import Source
from bot.core.errors import Problem
from bot.core.organisation import Organisation
from bot.core.view import Choice
from bot.playbook.library import Library
from bot.playbook.model import Playbook
from bot.services.desk import Desk
from bot.services.doctor import Check
from bot.services.ports import Mover
from bot.surfaces.terminal.cli import make_cli
from bot.surfaces.terminal.prompt import Ended, find_choice
from bot.surfaces.terminal.screen import Screen

ZONE = "Europe/Berlin"


def make_organisation(**changes: Any) -> Organisation:  # noqa: ANN401 - keys of the file
    """One Entra tenant, one address, three people."""
    data: dict[str, Any] = {
        "name": "Example",
        "time_zone": ZONE,
        "exercise": True,
        "egress": [{"address": "203.0.113.10", "label": "Office"}],
        "people": [
            {
                "id": "oncall",
                "name": "On-call engineer",
                "roles": ["responder"],
                "phone": "+1 555 0101",
            },
            {
                "id": "lead",
                "name": "Head of security",
                "roles": ["approver"],
                "phone": "+1 555 0102",
            },
            {"id": "keeper", "name": "Keeper of the safe", "roles": ["custodian"]},
        ],
        "tenants": [
            {
                "id": "entra-example",
                "name": "Example tenant",
                "provider": "entra",
                "tenant_id": "11111111-2222-3333-4444-555555555555",
                "initial_domain": "example.onmicrosoft.com",
                "support": {"plan": "Unified", "phone": "+1 555 0150"},
                "policies": [
                    {
                        "id": "p-1",
                        "name": "CA001: Require MFA",
                        "changed_at": "2026-11-22T01:40:00Z",
                    },
                    {"id": "p-2", "name": "CA002: Block", "changed_at": "2026-03-01T09:00:00Z"},
                ],
            }
        ],
    }
    return Organisation.model_validate({**data, **changes})


TRIAGE = {
    "id": "triage",
    "title": "Which way in?",
    "start": "which",
    "recommend": [{"method": "support-ticket", "why": "Nobody is in."}],
    "steps": [
        {
            "id": "which",
            "kind": "choose",
            "title": "Can anybody file a ticket?",
            "text": "Ask in your team. **Do not sign out.**",
            "state": "triage",
            "buttons": [
                {"id": "yes", "label": "Yes, by phone", "to": "method:support-ticket"},
                {"id": "no", "label": "No, nobody", "to": "method:support-user"},
            ],
        }
    ],
}
TICKET = {
    "id": "entra-support-ticket",
    "title": "Support ticket",
    "provider": "entra",
    "method": "support-ticket",
    "notice": "This is a patch, not the fix.",
    "start": "filed",
    "steps": [
        {
            "id": "filed",
            "kind": "form",
            "title": "Ticket filed",
            "fields": [
                {"fact": "ticket_number", "label": "Ticket number", "required": True},
                {"fact": "filed_at", "label": "Filed at", "kind": "moment"},
            ],
            "submit": "Record the ticket",
            "to": "list",
            "opens": [{"id": "exclusion", "title": "Remove the exclusion", "due_in": "24h"}],
        },
        {
            "id": "list",
            "kind": "checklist",
            "title": "Before you hang up",
            "items": [
                {"id": "a", "text": "The policy is **off**", "copy": "set --policy off"},
                {"id": "b", "text": "You have a number"},
            ],
            "done": "All is done",
            "to": "end",
        },
    ],
}
SEALED = {
    "id": "entra-support-user",
    "title": "Support-only user",
    "provider": "entra",
    "method": "support-user",
    "start": "agree",
    "steps": [
        {
            "id": "agree",
            "kind": "approval",
            "title": "Two people agree",
            "what": "Unseal the support-only user",
            "to": "end",
            "declined": "agree",
        }
    ],
}
TEMPLATE = (
    "{% block subject %}Lockout of {{ tenant_id }}{% endblock %}"
    "{% block body %}Please switch {{ policy_name }} off. Error: {{ error_text }} "
    "Impact: {{ impact }}{% endblock %}"
    "{% block phone %}Say: {{ policy_name }}{% endblock %}"
)


def make_library(*playbooks: dict[str, Any]) -> Library:
    """The small walk, or another one."""
    chosen = playbooks or (TRIAGE, TICKET, SEALED)
    models = [Playbook.model_validate(playbook) for playbook in chosen]
    return Library({model.id: model for model in models}, {"entra": TEMPLATE})


@dataclass
class FakeWiring:
    """`Wiring` in memory; the desk outlives its blocks, as a database does."""

    found: Organisation = field(default_factory=make_organisation)
    shelf: Library = field(default_factory=make_library)
    warnings: list[Problem] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    clock: FixedClock = field(default_factory=FixedClock)
    uses_example: bool = True
    error: Exception | None = None
    served: int = 0
    checks: list[Check] = field(default_factory=list)
    asked_files: list[Path | None] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store = MemoryEventStore(self.clock)
        self.kept = Desk(self.store, self.clock, CountingIds(), self.found, self.shelf)

    def organisation(self, file: Path | None = None) -> tuple[Organisation, list[Problem]]:
        """The organisation, or the error on stage."""
        self.asked_files.append(file)
        if self.error is not None:
            raise self.error
        return self.found, self.warnings

    def library(self) -> Library:
        """The small walk."""
        return self.shelf

    def desk(self) -> AbstractAsyncContextManager[Desk]:
        """Always the same desk."""
        return self._desk()

    @asynccontextmanager
    async def _desk(self) -> AsyncIterator[Desk]:
        if self.error is not None:
            raise self.error
        yield self.kept

    @asynccontextmanager
    async def mover(self) -> AsyncIterator[Mover]:
        """Over the same store."""
        if self.error is not None:
            raise self.error
        yield MemoryMover(self.store)

    def examine(self) -> list[Check]:
        """The checks on stage."""
        return self.checks

    async def serve(self) -> None:
        """Counts."""
        if self.error is not None:
            raise self.error
        self.served += 1

    def check_playbooks(self, folder: Path | None) -> list[Problem]:
        """The problems on stage."""
        self.asked_files.append(folder)
        return self.problems

    def policies(self, paths: Iterable[Path]) -> tuple[list[Source], list[Problem]]:
        """Real files: a test brings its own."""
        return read_policies(paths)

    def example_organisation(self) -> str:
        """Short."""
        return "# Fill this in\nname: Example\n"

    def manifest(self) -> dict[str, Any]:
        """Short."""
        return {"display_information": {"name": "Lockout"}}


def run(wiring: FakeWiring, *args: str, given: str | bytes = "") -> Result:
    """One command, as a shell would run it without a terminal."""
    environment = {"COLUMNS": "80", "TERM": "dumb", "FORCE_COLOR": None, "LOCKOUT_LOG_LEVEL": None}
    return CliRunner().invoke(make_cli(wiring), list(args), input=given, env=environment)


def make_screen(width: int = 80, clock: FixedClock | None = None) -> tuple[Screen, io.StringIO]:
    """A screen on paper, and the paper."""
    paper = io.StringIO()
    console = Console(file=paper, width=width, force_terminal=False, color_system=None)
    return Screen(console, now=(clock or FixedClock()).now, zone=ZONE), paper


@dataclass
class FakePrompt:
    """`Prompt` that answers from a list, by the beginning of a label, and keeps the questions.

    An empty answer is Enter. At the end of the list the person is gone; an exception is raised.
    """

    answers: list[str | BaseException]
    questions: list[str] = field(default_factory=list)
    offers: list[list[str]] = field(default_factory=list)

    def _next(self, question: str) -> str:
        self.questions.append(question)
        if not self.answers:
            raise Ended
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def pick(self, question: str, choices: Sequence[Choice], default: str | None = None) -> str:
        """One, by the beginning of its label."""
        self.offers.append([choice.label for choice in choices])
        given = self._next(question)
        if not given:
            assert default is not None, f"Enter means nothing at: {question}"
            return default
        found = find_choice(choices, given)
        assert found is not None, f"{given!r} is not one of {self.offers[-1]}"
        return found

    def pick_many(
        self, question: str, choices: Sequence[Choice], default: Sequence[str] = ()
    ) -> tuple[str, ...]:
        """Several, with commas between."""
        self.offers.append([choice.label for choice in choices])
        given = self._next(question)
        parts: Iterable[str] = given.split(",") if given else default
        return tuple(str(find_choice(choices, part)) for part in parts)

    def line(self, question: str, default: str = "", hint: str = "") -> str:
        """The next answer."""
        return self._next(question) or default

    def lines(self, question: str, default: str = "", hint: str = "") -> str:
        """The next answer."""
        return self._next(question) or default

    def agree(self, question: str, *, default: bool = False) -> bool:
        """`y` agrees."""
        given = self._next(question)
        return default if not given else given == "y"
