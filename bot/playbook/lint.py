"""What is wrong with a library of playbooks, all of it at once, before anybody needs them.

The rules are in `rules/`. What a YAML file must look like is not checked here: the classes of
`model` do that when a file is read.
"""

from __future__ import annotations

from bot.playbook.library import Library
from bot.playbook.rules import RULES
from bot.playbook.rules.finding import Ground, LintProblem

__all__ = ["LintProblem", "check_library"]


def check_library(library: Library, *, unread: frozenset[str] = frozenset()) -> list[LintProblem]:
    """Every mistake, sorted by playbook and path; empty when the library is sound.

    `library.playbooks` is keyed by file stem. `unread` are the words of files that could not be
    read: what they may have defined is not reported as missing.
    """
    ground = Ground(library, unread)
    return sorted({problem for rule in RULES for problem in rule(ground)})
