"""`lockout walk`: opening, walking, and the last words, however it ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from bot.surfaces.terminal.explain import INTERRUPTED
from bot.surfaces.terminal.opening import EXAMPLE, choose_incident, hand_over
from bot.surfaces.terminal.people import Keyboard, os_login
from bot.surfaces.terminal.prompt import Ended, PipePrompt, Prompt
from bot.surfaces.terminal.screen import Screen
from bot.surfaces.terminal.session import open_desk
from bot.surfaces.terminal.walk import Walk
from bot.surfaces.terminal.wiring import Wiring

_Command = TypeVar("_Command", bound=Callable[..., object])

as_person = click.option(
    "--as", "person", metavar="PERSON_ID", default="", help="Play this person (exercises only)."
)


def out_for(what: str) -> Callable[[_Command], _Command]:
    """The option that says where files go."""
    return click.option(
        "--out",
        type=click.Path(file_okay=False, path_type=Path),
        default=".",
        metavar="DIR",
        help=f"Where {what} are written. Default: here.",
    )


@click.command()
@click.option("--incident", metavar="ID", default="", help="Go on with this incident.")
@click.option("--tenant", metavar="ID", default="", help="Declare for this tenant.")
@as_person
@out_for("the exports")
@click.pass_obj
def walk(wiring: Wiring, incident: str, tenant: str, person: str, out: Path) -> None:
    r"""Walk a lockout from the declaration to the exported timeline.

    Everything is recorded as you go. You may leave at any time, and go on later.

    \b
    Examples:
      lockout walk
      lockout walk --incident lo-261122-k7qdx
    """
    walk_here(wiring, person, out, lambda walking: choose_incident(walking, incident, tenant))


def walk_here(wiring: Wiring, person: str, out: Path, choose: Callable[[Walk], str]) -> None:
    """Walk what `choose` gives the id of, in this terminal. Exit codes: 0, 130 after Ctrl-C."""
    with open_desk(wiring) as session:
        desk = session.desk
        screen = Screen(now=desk.clock.now, zone=desk.organisation.time_zone)
        keyboard = Keyboard.of(desk.organisation, os_login(), person)
        walking = Walk(session, _prompt_here(screen), screen, keyboard, out)
        _greet(wiring, screen)
        _run(walking, choose)


def _greet(wiring: Wiring, screen: Screen) -> None:
    """Whose organisation file this is, and whether something is wrong with it."""
    if wiring.uses_example:
        screen.small(EXAMPLE)
        return
    warnings = len(wiring.organisation()[1])
    if warnings:
        screen.small(f"Your organisation file has {warnings} warnings: lockout organisation check")


def _run(walking: Walk, choose: Callable[[Walk], str]) -> None:
    """To the end, or to polite last words."""
    try:
        if not walking.go(choose(walking)):
            _tell_rest(walking)
            return
        hand_over(walking)
    except Ended:
        _tell_rest(walking)
    except KeyboardInterrupt:
        _tell_rest(walking)
        raise click.exceptions.Exit(INTERRUPTED) from None


def _tell_rest(walking: Walk) -> None:
    walking.screen.gap()
    if walking.incident_id:
        again = walking.again or f"lockout walk --incident {walking.incident_id}"
        walking.screen.say("Everything up to here is recorded.")
        walking.screen.whole(f"Continue: {again}")
    else:
        walking.screen.say(f"Nothing was recorded. Begin again: {walking.again or 'lockout walk'}")


def _prompt_here(screen: Screen) -> Prompt:
    """Arrow keys where there are some, numbered lines everywhere else."""
    plain = os.environ.get("TERM", "") in {"", "dumb", "unknown"}
    if sys.stdin.isatty() and sys.stdout.isatty() and not plain:
        from bot.surfaces.terminal.keys import KeysPrompt  # noqa: PLC0415 - pipes need no questionary

        return KeysPrompt(screen.small)

    def write(text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()

    return PipePrompt(sys.stdin.readline, write, echo=not sys.stdin.isatty(), width=screen.width)
