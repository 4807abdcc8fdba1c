"""Each playbook has its place: file name, method, provider, and the triage that leads there."""

from __future__ import annotations

from collections.abc import Iterator

from bot.playbook.library import TRIAGE
from bot.playbook.model import METHODS, Playbook
from bot.playbook.rules.finding import Ground, LintProblem, providers_of


def check_belonging(ground: Ground) -> Iterator[LintProblem]:
    """Wrong ids, methods given twice or missing, a missing triage, advice that nobody reads."""
    playbooks = ground.library.playbooks
    if TRIAGE not in playbooks and TRIAGE not in ground.unread:
        yield LintProblem(TRIAGE, "", "this playbook is missing: every walk begins there")
    for name, playbook in playbooks.items():
        if playbook.id != name:
            yield LintProblem(name, "id", f"'{playbook.id}' must be the name of the file: {name}")
        for path, message in _check_place(name, playbook):
            yield LintProblem(name, path, message)
        for path, message in _check_advice(ground, name, playbook):
            yield LintProblem(name, path, message)
    yield from _check_pairs(ground)
    yield from _check_drills(ground)


def _check_place(name: str, playbook: Playbook) -> Iterator[tuple[str, str]]:
    if name == TRIAGE:
        if playbook.method or playbook.provider:
            yield (
                ("method" if playbook.method else "provider"),
                "the triage has no method and no provider",
            )
    elif playbook.drill:
        if playbook.method:
            yield "method", "a drill is no way back in: it has no method"
        if playbook.provider is None:
            yield "", "'provider' is needed: a drill is begun for a tenant of one provider"
    elif playbook.method is None or playbook.provider is None:
        lacking = "method" if playbook.method is None else "provider"
        yield "", f"'{lacking}' is needed: a walk comes here by method and provider only"


def _check_advice(ground: Ground, name: str, playbook: Playbook) -> Iterator[tuple[str, str]]:
    if playbook.recommend and name != TRIAGE:
        yield "recommend", "is read in the triage only"
        return
    for number, entry in enumerate(playbook.recommend):
        path = f"recommend[{number}]"
        if not entry.when and number + 1 < len(playbook.recommend):
            yield path, "has no condition, so the entries after it are never read"
        for provider in providers_of(ground, playbook):
            known = ground.library.method(entry.method, provider) or entry.method in ground.unread
            if not known:
                yield (
                    f"{path}.method",
                    f"there is no playbook of the method '{entry.method}' for {provider}",
                )


def _check_drills(ground: Ground) -> Iterator[LintProblem]:
    first: dict[str, str] = {}
    for name, playbook in ground.library.playbooks.items():
        if playbook.drill and playbook.provider is not None:
            other = first.setdefault(playbook.provider, name)
            if other != name:
                message = f"'{other}' is already the drill for {playbook.provider}"
                yield LintProblem(name, "drill", message)


def _check_pairs(ground: Ground) -> Iterator[LintProblem]:
    first: dict[tuple[str, str], str] = {}
    serves: dict[str, str] = {}
    for name, playbook in ground.library.playbooks.items():
        if playbook.drill or playbook.method is None or playbook.provider is None:
            continue
        pair = (playbook.method, playbook.provider)
        if pair in first:
            message = f"'{first[pair]}' is already the playbook of {pair[0]} for {pair[1]}"
            yield LintProblem(name, "method", message)
        first.setdefault(pair, name)
        serves.setdefault(playbook.provider, name)
    for provider, name in serves.items():
        for method in METHODS:
            if (method, provider) not in first and method not in ground.unread:
                message = f"{provider} has no playbook of the method '{method}'"
                yield LintProblem(name, "provider", message)
