"""`lockout doctor` on the screen."""

from __future__ import annotations

from bot.services.doctor import Check
from tests.surfaces.terminal.stage import FakeWiring, run

WELL = Check("versions", "ok", "Python 3.11.2, SQLite 3.40.1")
DOUBTFUL = Check("organisation", "warn", "2 warnings", "lockout organisation check names each")
WRONG = Check("writing", "fail", "disk full\x1b[2J", "Make room")


def test_the_doctor_says_how_each_thing_is_and_what_to_do() -> None:
    """One line each, and what was not looked at; a warning is no failure."""
    result = run(FakeWiring(checks=[WELL, DOUBTFUL]), "doctor")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "ok    versions: Python 3.11.2, SQLite 3.40.1"
    assert lines[1] == "warn  organisation: 2 warnings"
    assert lines[2] == "      lockout organisation check names each"
    assert lines[3].startswith("Not checked: whether the clock of this machine is right")


def test_what_must_be_mended_is_a_failure() -> None:
    """For a script as well; what another program said drives no terminal."""
    result = run(FakeWiring(checks=[WRONG, WELL, WRONG]), "doctor")
    assert result.exit_code == 1
    assert "2 to mend." in result.stderr
    assert "fail  writing: disk full" in result.stdout
    assert "\x1b" not in result.stdout
