"""What reaches the log: JSON lines, and no credential, however it got there."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
import structlog
from pydantic import SecretStr

from bot.adapters.logs import SHORTEST_SECRET, Redactor, configure_logs
from bot.core.secrets import find_secrets
from bot.settings import read_settings
from tests.adapters.logged import Log, written_log

SECRETS = {
    "private key": "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----",
    "Slack token": "xoxb-1234567890-abcdefghij",
    "Slack hook": "https://hooks.slack" + ".com/actions/T0/12/aBcDeFgH",
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
    "Slack hook": "aBcDeFgH",
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
    assert Redactor()(None, "info", event)["body"] == {"token": "[REMOVED]"}
    assert event["body"] == {"token": "hunter2"}


# What is configured need not look like a credential; each by what of it must not be seen.
CONFIGURED = {
    "SLACK_BOT_TOKEN": ("odd-bot-token/1", "odd-bot"),
    "SLACK_APP_TOKEN": ("odd-app-token/1", "odd-app"),
    "SLACK_SIGNING_SECRET": ("8f742231b10e8888abcd99yyy012345a", "8f742231"),
    "LOCKOUT_DATABASE_URL": ('postgresql+psycopg://bot:ge/heim%25\\"x@db.example.com/x', "ge/heim"),
}


@pytest.mark.parametrize("from_files", [False, True], ids=["environment", "files"])
def test_no_configured_secret_is_logged_under_any_key(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, from_files: bool
) -> None:
    """All four, as they were set or as somebody quotes them, wherever they stand."""
    monkeypatch.chdir(tmp_path)
    for name, (secret, _) in CONFIGURED.items():
        (tmp_path / name).write_text(secret, encoding="utf-8")
        monkeypatch.setenv(f"{name}_FILE", str(tmp_path / name) if from_files else "")
        monkeypatch.setenv(name, "" if from_files else secret)
    password = 'ge/heim%\\"x'
    texts = [password, *(secret for secret, _ in CONFIGURED.values())]
    with written_log(read_settings().secrets()) as log:
        for text in texts:
            structlog.get_logger("bot.test").warning(
                f"event {text}",
                body={"ts": [text], text: 1, "thing": Answer(text)},
                address=f"https://api.example.com/?of={quote(text, safe='')}&and=1",
                answer=json.dumps({"error": text}),
            )
            logging.getLogger("aiohttp.server").error("asked %s", text, exc_info=ValueError(text))
    lines = log.lines()
    written = json.dumps(lines) + repr(lines)
    assert len(lines) == 2 * len(texts)
    telltales = {"heim", *(telltale for _, telltale in CONFIGURED.values())}
    assert [telltale for telltale in telltales if telltale in written] == []
    assert lines[0]["address"] == "https://api.example.com/?of=[REMOVED]&and=1"


def test_a_very_short_secret_tears_no_holes_into_other_words() -> None:
    """A password of one letter would; nobody reads a log without that letter."""
    short, long = "a" * (SHORTEST_SECRET - 1), "b" * SHORTEST_SECRET
    event = {"event": f"{short} {long}"}
    assert Redactor([short, long])(None, "info", event)["event"] == f"{short} [REMOVED]"
