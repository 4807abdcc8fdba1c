"""Settings from the environment, `.env` and secret files; read by `bot.app` only.

Values are handed on; nobody else looks at the environment.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, TypeVar
from urllib.parse import unquote

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.core.errors import Invalid, Problem

# Bytes. More than any token or URL; less than what somebody names by mistake.
LONGEST_SECRET = 16_384

# As SQLAlchemy takes a URL apart: a password may contain a slash.
_PASSWORD = re.compile(r"://[^:/@]*:([^@]+)@|[?&]password=([^&]+)")

AnySettings = TypeVar("AnySettings", bound=BaseSettings)


def _listen(value: str) -> str:
    host, _, port = value.rpartition(":")
    if not host or not port.isdecimal() or not 0 <= int(port) <= 65535:  # noqa: PLR2004 - TCP
        message = "write it as HOST:PORT, for example 127.0.0.1:3000"
        raise ValueError(message)
    return value


class Settings(BaseSettings):
    """Every name below is the environment variable in small letters. Empty means not set."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    slack_bot_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_api_url: str = "https://slack.com/api/"
    lockout_listen: Annotated[str, AfterValidator(_listen)] = "127.0.0.1:3000"
    # The URL of a PostgreSQL may hold a password.
    lockout_database_url: SecretStr = SecretStr("sqlite:///lockout.db")
    lockout_organisation: Path | None = None
    lockout_playbooks: Path | None = None
    lockout_log_level: str = Field(default="info", pattern="^(debug|info|warning|error)$")
    # Less than 60 makes reminders come sooner; heeded in an exercise only.
    lockout_reminder_seconds_per_minute: float = Field(default=60.0, gt=0, le=60)

    @property
    def host(self) -> str:
        """The host part of LOCKOUT_LISTEN."""
        return self.lockout_listen.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        """The port part of LOCKOUT_LISTEN."""
        return int(self.lockout_listen.rpartition(":")[2])

    def secrets(self) -> list[str]:
        """What no log may show, as it was set: the tokens, and the database's URL and password.

        A URL without a password is no secret.
        """
        fields = [getattr(self, name) for name in type(self).model_fields]
        values = [value.get_secret_value() for value in fields if isinstance(value, SecretStr)]
        url = self.lockout_database_url.get_secret_value()
        passwords = [first or second for first, second in _PASSWORD.findall(url)]
        if not passwords:
            values.remove(url)
        return [*values, *passwords, *map(unquote, passwords)]


def _content(value: object) -> str | None:
    """What the file at this path holds. Errors: ValueError, which never quotes path or content.

    Not the path either: people set the secret itself where its file belongs.
    """
    if value is None:
        return None
    try:
        content = Path(str(value)).read_bytes()[: LONGEST_SECRET + 1]
        text = content.decode().rstrip("\r\n")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", "") or type(error).__name__
        message = f"the file cannot be read: {reason}"
        raise ValueError(message) from None
    if not text or len(content) > LONGEST_SECRET or "\0" in text:
        message = "the file does not hold one secret: it is empty, too long, or no text"
        raise ValueError(message)
    return text


FromFile = Annotated[SecretStr | None, BeforeValidator(_content)]


class _Files(BaseSettings):
    """`NAME_FILE`: the value of `NAME` stands in that file, as container platforms hand it over."""

    model_config = Settings.model_config

    slack_bot_token_file: FromFile = None
    slack_signing_secret_file: FromFile = None
    slack_app_token_file: FromFile = None
    lockout_database_url_file: FromFile = None

    def values(self) -> dict[str, SecretStr]:
        """What was read, by the name of the setting that it stands for."""
        return {
            name.removesuffix("_file"): value
            for name in type(self).model_fields
            if (value := getattr(self, name)) is not None
        }


def read_settings() -> Settings:
    """Errors: Invalid with every wrong setting at once, and never its value when it is a secret."""
    problems: list[Problem] = []
    settings, files = _read(Settings, problems), _read(_Files, problems)
    if settings is None or files is None:
        raise Invalid(problems) from None
    values = files.values()
    problems += [
        Problem("environment", 0, f"{name}_FILE".upper(), f"{name.upper()} is set as well: set one")
        for name in values
        if name in settings.model_fields_set
    ]
    if problems:
        raise Invalid(problems)
    return settings.model_copy(update=values)


def _read(kind: type[AnySettings], problems: list[Problem]) -> AnySettings | None:
    """The settings, or None and what is wrong with them."""
    try:
        return kind()
    except ValidationError as error:
        problems += [
            Problem(
                "environment", 0, str(item["loc"][0]).upper() if item["loc"] else "", item["msg"]
            )
            for item in error.errors(include_input=False)
        ]
    except UnicodeDecodeError:
        unreadable = Problem(".env", 0, "", "this file is not UTF-8 text")
        problems += [unreadable] if unreadable not in problems else []
    return None
