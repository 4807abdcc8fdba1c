"""The environment: every name, every mistake at once, and never a secret's value."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from bot.core.errors import Invalid
from bot.settings import Settings, read_settings

NAMES = {
    "SLACK_BOT_TOKEN": "xoxb-bot",
    "SLACK_SIGNING_SECRET": "8f742231b10e",
    "SLACK_APP_TOKEN": "xapp-app",
    "SLACK_API_URL": "http://127.0.0.1:9/api/",
    "LOCKOUT_LISTEN": "0.0.0.0:8080",
    "LOCKOUT_DATABASE_URL": "postgresql+psycopg://lockout:geheim@db.example.com/lockout",
    "LOCKOUT_ORGANISATION": "/etc/lockout/organisation.yaml",
    "LOCKOUT_PLAYBOOKS": "/etc/lockout/playbooks",
    "LOCKOUT_LOG_LEVEL": "debug",
    "LOCKOUT_REMINDER_SECONDS_PER_MINUTE": "0.5",
}
FROM_FILES = (
    "SLACK_BOT_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_APP_TOKEN",
    "LOCKOUT_DATABASE_URL",
)
ROOT = Path(__file__).parents[1]
SECRETS = ("xoxb-bot", "8f742231b10e", "xapp-app", "geheim")


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """Nothing set, in a folder without `.env`."""
    for name in (*NAMES, *(f"{name}_FILE" for name in FROM_FILES)):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return monkeypatch


def test_every_setting_is_read_from_its_name(environment: pytest.MonkeyPatch) -> None:
    """The variables of the README are the fields in capitals, no more and no fewer."""
    for name, value in NAMES.items():
        environment.setenv(name, value)
    settings = read_settings()
    assert {name.upper() for name in Settings.model_fields} == set(NAMES)
    assert settings.slack_bot_token
    assert settings.slack_bot_token.get_secret_value() == "xoxb-bot"
    assert (settings.host, settings.port) == ("0.0.0.0", 8080)  # noqa: S104 - only read
    assert plain(settings, "LOCKOUT_DATABASE_URL") == NAMES["LOCKOUT_DATABASE_URL"]
    assert settings.lockout_organisation == Path("/etc/lockout/organisation.yaml")
    assert settings.lockout_log_level == "debug"
    assert settings.lockout_reminder_seconds_per_minute == 0.5


@pytest.mark.usefixtures("environment")
def test_without_anything_it_listens_here_and_writes_a_file_here() -> None:
    """And knows no Slack."""
    settings = read_settings()
    assert (settings.host, settings.port) == ("127.0.0.1", 3000)
    assert plain(settings, "LOCKOUT_DATABASE_URL") == "sqlite:///lockout.db"
    assert settings.secrets() == []
    assert settings.slack_bot_token is settings.slack_app_token is None
    assert settings.lockout_organisation is settings.lockout_playbooks is None


def test_empty_means_not_set(environment: pytest.MonkeyPatch) -> None:
    """A line `SLACK_APP_TOKEN=` in a copied .env is no token."""
    for name in NAMES:
        environment.setenv(name, "")
    assert read_settings() == Settings()
    assert read_settings().slack_app_token is None


def test_a_file_speaks_where_the_environment_is_silent(environment: pytest.MonkeyPatch) -> None:
    """`.env` in the current folder; what it says of others is not ours."""
    Path(".env").write_text(
        "LOCKOUT_LISTEN=127.0.0.1:4000\nLOCKOUT_LOG_LEVEL=error\nSOMEBODY_ELSES=1\n",
        encoding="utf-8",
    )
    environment.setenv("LOCKOUT_LOG_LEVEL", "debug")
    settings = read_settings()
    assert settings.port == 4000
    assert settings.lockout_log_level == "debug"


@pytest.mark.parametrize(
    "listen", ["3000", ":3000", "127.0.0.1", "127.0.0.1:", "host:65536", "host:-1", "host:²"]
)
def test_a_place_to_listen_needs_a_host_and_a_port(
    environment: pytest.MonkeyPatch, listen: str
) -> None:
    """Anything else says how to write it."""
    environment.setenv("LOCKOUT_LISTEN", listen)
    with pytest.raises(Invalid, match=r"LOCKOUT_LISTEN.*write it as HOST:PORT"):
        read_settings()


def test_an_ipv6_place_is_taken_without_its_brackets(environment: pytest.MonkeyPatch) -> None:
    """As the socket wants it."""
    environment.setenv("LOCKOUT_LISTEN", "[::1]:3000")
    assert (read_settings().host, read_settings().port) == ("::1", 3000)


def test_all_mistakes_are_said_at_once(environment: pytest.MonkeyPatch) -> None:
    """By the names that were set, so that nobody mends one a start."""
    environment.setenv("LOCKOUT_LISTEN", "nowhere")
    environment.setenv("LOCKOUT_LOG_LEVEL", "loud")
    with pytest.raises(Invalid) as refusal:
        read_settings()
    assert [problem.field for problem in refusal.value.problems] == [
        "LOCKOUT_LISTEN",
        "LOCKOUT_LOG_LEVEL",
    ]


def test_a_mistake_elsewhere_shows_no_secret(environment: pytest.MonkeyPatch) -> None:
    """Neither in the error nor in its causes."""
    for name, value in NAMES.items():
        environment.setenv(name, value)
    environment.setenv("LOCKOUT_LISTEN", "geheim")
    with pytest.raises(Invalid) as refusal:
        read_settings()
    assert not [secret for secret in SECRETS if secret in str(refusal.value)]
    assert refusal.value.__suppress_context__


@pytest.mark.usefixtures("environment")
def test_a_file_that_is_no_text_is_said() -> None:
    """Instead of a trace."""
    Path(".env").write_bytes(b"SLACK_BOT_TOKEN=\xff\xfe")
    with pytest.raises(Invalid, match="not UTF-8"):
        read_settings()


def test_settings_show_no_secret(environment: pytest.MonkeyPatch) -> None:
    """They may end up in a log or a trace."""
    for name, value in NAMES.items():
        environment.setenv(name, value)
    settings = read_settings()
    for shown in (repr(settings), str(settings)):
        assert not [secret for secret in SECRETS if secret in shown]


def plain(settings: Settings, name: str) -> str:
    """A setting's value, unwrapped."""
    value = getattr(settings, name.lower())
    return str(value.get_secret_value() if hasattr(value, "get_secret_value") else value)


@pytest.mark.parametrize("name", FROM_FILES)
@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_secret_can_stand_in_a_file(
    environment: pytest.MonkeyPatch, tmp_path: Path, name: str, end: str
) -> None:
    """As container platforms hand it over; the line's end is not part of it, all else is."""
    path = tmp_path / "secret"
    path.write_bytes(f" {NAMES[name]} {end}".encode())
    environment.setenv(f"{name}_FILE", str(path))
    settings = read_settings()
    assert plain(settings, name) == f" {NAMES[name]} "
    assert NAMES[name] not in repr(settings)


def test_the_name_of_a_file_may_stand_in_env(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Like every other setting; an empty one is not set."""
    (tmp_path / "token").write_text("xoxb-bot", encoding="utf-8")
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN_FILE=token\nSLACK_BOT_TOKEN=\n", "utf-8")
    environment.setenv("SLACK_APP_TOKEN_FILE", "")
    settings = read_settings()
    assert plain(settings, "SLACK_BOT_TOKEN") == "xoxb-bot"
    assert settings.slack_app_token is None


@pytest.mark.parametrize("name", FROM_FILES)
def test_a_value_and_its_file_together_are_refused(
    environment: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    """Nobody could say which of the two holds."""
    (tmp_path / "secret").write_text("geheim", encoding="utf-8")
    environment.setenv(f"{name}_FILE", str(tmp_path / "secret"))
    environment.setenv(name, NAMES[name])
    with pytest.raises(Invalid) as refusal:
        read_settings()
    (problem,) = refusal.value.problems
    assert (problem.field, problem.message) == (f"{name}_FILE", f"{name} is set as well: set one")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "No such file"),
        (b"\xff\xfe", "UnicodeDecodeError"),
        (b"", "does not hold one secret"),
        (b"\n", "does not hold one secret"),
        (b"geheim\0", "does not hold one secret"),
        (b"geheim" * 10_000, "does not hold one secret"),
    ],
    ids=["missing", "no text", "empty", "a line", "nul", "long"],
)
def test_a_file_that_holds_no_secret_is_named_by_its_setting(
    environment: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None, reason: str
) -> None:
    """With every other mistake, and neither with the content nor with the path.

    Somebody may have set the secret itself where its file belongs.
    """
    path = tmp_path / "xoxb-bot"
    if content is not None:
        path.write_bytes(content)
    environment.setenv("SLACK_BOT_TOKEN_FILE", str(path))
    environment.setenv("LOCKOUT_LISTEN", "nowhere")
    with pytest.raises(Invalid) as refusal:
        read_settings()
    assert [problem.field for problem in refusal.value.problems] == [
        "LOCKOUT_LISTEN",
        "SLACK_BOT_TOKEN_FILE",
    ]
    assert reason in refusal.value.problems[1].message
    assert not [secret for secret in SECRETS if secret in str(refusal.value)]


def test_compose_names_one_database_over_image_and_env(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What compose.yaml sets lies over .env as the README writes it, and that over the image's."""
    image = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    (readme,) = re.findall(
        r"```\n((?:\s*[A-Z_]+=.*\n)+)\s*```", (ROOT / "README.md").read_text("utf-8")
    )
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    service = compose["services"]["lockout"]
    assert service["env_file"] == ".env"
    layers = [
        dict(re.findall(r"(LOCKOUT_\w+)=(\S+)", image)),
        {name: NAMES[name] for name in re.findall(r"^\s*(\w+)=", readme, re.MULTILINE)},
        service["environment"],
    ]
    assert all("LOCKOUT_DATABASE_URL" in layer for layer in layers)
    for name, value in [pair for layer in layers for pair in layer.items()]:
        environment.setenv(name, value)
    mounted = Path(service["environment"]["LOCKOUT_DATABASE_URL_FILE"])
    assert mounted == Path("/run/secrets") / service["secrets"][0]
    (tmp_path / mounted.name).write_text("postgresql+psycopg://of:the@file/x", encoding="utf-8")
    environment.setenv("LOCKOUT_DATABASE_URL_FILE", str(tmp_path / mounted.name))
    settings = read_settings()
    assert plain(settings, "LOCKOUT_DATABASE_URL") == "postgresql+psycopg://of:the@file/x"
    assert settings.lockout_organisation == Path("/etc/lockout/organisation.yaml")


@pytest.mark.parametrize(
    ("url", "passwords"),
    [
        ("sqlite:////data/lockout.db", []),
        ("postgresql+psycopg://lockout@db.example.com:5432/x", []),
        ("postgresql+psycopg://lockout:a/b%2Fc@db.example.com/x", ["a/b%2Fc", "a/b/c"]),
        ("postgresql+psycopg://db.example.com/x?user=u&password=geheim&a=1", ["geheim"] * 2),
    ],
)
def test_the_password_of_a_database_is_a_secret_beside_its_url(
    environment: pytest.MonkeyPatch, url: str, passwords: list[str]
) -> None:
    """As it stands there and as the database gets it; without one the URL is none either."""
    environment.setenv("LOCKOUT_DATABASE_URL", url)
    assert read_settings().secrets() == ([url, *passwords] if passwords else [])
