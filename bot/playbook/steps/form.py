"""`form`: questions answered together; each answer becomes a fact of the incident."""

from __future__ import annotations

from contextlib import suppress

from bot.core.errors import Refused
from bot.core.events import Value
from bot.core.secrets import find_secrets
from bot.core.timeline import format_time, parse_time
from bot.core.view import Act, Block, Choice, Form, FormField, Press
from bot.playbook.model import FieldSpec, FormStep
from bot.playbook.situation import Doer, Situation
from bot.playbook.steps.parts import (
    Outcome,
    Values,
    accept_button,
    button_with_form,
    press_of,
    show_buttons,
    show_text,
)

SUBMIT = "submit"
LONGEST = 3000
# A slip of the finger in the year; beyond it, times cannot be reckoned with in every zone.
YEARS = range(2000, 2100)


def show(step: FormStep, situation: Situation) -> list[Block]:
    """Text, then the button that opens the questions, then other ways out."""
    action = press_of(step, situation, SUBMIT)
    fields = tuple(field_of(spec, situation) for spec in step.fields)
    form = Form(situation.text(step.title), step.submit, fields, action)
    opener = button_with_form(f"{step.submit} …", action, form)
    return [*show_text(step, situation), *show_buttons(step, situation, usual=opener)]


def field_of(spec: FieldSpec, situation: Situation) -> FormField:
    """A question as it is asked, with what is known as its answer."""
    known = situation.incident.values.get(spec.fact, "")
    return FormField(
        id=spec.fact,
        label=spec.label,
        kind=spec.view_kind,
        required=spec.required,
        hint=situation.text(spec.hint),
        placeholder=spec.placeholder,
        choices=tuple(Choice(option.value, option.label) for option in spec.choices),
        default=known if isinstance(known, str | tuple) else "",
    )


def accept(step: FormStep, situation: Situation, act: Act, values: Values, _doer: Doer) -> Outcome:
    """The submitted answers, each checked; or a pressed button."""
    if not (isinstance(act, Press) and act.button == SUBMIT):
        return accept_button(step, situation, act)[1]
    answers = {spec.fact: checked_answer(spec, values.get(spec.fact, "")) for spec in step.fields}
    given: dict[str, Value] = {name: value for name, value in answers.items() if value}
    return Outcome(step.submit, SUBMIT, step, {**given, **step.sets})


def checked_answer(spec: FieldSpec, value: Value) -> Value:
    """One answer. Errors: Refused naming the field."""
    value = value.strip() if isinstance(value, str) else value
    if not value:
        if spec.required:
            raise Refused(f"'{spec.label}' is needed", field=spec.fact)
        return ""
    texts = value if isinstance(value, tuple) else (str(value),)
    for text in texts:
        _refuse_text(spec, text)
    if spec.kind == "moment":
        return _moment(spec, texts[0])
    return value if isinstance(value, tuple) else texts[0]


def _moment(spec: FieldSpec, text: str) -> str:
    with suppress(ValueError):
        moment = parse_time(text)
        if moment.year in YEARS:
            return format_time(moment)
    raise Refused(
        f"'{text[:40]}' is not a time", "Write it like 2026-11-22T03:04Z", field=spec.fact
    )


def _refuse_text(spec: FieldSpec, text: str) -> None:
    for name in find_secrets(text):
        raise Refused(
            f"'{spec.label}' looks like it contains a {name}: nothing was recorded",
            "Never put a credential here. Say where it is kept instead",
            field=spec.fact,
        )
    if not text.isprintable() and text.encode("utf-8", "ignore").decode() != text:
        raise Refused(f"'{spec.label}' holds characters that cannot be kept", field=spec.fact)
    if len(text) > LONGEST:
        raise Refused(f"'{spec.label}' is too long ({len(text)} characters)", field=spec.fact)
    if spec.choices and text not in {option.value for option in spec.choices}:
        raise Refused(f"'{text[:40]}' is not one of the choices of '{spec.label}'", field=spec.fact)
