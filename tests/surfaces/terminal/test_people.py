"""Who sits at the keyboard."""

from __future__ import annotations

import os
import pwd

import pytest

from bot.core.errors import Refused
from bot.surfaces.terminal.people import Keyboard, actor_as, os_login
from tests.surfaces.terminal.stage import make_organisation


def test_an_environment_variable_makes_nobody_somebody_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The operating system's word counts, not what anybody can set."""
    monkeypatch.setenv("LOGNAME", "lead")
    monkeypatch.setenv("USER", "lead")
    assert os_login() == pwd.getpwuid(os.getuid()).pw_name


def test_without_a_name_one_is_oneself() -> None:
    """The actor names the surface and the account."""
    assert Keyboard.of(make_organisation(), "root").actor.id == "terminal:root"


def test_in_an_exercise_one_person_may_play_several() -> None:
    """The timeline keeps who played whom, and the roles are those of the played person."""
    organisation = make_organisation()
    keyboard = Keyboard.of(organisation, "root", "lead")
    assert keyboard.actor.id == "exercise:root/lead"
    assert keyboard.actor.name == "Head of security"
    person = organisation.person(keyboard.actor.id)
    assert person is not None
    assert person.roles == ("approver",)
    keyboard.hand_to("")
    assert keyboard.actor.id == "terminal:root"


def test_in_a_real_lockout_nobody_acts_as_somebody_else() -> None:
    """Refused with the reason: a terminal cannot know."""
    with pytest.raises(Refused, match="cannot know who"):
        actor_as(make_organisation(exercise=False, egress=[]), "root", "lead")


def test_an_unknown_person_is_refused_with_the_known_ones() -> None:
    """So that the next try works."""
    with pytest.raises(Refused) as refused:
        actor_as(make_organisation(), "root", "nobody\x1b[2J")
    assert "oncall, lead, keeper" in refused.value.hint
    assert "\x1b" not in refused.value.reason
