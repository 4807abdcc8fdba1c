"""Whatever the facts are, somebody who stands at a step sees a way on, and one primary button."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, product

from bot.core.facts import WAYS_IN
from bot.core.template import TemplateError, holds, names_in
from bot.playbook.library import Library, consequences_of
from bot.playbook.model import ButtonSpec, FormStep, Playbook
from bot.playbook.rules.finding import PROVIDERS, Ground, LintProblem, steps_of

# Kinds whose own button (submit, all done, ask) is there anyway, and is the primary one.
_OWN_BUTTON = frozenset({"form", "checklist", "audit", "members", "approval", "proof"})
_MOST = 4096
_LITERAL = re.compile(r"'([^']*)'|\"([^\"]*)\"")

Domains = dict[str, tuple[object, ...]]


def check_choices(ground: Ground) -> Iterator[LintProblem]:
    """Steps where no button may be left, and steps with two primary ones.

    Conditions are tried with every value that their facts can have, as far as the library tells.
    """
    for name, playbook in ground.library.playbooks.items():
        domains = _domains(ground.library, playbook)
        for path, step in steps_of(playbook):
            if step.kind == "decide":
                continue
            own = step.kind in _OWN_BUTTON
            for message in _check_buttons(step.buttons, domains, own=own):
                yield LintProblem(name, f"{path}.buttons", message)


def _check_buttons(
    buttons: tuple[ButtonSpec, ...], domains: Domains, *, own: bool
) -> Iterator[str]:
    primary = [button for button in buttons if button.style == "primary"]
    conditional = bool(buttons) and all(button.when for button in buttons) and not own
    if len(primary) + own < 2 and not conditional:  # noqa: PLR2004 - two are one too many
        return
    stuck: list[str] = []
    crowded: list[str] = []
    for facts in _cases([button.when for button in buttons if button.when], domains):
        try:
            shown = [one for one in buttons if not one.when or holds(one.when, facts)]
        except (TemplateError, TypeError):
            return  # `texts` says what is wrong with the condition.
        if conditional and not shown:
            stuck.append(_describe(facts))
        if len([one for one in shown if one.style == "primary"]) + own > 1:
            crowded.append(_describe(facts))
    if stuck:
        yield f"no button is left{stuck[0]}: give one button no condition"
    if crowded:
        what = "the step has a primary button of its own" if own else "more than one is primary"
        yield f"{what}{crowded[0]}: at most one button may have style primary"


def _describe(facts: dict[str, object]) -> str:
    said = [
        f"{name} is {value!r}" if value else f"{name} is not known" for name, value in facts.items()
    ]
    return f" when {' and '.join(said)}" if said else ""


def _cases(conditions: list[str], domains: Domains) -> Iterator[dict[str, object]]:
    """Each combination of values; the first `_MOST` when there are more."""
    names: set[str] = set()
    for condition in conditions:
        try:
            names |= names_in(condition, condition=True)
        except TemplateError:
            return
    literals = tuple(a or b for condition in conditions for a, b in _LITERAL.findall(condition))
    ordered = sorted(names)
    values = [
        domains.get(name) or ("", *dict.fromkeys(literals), "something else") for name in ordered
    ]
    for combination in islice(product(*values), _MOST):
        yield dict(zip(ordered, combination, strict=True))


def _domains(library: Library, playbook: Playbook) -> Domains:
    """The values of facts that only buttons and choices set; '' stands for not known."""
    found: dict[str, list[object]] = {}
    typed: set[str] = set()
    for other in library.playbooks.values():
        for step in other.steps:
            for consequence in consequences_of(step):
                for name, value in consequence.sets.items():
                    found.setdefault(name, [""]).append(value)
            for field in step.fields if isinstance(step, FormStep) else ():
                values = [option.value for option in field.choices]
                found.setdefault(field.fact, [""]).extend(values)
                if field.kind != "one_of":
                    typed.add(field.fact)
    domains: Domains = {
        name: tuple(dict.fromkeys(values)) for name, values in found.items() if name not in typed
    }
    domains["provider"] = (playbook.provider,) if playbook.provider else PROVIDERS
    domains["still_in"] = ("", "yes", "no")
    domains["audit_possible"] = ("", "yes")
    domains["audit_result"] = ("", "failed", "clean", "open", "old")
    domains["members_result"] = ("", "failed", "exact", "wrong", "unknown")
    domains["way_in"] = tuple(dict.fromkeys(["", *WAYS_IN, *domains.get("way_in", ())]))
    return domains
