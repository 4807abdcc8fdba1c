"""Forms as questions."""

from __future__ import annotations

import pytest

from bot.core.errors import AlreadyRecorded, Refused, Unavailable
from bot.core.view import Choice, Declare, Form, FormField
from bot.services.forms import declare_form
from bot.surfaces.terminal.forms import Answers, Asker
from tests.surfaces.terminal.stage import FakePrompt, FakeWiring, make_organisation, make_screen


def form_of(*fields: FormField) -> Form:
    """Some questions together."""
    return Form("Title", "Send", fields, Declare(), "Never paste a password.")


def asked(form: Form, *answers: str | BaseException) -> tuple[Answers, FakePrompt, str]:
    """The answers, what was asked, and what stood on the screen."""
    prompt = FakePrompt(list(answers))
    screen, paper = make_screen()
    found = Asker(prompt, screen).ask(form, {})
    return found, prompt, paper.getvalue()


LINE = FormField("number", "Ticket number", required=True)
WHEN = FormField("filed_at", "Filed at", "moment")
ONE = FormField("way", "Which way?", "one_of", choices=(Choice("a", "Alpha"), Choice("b", "Beta")))


def test_with_everything_known_enter_is_enough() -> None:
    """One tenant, a recent policy, one address: nobody types anything."""
    clock = FakeWiring().clock
    form = declare_form(make_organisation(), clock.now())
    answers, prompt, paper = asked(form, *[""] * 8)
    assert answers["tenant"] == "entra-example"
    assert answers["policy"] == "p-1"
    assert answers["addresses"] == ("203.0.113.10",)
    assert "Or type its name" not in prompt.questions
    assert "Never paste a password" in paper


def test_what_is_not_on_the_list_can_be_typed() -> None:
    """'Another one' leads to the field for typing, and leaves no trace in the answers."""
    form = declare_form(make_organisation(), FakeWiring().clock.now())
    another = "Another one"
    answers, _, _ = asked(
        form, "", "", another, "My policy", "id-9", f"203,{another}", "203.0.113.99", *[""] * 4
    )
    assert answers["policy"] == ""
    assert answers["policy_typed"] == "My policy"
    assert answers["policy_id"] == "id-9"
    assert answers["addresses"] == ("203.0.113.10",)
    assert answers["addresses_typed"] == "203.0.113.99"


def test_a_needed_answer_is_asked_for_until_it_is_there() -> None:
    """Enter alone does not skip it."""
    answers, prompt, paper = asked(form_of(LINE), "", "4711")
    assert answers == {"number": "4711"}
    assert prompt.questions == ["Ticket number"] * 2
    assert "needed" in paper


def test_a_choice_that_may_be_open_can_be_left_open() -> None:
    """'Not known yet' is an answer, and it is what Enter gives."""
    answers, prompt, _ = asked(form_of(ONE), "")
    assert answers == {"way": ""}
    assert prompt.offers == [["Alpha", "Beta", "Not known yet"]]


def test_a_time_is_echoed_as_it_was_understood() -> None:
    """Stored as ISO 8601 in UTC; nonsense is asked again."""
    answers, _, paper = asked(form_of(WHEN), "soon", "10 min ago")
    assert answers == {"filed_at": "2026-11-22T02:54:05.000000Z"}
    assert "'soon' is not a time" in paper
    assert "Understood: 2026-11-22 02:54 UTC (03:54 CET), 10 min ago" in paper


def test_a_doubtful_time_is_confirmed_or_written_anew() -> None:
    """16:00 at night can be two days."""
    answers, prompt, _ = asked(form_of(WHEN), "16:00", "n", "tomorrow 16:00")
    assert answers == {"filed_at": "2026-11-23T15:00:00.000000Z"}
    assert "Right?" in prompt.questions[1]


def test_a_stored_time_survives_enter_to_the_microsecond() -> None:
    """Otherwise every correction would also correct the time."""
    stored = "2026-11-22T02:54:05.123456Z"
    field = FormField("began_at", "When?", "moment", default=stored)
    assert asked(form_of(field), "")[0] == {"began_at": stored}


def test_only_the_refused_answer_is_asked_again() -> None:
    """What was typed elsewhere stays, and the refusal is told."""
    prompt, sent = FakePrompt(["1", "", "2"]), []

    def send(answers: Answers) -> str:
        sent.append(dict(answers))
        if answers["number"] == "1":
            raise Refused("No such ticket", field="number")
        return "done"

    screen, paper = make_screen()
    assert Asker(prompt, screen).submit(form_of(LINE, WHEN), send, {}) == "done"
    assert prompt.questions == ["Ticket number", "Filed at", "Ticket number"]
    assert sent[1] == {"number": "2", "filed_at": ""}
    assert "Not done. No such ticket." in paper.getvalue()


def test_a_refused_credential_does_not_come_back_on_the_screen() -> None:
    """The field is asked again empty."""
    prompt, sent = FakePrompt(["password: hunter2secret", "", "4711"]), []

    def send(answers: Answers) -> None:
        sent.append(str(answers["number"]))
        if len(sent) < 3 and "hunter2" in sent[-1]:
            raise Refused("This looks like a password", field="number")

    screen, paper = make_screen()
    Asker(prompt, screen).submit(form_of(LINE), send, {})
    assert sent == ["password: hunter2secret", "4711"]
    assert "hunter2" not in paper.getvalue()


@pytest.mark.parametrize("error", [Refused("Closed"), AlreadyRecorded("Twice", field="number")])
def test_a_refusal_of_the_whole_form_is_not_asked_away(error: Refused) -> None:
    """When no single answer is at fault, asking again would not help."""

    def send(_answers: Answers) -> None:
        raise error

    screen, _ = make_screen()
    with pytest.raises(Refused):
        Asker(FakePrompt(["1"]), screen).submit(form_of(LINE), send, {})


def test_a_database_that_comes_back_gets_the_same_answers() -> None:
    """Nobody types a ticket number twice."""
    errors, sent = [Unavailable("away")], []

    def send(answers: Answers) -> None:
        sent.append(answers["number"])
        if errors:
            raise errors.pop()

    screen, paper = make_screen()
    Asker(FakePrompt(["1", "y"]), screen).submit(form_of(LINE), send, {})
    assert sent == ["1", "1"]
    assert "NOT recorded" in paper.getvalue()
    errors.append(Unavailable("away"))
    with pytest.raises(Unavailable):
        Asker(FakePrompt(["1", "n"]), screen).submit(form_of(LINE), send, {})
