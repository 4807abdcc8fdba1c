"""Commands for the calm day before: the organisation file, the Slack app, and serving."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from bot.core.errors import Refused
from bot.surfaces.terminal.files import write_file
from bot.surfaces.terminal.streams import print_json
from bot.surfaces.terminal.wiring import Wiring


@click.command()
@click.argument(
    "file", type=click.Path(dir_okay=False, path_type=Path), default="organisation.yaml"
)
@click.option("--force", is_flag=True, help="Overwrite a file that is there.")
@click.pass_obj
def init(wiring: Wiring, file: Path, *, force: bool) -> None:
    r"""Write a commented example of the organisation file.

    \b
    Example:
      lockout init organisation.yaml
    """
    if not force and (file.exists() or file.is_symlink()):
        raise Refused(f"{file} is there already", "Name another file, or overwrite it with --force")
    write_file(file, wiring.example_organisation().encode())
    click.echo(f"Written: {file}")
    click.echo("Next:")
    click.echo(f"  1. Fill it in: tenants, people, addresses, emergency accounts. {file}")
    click.echo(f"  2. lockout organisation check {file}")
    click.echo(f"  3. Put LOCKOUT_ORGANISATION={file.absolute()} into .env")
    click.echo("  4. Try it: lockout walk")


@click.command()
@click.pass_obj
def manifest(wiring: Wiring) -> None:
    r"""Print the manifest of the Slack app, as JSON.

    \b
    Example:
      lockout manifest > manifest.json
    """
    print_json(wiring.manifest())


@click.command()
@click.pass_obj
def run(wiring: Wiring) -> None:
    r"""Serve Slack when it is configured, and health always.

    Settings come from the environment and from .env: SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET,
    SLACK_APP_TOKEN, LOCKOUT_LISTEN, LOCKOUT_DATABASE_URL, LOCKOUT_ORGANISATION,
    LOCKOUT_PLAYBOOKS.

    \b
    Example:
      lockout run
    """
    asyncio.run(wiring.serve())
