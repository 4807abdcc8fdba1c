"""What rules look at: every answer and every way on of a step, with its path."""

from __future__ import annotations

from bot.playbook.library import Library
from bot.playbook.rules.finding import Ground, answers_of, providers_of, routes_of, steps_of
from tests.playbook.planting import PLAYBOOKS, TICKET, parsed, steps

APPROVAL = steps("""
  - id: first
    kind: approval
    title: One
    what: Unseal
    to: end
    declined: [{to: first, when: policy_name}, {to: end}]
    buttons: [{id: a, label: A, to: end}]
""")


def test_every_way_out_of_a_step_is_listed_with_its_path() -> None:
    """No rule has to know the kinds of steps to follow a walk."""
    playbook, _ = parsed(APPROVAL, TICKET)
    ((path, step),) = steps_of(playbook)
    assert [place for place, _ in answers_of(path, step)] == ["steps[0]", "steps[0].buttons[0]"]
    assert {place: route.to for place, route in routes_of(path, step)} == {
        "steps[0].to[0]": "end",
        "steps[0].buttons[0].to[0]": "end",
        "steps[0].declined[0]": "first",
        "steps[0].declined[1]": "end",
    }


def test_a_playbook_without_provider_is_walked_at_every_one_that_is_served() -> None:
    """The triage serves every provider that has a playbook."""
    read = {name: parsed(text, name)[0] for name, text in PLAYBOOKS.items()}
    read["aws-support-ticket"] = parsed(
        PLAYBOOKS[TICKET].replace("entra", "aws"), "aws-support-ticket"
    )[0]
    ground = Ground(Library(read))
    assert providers_of(ground, read["triage"]) == ("entra", "aws")
    assert providers_of(ground, read[TICKET]) == ("entra",)
