"""The app, started as often as a test likes on the same folder and the same stand-in Slack."""

from __future__ import annotations

import hashlib
import hmac
import io
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from pydantic import SecretStr

from bot.app import EXAMPLE, App
from bot.services.ports import PolicySource
from bot.settings import Settings
from tests.ports import free_port
from tests.walks.office import PEOPLE, Office
from tests.workspace import Workspace


@asynccontextmanager
async def serve(
    slack: Workspace,
    folder: Path,
    transport: str,
    organisation: Path | None = None,
    source: PolicySource | None = None,
) -> AsyncIterator[Office]:
    """The app served over `http` or `socket`, on the database in `folder`; `source` reads."""
    port = free_port()
    app = App()
    if source is not None:
        app.source = source
    app.settings = Settings(
        slack_bot_token=SecretStr(slack.bot_token),
        slack_signing_secret=SecretStr(slack.signing_secret),
        slack_app_token=SecretStr(slack.app_token) if transport == "socket" else None,
        slack_api_url=slack.api_url,
        lockout_listen=f"127.0.0.1:{port}",
        lockout_database_url=f"sqlite:///{folder}/lockout.db",
        lockout_organisation=organisation,
    )
    async with app.serving() as desk:
        if transport == "http":
            slack.connect_http(f"http://127.0.0.1:{port}")
        else:
            await slack.until(lambda: slack.sockets.connections, within=10)
        yield Office(slack, app, desk)


def office_people() -> Workspace:
    """The stand-in Slack with everybody of the office in it."""
    return Workspace(users=PEOPLE)


def organisation_file(folder: Path, *changes: tuple[str, str]) -> Path:
    """The example organisation's file with some of its text changed."""
    text = EXAMPLE.read_text("utf-8")
    for before, after in changes:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    path = folder / "organisation.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def address_of(office: Office) -> str:
    """Where the app listens."""
    return f"http://{office.app.settings.lockout_listen}"


async def get(office: Office, path: str) -> int:
    """The status that a monitor sees."""
    async with aiohttp.ClientSession() as session, session.get(address_of(office) + path) as answer:
        return answer.status


async def post(
    office: Office,
    body: bytes,
    *,
    content_type: str = "application/x-www-form-urlencoded",
    headers: dict[str, str] | None = None,
) -> int:
    """The status of a request that is signed as Slack signs, whatever its body is."""
    moment = str(int(time.time()))
    base = b"v0:" + moment.encode() + b":" + body
    signature = hmac.new(office.slack.signing_secret.encode(), base, hashlib.sha256).hexdigest()
    sent = {
        "Content-Type": content_type,
        "X-Slack-Request-Timestamp": moment,
        "X-Slack-Signature": f"v0={signature}",
        **(headers or {}),
    }
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            f"{address_of(office)}/slack/events", data=io.BytesIO(body), headers=sent
        ) as answer,
    ):
        return answer.status
