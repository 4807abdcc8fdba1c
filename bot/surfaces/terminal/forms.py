"""A `Form` as questions one after the other, and only the refused one asked again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from bot.core.errors import AlreadyRecorded, Refused, Unavailable
from bot.core.events import Value
from bot.core.secrets import find_secrets
from bot.core.timeline import format_time, parse_time
from bot.core.view import Choice, Form, FormField
from bot.surfaces.terminal.explain import explain
from bot.surfaces.terminal.moments import HINT, parse_moment, tell_moment
from bot.surfaces.terminal.prompt import Prompt
from bot.surfaces.terminal.screen import Screen

TYPED = "(typed)"
_ANOTHER = Choice(TYPED, "Another one: I type it")
_NOT_KNOWN = Choice("", "Not known yet")
_SUFFIX = "_typed"

Answers = dict[str, Value]
Result = TypeVar("Result")


class Asker:
    """Asks the questions of a form; what is known already is what Enter gives."""

    def __init__(self, prompt: Prompt, screen: Screen) -> None:
        self._prompt = prompt
        self._screen = screen

    def submit(self, form: Form, send: Callable[[Answers], Result], skip: Answers) -> Result:
        """Ask, send, and ask again what was refused. `skip` holds answers that need no asking.

        Errors: Refused when it is about no single answer; Unavailable when nobody tries again;
        Ended, KeyboardInterrupt.
        """
        answers = self.ask(form, skip)
        while True:
            try:
                return send(answers)
            except AlreadyRecorded:
                raise
            except Refused as refusal:
                field = next((item for item in form.fields if item.id == refusal.field), None)
                if field is None:
                    raise
                self._tell(refusal)
                answers[field.id] = self._again(form, field, answers)
            except Unavailable as error:
                self._tell(error)
                if not self._prompt.agree("Try again with the same answers?", default=True):
                    raise

    def ask(self, form: Form, skip: Mapping[str, Value]) -> Answers:
        """Every answer by the id of its field."""
        self._screen.gap()
        self._screen.say(f"**{form.title}**")
        if form.intro:
            self._screen.small(form.intro)
        answers: Answers = dict(skip)
        for field in form.fields:
            if field.id not in answers:
                answers[field.id] = self._field(form, field, answers)
        return {name: _without_marker(value) for name, value in answers.items()}

    def _field(self, form: Form, field: FormField, answers: Answers) -> Value:
        if not _is_asked(form, field, answers):
            return ""
        field = _with_another(form, field)
        while True:
            value = self._value(field)
            if value or not field.required:
                return value
            self._screen.say("This one is needed. To leave: Ctrl-C.")

    def _again(self, form: Form, field: FormField, answers: Answers) -> Value:
        """What was typed stays, unless it must not be on a screen."""
        before = answers.get(field.id, "")
        kept = before if isinstance(before, str | tuple) else ""
        words = kept if isinstance(kept, str) else " ".join(kept)
        if any(find_secrets(words)):
            kept = ""
        asked = replace(field, default=kept)
        return _without_marker(self._field(form, asked, {**answers, _base(field): TYPED}))

    def _value(self, field: FormField) -> Value:
        default = field.default
        one = default if isinstance(default, str) else ""
        match field.kind:
            case "one_of":
                return self._prompt.pick(_question(field), _choices(field), _preset(field, one))
            case "many_of":
                several = default if isinstance(default, tuple) else tuple(filter(None, (default,)))
                return self._prompt.pick_many(_question(field), field.choices, several)
            case "moment":
                return self._moment(field, one)
            case "lines":
                return self._prompt.lines(field.label, one, _help(field))
            case "line":
                return self._prompt.line(field.label, one, _help(field))

    def _moment(self, field: FormField, stored: str) -> str:
        """ISO 8601 in UTC, or nothing."""
        screen = self._screen
        shown = tell_moment(parse_time(stored), screen.now(), screen.zone) if stored else ""
        hint = f"{field.hint} {HINT}".strip()
        while True:
            text = self._prompt.line(field.label, shown, hint)
            if not text or text == shown:
                return stored if text else ""
            try:
                understood = parse_moment(text, screen.now(), screen.zone)
            except Refused as refusal:
                self._tell(refusal)
                continue
            told = tell_moment(understood.moment, screen.now(), screen.zone)
            if understood.sure:
                screen.small(f"Understood: {told}")
            elif not self._prompt.agree(f"That is {told}. Right?", default=True):
                screen.say("Then write the day too.")
                continue
            return format_time(understood.moment)

    def _tell(self, error: Refused | Unavailable) -> None:
        for line in explain(error):
            self._screen.say(line)


def _question(field: FormField) -> str:
    if field.kind != "one_of" or not field.hint:
        return field.label
    stop = "" if field.label.endswith(("?", ".")) else "."
    return f"{field.label}{stop} {field.hint}"


def _help(field: FormField) -> str:
    return f"{field.hint} {field.placeholder}".strip()


def _choices(field: FormField) -> tuple[Choice, ...]:
    return field.choices if field.required else (*field.choices, _NOT_KNOWN)


def _preset(field: FormField, default: str) -> str | None:
    """Where Enter leads: the default, 'not known' where one may say so, else nowhere."""
    known = {choice.value for choice in _choices(field)}
    return default if default in known else None


def _base(field: FormField) -> str:
    return field.id.removesuffix(_SUFFIX)


def _is_asked(form: Form, field: FormField, answers: Mapping[str, Value]) -> bool:
    """'Or type it' follows only upon 'another one', an ID only upon a typed name."""
    ids = {item.id for item in form.fields}
    if field.id.endswith(_SUFFIX) and _base(field) in ids:
        return TYPED in _texts(answers.get(_base(field), ""))
    if field.id == "policy_id" and "policy_typed" in ids:
        return bool(answers.get("policy_typed"))
    return True


def _with_another(form: Form, field: FormField) -> FormField:
    """The way to type what is not among the choices, when the form has a field for it."""
    typed = next((item for item in form.fields if item.id == f"{field.id}{_SUFFIX}"), None)
    if typed is None or not field.choices:
        return field
    default = field.default
    if typed.default:
        default = (*default, TYPED) if isinstance(default, tuple) else TYPED
    return replace(field, choices=(*field.choices, _ANOTHER), default=default)


def _texts(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(value),)


def _without_marker(value: Value) -> Value:
    if isinstance(value, tuple):
        return tuple(text for text in value if text != TYPED)
    return "" if value == TYPED else value
