"""Who sits at the keyboard: the operating system's word, never an environment variable's.

Playing several people is for exercises: a terminal cannot know who somebody else is.
"""

from __future__ import annotations

import getpass
import os
import sys
from dataclasses import dataclass

from bot.core.errors import Refused
from bot.core.organisation import Organisation
from bot.core.timeline import Actor
from bot.surfaces.terminal.plain import printable_line

if sys.platform != "win32":
    import pwd


def os_login() -> str:
    """The account that runs this. LOGNAME and USER can be set by anybody, so they do not count."""
    if sys.platform == "win32":
        return getpass.getuser()
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container's user without an entry
        return f"uid-{os.getuid()}"


def actor_of(login: str) -> Actor:
    """Whoever is logged in, as the timeline knows them."""
    return Actor(f"terminal:{login}", login)


def actor_as(organisation: Organisation, login: str, person_id: str) -> Actor:
    """Somebody played by whoever is logged in. Errors: Refused outside of an exercise."""
    if not organisation.exercise:
        raise Refused(
            "In a real lockout everybody acts as themselves: "
            "a terminal cannot know who somebody else is",
            "Let them run 'lockout walk' from their own account, or use Slack. "
            "For an exercise set 'exercise: true' in the organisation file",
        )
    for person in organisation.people:
        if person.id == person_id:
            return Actor(f"exercise:{login}/{person.id}", person.name)
    names = ", ".join(person.id for person in organisation.people)
    raise Refused(
        f"The organisation file has nobody called '{printable_line(person_id)[:40]}'",
        f"There are: {names}",
    )


@dataclass
class Keyboard:
    """Who presses the keys now; in an exercise it can be handed on."""

    organisation: Organisation
    login: str
    actor: Actor

    @classmethod
    def of(cls, organisation: Organisation, login: str, person_id: str = "") -> Keyboard:
        """Errors: Refused when `person_id` may not be played."""
        actor = actor_as(organisation, login, person_id) if person_id else actor_of(login)
        return cls(organisation, login, actor)

    def hand_to(self, person_id: str) -> None:
        """To somebody of the organisation file, or back with an empty id. Errors: Refused."""
        self.actor = Keyboard.of(self.organisation, self.login, person_id).actor
