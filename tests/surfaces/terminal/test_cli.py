"""The command line as a whole: help, order, errors, exit codes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bot.core.errors import Broken, Invalid, Problem, Refused, Unavailable
from bot.surfaces.terminal.cli import COMMANDS, main_with, make_cli
from tests.surfaces.terminal.stage import FakeWiring, run

ALL = [[name] for name in COMMANDS] + [["organisation", "check"], ["playbooks", "check"]]


@pytest.mark.parametrize("command", ALL, ids=" ".join)
def test_every_command_has_help_with_an_example(command: list[str]) -> None:
    """At 3 AM one copies an example."""
    result = run(FakeWiring(), *command, "--help")
    assert result.exit_code == 0
    assert "Example" in result.stdout
    assert f"  lockout {' '.join(command)}" in result.stdout


@pytest.mark.parametrize("columns", ["40", "80"])
@pytest.mark.parametrize("command", [[], ["walk"], ["draft"]], ids=" ".join)
def test_help_fits_the_screen(
    command: list[str], columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also on a telephone; only an example may be longer than its line."""
    monkeypatch.setenv("COLUMNS", columns)
    said = run(FakeWiring(), *command, "--help").stdout.splitlines()
    wide = [line for line in said if len(line) > int(columns)]
    assert not [line for line in wide if "lockout " not in line]


def test_the_table_of_commands_says_what_the_commands_say() -> None:
    """The one line of help stands in two places; they may not differ."""
    cli = make_cli(FakeWiring())
    assert isinstance(cli, click.Group)
    context = click.Context(cli)
    for name, (_, _, line) in COMMANDS.items():
        command = cli.get_command(context, name)
        assert command is not None
        assert command.name == name
        assert (command.help or "").partition("\n")[0] == line
    assert cli.get_command(context, "none") is None


def test_help_does_not_wait_for_what_it_does_not_need() -> None:
    """No database, no Slack, no screen library is loaded for `lockout --help`."""
    code = (
        "import sys, bot.surfaces.terminal.cli as c\n"
        "try: c.make_cli(None)(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = ('sqlalchemy', 'slack_bolt', 'rich', 'questionary')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (Refused("No", "Do this"), 1, "Not done. No.\nDo this."),
        (Invalid([Problem("o.yaml", 3, "name", "is missing")]), 2, "o.yaml:3: name: is missing"),
        (Unavailable("The database does not answer"), 3, "The database does not answer."),
        (Broken("It is gone"), 3, "It is gone."),
    ],
)
def test_each_error_has_its_words_and_its_code(error: Exception, code: int, said: str) -> None:
    """On the error stream, so that a pipe stays clean."""
    result = run(FakeWiring(error=error), "status")
    assert result.exit_code == code
    assert said in result.stderr
    assert result.stdout == ""


def test_what_could_not_be_recorded_is_said_plainly() -> None:
    """A note that did not reach the database must never look kept."""
    result = run(FakeWiring(error=Unavailable("Away")), "note", "lo-1", "called")
    assert result.exit_code == 3
    assert result.stderr.startswith("NOT recorded. Away.")
    assert "Write down" in result.stderr


def test_a_bug_shows_no_trace_and_says_what_may_be_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 70 (sysexits.h, EX_SOFTWARE); a person reads words."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    result = run(FakeWiring(error=ZeroDivisionError("pasted")), "note", "lo-1", "called")
    assert result.exit_code == 70
    assert "may have been recorded" in result.stderr
    assert str(tmp_path) in result.stderr
    assert "Traceback" not in result.stderr
    assert "pasted" not in result.stderr


def test_ctrl_c_is_no_error() -> None:
    """130, as shells expect."""
    result = run(FakeWiring(error=KeyboardInterrupt()), "status")  # type: ignore[arg-type]
    assert result.exit_code == 130


def test_the_exit_code_is_returned(capsys: pytest.CaptureFixture[str]) -> None:
    """`main_with` leaves the ending to its caller."""
    assert main_with(FakeWiring(), ["--version"]) == 0
    assert capsys.readouterr().out.startswith("lockout")
    assert main_with(FakeWiring(), ["no-such-command"]) == 2
    assert main_with(FakeWiring(), ["verify", "no-such-file"]) == 2
    assert main_with(FakeWiring(), ["status"]) == 0


@pytest.mark.parametrize("command", list(COMMANDS))
def test_each_command_shows_its_example_on_lines_of_its_own(command: str) -> None:
    """An example that runs into the sentence before it cannot be copied."""
    result = CliRunner().invoke(make_cli(FakeWiring()), [command, "--help"])
    lines = [line.strip() for line in result.output.splitlines()]
    assert "\\b" not in result.output
    assert any(line.startswith("lockout ") for line in lines), result.output
