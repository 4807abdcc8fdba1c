"""Settings from the environment and `.env`; read by `bot.app` only, values are handed on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.core.errors import Invalid, Problem


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
    # Not shown: the URL of a PostgreSQL may hold a password.
    lockout_database_url: str = Field(default="sqlite:///lockout.db", repr=False)
    lockout_organisation: Path | None = None
    lockout_playbooks: Path | None = None
    lockout_log_level: str = Field(default="info", pattern="^(debug|info|warning|error)$")

    @property
    def host(self) -> str:
        """The host part of LOCKOUT_LISTEN."""
        return self.lockout_listen.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        """The port part of LOCKOUT_LISTEN."""
        return int(self.lockout_listen.rpartition(":")[2])


def read_settings() -> Settings:
    """Errors: Invalid with every wrong setting at once, and never its value when it is a secret."""
    try:
        return Settings()
    except ValidationError as error:
        problems = [
            Problem(
                "environment", 0, str(item["loc"][0]).upper() if item["loc"] else "", item["msg"]
            )
            for item in error.errors(include_input=False)
        ]
        raise Invalid(problems) from None
    except UnicodeDecodeError:
        raise Invalid([Problem(".env", 0, "", "this file is not UTF-8 text")]) from None
