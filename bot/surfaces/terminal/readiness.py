"""`lockout readiness`: whether the team is ready for the night; for people, and for cron."""

from __future__ import annotations

import json
from typing import Literal

import click

from bot.core.readiness import as_json, things_to_do
from bot.core.readiness_view import show_readiness
from bot.services.readiness import ReadinessDesk
from bot.surfaces.terminal.keeping import own_words
from bot.surfaces.terminal.screen import Screen
from bot.surfaces.terminal.session import open_desk
from bot.surfaces.terminal.wiring import Wiring

NOT_READY = 1


@click.command()
@click.argument("tenant", default="")
@click.option(
    "--format",
    "name",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="To read, or for a machine.",
)
@click.pass_obj
def readiness(wiring: Wiring, tenant: str, name: Literal["text", "json"]) -> None:
    r"""Show whether you are ready for the night, and what to do next.

    Snapshots, verdicts for each emergency account, drills, what was left open, what the
    organisation file lacks. Reads nothing at a provider. Exit code 0: ready, 1: not ready,
    as for cron.

    \b
    Examples:
      lockout readiness
      lockout readiness entra-example --format json
    """
    with open_desk(wiring) as session:
        desk = session.desk
        found = session.run(ReadinessDesk(desk).gather(tenant))
        if name == "json":
            click.echo(json.dumps(as_json(found), indent=2))
        else:
            view = own_words(show_readiness(found))
            Screen(now=desk.clock.now, zone=desk.organisation.time_zone).show(view)
    raise click.exceptions.Exit(NOT_READY if things_to_do(found) else 0)
