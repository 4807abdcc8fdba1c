"""What is opened can be settled: nobody must be left with a duty that no answer ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

from bot.playbook.model import Consequences, FormStep, Playbook, WaitStep
from bot.playbook.rules.finding import Ground, LintProblem, answers_of, steps_of
from bot.playbook.rules.walk import reachable_steps


def check_obligations(ground: Ground) -> Iterator[LintProblem]:
    """Opened and never settled, settled and never opened, and due at a moment nobody asks for."""
    playbooks = ground.library.playbooks
    for name, playbook in playbooks.items():
        together = list(_together(playbook, playbooks.values()))
        opened = {obligation for other in together for obligation in _opened(other)} | ground.unread
        settled = {
            obligation for other in together for obligation in _settled(other)
        } | ground.unread
        for path, step in steps_of(playbook):
            for place, answer in answers_of(path, step):
                for found, message in _check_answer(place, answer, opened, settled):
                    yield LintProblem(name, found, message)
    yield from _check_moments(ground)


def _check_answer(
    path: str, answer: Consequences, opened: AbstractSet[str], settled: AbstractSet[str]
) -> Iterator[tuple[str, str]]:
    for number, spec in enumerate(answer.opens):
        if spec.id not in settled:
            message = f"'{spec.id}' is opened here, and no answer that can be reached settles it"
            yield f"{path}.opens[{number}].id", message
    for number, name in enumerate(answer.settles):
        if name not in opened:
            yield f"{path}.settles[{number}]", f"'{name}' is settled here, and no answer opens it"


def _together(playbook: Playbook, others: Iterable[Playbook]) -> Iterator[Playbook]:
    """The playbooks that an incident of this playbook's provider can walk."""
    for other in others:
        if None in (playbook.provider, other.provider) or playbook.provider == other.provider:
            yield other


def _opened(playbook: Playbook) -> Iterator[str]:
    for path, step in steps_of(playbook):
        for _, answer in answers_of(path, step):
            yield from (spec.id for spec in answer.opens)


def _settled(playbook: Playbook) -> Iterator[str]:
    reached = reachable_steps(playbook)
    for path, step in steps_of(playbook):
        if step.id in reached:
            for _, answer in answers_of(path, step):
                yield from answer.settles


def _check_moments(ground: Ground) -> Iterator[LintProblem]:
    moments = {
        field.fact
        for playbook in ground.library.playbooks.values()
        for step in playbook.steps
        if isinstance(step, FormStep)
        for field in step.fields
        if field.kind == "moment"
    } | ground.unread
    for name, playbook in ground.library.playbooks.items():
        for place, fact in _moments_named(playbook):
            if fact not in moments:
                message = f"no form asks for '{fact}' as a moment (kind: moment)"
                yield LintProblem(name, place, message)


def _moments_named(playbook: Playbook) -> Iterator[tuple[str, str]]:
    for path, step in steps_of(playbook):
        if isinstance(step, WaitStep) and step.promised:
            yield f"{path}.promised", step.promised
        for place, answer in answers_of(path, step):
            for number, spec in enumerate(answer.opens):
                if spec.due_at:
                    yield f"{place}.opens[{number}].due_at", spec.due_at
