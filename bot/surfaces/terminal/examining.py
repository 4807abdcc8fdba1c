"""The command that looks at the machine and the settings: doctor."""

from __future__ import annotations

import click

from bot.surfaces.terminal.plain import printable_line
from bot.surfaces.terminal.wiring import Wiring

FAILED = 1
NOT_CHECKED = (
    "Not checked: whether the clock of this machine is right (the timeline shows it, and Slack's "
    "signatures count for five minutes; compare: date -u), and whether Slack takes the tokens."
)


@click.command()
@click.pass_obj
def doctor(wiring: Wiring) -> None:
    r"""Check this machine and these settings before the night.

    Changes nothing, asks nobody outside, shows no credential. Exit code 0: the bot can work,
    perhaps with warnings. 1: something must be mended.

    \b
    Example:
      lockout doctor
    """
    checks = wiring.examine()
    for check in checks:
        click.echo(f"{check.level:<4}  {check.name}: {printable_line(check.said)}")
        if check.todo:
            click.echo(f"      {printable_line(check.todo)}")
    click.echo(NOT_CHECKED)
    failed = sum(check.level == "fail" for check in checks)
    if failed:
        click.echo(f"{failed} to mend.", err=True)
        raise click.exceptions.Exit(FAILED)
