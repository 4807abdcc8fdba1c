"""The walk, with a person who answers from a list."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.core.errors import Unavailable
from bot.core.timeline import Fact
from bot.playbook.library import Library
from bot.surfaces.terminal.people import Keyboard
from bot.surfaces.terminal.prompt import Ended
from bot.surfaces.terminal.session import open_desk
from bot.surfaces.terminal.walk import Walk
from tests.surfaces.terminal.stage import FakePrompt, FakeWiring, make_library, make_screen
from tests.surfaces.terminal.test_menu import declared


@dataclass
class Walked:
    """A walk on stage."""

    walk: Walk
    prompt: FakePrompt
    wiring: FakeWiring
    incident: str
    read: Callable[[], str]

    def go(self, *answers: str | BaseException) -> bool:
        """Walk on with these answers."""
        self.prompt.answers = list(answers)
        return self.walk.go(self.incident)

    def kinds(self) -> list[str]:
        """What is on the timeline."""
        return [fact.kind for fact in self.facts()]

    def facts(self) -> list[Fact]:
        """The timeline."""
        return asyncio.run(self.wiring.store.read(self.incident))


@contextmanager
def on_stage(
    tmp_path: Path, wiring: FakeWiring | None = None, policy: str = "p-1"
) -> Iterator[Walked]:
    """An incident at its first step, and somebody in front of it."""
    wiring = wiring or FakeWiring()
    incident = declared(wiring.kept, policy)
    screen, paper = make_screen(clock=wiring.clock)
    prompt = FakePrompt([])
    with open_desk(wiring) as session:
        keyboard = Keyboard.of(wiring.found, "root")
        walk = Walk(session, prompt, screen, keyboard, tmp_path)
        yield Walked(walk, prompt, wiring, incident.id, paper.getvalue)


@pytest.fixture
def walked(tmp_path: Path) -> Iterator[Walked]:
    """The small walk."""
    with on_stage(tmp_path) as stage:
        yield stage


FORM = ("Record the ticket", "4711", "")


def test_enter_and_a_few_words_lead_to_the_close(walked: Walked) -> None:
    """The whole way: question, form, checklist, obligation, close."""
    closed = walked.go("", *FORM, "", "", "", "Confirm as done", "y", "Close the incident")
    assert closed
    assert walked.kinds()[-1] == "IncidentClosed"
    assert {fact.actor.id for fact in walked.facts()} == {"terminal:root"}


def test_leaving_keeps_everything(walked: Walked) -> None:
    """A walk is left by its own menu entry, and goes on where it stood."""
    assert not walked.go("", "Leave")
    assert not walked.go("Leave")
    assert "Ticket filed" in walked.read()


def test_a_refusal_is_told_kindly_and_the_walk_goes_on(walked: Walked) -> None:
    """Somebody without the role hears who may, and is asked again."""
    walked.go("", *FORM, "More", "Waive", "no reason", "Leave")
    assert "Not done. Only approver may do this" in walked.read()
    assert "'lockout status' lists them" in walked.read()
    assert walked.kinds()[-1] == "PressRefused"


def test_two_people_can_be_played_but_one_cannot_be_both(walked: Walked) -> None:
    """Whoever asked is refused; the keyboard is handed on, and the other one approves."""
    walked.go("No, nobody", "Ask for", "Approve", "Hand", "Head of security", "Approve", "Leave")
    read = walked.read()
    assert "You asked, so you cannot approve" in read
    assert "Head of security is at the keyboard now." in read
    assert walked.prompt.questions[-1] == "Head of security, what next?"
    given = next(fact for fact in walked.facts() if fact.kind == "ApprovalGiven")
    assert given.actor.id == "exercise:root/lead"


def test_once_somebody_asked_the_second_person_is_next(walked: Walked) -> None:
    """Enter offers to hand the keyboard on, and back again."""
    walked.go("No, nobody", "", "", "Head of security", "Hand", "Back to root", "Leave")
    assert walked.prompt.questions[-1] == "root, what next?"


def test_a_confirmation_that_is_not_given_does_nothing(walked: Walked) -> None:
    """'Are you sure' is a question."""
    walked.go("", *FORM, "Confirm as done", "n", "Leave")
    assert "Nothing was done." in walked.read()
    assert "ObligationSettled" not in walked.kinds()


def test_ticket_timeline_and_card_are_shown_and_record_nothing(walked: Walked) -> None:
    """Looking leaves no trace."""
    before = walked.kinds()
    walked.go(
        "Ticket text", "More", "Timeline", "More", "Show the whole card", "More", "Back", "Leave"
    )
    read = walked.read()
    assert "Please switch CA001: Require MFA off." in read
    assert f"Timeline of {walked.incident}" in read
    assert "The three ways back in" in read
    assert walked.kinds() == before


def test_notes_and_corrections_go_on_the_timeline(walked: Walked) -> None:
    """With the words as typed; a correction without a change says so."""
    keep = [""] * 7
    walked.go("Note", "Called at 3", "More", "Add details", *keep, "Leave")
    assert walked.kinds()[-1] == "NoteAdded"
    assert "Nothing changed" in walked.read()
    walked.go("More", "Add details", "AADSTS53003", *keep[1:], "I am on it", "Leave")
    assert walked.kinds()[-3:] == ["DetailsCorrected", "ErrorDiagnosed", "StepTaken"]


def test_an_export_says_where_it_is(walked: Walked, tmp_path: Path) -> None:
    """`<incident>.<suffix>` in the chosen folder."""
    walked.go("More", "Export", "json", "Leave")
    path = tmp_path / f"{walked.incident}.json"
    assert path.is_file()
    assert f"Written: {path}" in walked.read().replace("\n", " ").replace("  ", " ")


def test_another_method_can_be_chosen(walked: Walked) -> None:
    """After a confirmation, since the step is left."""
    walked.go("More", "Go to: Support-only user", "y", "Leave")
    assert "Two people agree" in walked.read()


def test_a_step_that_the_playbooks_lost_leaves_a_way_on(tmp_path: Path) -> None:
    """A changed playbook must not strand a running walk."""
    wiring = FakeWiring()
    with on_stage(tmp_path, wiring) as stage:
        broken = dict(make_library().playbooks)
        triage = broken.pop("triage")
        renamed = triage.steps[0].model_copy(update={"id": "renamed"})
        broken["triage"] = triage.model_copy(update={"steps": (renamed,), "start": "renamed"})
        wiring.kept.library = Library(broken, wiring.shelf.templates)
        stage.go("Go to: Support ticket", "y", "Leave")
        assert "no step 'which'" in stage.read()
        assert "Ticket filed" in stage.read()


class Flaky(FakeWiring):
    """A database that does not answer a number of times."""

    away = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        read = self.store.read

        async def flaky(incident: str, after: int = 0, until: int | None = None) -> list[Fact]:
            if self.away:
                self.away -= 1
                raise Unavailable("The database does not answer")
            return await read(incident, after, until)

        self.store.read = flaky  # type: ignore[method-assign]


def test_a_database_that_comes_back_lets_the_walk_go_on(tmp_path: Path) -> None:
    """Asked again as long as somebody wants to, and never taken for recorded."""
    wiring = Flaky()
    with on_stage(tmp_path, wiring) as stage:
        wiring.away = 1
        assert not stage.go("y", "Leave")
        wiring.away = 1
        with pytest.raises(Unavailable):
            stage.go("n")


@pytest.mark.parametrize("end", [KeyboardInterrupt(), Ended()])
def test_ctrl_c_and_the_end_of_input_come_through(walked: Walked, end: BaseException) -> None:
    """The command says the last words; the walk only stops."""
    with pytest.raises(type(end)):
        walked.go("", end)
    assert walked.walk.incident_id == walked.incident
