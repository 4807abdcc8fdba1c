"""What the doctor makes of a machine: what stops the night's work fails, what weakens it warns."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.errors import Problem
from bot.services.doctor import (
    LITTLE_SPACE,
    NO_SPACE,
    Version,
    judge_mode,
    judge_problems,
    judge_slack,
    judge_snapshot,
    judge_space,
    judge_versions,
)

BOT, APP, SECRET = "xoxb-1-2-abc", "xapp-1-A-2-abc", "0123456789abcdef" * 2


@pytest.mark.parametrize(
    ("python", "sqlite", "on_sqlite", "level"),
    [
        ((3, 11, 2), (3, 40, 1), True, "ok"),
        ((3, 12, 1), (3, 42, 0), True, "ok"),
        ((3, 13, 0), (3, 46, 0), True, "ok"),
        ((3, 12, 1), (3, 40, 1), True, "fail"),
        ((3, 13, 0), (3, 41, 9), True, "fail"),
        ((3, 12, 1), (3, 40, 1), False, "ok"),
        ((3, 10, 9), (3, 46, 0), False, "fail"),
    ],
)
def test_versions_that_do_not_go_together_fail(
    python: Version,
    sqlite: Version,
    on_sqlite: bool,  # noqa: FBT001 - a case
    level: str,
) -> None:
    """Python 3.12 or newer needs SQLite 3.42 or newer, where the timeline is kept in SQLite."""
    check = judge_versions(python, sqlite, on_sqlite=on_sqlite)
    assert check.level == level
    assert bool(check.todo) == (level == "fail")


def test_versions_that_cannot_run_the_engine_say_so_plainly() -> None:
    """What does not work, what still does, and three ways out."""
    check = judge_versions((3, 12, 1), (3, 40, 1), on_sqlite=True)
    assert "the durable engine cannot run on these two together" in check.said
    assert "The terminal walk works" in check.said
    for way in ("SQLite 3.42", "Python 3.11", "PostgreSQL"):
        assert way in check.todo


@pytest.mark.parametrize(
    ("free", "level"),
    [
        (LITTLE_SPACE, "ok"),
        (LITTLE_SPACE - 1, "warn"),
        (NO_SPACE, "warn"),
        (NO_SPACE - 1, "fail"),
        (0, "fail"),
    ],
)
def test_a_disk_that_fills_is_said_before_it_is_full(free: int, level: str) -> None:
    """In time to make room."""
    assert judge_space(free).level == level


@pytest.mark.parametrize(
    ("mode", "level"), [(0o100600, "ok"), (0o100640, "ok"), (0o100644, "warn"), (0o100604, "warn")]
)
def test_a_file_that_everybody_reads_is_warned_of(mode: int, level: str) -> None:
    """With the command that mends it."""
    check = judge_mode("lockout.db", mode)
    assert check.level == level
    assert check.todo == ("chmod 600 lockout.db" if level == "warn" else "")


def test_problems_of_a_file_fail_and_warnings_warn() -> None:
    """Counted; the command that names them is the thing to do."""
    wrong, doubtful = Problem("o", 1, "", "x"), Problem("o", 2, "", "y", fatal=False)

    def judged(*problems: Problem) -> tuple[str, str]:
        check = judge_problems("organisation", problems, good="Example", todo="look")
        return check.level, check.said

    assert judged() == ("ok", "Example")
    assert judged(doubtful) == ("warn", "1 warning")
    assert judged(doubtful, doubtful) == ("warn", "2 warnings")
    assert judged(doubtful, wrong) == ("fail", "1 problem")


@pytest.mark.parametrize(
    ("bot", "secret", "app", "levels", "said"),
    [
        ("", "", "", ["warn"], "not configured"),
        (BOT, SECRET, "", ["ok"], "complete, over HTTP;"),
        (BOT, "", APP, ["ok"], "complete, over Socket Mode;"),
        (BOT, SECRET, APP, ["ok"], "over HTTP and Socket Mode"),
        (f"xoxe.{BOT}", SECRET, "", ["ok"], "complete"),
        (BOT, "", "", ["fail"], "Slack cannot reach the bot"),
        ("", SECRET, "", ["fail"], "SLACK_BOT_TOKEN is missing"),
        ("xoxp-1-2-geheim", SECRET, "", ["fail", "ok"], "SLACK_BOT_TOKEN is not of the form xoxb-"),
        (f"'{BOT}geheim'", SECRET, "", ["fail", "ok"], "SLACK_BOT_TOKEN is not of the form"),
        (BOT, "", "xoxb-geheim", ["fail", "ok"], "SLACK_APP_TOKEN is not of the form xapp-"),
        (BOT, "geheim", "", ["warn", "ok"], "SLACK_SIGNING_SECRET is not of the form"),
    ],
)  # fmt: skip
def test_slack_is_complete_or_says_what_is_missing(
    bot: str, secret: str, app: str, levels: list[str], said: str
) -> None:
    """By the shape of each credential, and never with its value."""
    settings = {"SLACK_BOT_TOKEN": bot, "SLACK_SIGNING_SECRET": secret, "SLACK_APP_TOKEN": app}
    checks = list(judge_slack(settings))
    assert [check.level for check in checks] == levels
    assert said in checks[0].said
    shown = " ".join(check.said + check.todo for check in checks)
    assert not [value for value in (bot, secret, app, "geheim") if value and value in shown]


@pytest.mark.parametrize(
    ("installed", "hours", "level", "said"),
    [
        (False, 1, "warn", "not installed"),
        (True, None, "warn", "never read"),
        (True, 24, "ok", "24 hours ago"),
        (True, 1, "ok", "in the last two hours"),
        (True, 25, "warn", "read last 25 hours ago"),
    ],
)
def test_a_watched_tenant_must_have_been_read_lately(
    installed: bool,  # noqa: FBT001 - a case
    hours: int | None,
    level: str,
    said: str,
) -> None:
    """Otherwise a policy that locks everybody out is announced by nobody."""
    age = None if hours is None else timedelta(hours=hours)
    check = judge_snapshot(
        "entra-example", "entra", installed=installed, age=age, stale_after=timedelta(hours=24)
    )
    assert check.level == level
    assert said in check.said
    assert bool(check.todo) == (level != "ok")
