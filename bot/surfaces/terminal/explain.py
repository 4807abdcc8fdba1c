"""Errors in words, always with whether it was recorded; and the exit code that goes with each."""

from __future__ import annotations

import os
import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path

from bot.core.errors import (
    AlreadyRecorded,
    Broken,
    Invalid,
    LockoutError,
    OutcomeUnknown,
    Refused,
    Unavailable,
)
from bot.surfaces.terminal.plain import in_terminal, printable_line

REFUSED, INVALID, UNAVAILABLE, BUG, INTERRUPTED = 1, 2, 3, 70, 130
RECORDING = frozenset({"walk", "drill", "note", "close", "run"})


def exit_code(error: LockoutError) -> int:
    """0 for what was done already, 1 refused, 2 a file or setting is wrong, 3 unreachable."""
    match error:
        case AlreadyRecorded():
            return 0
        case Refused():
            return REFUSED
        case Invalid():
            return INVALID
        case _:
            return UNAVAILABLE


def explain(error: LockoutError, *, records: bool = True) -> list[str]:
    """Lines for a person. `records`: the command would have recorded something."""
    match error:
        case AlreadyRecorded():
            return [f"Nothing to do. {_sentence(error.reason)}"]
        case Refused():
            return [f"Not done. {_sentence(error.reason)}", *_hint(error.hint)]
        case Invalid():
            count = len(error.problems)
            lines = [printable_line(str(problem)) for problem in error.problems]
            return [*lines, f"{count} problem{'' if count == 1 else 's'}. Nothing was recorded."]
        case Unavailable():
            return [*_unavailable(error, records=records)]
        case Broken():
            done = "NOT recorded. " if records else ""
            return [f"{done}{_sentence(error.reason)}", *_hint(error.hint)]
        case _:
            return [_sentence(str(error))]


def _unavailable(error: Unavailable, *, records: bool) -> list[str]:
    wait = f"in {error.retry_after:.0f} seconds" if error.retry_after else "in a minute"
    if isinstance(error, OutcomeUnknown) and records:
        return [
            f"It may be recorded, or not. {_sentence(error.reason)}",
            f"Look at it {wait}: lockout timeline. Do it again if it is not there.",
        ]
    if not records:
        return [f"{_sentence(error.reason)} Nothing was recorded.", f"Try again {wait}."]
    return [
        f"NOT recorded. {_sentence(error.reason)}",
        f"Write down what you did and when, and try again {wait}.",
        "If it stays so: check the database (LOCKOUT_DATABASE_URL) and its disk.",
    ]


def explain_bug(error: BaseException, command: str) -> list[str]:
    """Lines for a person about a mistake of this program; the trace goes to a file."""
    if os.environ.get("LOCKOUT_LOG_LEVEL", "").lower() == "debug":
        traceback.print_exception(error)
    recorded = (
        "It may have been recorded, or not. Look: lockout timeline"
        if command in RECORDING
        else "Nothing was recorded: this command only reads."
    )
    return [
        f"Something broke, and it is our fault ({type(error).__name__}).",
        recorded,
        f"Where it broke is in {_keep(error, command)} (or set LOCKOUT_LOG_LEVEL=debug).",
    ]


def _keep(error: BaseException, command: str) -> str:
    """Write where it broke; never the message, which may quote what somebody pasted."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    head = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} lockout {command}"
    entry = f"{head}\n{frames}{type(error).__name__}\n\n"
    for folder in (_state_folder(), Path(tempfile.gettempdir()) / f"lockout-{os.getpid()}"):
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            path = folder / "error.log"
            with path.open("a", encoding="utf-8", errors="backslashreplace") as file:
                file.write(entry)
        except OSError:
            continue
        return str(path)
    return "no file: none could be written"


def _state_folder() -> Path:
    """freedesktop.org, XDG base directories: what a program keeps about its own runs."""
    named = os.environ.get("XDG_STATE_HOME", "")
    return (Path(named) if named else Path("~/.local/state").expanduser()) / "lockout"


def _sentence(text: str) -> str:
    words = in_terminal(printable_line(text))
    return words if words.endswith((".", "!", "?")) else f"{words}."


def _hint(hint: str) -> list[str]:
    return [_sentence(hint)] if hint else []
