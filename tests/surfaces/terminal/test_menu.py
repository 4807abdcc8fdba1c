"""The menu of a card: the next step first."""

from __future__ import annotations

import asyncio

from bot.core.incident import Incident
from bot.core.timeline import Actor
from bot.core.view import Press, StartWalk, Take, View
from bot.services import incidents, showing
from bot.services.desk import Desk
from bot.surfaces.terminal.menu import Menu, choices_of, cut, menu_of
from tests.surfaces.terminal.stage import FakeWiring

ROOT = Actor("terminal:root", "root")


def declared(desk: Desk, policy: str = "p-1") -> Incident:
    """An incident at the first step."""
    doer = desk.doer(ROOT)
    answers = {"tenant": "entra-example", "policy": policy}
    return asyncio.run(incidents.open_incident(desk, doer, answers)).incident


def at_step(desk: Desk, *buttons: str) -> Incident:
    """An incident after these presses; 'submit' answers the form."""
    incident = declared(desk)
    for button in buttons:
        assert incident.position
        position = incident.position
        press = Press(
            incident=incident.id,
            playbook=position.playbook,
            step=position.step,
            visit=position.visit,
            button=button,
        )
        answers = {"ticket_number": "4711"} if button == "submit" else {}
        doing = incidents.answer(desk, desk.doer(ROOT), press, answers)
        incident = asyncio.run(doing).incident
    return incident


def menu_at(*buttons: str, exercise: bool = False) -> tuple[Menu, View]:
    """The menu and its card."""
    desk = FakeWiring().kept
    incident = at_step(desk, *buttons)
    view = showing.card_view(desk, incident)
    return menu_of(view, incident, exercise=exercise), view


def test_enter_takes_the_primary_button() -> None:
    """The first line of the menu is the next step of the card."""
    menu, view = menu_at()
    assert [entry.label for entry in menu.first] == [
        "Yes, by phone",
        "No, nobody",
        "Ticket text",
        "I am on it",
        "Note …",
        "More …",
        "Leave (everything is recorded)",
    ]
    (primary,) = [button for button in view.buttons() if button.style == "primary"]
    assert menu.first[0].does == primary


def test_every_button_of_the_card_can_be_pressed_once() -> None:
    """Nothing that Slack offers is missing in a terminal, and nothing stands there twice."""
    menu, view = menu_at("yes", "submit")
    in_menu = [entry.does for entry in [*menu.first, *menu.more]]
    actions = [button.action for button in view.buttons()]
    for button in view.buttons():
        assert sum(getattr(does, "action", None) == button.action for does in in_menu) == 1
    assert any(isinstance(action, StartWalk | Take) for action in actions)


def test_open_lines_of_a_checklist_come_first_with_their_words() -> None:
    """'Done' alone would not say what."""
    menu, _ = menu_at("yes", "submit")
    labels = [entry.label for entry in menu.first]
    assert labels[:2] == ["Done: The policy is off", "Done: You have a number"]
    assert "Confirm as done: Remove the exclusion" in labels
    assert "Waive: Remove the exclusion …" in [entry.label for entry in menu.more]


def test_in_an_exercise_the_keyboard_can_be_handed_on() -> None:
    """So that the agreement of two people can be played by one."""
    assert "Hand the keyboard to …" in [entry.label for entry in menu_at(exercise=True)[0].first]
    assert "Hand the keyboard to …" not in [entry.label for entry in menu_at()[0].first]


def test_choices_are_told_apart_by_their_place() -> None:
    """Two buttons may read the same."""
    menu, _ = menu_at()
    values = [choice.value for choice in choices_of(menu.first)]
    assert len(set(values)) == len(values)


def test_a_card_is_cut_into_what_is_read_and_what_can_wait() -> None:
    """Head, advice, step and what is open; the known facts and the comparison are left out."""
    _, view = menu_at("yes", "submit")
    parts = cut(view)
    assert "Recommended now" in str(parts.advice)
    assert "Before you hang up" in str(parts.step[0])
    assert "blocks the close" in str(parts.left_open[0])
    assert "three ways" not in str(parts)
    assert "Tenant ID" not in str(parts)
