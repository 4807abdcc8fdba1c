"""All mistakes of a library come at once, in order."""

from __future__ import annotations

from bot.playbook.library import Library
from bot.playbook.lint import LintProblem, check_library
from bot.playbook.rules import RULES
from tests.playbook.planting import PLAYBOOKS, TEMPLATE, TICKET, complaints, parsed


def test_a_sound_library_has_no_problem() -> None:
    """Silence means that nothing was found."""
    assert complaints(PLAYBOOKS) == []


def test_problems_of_all_playbooks_and_rules_come_sorted() -> None:
    """One run shows everything that is to be mended."""
    texts = {
        **PLAYBOOKS,
        TICKET: PLAYBOOKS[TICKET].replace("to: end", "to: ned, settles: [nothing]"),
        "entra-support-user": PLAYBOOKS["entra-support-user"].replace("Do it", "Do {{ itt }}"),
    }
    library = Library(
        {name: parsed(text, name)[0] for name, text in texts.items()}, {"entra": TEMPLATE}
    )
    found = check_library(library)
    assert [(problem.playbook, problem.path) for problem in found] == [
        ("entra-support-ticket", "steps[0].buttons[0].settles[0]"),
        ("entra-support-ticket", "steps[0].buttons[0].to[0].to"),
        ("entra-support-user", "steps[0].title"),
    ]
    assert found == sorted(found)
    assert isinstance(found[0], LintProblem)


def test_every_rule_is_in_the_registry_once() -> None:
    """A rule that is not registered checks nothing."""
    assert len(RULES) == len(set(RULES)) == 7
