"""The escalation templates: three blocks, and readable however little is known."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.core.template import TemplateSyntaxError, blocks_in, names_in, render_block
from bot.playbook.model import DraftStep
from bot.playbook.rules.finding import PROVIDERS, Ground, LintProblem, providers_of
from bot.playbook.rules.texts import FUNCTIONS, names_set_in, unknown_facts
from bot.playbook.samples import sample_situations

BLOCKS = frozenset({"subject", "body", "phone"})


def check_escalation(ground: Ground) -> Iterator[LintProblem]:
    """Wrong blocks, unknown facts, what cannot be filled in, and templates that are missing."""
    for provider, source in ground.library.templates.items():
        name = f"{provider}.escalation.j2"
        if provider not in PROVIDERS:
            message = f"'{provider}' is not a provider; known: {', '.join(PROVIDERS)}"
            yield LintProblem(name, "", message)
        for line, message in _check_template(ground, provider, source):
            yield LintProblem(name, "", message, line)
    yield from _check_missing(ground)


def _check_template(ground: Ground, provider: str, source: str) -> Iterator[tuple[int, str]]:
    try:
        names, blocks = names_in(source), blocks_in(source)
    except TemplateSyntaxError as error:
        yield error.lineno, f"cannot be understood: {error.message}"
        return
    for block in sorted(BLOCKS - blocks):
        yield 1, f"the block '{block}' is missing"
    for block in sorted(blocks - BLOCKS):
        yield (
            _line_with(block, source),
            f"the block '{block}' is never shown; known: {', '.join(sorted(BLOCKS))}",
        )
    known = {*ground.library.labels, *FUNCTIONS, *ground.unread}
    wrong = sorted(names - names_set_in(source) - known)
    for name in wrong:
        yield _line_with(name, source), unknown_facts({name}, known)
    if not wrong:
        yield from _try_out(ground, provider, source, sorted(blocks & BLOCKS))


def _try_out(
    ground: Ground, provider: str, source: str, blocks: list[str]
) -> Iterator[tuple[int, str]]:
    everything, nothing = sample_situations(ground.library, ground.unread, provider)
    for block in blocks:
        for facts, what in ((everything, "everything"), (nothing, "nothing")):
            try:
                render_block(source, block, facts)
            except Exception as error:  # noqa: BLE001 - whatever an author's text raises is for the author
                message = f"the block '{block}' cannot be filled in when {what} is known: {error}"
                yield _line_with(block, source), message
                break


def _line_with(word: str, source: str) -> int:
    found = re.search(rf"\b{re.escape(word)}\b", source)
    return source.count("\n", 0, found.start()) + 1 if found else 1


def _check_missing(ground: Ground) -> Iterator[LintProblem]:
    needed: dict[str, str] = {}
    for name, playbook in ground.library.playbooks.items():
        if any(isinstance(step, DraftStep) for step in playbook.steps):
            for provider in providers_of(ground, playbook):
                needed.setdefault(provider, name)
    for provider, name in needed.items():
        if provider not in ground.library.templates:
            file = f"{provider}.escalation.j2"
            yield LintProblem(file, "", f"this template is missing, and '{name}' shows it")
