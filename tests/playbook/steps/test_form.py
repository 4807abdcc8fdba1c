"""`form`: questions answered together, each answer checked before anything is recorded."""

from __future__ import annotations

import pytest

from bot.core import events as e
from bot.core.view import Choice, Form, FormField, Press
from tests.playbook.small import LIBRARY, TICKET, small_walk
from tests.playbook.walking import Walk

SUBMIT = Press(incident="L-2026-001", playbook=TICKET, step="filed", visit=1, button="submit")


def at_form() -> Walk:
    """A walk at the form."""
    walk = small_walk(TICKET)
    walk.press("I filed it")
    return walk


def test_one_button_opens_the_questions() -> None:
    """It is the primary one, and its dots say that questions follow."""
    walk = at_form()
    button = walk.button("Record …")
    assert button.style == "primary"
    assert button.action == SUBMIT
    assert isinstance(button.form, Form)
    assert (button.form.title, button.form.submit) == ("Ticket filed", "Record")
    assert button.form.action == SUBMIT
    assert walk.button("I lost it").style == "default"


def test_each_question_is_shown_as_it_was_written() -> None:
    """Kind, hint with facts, choices, whether it is needed."""
    form = at_form().button("Record …").form
    assert form is not None
    assert form.fields[0] == FormField(
        "ticket_number", "Ticket number", "line", required=True, hint="For Example (Entra)"
    )
    assert [field.kind for field in form.fields] == ["line", "moment", "one_of", "many_of", "lines"]
    assert form.fields[2].choices == (Choice("a", "A"), Choice("b", "B"))


def test_what_was_answered_before_is_filled_in() -> None:
    """Also a list; a yes or no of a button is no text for a field."""
    walk = at_form()
    values: dict[str, e.Value] = {"ticket_number": "T-1", "doors": ("phone",), "severity": True}
    answered = e.StepAnswered(
        playbook=TICKET,
        step="filed",
        visit=1,
        answer="submit",
        label="Record",
        values=values,
        reached=e.StepReached(playbook=TICKET, step="filed", state="working"),
    )
    walk.record([answered], walk.people["oncall"])
    form = walk.button("Record …").form
    assert form is not None
    assert [field.default for field in form.fields] == ["T-1", "", "", ("phone",), ""]


def test_every_answer_becomes_a_fact() -> None:
    """Stripped, moments in UTC, with what the step itself sets; what was left open is left out."""
    walk = at_form()
    (answered,) = walk.press(
        "Record …",
        values={
            "ticket_number": "  T-1 ",
            "promised_at": "2026-11-22T05:00+01:00",
            "severity": "a",
            "doors": ("phone", "mail"),
            "words": "",
            "stranger": "not asked for",
        },
    )
    assert isinstance(answered, e.StepAnswered)
    assert (answered.answer, answered.label) == ("submit", "Record")
    assert answered.values == {
        "ticket_number": "T-1",
        "promised_at": "2026-11-22T04:00:00.000000Z",
        "severity": "a",
        "doors": ("phone", "mail"),
        "filed": True,
    }
    assert walk.step == "waiting"


@pytest.mark.parametrize(
    ("values", "field", "says"),
    [
        ({}, "ticket_number", "'Ticket number' is needed"),
        ({"ticket_number": ""}, "ticket_number", "'Ticket number' is needed"),
        ({"ticket_number": " \n "}, "ticket_number", "'Ticket number' is needed"),
        ({"ticket_number": "PIN: 4711"}, "ticket_number", "looks like it contains a password"),
        ({"ticket_number": "x" * 3001}, "ticket_number", "is too long (3001 characters)"),
        ({"words": "password is hunter22"}, "words", "looks like it contains a password"),
        ({"words": "half a sign: \ud83d"}, "words", "holds characters that cannot be kept"),
        ({"severity": "c"}, "severity", "'c' is not one of the choices of 'Severity'"),
        ({"severity": True}, "severity", "'True' is not one of the choices"),
        ({"doors": ("phone", "roof")}, "doors", "'roof' is not one of the choices of 'Doors'"),
        ({"promised_at": "soon"}, "promised_at", "'soon' is not a time"),
        ({"promised_at": "2026-11-22T03:04"}, "promised_at", "is not a time"),
        ({"promised_at": "0001-01-01T00:00+14:00"}, "promised_at", "is not a time"),
        ({"promised_at": "0026-11-22T03:04Z"}, "promised_at", "is not a time"),
        ({"promised_at": "9999-12-31T23:59Z"}, "promised_at", "is not a time"),
    ],
)
def test_a_wrong_answer_is_refused_at_its_field(
    values: dict[str, e.Value], field: str, says: str
) -> None:
    """And none of the others is recorded."""
    usual: dict[str, e.Value] = {} if field == "ticket_number" else {"ticket_number": "T-1"}
    walk = at_form()
    refusal = walk.refused(SUBMIT, values={**usual, **values})
    assert refusal.field == field
    assert says in refusal.reason
    assert walk.incident.values == {}


def test_a_form_may_have_other_ways_out() -> None:
    """Their buttons ask nothing."""
    walk = at_form()
    walk.press("I lost it")
    assert walk.step == "write"
    assert walk.incident.values == {}


def test_a_button_that_the_form_does_not_have_is_refused() -> None:
    """Nothing is recorded."""
    act = SUBMIT.model_copy(update={"button": "gone"})
    assert "does not belong to the step" in at_form().refused(act).reason


def test_the_library_names_what_a_form_asks() -> None:
    """A ticket that lacks an answer says which."""
    assert LIBRARY.labels["words"] == "Their words"
