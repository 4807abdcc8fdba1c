"""All playbooks and escalation templates of one folder, looked up the way a walk needs them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from bot.core.errors import Broken
from bot.core.events import StepReached
from bot.core.facts import VOCABULARY
from bot.core.template import holds, with_missing
from bot.playbook.model import (
    Consequences,
    DecideStep,
    FormStep,
    Playbook,
    Route,
    ShownStep,
)

TRIAGE = "triage"
END = "end"


@dataclass(frozen=True)
class Library:
    """`playbooks` by id; `templates` are the escalation texts by provider, as jinja source."""

    playbooks: Mapping[str, Playbook]
    templates: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def labels(self) -> dict[str, str]:
        """Every fact that a text may name, with the words for a missing one."""
        labels = dict(VOCABULARY)
        for playbook in self.playbooks.values():
            for step in playbook.steps:
                for name, label in facts_of(step).items():
                    labels.setdefault(name, label)
        return labels

    def fill(self, facts: Mapping[str, object]) -> tuple[dict[str, object], list[str]]:
        """Facts for a template, missing ones visible; and the list of those that get printed."""
        return with_missing(facts, self.labels)

    def method(self, method: str, provider: str) -> Playbook | None:
        """The playbook of a method at a provider."""
        for playbook in self.playbooks.values():
            if (playbook.method, playbook.provider) == (method, provider):
                return playbook
        return None

    def drill(self, provider: str) -> Playbook | None:
        """The playbook of the drill at a provider."""
        for playbook in self.playbooks.values():
            if playbook.drill and playbook.provider == provider:
                return playbook
        return None

    def shown_step(self, playbook: str, step: str) -> ShownStep:
        """The step where a walk stands. Errors: Broken when the playbooks lost it."""
        found = self.playbooks[playbook].step(step) if playbook in self.playbooks else None
        if found is None or isinstance(found, DecideStep):
            raise Broken(
                f"The playbooks have no step '{step}' in '{playbook}' any more",
                "Choose a method again with the buttons below; everything recorded is still there",
            )
        return found

    def reach(
        self, playbook: str, routes: tuple[Route, ...], provider: str, facts: Mapping[str, object]
    ) -> StepReached | None:
        """Follow routes, forks and hand-overs to the step where the walk stops; None at the end.

        `facts` are filled (see `fill`). Errors: Broken when the playbooks lead nowhere.
        """
        target = self._choose(routes, facts)
        for _ in range(len(self.playbooks) * 50):
            if target == END:
                return None
            playbook, target = self._enter(playbook, target, provider)
            step = self.playbooks[playbook].step(target)
            if isinstance(step, DecideStep):
                target = self._choose(step.to, facts)
            elif step is None:
                break
            else:
                return StepReached(playbook=playbook, step=step.id, state=step.state)
        raise Broken(
            f"The playbook '{playbook}' leads nowhere at '{target}'", "Run: lockout playbooks check"
        )

    def first_step(
        self, playbook: str, provider: str, facts: Mapping[str, object]
    ) -> StepReached | None:
        """Where a walk of a playbook begins."""
        start = self.playbooks[playbook].start
        return self.reach(playbook, (Route(to=start),), provider, facts)

    def _enter(self, playbook: str, target: str, provider: str) -> tuple[str, str]:
        if not target.startswith("method:"):
            return playbook, target
        found = self.method(target.removeprefix("method:"), provider)
        if found is None:
            raise Broken(
                f"There is no playbook for '{target}' at {provider}", "Run: lockout playbooks check"
            )
        return found.id, found.start

    @staticmethod
    def _choose(routes: tuple[Route, ...], facts: Mapping[str, object]) -> str:
        for route in routes:
            if not route.when or holds(route.when, facts):
                return route.to
        raise Broken("No way on: none of the conditions holds", "Run: lockout playbooks check")


def consequences_of(step: ShownStep | DecideStep) -> list[Consequences]:
    """Everything that an answer to this step can set in motion."""
    found: list[Consequences] = []
    if isinstance(step, Consequences):
        found.append(step)
    if not isinstance(step, DecideStep):
        found.extend(step.buttons)
    return found


def facts_of(step: ShownStep | DecideStep) -> dict[str, str]:
    """The facts that a step can leave behind, with their words."""
    found: dict[str, str] = {}
    if isinstance(step, FormStep):
        found |= {field.fact: field.label for field in step.fields}
    for consequence in consequences_of(step):
        found |= {name: name.replace("_", " ") for name in consequence.sets}
    return found
