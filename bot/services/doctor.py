"""What `lockout doctor` makes of what was found on a machine: ok, warn or fail, and what to do.

Only judging: what is judged comes from adapters. A credential's value is never part of a check.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from bot.core.errors import Problem

Level = Literal["ok", "warn", "fail"]
Version = tuple[int, ...]

OLDEST_PYTHON = (3, 11)
# Measured with DBOS 3.4: with Python 3.12 it asks SQLite for unixepoch('subsec'), which SQLite has
# since 3.42 (https://sqlite.org/lang_datefunc.html), and does not start without it.
STRICTER_PYTHON, OLDEST_SQLITE = (3, 12), (3, 42)
# Bytes. An incident is some megabytes at most; a full disk stops the recording.
LITTLE_SPACE, NO_SPACE = 1_000_000_000, 100_000_000
OTHERS_MAY_READ = 0o004

# Slack says how its tokens begin (docs.slack.dev/authentication/tokens), not how long they are.
_SHAPES = {
    "SLACK_BOT_TOKEN": (re.compile(r"(?:xoxe\.)?xoxb-[\w-]+"), "xoxb-…"),
    "SLACK_APP_TOKEN": (re.compile(r"xapp-[\w-]+"), "xapp-…"),
    "SLACK_SIGNING_SECRET": (re.compile(r"[0-9a-f]{32}"), "32 signs of 0-9 and a-f"),
}
_WHERE = "See README.md, Connect Slack"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `todo` is empty when nothing need be done."""

    name: str
    level: Level
    said: str
    todo: str = ""


def judge_versions(python: Version, sqlite: Version, *, on_sqlite: bool) -> Check:
    """Python and the SQLite library in it; `on_sqlite`: the timeline is kept there."""
    said = f"Python {_dotted(python)}, SQLite {_dotted(sqlite)}"
    if python < OLDEST_PYTHON:
        return Check("versions", "fail", said, f"Use Python {_dotted(OLDEST_PYTHON)} or newer")
    if on_sqlite and python >= STRICTER_PYTHON and sqlite < OLDEST_SQLITE:
        return Check(
            "versions",
            "fail",
            f"{said}: the durable engine cannot run on these two together, so the bot does not "
            "serve Slack. The terminal walk works",
            f"Use SQLite {_dotted(OLDEST_SQLITE)} or newer (Debian 13, the Docker image), "
            "Python 3.11, or PostgreSQL",
        )
    return Check("versions", "ok", said)


def judge_space(free: int) -> Check:
    """Free bytes where the database lies."""
    said = f"{free // 1_000_000} MB free where the database lies"
    if free < LITTLE_SPACE:
        level: Level = "fail" if free < NO_SPACE else "warn"
        return Check("disk space", level, said, "Make room: a full disk stops the recording")
    return Check("disk space", "ok", said)


def judge_mode(file: str, mode: int) -> Check:
    """`mode` as `stat` gives it; the file holds facts or credentials."""
    if mode & OTHERS_MAY_READ:
        return Check(
            "permissions",
            "warn",
            f"every user of this machine can read {file}",
            f"chmod 600 {file}",
        )
    return Check("permissions", "ok", f"{file} is not readable for everybody")


def judge_problems(name: str, problems: Iterable[Problem], *, good: str, todo: str) -> Check:
    """What a file's own check found; `todo` shows each problem."""
    fatal = [problem.fatal for problem in problems]
    if any(fatal):
        return Check(name, "fail", _count(sum(fatal), "problem"), todo)
    if fatal:
        return Check(name, "warn", _count(len(fatal), "warning"), todo)
    return Check(name, "ok", good)


def judge_slack(settings: Mapping[str, str]) -> Iterator[Check]:
    """By name of the setting; empty when it is not set. Only shapes: nobody asks Slack."""
    given = {name: value for name, value in settings.items() if value}
    if not given:
        yield Check("Slack", "warn", "not configured: health only, and lockout walk", _WHERE)
        return
    for name, value in given.items():
        shape, words = _SHAPES[name]
        if not shape.fullmatch(value):
            level: Level = "warn" if name == "SLACK_SIGNING_SECRET" else "fail"
            yield Check("Slack", level, f"{name} is not of the form {words}", "Copy it again")
    if "SLACK_BOT_TOKEN" not in given:
        yield Check("Slack", "fail", "SLACK_BOT_TOKEN is missing", _WHERE)
    ways = [name for name in ("SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN") if name in given]
    if not ways:
        yield Check(
            "Slack",
            "fail",
            "Slack cannot reach the bot",
            "Set SLACK_SIGNING_SECRET (HTTP) or SLACK_APP_TOKEN (Socket Mode)",
        )
    elif "SLACK_BOT_TOKEN" in given:
        how = " and ".join("HTTP" if "SECRET" in name else "Socket Mode" for name in ways)
        yield Check("Slack", "ok", f"complete, over {how}; whether Slack takes it was not asked")


def judge_snapshot(
    tenant: str, extra: str, *, installed: bool, age: timedelta | None, stale_after: timedelta
) -> Check:
    """Of a tenant that is to be watched; `age` is that of its newest snapshot, if there is one.

    Nobody asks the provider, so whether it takes the reader's credentials is not known.
    """
    if not installed:
        return Check(
            "snapshots",
            "warn",
            f"{tenant} is to be watched, but what reads it is not installed",
            f"pip install 'lockout[{extra}]'",
        )
    todo = f"lockout snapshot {tenant} reads it now, and says what is wrong"
    if age is None:
        return Check("snapshots", "warn", f"{tenant} was never read", todo)
    hours = age // timedelta(hours=1)
    if age > stale_after:
        return Check("snapshots", "warn", f"{tenant} was read last {hours} hours ago", todo)
    when = f"{hours} hours ago" if hours > 1 else "in the last two hours"
    return Check("snapshots", "ok", f"{tenant} was read {when}; its provider was not asked")


def _dotted(version: Version) -> str:
    return ".".join(map(str, version))


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
