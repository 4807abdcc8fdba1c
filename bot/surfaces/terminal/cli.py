"""The command line `lockout`: its commands, their order, and one handler for what goes wrong.

A command's module is imported when the command is asked for, so that `lockout --help` answers at
once; that is why each command's line of help stands here as well (a test compares them).
"""

from __future__ import annotations

import shutil
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from bot.core.errors import LockoutError
from bot.surfaces.terminal.explain import (
    BUG,
    INTERRUPTED,
    RECORDING,
    exit_code,
    explain,
    explain_bug,
)

if TYPE_CHECKING:
    from bot.surfaces.terminal.wiring import Wiring

NARROWEST, WIDEST = 30, 80

# In the order in which they are needed: name, module, function, first line of its help.
COMMANDS: dict[str, tuple[str, str, str]] = {
    "walk": ("walking", "walk", "Walk a lockout from the declaration to the exported timeline."),
    "drill": ("drilling", "drill", "Prove that the emergency accounts still get in."),
    "draft": ("reading", "draft", "Write the text for the provider's support."),
    "diagnose": ("reading", "diagnose", "Say what a pasted error means."),
    "status": ("keeping", "status", "Show which lockouts are open, and who may do what."),
    "timeline": ("keeping", "timeline", "Show the newest facts of an incident."),
    "note": ("keeping", "note", "Put a note on the timeline, with your name and the time."),
    "close": ("keeping", "close", "Close an incident."),
    "export": ("keeping", "export", "Write the whole timeline of an incident as one file."),
    "verify": ("checking", "verify", "Check that an exported json is still what was recorded."),
    "audit": ("auditing", "audit", "Say which policies would keep the emergency accounts out."),
    "snapshot": ("snapshots", "snapshot", "Read a tenant's policies, and say what changed."),
    "readiness": (
        "readiness",
        "readiness",
        "Show whether you are ready for the night, and what to do next.",
    ),
    "organisation": ("checking", "organisation", "Check the organisation file."),
    "playbooks": ("checking", "playbooks", "Check the playbooks."),
    "init": ("setting_up", "init", "Write a commented example of the organisation file."),
    "manifest": ("setting_up", "manifest", "Print the manifest of the Slack app, as JSON."),
    "doctor": ("examining", "doctor", "Check this machine and these settings before the night."),
    "backup": ("moving", "backup", "Write all timelines as one file, while the bot runs."),
    "restore": ("moving", "restore", "Read such a file into an empty database."),
    "run": ("setting_up", "run", "Serve Slack when it is configured, and health always."),
}

HELP = """Three ways back in when a security policy has locked everybody out.

Locked out now? Type: lockout walk

\b
Examples:
  lockout walk
  lockout draft --tenant ID --policy NAME --ip ADDRESS
  lockout diagnose "AADSTS53003: Access has been blocked"

'lockout COMMAND --help' shows an example of each command.
"""


def _with_examples(command: click.Command) -> click.Command:
    r"""Click keeps lines as they are below a backspace; a docstring can only say `\b` for it."""
    command.help = (command.help or "").replace("\\b", "\b")
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            _with_examples(inner)
    return command


class Cli(click.Group):
    """Commands in the order in which they are needed; every error in words, with its exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """In the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import what is asked for, and nothing else."""
        if cmd_name not in COMMANDS:
            return None
        module, function, _ = COMMANDS[cmd_name]
        command = getattr(import_module(f"bot.surfaces.terminal.{module}"), function)
        return _with_examples(command) if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """From the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, _, line) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        """The one handler of this door."""
        try:
            return super().invoke(ctx)
        except LockoutError as error:
            _tell(explain(error, records=_name_of(ctx) in RECORDING))
            ctx.exit(exit_code(error))
        except KeyboardInterrupt:
            _tell(["", "Stopped."])
            ctx.exit(INTERRUPTED)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:  # noqa: BLE001 - a bug is told in words as well
            _tell(explain_bug(error, _name_of(ctx)))
            ctx.exit(BUG)


def _name_of(ctx: click.Context) -> str:
    return ctx.invoked_subcommand or ""


def _tell(lines: list[str]) -> None:
    for line in lines:
        click.echo(line, err=True)


def _version(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - click's signature
    if not wanted or ctx.resilient_parsing:
        return
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - see above

    try:
        click.echo(f"lockout {version('lockout')}")
    except PackageNotFoundError:
        click.echo("lockout, not installed as a package")
    ctx.exit()


def make_cli(wiring: Wiring) -> click.Group:
    """The whole command line over what `wiring` provides."""
    columns = shutil.get_terminal_size().columns
    return Cli(
        "lockout",
        help=HELP,
        context_settings={
            "obj": wiring,
            "help_option_names": ["-h", "--help"],
            "terminal_width": min(max(columns, NARROWEST), WIDEST),
        },
        params=[
            click.Option(
                ["--version"],
                is_flag=True,
                is_eager=True,
                expose_value=False,
                callback=_version,
                help="Show the version.",
            )
        ],
    )


def main_with(wiring: Wiring, argv: list[str] | None = None) -> int:
    """Run the command line and return its exit code; `argv` without the program's name."""
    for stream in (sys.stdout, sys.stderr):
        # An old terminal must not turn a sign that it lacks into a crash.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
    try:
        make_cli(wiring).main(argv, prog_name="lockout")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
