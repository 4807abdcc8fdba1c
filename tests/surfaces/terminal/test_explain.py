"""Errors in words: whose fault, whether it was recorded, what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.errors import (
    AlreadyRecorded,
    Broken,
    Invalid,
    LockoutError,
    OutcomeUnknown,
    Problem,
    Refused,
    Unavailable,
)
from bot.surfaces.terminal.explain import exit_code, explain, explain_bug

PROBLEMS = [Problem("o.yaml", 3, "name", "is missing"), Problem("o.yaml", 9, "", "a\x1b[2Jb")]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (AlreadyRecorded("Closed already"), 0),
        (Refused("No"), 1),
        (Invalid(PROBLEMS), 2),
        (Unavailable("The database does not answer"), 3),
        (Broken("Not found"), 3),
    ],
)
def test_each_kind_has_its_exit_code(error: LockoutError, code: int) -> None:
    """A script can tell a refusal from a database that is away."""
    assert exit_code(error) == code


def test_a_refusal_says_why_and_what_instead() -> None:
    """In the words of this surface, one sentence each."""
    said = explain(Refused("There is no incident yet", "Declare one: /lockout"))
    assert said == ["Not done. There is no incident yet.", "Declare one: lockout walk."]


def test_all_problems_of_a_file_are_told_with_their_lines() -> None:
    """All at once, and nothing in them drives the terminal."""
    said = explain(Invalid(PROBLEMS))
    assert said[0] == "o.yaml:3: name: is missing"
    assert said[1] == "o.yaml:9: ab"
    assert "2 problems" in said[2]


def test_what_was_not_recorded_is_said_first() -> None:
    """The first word decides what somebody does next at 3 AM."""
    said = explain(Unavailable("The database does not answer", 30))
    assert said[0].startswith("NOT recorded.")
    assert "Write down" in said[1]
    assert "30 seconds" in said[1]
    assert explain(Broken("No such table", "Ask"))[0].startswith("NOT recorded.")


def test_a_command_that_only_reads_does_not_frighten() -> None:
    """Nothing was to be recorded."""
    assert "NOT" not in " ".join(explain(Unavailable("Away"), records=False))
    assert explain(Broken("Gone"), records=False) == ["Gone."]


def test_a_bug_keeps_the_place_but_never_the_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The trace goes to a file; what somebody pasted may stand in the message, so that does not."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.delenv("LOCKOUT_LOG_LEVEL", raising=False)
    said = ""
    try:
        int("pasted" + chr(32) + "words")
    except ValueError as error:
        said = " ".join(explain_bug(error, "note"))
    log = tmp_path / "lockout" / "error.log"
    assert str(log) in said
    assert "may have been recorded" in said
    assert "test_explain.py" in log.read_text()
    assert "pasted words" not in log.read_text() + said


def test_a_bug_is_told_even_where_nothing_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk is no reason to lose the message."""
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(blocked))
    monkeypatch.setattr("tempfile.tempdir", str(blocked))
    said = " ".join(explain_bug(ValueError(), "status"))
    assert "Nothing was recorded" in said
    assert "no file" in said


def test_debug_shows_the_trace(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Whoever asks for it gets it on the screen."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("LOCKOUT_LOG_LEVEL", "debug")
    explain_bug(ValueError("why"), "status")
    assert "ValueError: why" in capsys.readouterr().err


def test_what_may_be_recorded_is_not_said_to_be_lost() -> None:
    """With where to look before it is done again."""
    words = " ".join(explain(OutcomeUnknown("The database was lost")))
    assert "It may be recorded, or not" in words
    assert "lockout timeline" in words
    assert "NOT" not in words
