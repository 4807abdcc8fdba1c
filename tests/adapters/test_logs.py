"""What reaches the log: JSON lines, and no credential, however it got there."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import structlog
from pydantic import SecretStr

from bot.adapters.logs import configure_logs, redact
from bot.core.secrets import find_secrets
from tests.adapters.logged import Log, written_log

SECRETS = {
    "private key": "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----",
    "Slack token": "xoxb-1234567890-abcdefghij",
    "JSON web token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NSJ9.c2lnbmF0dXJl",
    "AWS secret access key": "aws_secret_access_key = wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEYxx",
    "GitHub token": "ghp_" + "a1B2" * 9,
    "Google API key": "AIza" + "Sy0-_" * 7,
    "Google OAuth token": "ya29.a0AfH6SMBabcdefghijklmnop",
    "one-time password seed": "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP",
    "bearer token": "Authorization: Bearer abcdef123456",
    "password in a URL": "postgresql://lockout:geheim123@db.example.com/x",
    "password": "password: Sommer2026!",
}
# What of each must not be seen anywhere.
TELLTALES = {
    "private key": "MIIEow",
    "Slack token": "1234567890",
    "JSON web token": "c2lnbmF0dXJl",
    "AWS secret access key": "wJalrXUtn",
    "GitHub token": "a1B2a1B2",
    "Google API key": "Sy0-_Sy0",
    "Google OAuth token": "a0AfH6",
    "one-time password seed": "JBSWY3DP",
    "bearer token": "abcdef123456",
    "password in a URL": "geheim123",
    "password": "Sommer2026",
}
EACH = pytest.mark.parametrize("kind", list(SECRETS))


@dataclass
class Answer:
    """Somebody else's object; its repr quotes what it was asked."""

    said: str


@pytest.fixture
def log() -> Iterator[Log]:
    """The log as the server writes it."""
    with written_log() as found:
        yield found


def fail(text: str) -> None:
    """With a message that quotes it."""
    raise ValueError(text)


def test_every_kind_of_credential_is_tried_here() -> None:
    """Each example looks like what it stands for, and like nothing else first."""
    assert {kind: kind in find_secrets(text) for kind, text in SECRETS.items()} == dict.fromkeys(
        SECRETS, True
    )


@EACH
def test_a_credential_goes_however_deep_it_lies(log: Log, kind: str) -> None:
    """In the text, in lists, in keys, in objects of others."""
    text = SECRETS[kind]
    structlog.get_logger("bot.test").warning(
        f"event {text}",
        plain=f"before {text} after",
        deep={"list": [{"tuple": (text, {"set": {text}})}]},
        keys={text: 1},
        thing=Answer(text),
        raw=text.encode(),
        error=ValueError(text),
    )
    (line,) = log.lines()
    assert TELLTALES[kind] not in json.dumps(line)
    assert line["plain"].startswith("before [REMOVED: ")


@EACH
def test_a_credential_in_an_exception_goes(log: Log, kind: str) -> None:
    """The trace stays readable."""
    try:
        fail(SECRETS[kind])
    except ValueError:
        structlog.get_logger("bot.test").exception("broke")
    (line,) = log.lines()
    assert TELLTALES[kind] not in json.dumps(line)
    assert "ValueError" in line["exception"]
    assert "[REMOVED: " in line["exception"]


@EACH
def test_a_credential_in_a_library_s_log_goes(log: Log, kind: str) -> None:
    """Whether in the text, in its arguments, or in its exception."""
    library = logging.getLogger("aiohttp.server")
    library.warning("asked for %s", SECRETS[kind])
    try:
        fail(SECRETS[kind])
    except ValueError:
        library.exception("broke")
    first, second = log.lines()
    assert TELLTALES[kind] not in json.dumps([first, second])
    assert first["event"].startswith("asked for ")
    assert "ValueError" in second["exception"]


@pytest.mark.parametrize(
    "key",
    ["token", "app_token", "client_secret", "Password", "AUTHORIZATION", "cookie", "x-signature"],
)
def test_a_telling_key_hides_whatever_is_under_it(log: Log, key: str) -> None:
    """At any depth and of any type; that there is nothing may be seen."""
    event = {key: "hunter2", "deep": [{key: {"a": 12_345}}], "empty": {key: ""}}
    structlog.get_logger("bot.test").warning("event", **event)
    (line,) = log.lines()
    assert line[key] == "[REMOVED]"
    assert line["deep"] == [{key: "[REMOVED]"}]
    assert line["empty"] == {key: ""}


def test_what_is_no_secret_stays_as_it_is(log: Log) -> None:
    """Numbers stay numbers, text stays text."""
    structlog.get_logger("bot.test").info(
        "acted", incident="lo-261122-k7qdx", facts=3, seconds=0.5, good=True, none=None, list=[1]
    )
    (line,) = log.lines()
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "acted",
        "incident": "lo-261122-k7qdx",
        "facts": 3,
        "seconds": 0.5,
        "good": True,
        "none": None,
        "list": [1],
        "level": "info",
        "logger": "bot.test",
    }


def test_odd_text_is_still_one_json_line(log: Log) -> None:
    """Line breaks, NUL, half a surrogate pair, an object of nobody's."""
    structlog.get_logger("bot.test").warning("a\nb\0\ud83d\u2028", thing=SecretStr("hunter2"))
    (line,) = log.lines()
    assert line["event"].startswith("a\nb\0")
    assert "hunter2" not in json.dumps(line)


def test_the_incident_is_on_every_line_of_its_work(log: Log) -> None:
    """Bound once, also on lines of libraries."""
    structlog.contextvars.bind_contextvars(incident="lo-1")
    structlog.get_logger("bot.test").warning("ours")
    logging.getLogger("asyncio").warning("theirs")
    assert [line["incident"] for line in log.lines()] == ["lo-1", "lo-1"]


def test_the_level_decides_what_is_written(log: Log) -> None:
    """Debug lines, where pasted text may stand, are not at info."""
    structlog.get_logger("bot.test").debug("pasted text")
    bolt = logging.getLogger("slack_bolt.AsyncApp")
    bolt.setLevel(logging.INFO)  # as Bolt does itself
    bolt.warning("Unhandled request")
    logging.getLogger("alembic.runtime.migration").info("Running upgrade")
    assert log.lines() == []


@pytest.mark.usefixtures("log")
def test_for_a_person_s_eyes_there_is_no_json_and_no_secret_either(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """On standard error; the same processors, another last step."""
    configure_logs("info", as_json=False)
    structlog.get_logger("bot.test").warning("sent", token="hunter2", text=SECRETS["Slack token"])
    out, said = capsys.readouterr()
    assert out == ""
    assert "sent" in said
    assert "{" not in said
    assert "hunter2" not in said
    assert TELLTALES["Slack token"] not in said


def test_redacting_changes_a_copy() -> None:
    """Whoever logged the dictionary still needs it."""
    event = {"event": "x", "body": {"token": "hunter2"}}
    assert redact(None, "info", event)["body"] == {"token": "[REMOVED]"}
    assert event["body"] == {"token": "hunter2"}
