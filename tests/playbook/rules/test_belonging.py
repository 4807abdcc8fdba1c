"""Each playbook has its place."""

from __future__ import annotations

import pytest

from tests.playbook.planting import PLAYBOOKS, TICKET, Plant, assert_found, complaints

PLANTS = {
    "an id that is not the file's name": Plant(
        PLAYBOOKS[TICKET].replace("title: Ticket", "id: another  # here\ntitle: Ticket"),
        "'another' must be the name of the file: entra-support-ticket",
    ),
    "a triage with a provider": Plant(
        PLAYBOOKS["triage"].replace("title: Triage", "title: Triage\nprovider: entra  # here"),
        "the triage has no method and no provider",
        "triage",
    ),
    "advice that nobody reads": Plant(
        PLAYBOOKS[TICKET].replace(
            "start: first",
            "recommend: [{method: support-user, why: It fits}]  # here\nstart: first",
        ),
        "is read in the triage only",
    ),
    "advice behind advice for everybody": Plant(
        PLAYBOOKS["triage"].replace(", when: \"still_in == 'no'\"}", "}  # here"),
        "the entries after it are never read",
        "triage",
    ),
}

DRILL = """
title: Drill
provider: entra
drill: true
start: first
steps:
  - id: first
    kind: choose
    title: Begin
    buttons:
      - {id: done, label: Done, to: end}
"""

PLANTS |= {
    "a drill that is a method": Plant(
        DRILL.replace("drill: true", "drill: true\nmethod: support-ticket  # here"),
        "a drill is no way back in",
        "entra-drill",
    ),
    "advice in a drill": Plant(
        DRILL.replace(
            "start: first",
            "recommend: [{method: support-user, why: It fits}]  # here\nstart: first",
        ),
        "is read in the triage only",
        "entra-drill",
    ),
}


def test_a_drill_needs_no_method_and_each_provider_has_one() -> None:
    """It is sound beside the three methods; a second one would never be found."""
    assert complaints({**PLAYBOOKS, "entra-drill": DRILL}) == []
    twice = complaints({**PLAYBOOKS, "entra-drill": DRILL, "other-drill": DRILL})
    assert [(name, "already the drill" in message) for name, _, message in twice] == [
        ("other-drill", True)
    ]
    nobodys = DRILL.replace("provider: entra", "use_when: Always")
    ((_, _, message),) = complaints({**PLAYBOOKS, "entra-drill": nobodys})
    assert "'provider' is needed" in message


@pytest.mark.parametrize("plant", PLANTS.values(), ids=PLANTS.keys())
def test_each_planted_mistake_is_found_at_its_line(plant: Plant) -> None:
    """A playbook in the wrong place is named with the place it needs."""
    assert_found(plant)


def test_a_sound_library_has_no_problem() -> None:
    """The library into which the mistakes are planted is sound."""
    assert complaints(PLAYBOOKS) == []


def test_a_missing_triage_is_a_problem() -> None:
    """Without it nothing begins."""
    rest = {name: text for name, text in PLAYBOOKS.items() if name != "triage"}
    assert [(name, "missing" in message) for name, _, message in complaints(rest)] == [
        ("triage", True)
    ]
    assert complaints(rest, unread=frozenset({"triage"})) == []


def test_a_playbook_without_method_cannot_be_reached() -> None:
    """A walk comes to a playbook by method and provider only."""
    extra = PLAYBOOKS[TICKET].replace("method: support-ticket\n", "")
    found = complaints({**PLAYBOOKS, "entra-extra": extra})
    assert [(name, "'method' is needed" in message) for name, _, message in found] == [
        ("entra-extra", True)
    ]


def test_a_method_given_twice_names_the_other_file() -> None:
    """Only one of two could ever be walked."""
    found = complaints({**PLAYBOOKS, "entra-ticket-copy": PLAYBOOKS[TICKET]})
    assert found == [
        (
            "entra-ticket-copy",
            4,
            "'entra-support-ticket' is already the playbook of support-ticket for entra",
        )
    ]


def test_a_provider_needs_all_three_methods() -> None:
    """Whoever is locked out gets three ways back in, or is told before that there are fewer."""
    aws = PLAYBOOKS[TICKET].replace("entra", "aws")
    messages = [message for _, _, message in complaints({**PLAYBOOKS, "aws-support-ticket": aws})]
    assert "aws has no playbook of the method 'support-user'" in messages
    assert "aws has no playbook of the method 'exclusion-group'" in messages
    assert "there is no playbook of the method 'support-user' for aws" in messages
