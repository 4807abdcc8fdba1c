"""A walk is read from top to bottom, once."""

from __future__ import annotations

import asyncio

from bot.core.view import Tick
from bot.services import incidents, showing
from bot.surfaces.terminal.news import News
from tests.surfaces.terminal.stage import FakeWiring, make_screen
from tests.surfaces.terminal.test_menu import ROOT, at_step


def test_a_step_is_shown_whole_once_and_then_only_what_changed() -> None:
    """After a tick: the line that is next, the ticked one and the count."""
    desk = FakeWiring().kept
    incident = at_step(desk, "yes", "submit")
    screen, paper = make_screen()
    news = News(screen)
    news.show(showing.card_view(desk, incident), incident)
    first = paper.getvalue()
    assert "This is a patch, not the fix." in first
    assert "Recommended now: Support ticket." in first
    assert "Remove the exclusion" in first
    assert "The three ways back in" not in first

    tick = Tick(incident=incident.id, playbook="entra-support-ticket", step="list", item="a")
    incident = asyncio.run(incidents.answer(desk, desk.doer(ROOT), tick)).incident
    news.show(showing.card_view(desk, incident), incident)
    then = paper.getvalue()[len(first) :].split("\n")
    assert [line for line in then if line] == [
        "☐ You have a number",
        "☑ The policy is off",
        "1 of 2 done.",
    ]


def test_a_step_that_comes_again_is_shown_again() -> None:
    """Somebody who comes back needs to read it."""
    desk = FakeWiring().kept
    screen, paper = make_screen()
    news = News(screen)
    for _ in range(2):
        incident = at_step(desk)
        view = showing.card_view(desk, incident)
        news.show(view, incident)
        incident = at_step(desk, "yes")
        news.show(showing.card_view(desk, incident), incident)
    assert paper.getvalue().count("Can anybody file a ticket?") == 2
