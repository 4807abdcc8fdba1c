"""Every way leads somewhere: targets exist, steps are reached, and no walk is caught."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from bot.playbook.library import END
from bot.playbook.model import METHODS, DecideStep, Playbook
from bot.playbook.rules.finding import (
    Ground,
    LintProblem,
    providers_of,
    routes_of,
    steps_of,
    targets_of,
)

HAND_OVER = "method:"


def check_walk(ground: Ground) -> Iterator[LintProblem]:
    """Unknown targets and starts, unreachable steps, dead ends, loops, forks without a way out."""
    for name, playbook in ground.library.playbooks.items():
        for path, message in _check_playbook(ground, playbook):
            yield LintProblem(name, path, message)


def reachable_steps(playbook: Playbook) -> set[str]:
    """The ids of the steps that a walk can come to, whatever the facts are."""
    edges = _edges(playbook)
    seen: set[str] = set()
    waiting = [playbook.start] if playbook.start in edges else []
    while waiting:
        step = waiting.pop()
        if step not in seen:
            seen.add(step)
            waiting.extend(target for target in edges[step] if target in edges)
    return seen


def _check_playbook(ground: Ground, playbook: Playbook) -> Iterator[tuple[str, str]]:
    known = {step.id for step in playbook.steps}
    if playbook.start not in known:
        yield "start", _unknown(playbook.start, sorted(known))
    for path, step in steps_of(playbook):
        for place, routes in targets_of(path, step):
            if routes[-1].when:
                yield place, "the last way on must have no condition, or nobody can go on"
            if any(not route.when for route in routes[:-1]):
                yield place, "ways after the one without a condition are never taken"
        for place, route in routes_of(path, step):
            message = _check_target(ground, playbook, route.to)
            if message:
                yield f"{place}.to", message
    yield from _check_reach(playbook)
    yield from _check_forks(playbook)


def _check_target(ground: Ground, playbook: Playbook, target: str) -> str:
    if not target.startswith(HAND_OVER):
        steps = [step.id for step in playbook.steps]
        return "" if target == END or target in steps else _unknown(target, [*steps, END])
    method = target.removeprefix(HAND_OVER)
    if method not in METHODS:
        return _unknown(target, [f"{HAND_OVER}{name}" for name in METHODS])
    missing = [
        provider
        for provider in providers_of(ground, playbook)
        if ground.library.method(method, provider) is None
    ]
    if not missing or method in ground.unread:
        return ""
    return f"there is no playbook of the method '{method}' for {', '.join(missing)}"


def _unknown(target: str, known: list[str]) -> str:
    close = get_close_matches(target, known, n=1)
    hint = f"did you mean '{close[0]}'?" if close else f"known: {', '.join(known)}"
    return f"there is no step '{target}'; {hint}"


def _edges(playbook: Playbook) -> dict[str, set[str]]:
    edges: dict[str, set[str]] = {step.id: set() for step in playbook.steps}
    for path, step in steps_of(playbook):
        edges[step.id] |= {route.to for _, route in routes_of(path, step)}
    return edges


def _check_reach(playbook: Playbook) -> Iterator[tuple[str, str]]:
    edges, reached = _edges(playbook), reachable_steps(playbook)
    if not reached:
        return
    ending = {
        step for step, targets in edges.items() if any(_leaves(target, edges) for target in targets)
    }
    grown = True
    while grown:
        more = {step for step, targets in edges.items() if targets & ending} - ending
        ending, grown = ending | more, bool(more)
    for path, step in steps_of(playbook):
        if step.id not in reached:
            yield f"{path}.id", f"no way leads to the step '{step.id}'"
        elif step.id not in ending:
            yield f"{path}.id", f"from '{step.id}' no way leads to the end or to another method"


def _leaves(target: str, edges: dict[str, set[str]]) -> bool:
    """An unknown target counts as a way out: it is a mistake of its own."""
    return target == END or target.startswith(HAND_OVER) or target not in edges


def _check_forks(playbook: Playbook) -> Iterator[tuple[str, str]]:
    """A ring of forks alone would turn for ever, since nobody is asked anything in it."""
    forks = {step.id: step for step in playbook.steps if isinstance(step, DecideStep)}
    for path, step in steps_of(playbook):
        if not isinstance(step, DecideStep):
            continue
        seen: set[str] = set()
        waiting = [route.to for route in step.to]
        while waiting:
            target = waiting.pop()
            if target in forks and target not in seen:
                seen.add(target)
                waiting.extend(route.to for route in forks[target].to)
        if step.id in seen:
            yield (
                f"{path}.id",
                f"the fork '{step.id}' can lead back to itself without asking anybody",
            )
