"""A sound little library, and mistakes planted into it. `# here` marks the line at fault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.adapters.yaml_lines import Document, parse_yaml
from bot.playbook.library import Library
from bot.playbook.lint import check_library
from bot.playbook.model import Playbook

TICKET = "entra-support-ticket"

_METHOD = """
title: {title}
provider: entra
method: {method}
start: first
steps:
  - id: first
    kind: choose
    title: Do it
    buttons:
      - {{id: done, label: Done, to: end}}
"""

TRIAGE = """
title: Triage
recommend:
  - {method: support-user, why: Nobody is in, when: "still_in == 'no'"}
  - {method: support-ticket, why: Start with the ticket}
start: ask
steps:
  - id: ask
    kind: choose
    title: Can anybody sign in?
    buttons:
      - {id: "yes", label: "Yes", to: "method:exclusion-group"}
      - {id: "no", label: "No", to: "method:support-ticket"}
      - {id: nobody, label: Nothing works, to: "method:support-user"}
"""

TEMPLATE = """{% block subject %}Locked out of {{ tenant }}{% endblock %}
{% block body %}{% for one in emergency_accounts %}{{ one.identifier }}{% endfor %}{% endblock %}
{% block phone %}I call for {{ organisation }}{% endblock %}
"""

PLAYBOOKS: dict[str, str] = {
    "triage": TRIAGE,
    TICKET: _METHOD.format(title="Ticket", method="support-ticket"),
    "entra-exclusion-group": _METHOD.format(title="Group", method="exclusion-group"),
    "entra-support-user": _METHOD.format(title="User", method="support-user"),
}

HEAD = """
title: Ticket
provider: entra
method: support-ticket
start: first
steps:
"""


@dataclass(frozen=True, slots=True)
class Plant:
    """A mistake: the file `name` with the text `text`, and a part of what must be said about it."""

    text: str
    says: str
    name: str = TICKET


def parsed(text: str, name: str) -> tuple[Playbook, Document]:
    """One playbook as the loader reads it, and its lines."""
    document = parse_yaml(text.encode(), f"{name}.yaml")
    assert document.data is not None, document.problems
    return Playbook.model_validate({"id": name, **document.data}), document


def complaints(
    playbooks: Mapping[str, str],
    *,
    templates: Mapping[str, str] | None = None,
    unread: frozenset[str] = frozenset(),
) -> list[tuple[str, int, str]]:
    """File, line and message of everything that is wrong."""
    read = {name: parsed(text, name) for name, text in playbooks.items()}
    library = Library(
        {name: playbook for name, (playbook, _) in read.items()},
        {"entra": TEMPLATE} if templates is None else templates,
    )
    return [
        (
            found.playbook,
            found.line
            or (read[found.playbook][1].line_of(found.path) if found.playbook in read else 0),
            found.message,
        )
        for found in check_library(library, unread=unread)
    ]


def steps(text: str) -> str:
    """The ticket playbook with these steps."""
    return HEAD + text


def assert_found(plant: Plant) -> None:
    """The mistake is found at its line, and nothing else is."""
    found = complaints({**PLAYBOOKS, plant.name: plant.text})
    marked = [
        number for number, line in enumerate(plant.text.splitlines(), start=1) if "# here" in line
    ]
    assert sorted((name, line) for name, line, _ in found) == [
        (plant.name, line) for line in marked
    ]
    for _, _, message in found:
        assert plant.says in message
