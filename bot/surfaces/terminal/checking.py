"""Commands that judge a file: an exported timeline, the organisation file, the playbooks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from bot.core.errors import Problem
from bot.exports.verify import verify as run
from bot.surfaces.terminal.plain import printable_line
from bot.surfaces.terminal.streams import read_bytes
from bot.surfaces.terminal.wiring import Wiring

CHANGED, UNUSABLE, WRONG = 1, 2, 1


@click.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--head", metavar="HASH", help="The newest hash, from the card or the close summary.")
def verify(file: Path, head: str | None) -> None:
    r"""Check that an exported json is still what was recorded.

    Exit code 0: intact. 1: the first fact that is not is named. 2: not such a file.

    \b
    Example:
      lockout verify lo-261122-k7qdx.json
    """
    name = printable_line(str(file))
    try:
        data = read_bytes() if name == "-" else file.read_bytes()
    except OSError as error:
        click.echo(f"{name}: {error.strerror or 'cannot be read'}", err=True)
        raise click.exceptions.Exit(UNUSABLE) from None
    verdict = run(data, head, file=name)
    if not verdict.intact:
        click.echo(f"{name}: NOT intact. {verdict.problem}")
        raise click.exceptions.Exit(CHANGED)
    click.echo(f"{name}: intact, {verdict.facts} facts, head {verdict.head}")
    if head is None:
        click.echo("Compare the head with the one on the card or in the close summary (--head).")


@click.group()
def organisation() -> None:
    r"""Check the organisation file.

    \b
    Example:
      lockout organisation check organisation.yaml
    """


@organisation.command("check")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.pass_obj
def check_organisation(wiring: Wiring, file: Path | None) -> None:
    r"""Name every problem of the organisation file at once, with its line.

    Exit code 0: usable, perhaps with warnings. 2: not usable.

    \b
    Example:
      lockout organisation check organisation.yaml
    """
    found, warnings = wiring.organisation() if file is None else wiring.organisation(file)
    _print(warnings)
    count = len(warnings)
    told = f"{count} warning{'' if count == 1 else 's'}" if count else "no problems"
    tenants = ", ".join(tenant.id for tenant in found.tenants)
    click.echo(f"Usable: {found.name}, {told}. Tenants: {tenants}")


@click.group()
def playbooks() -> None:
    r"""Check the playbooks.

    \b
    Example:
      lockout playbooks check my-playbooks
    """


@playbooks.command("check")
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), required=False)
@click.pass_obj
def check_playbooks(wiring: Wiring, folder: Path | None) -> None:
    r"""Name every problem of the playbooks at once, with its line.

    DIR is laid over the shipped playbooks, as LOCKOUT_PLAYBOOKS is. Exit code 0 or 1.

    \b
    Example:
      lockout playbooks check my-playbooks
    """
    problems = wiring.check_playbooks(folder)
    _print(problems)
    wrong = [problem for problem in problems if problem.fatal]
    if wrong:
        click.echo(f"{len(wrong)} problem{'' if len(wrong) == 1 else 's'}.", err=True)
        raise click.exceptions.Exit(WRONG)
    click.echo("Playbooks: no problems.")


def _print(problems: Sequence[Problem]) -> None:
    for problem in problems:
        click.echo(printable_line(str(problem)))
