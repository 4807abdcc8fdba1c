"""What is opened can be settled: nobody must be left with a duty that no answer ends."""

from __future__ import annotations

from collections.abc import Iterator

from bot.playbook.model import FormStep, Playbook
from bot.playbook.rules.finding import Ground, LintProblem, answers_of, steps_of
from bot.playbook.rules.walk import reachable_steps


def check_obligations(ground: Ground) -> Iterator[LintProblem]:
    """Opened and never settled, settled and never opened, and due at a moment nobody asks for."""
    playbooks = ground.library.playbooks
    for name, playbook in playbooks.items():
        opened = {place for other in _together(playbook, playbooks.values()) for place in _opened(other)}
        settled = {
            place for other in _together(playbook, playbooks.values()) for place in _settled(other)
        }
        for path, step in steps_of(playbook):
            for place, answer in answers_of(path, step):
                for number, spec in enumerate(answer.opens):
                    if spec.id not in settled | ground.unread:
                        message = f"'{spec.id}' is opened here, and no answer that can be reached settles it"
                        yield LintProblem(name, f"{place}.opens[{number}].id", message)
                for number, settles in enumerate(answer.settles):
                    if settles not in opened | ground.unread:
                        message = f"'{settles}' is settled here, and no answer opens it"
                        yield LintProblem(name, f"{place}.settles[{number}]", message)
    yield from _check_moments(ground)


def _together(playbook: Playbook, others: object) -> Iterator[Playbook]:
    """The playbooks that an incident of this playbook's provider can walk."""
    for other in others:  # type: ignore[attr-defined]
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
        for path, step in steps_of(playbook):
            promised = getattr(step, "promised", None)
            if promised and promised not in moments:
                yield LintProblem(name, f"{path}.promised", _unasked(promised))
            for place, answer in answers_of(path, step):
                for number, spec in enumerate(answer.opens):
                    if spec.due_at and spec.due_at not in moments:
                        yield LintProblem(
                            name, f"{place}.opens[{number}].due_at", _unasked(spec.due_at)
                        )


def _unasked(fact: str) -> str:
    return f"no form asks for '{fact}' as a moment (kind: moment)"
