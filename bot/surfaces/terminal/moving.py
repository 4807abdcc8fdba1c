"""Commands that carry all timelines away and back: backup, restore."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import click

from bot.core.errors import Refused
from bot.services.moving import Moved, back_up
from bot.services.moving import restore as restore_all
from bot.surfaces.terminal.files import writing
from bot.surfaces.terminal.plain import printable_line
from bot.surfaces.terminal.wiring import Wiring

BROKEN = 1
CHUNK = 1 << 16

_FILE = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))


@click.command()
@_FILE
@click.pass_obj
def backup(wiring: Wiring, file: Path) -> None:
    r"""Write all timelines as one file, while the bot runs.

    Only you can read the file. Exit code 1: it was written, but a chain in it is broken.

    \b
    Example:
      lockout backup lockout-backup.json
    """
    moved = asyncio.run(_back_up(wiring, file))
    click.echo(f"Written: {file}. {_sum_of(moved)}")
    for problem in moved.problems:
        click.echo(f"NOT intact: {printable_line(problem)}", err=True)
    if moved.problems:
        click.echo(
            "It cannot be restored like this. Keep it, keep older ones, and find out what "
            "changed the database.",
            err=True,
        )
        raise click.exceptions.Exit(BROKEN)


async def _back_up(wiring: Wiring, file: Path) -> Moved:
    async with wiring.mover() as mover:
        with writing(file) as write:
            return await back_up(mover, write)


@click.command()
@_FILE
@click.pass_obj
def restore(wiring: Wiring, file: Path) -> None:
    r"""Read such a file into an empty database.

    Every chain is checked first. All of it is written, or nothing. The database is the one that
    LOCKOUT_DATABASE_URL names, SQLite or PostgreSQL; this is the way from one to the other.

    \b
    Example:
      lockout restore lockout-backup.json
    """
    moved = asyncio.run(_restore(wiring, file))
    for head in moved.heads:
        click.echo(f"{head.incident}: intact, {head.count} facts, head {head.hash}")
    click.echo(f"Restored: {_sum_of(moved)}")
    click.echo("Compare the heads with those on the cards or in the close summaries.")


async def _restore(wiring: Wiring, file: Path) -> Moved:
    async with wiring.mover() as mover:
        return await restore_all(mover, partial(_pieces_of, file), printable_line(str(file)))


def _pieces_of(file: Path) -> Iterator[bytes]:
    try:
        with file.open("rb") as opened:
            while piece := opened.read(CHUNK):
                yield piece
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Refused(f"{printable_line(str(file))} cannot be read: {reason}") from error


def _sum_of(moved: Moved) -> str:
    facts = f"{moved.facts} fact{'' if moved.facts == 1 else 's'}"
    incidents = f"{len(moved.heads)} incident{'' if len(moved.heads) == 1 else 's'}"
    return f"{facts} of {incidents}, {moved.deliveries} deliveries."
