"""Every text can be filled in, and every condition decided, whatever the incident knows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from bot.core.template import TemplateSyntaxError, holds, names_in, render_text
from bot.playbook.model import (
    ApprovalStep,
    AuditStep,
    ButtonSpec,
    ChecklistStep,
    DecideStep,
    FieldSpec,
    FormStep,
    ItemSpec,
    MembersStep,
    Playbook,
    ProofStep,
    ShownStep,
)
from bot.playbook.rules.finding import AnyStep, Ground, LintProblem, answers_of, routes_of, steps_of
from bot.playbook.samples import sample_situations

# Jinja's own functions, which a text may call like a fact's name.
FUNCTIONS = frozenset({"range", "dict", "namespace", "cycler", "joiner"})
LONGEST_LABEL = 70
_SET = re.compile(r"{%-?\s*set\s+([\w\s,]+?)\s*[=%|-]")
Situations = tuple[dict[str, object], dict[str, object]]


@dataclass(frozen=True, slots=True)
class Words:
    """A text of a playbook: filled in, a condition, or shown exactly as it is written.

    `each` is the fact whose entry the text may call `it`; `longest` the limit after filling in.
    """

    path: str
    source: str
    kind: Literal["text", "condition", "plain"] = "text"
    each: str = ""
    longest: int = 0


def check_texts(ground: Ground) -> Iterator[LintProblem]:
    """Unknown facts, mistakes of syntax, texts that cannot be filled in, labels too long then."""
    known = {*ground.library.labels, *FUNCTIONS, *ground.unread}
    for name, playbook in ground.library.playbooks.items():
        situations = sample_situations(ground.library, ground.unread, playbook.provider or "")
        for words in texts_of(playbook):
            message = _check_words(words, known, situations)
            if message:
                yield LintProblem(name, words.path, message)


def _check_words(words: Words, known: set[str], situations: Situations) -> str:
    # Most texts name nothing, and compiling them is what takes time at the start.
    if not words.source or (words.kind != "condition" and "{" not in words.source):
        return ""
    if words.kind == "plain":
        return _check_plain(words)
    return _check_names(words, known) or _try_out(words, situations)


def texts_of(playbook: Playbook) -> Iterator[Words]:
    """Every text of a playbook with its path."""
    yield Words("title", playbook.title, "plain")
    yield Words("use_when", playbook.use_when, "plain")
    for key, lines in (("pros", playbook.pros), ("cons", playbook.cons)):
        for number, line in enumerate(lines):
            yield Words(f"{key}[{number}]", line, "plain")
    yield Words("notice", playbook.notice)
    for number, entry in enumerate(playbook.recommend):
        yield Words(f"recommend[{number}].why", entry.why)
        yield Words(f"recommend[{number}].when", entry.when, "condition")
    for path, step in steps_of(playbook):
        yield from _texts_of_step(path, step)


def _texts_of_step(path: str, step: AnyStep) -> Iterator[Words]:
    for place, route in routes_of(path, step):
        yield Words(f"{place}.when", route.when, "condition")
    for place, answer in answers_of(path, step):
        for number, spec in enumerate(answer.opens):
            yield Words(f"{place}.opens[{number}].title", spec.title)
    if not isinstance(step, DecideStep):
        yield from _texts_of_shown(path, step)
        yield from _texts_of_kind(path, step)


def _texts_of_kind(path: str, step: ShownStep) -> Iterator[Words]:
    """What only this kind of step has."""
    match step:
        case FormStep():
            yield from _texts_of_form(path, step)
        case ChecklistStep():
            yield from _texts_of_checklist(path, step)
        case ProofStep():
            yield from _texts_of_fields(path, step.fields)
            yield from _texts_of_checklist(path, step)
            if step.repair is not None:
                yield Words(f"{path}.repair.title", step.repair.title)
        case AuditStep() | MembersStep() | ApprovalStep():
            yield _own_words(path, step)
        case _:
            return


def _own_words(path: str, step: AuditStep | MembersStep | ApprovalStep) -> Words:
    if not isinstance(step, ApprovalStep):
        return Words(f"{path}.done", step.done, "plain")
    return Words(f"{path}.what", step.what)


def _texts_of_shown(path: str, step: ShownStep) -> Iterator[Words]:
    yield Words(f"{path}.title", step.title)
    yield Words(f"{path}.text", step.text)
    for number, copy in enumerate(step.copies):
        yield Words(f"{path}.copies[{number}].title", copy.title)
        yield Words(f"{path}.copies[{number}].text", copy.text)
        yield Words(f"{path}.copies[{number}].when", copy.when, "condition")
    for number, link in enumerate(step.links):
        yield Words(f"{path}.links[{number}].label", link.label, "plain")
        yield Words(f"{path}.links[{number}].when", link.when, "condition")
    for number, claim in enumerate(step.claims):
        yield Words(f"{path}.claims[{number}].says", claim.says, "plain")
    for number, button in enumerate(step.buttons):
        yield from _texts_of_button(f"{path}.buttons[{number}]", button)


def _texts_of_button(path: str, button: ButtonSpec) -> Iterator[Words]:
    yield Words(f"{path}.label", button.label, longest=LONGEST_LABEL)
    yield Words(f"{path}.confirm", button.confirm)
    yield Words(f"{path}.when", button.when, "condition")


def _texts_of_form(path: str, step: FormStep) -> Iterator[Words]:
    yield Words(f"{path}.submit", step.submit, "plain")
    yield from _texts_of_fields(path, step.fields)


def _texts_of_fields(path: str, fields: tuple[FieldSpec, ...]) -> Iterator[Words]:
    for number, field in enumerate(fields):
        place = f"{path}.fields[{number}]"
        yield Words(f"{place}.label", field.label, "plain")
        yield Words(f"{place}.placeholder", field.placeholder, "plain")
        yield Words(f"{place}.hint", field.hint)
        for nth, option in enumerate(field.choices):
            yield Words(f"{place}.choices[{nth}].label", option.label, "plain")


def _texts_of_checklist(path: str, step: ChecklistStep | ProofStep) -> Iterator[Words]:
    yield Words(f"{path}.done", step.done, "plain")
    for number, item in enumerate(step.items):
        yield from _texts_of_item(f"{path}.items[{number}]", item, "")
    if step.item is not None:
        yield from _texts_of_item(f"{path}.item", step.item, step.each or "")


def _texts_of_item(path: str, item: ItemSpec, each: str) -> Iterator[Words]:
    yield Words(f"{path}.text", item.text, each=each)
    yield Words(f"{path}.copy", item.copy_text, each=each)


def _check_plain(words: Words) -> str:
    if "{{" in words.source or "{%" in words.source:
        return "facts are not filled in here: write it without braces"
    return ""


def _check_names(words: Words, known: set[str]) -> str:
    try:
        names = names_in(words.source, condition=words.kind == "condition")
        names -= names_set_in(words.source)
    except TemplateSyntaxError as error:
        return f"cannot be understood: {error.message}"
    return unknown_facts(names - ({"it"} if words.each else set()), known)


def names_set_in(source: str) -> set[str]:
    """The names that a text gives to values of its own with `{% set %}`.

    Jinja counts those set in one branch only as unknown. Trying the text out finds wrong uses.
    """
    return {name for names in _SET.findall(source) for name in re.findall(r"\w+", names)}


def unknown_facts(names: set[str], known: set[str]) -> str:
    """The complaint about names that are no facts; empty when all are known."""
    wrong = sorted(names - known)
    if not wrong:
        return ""
    close = [get_close_matches(name, sorted(known - FUNCTIONS), n=1) for name in wrong]
    said = [
        f"'{name}'" + (f" (did you mean '{near[0]}'?)" if near else "")
        for name, near in zip(wrong, close, strict=True)
    ]
    return f"no fact has this name: {', '.join(said)}"


def _try_out(words: Words, situations: Situations) -> str:
    everything, nothing = situations
    it = {}
    if words.each:
        # A line about `it` is only ever made when there is an entry to speak of.
        entries = everything.get(words.each)
        if not isinstance(entries, tuple):
            return ""
        it = {"it": entries[0]}
    for facts in (everything, nothing):
        try:
            if words.kind == "condition":
                holds(words.source, {**facts, **it})
                continue
            text = render_text(words.source, {**facts, **it})
        except Exception as error:  # noqa: BLE001 - whatever an author's text raises is for the author
            return f"cannot be filled in: {error}"
        if words.longest and len(text) > words.longest:
            return (
                f"is {len(text)} characters long once it is filled in, {words.longest} fit: {text}"
            )
    return ""
