"""What a rule about playbooks looks at, and what it says. No rule is here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from bot.playbook.library import Library
from bot.playbook.model import (
    ApprovalStep,
    Consequences,
    DecideStep,
    Playbook,
    Route,
    ShownStep,
)

PROVIDERS = ("entra", "aws", "google")
AnyStep = ShownStep | DecideStep


@dataclass(frozen=True, slots=True, order=True)
class LintProblem:
    """A mistake in the playbook `playbook` (file stem, or a template's file name).

    `path` is dotted as in the YAML (`steps[2].buttons[0].to`), empty for the whole file; `line`
    counts from 1 where a template knows it, 0 when the path must be looked up.
    """

    playbook: str
    path: str
    message: str
    line: int = 0


@dataclass(frozen=True)
class Ground:
    """All that a rule may look at. `unread` are the words of files that could not be read.

    Whatever those words may name gets the benefit of the doubt: one broken file must not make
    other files look wrong.
    """

    library: Library
    unread: frozenset[str] = frozenset()


class Rule(Protocol):
    """Everything that one rule finds, in any order."""

    def __call__(self, ground: Ground) -> Iterator[LintProblem]: ...  # noqa: D102


def steps_of(playbook: Playbook) -> Iterator[tuple[str, AnyStep]]:
    """Every step with its path."""
    for number, step in enumerate(playbook.steps):
        yield f"steps[{number}]", step


def answers_of(path: str, step: AnyStep) -> Iterator[tuple[str, Consequences]]:
    """Every answer that has consequences, with its path: the step's own, and its buttons."""
    if isinstance(step, Consequences):
        yield path, step
    if not isinstance(step, DecideStep):
        for number, button in enumerate(step.buttons):
            yield f"{path}.buttons[{number}]", button


def targets_of(path: str, step: AnyStep) -> Iterator[tuple[str, tuple[Route, ...]]]:
    """Every place where the step says how to go on, with its path."""
    for place, answer in answers_of(path, step):
        yield f"{place}.to", answer.to
    if isinstance(step, ApprovalStep):
        yield f"{path}.declined", step.declined
    if isinstance(step, DecideStep):
        yield f"{path}.to", step.to


def routes_of(path: str, step: AnyStep) -> Iterator[tuple[str, Route]]:
    """Every single route of a step, with its path."""
    for place, routes in targets_of(path, step):
        for number, route in enumerate(routes):
            yield f"{place}[{number}]", route


def providers_of(ground: Ground, playbook: Playbook) -> tuple[str, ...]:
    """The providers at which a walk of this playbook can happen."""
    if playbook.provider is not None:
        return (playbook.provider,)
    served = {one.provider for one in ground.library.playbooks.values() if one.provider}
    return tuple(name for name in PROVIDERS if name in served)
