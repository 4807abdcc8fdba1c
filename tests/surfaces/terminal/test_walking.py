"""`lockout walk` as it is typed: on a pipe, and on a real terminal."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pexpect
import pytest

from bot.core.errors import Problem
from bot.exports.verify import verify
from tests.surfaces.terminal.stage import FakeWiring, make_organisation, run
from tests.surfaces.terminal.test_menu import declared

# Seven questions of the declaration; then the walk in the words of its buttons.
DECLARED = ["AADSTS53003: blocked", "", "", "", "", "Production down", "", "10 min ago", ""]
WALKED = [
    "Yes, by phone",
    "Record the ticket",
    "4711",
    "",
    "Done: The policy",
    "Done: You have",
    "All is done",
    "Confirm as done",
    "y",
    "Close the incident",
]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def typed(*answers: str) -> str:
    """One answer a line."""
    return "".join(f"{answer}\n" for answer in answers)


def test_a_whole_lockout_by_a_pipe(tmp_path: Path) -> None:
    """From the declaration to the exported, verified timeline, by a script of words."""
    wiring = FakeWiring()
    result = run(wiring, "walk", given=typed(*DECLARED, *WALKED))
    assert result.exit_code == 0, result.output
    said = " ".join(result.stdout.split())
    assert "Example organisation: nothing here is real." in said
    assert "Please switch CA001: Require MFA off." in said
    assert "is closed" in said
    (incident,) = wiring.store.facts
    timeline = (tmp_path / f"{incident}.json").read_bytes()
    assert verify(timeline, wiring.store.facts[incident][-1].hash).intact
    assert {path.suffix for path in tmp_path.iterdir()} == {".md", ".html", ".json", ".csv"}
    assert "\x1b" not in result.stdout


def test_the_end_of_the_input_is_polite_wherever_it_comes() -> None:
    """After every single line of the script: no trace, no error, and how to go on."""
    script = [*DECLARED, *WALKED]
    for count in range(len(script)):
        wiring = FakeWiring()
        result = run(wiring, "walk", given=typed(*script[:count]))
        assert result.exit_code == 0, result.output
        recorded = list(wiring.store.facts)
        if recorded:
            assert f"Continue: lockout walk --incident {recorded[0]}" in result.stdout
        else:
            assert "Nothing was recorded." in result.stdout


def test_a_walk_goes_on_where_it_stood() -> None:
    """With the command that the last words gave."""
    wiring = FakeWiring()
    run(wiring, "walk", given=typed(*DECLARED, "Yes, by phone"))
    (incident,) = wiring.store.facts
    result = run(wiring, "walk", "--incident", incident, given=typed(*WALKED[1:]))
    assert result.exit_code == 0
    assert "is closed" in result.stdout


def test_a_person_is_played_in_an_exercise_only() -> None:
    """Otherwise refused, with the reason, before anything happens."""
    wiring = FakeWiring(found=make_organisation(exercise=False, egress=[]))
    result = run(wiring, "walk", "--as", "lead")
    assert result.exit_code == 1
    assert "cannot know who somebody else is" in result.stderr
    played = run(FakeWiring(), "walk", "--as", "oncall", given=typed(*DECLARED, "Leave"))
    assert "On-call engineer, what next?" in played.stdout


def test_warnings_of_an_own_organisation_are_counted() -> None:
    """And nothing is said about an example."""
    warning = Problem("o.yaml", 1, "", "old", fatal=False)
    result = run(FakeWiring(uses_example=False, warnings=[warning]), "walk")
    assert "Example organisation" not in result.stdout
    assert "1 warning" in result.stdout


def test_ctrl_c_says_what_is_recorded() -> None:
    """130, and how to go on."""
    wiring = FakeWiring()
    incident = declared(wiring.kept)

    wiring.kept.announcer = Interrupting()
    result = run(wiring, "walk", "--incident", incident.id, given=typed("Yes, by phone"))
    assert result.exit_code == 130
    assert "Everything up to here is recorded." in result.stdout
    assert f"lockout walk --incident {incident.id}" in result.stdout


class Interrupting:
    """An announcer during which somebody presses Ctrl-C: just after the commit."""

    def announce(self, *_anything: object) -> None:
        """What Python does on SIGINT."""
        raise KeyboardInterrupt


# The real program, a real database, a real terminal


def start(tmp_path: Path, *args: str, columns: int = 80) -> pexpect.spawn[str]:
    """The program on a pty of this width."""
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(tmp_path),
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        "LOCKOUT_DATABASE_URL": f"sqlite:///{tmp_path / 'lockout.db'}",
        # prompt_toolkit would ask the terminal where its cursor is; nobody here answers
        "PROMPT_TOOLKIT_NO_CPR": "1",
    }
    return pexpect.spawn(
        sys.executable,
        ["-m", "bot", "walk", *args],
        env=environment,
        cwd=str(tmp_path),
        encoding="utf-8",
        timeout=20,
        dimensions=(50, columns),
    )


def plain(text: str) -> str:
    """Without what draws."""
    return re.sub(r"\x1b(\[[0-9;?]*[A-Za-z]|[()][A-Z0-9]|[=>])", "", text)


def declare(child: pexpect.spawn[str]) -> None:
    """Enter everywhere: the first tenant, its newest policy, the address chosen with a space."""
    child.expect("Which tenant")
    child.send("\r")
    for question in ("as it was shown", "Suspected policy", "Public IP", "Accounts", "business",
                     "begin", "Who can still sign in"):  # fmt: skip
        child.expect(question)
        child.send("\r")


@pytest.mark.slow
@pytest.mark.parametrize("columns", [40, 80])
def test_a_terminal_is_walked_by_enter_alone(tmp_path: Path, columns: int) -> None:
    """Declared by Enter, one step further by Enter, left by Ctrl-C, and nothing is lost."""
    child = start(tmp_path, columns=columns)
    declare(child)
    child.expect("Recorded as")
    child.expect("what next")
    child.send("\r")
    child.expect("what next")
    child.send("\x03")
    child.expect("Everything up to here is recorded")
    child.expect(r"lockout walk --incident (lo-\d+-\w+)")
    incident = child.match.group(1) if isinstance(child.match, re.Match) else ""
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 130

    again = start(tmp_path, "--incident", str(incident), columns=columns)
    again.expect("what next")
    again.send("\x03")
    again.expect(pexpect.EOF)
    assert "Traceback" not in plain(again.before or "")


@pytest.mark.slow
def test_a_pasted_error_comes_in_whole(tmp_path: Path) -> None:
    """Several lines, one of them empty, in one paste; what is in it is read."""
    child = start(tmp_path)
    child.expect("Which tenant")
    child.send("\r")
    child.expect("as it was shown")
    pasted = "AADSTS53003: blocked\r\n\r\nCorrelation ID: 11111111-2222-3333-4444-555555555556"
    child.send(f"\x1b[200~{pasted}\x1b[201~")
    child.send("\r\r")
    for question in ("Suspected policy", "Public IP", "Accounts", "business", "begin", "Who can"):
        child.expect(question)
        child.send("\r")
    child.expect("Correlation ID: 11111111-2222-3333-4444-555555555556")
    child.expect("what next")
    child.send("\x03")
    child.expect(pexpect.EOF)
