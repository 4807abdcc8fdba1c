"""The parts put together as `lockout run` does, without Slack."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from bot.adapters.memory import FixedClock
from bot.app import App
from bot.core.errors import Broken, Unavailable
from bot.services.incidents import open_incident
from bot.services.moving import back_up
from bot.services.watching_policies import take_snapshot
from bot.settings import Settings
from tests.adapters.logged import written_log
from tests.ports import free_port
from tests.services.desks import LOCKED_OUT, ONCALL
from tests.services.tenants import ScriptedSource, policy


def make_app(folder: Path, **settings: Any) -> App:  # noqa: ANN401 - any setting
    """The app on a free port and a database of its own."""
    values = {
        "lockout_listen": f"127.0.0.1:{free_port()}",
        "lockout_database_url": f"sqlite:///{folder}/lockout.db",
        **settings,
    }
    app = App()
    app.settings = Settings(_env_file=None, **values)
    return app


@asynccontextmanager
async def visit(app: App) -> AsyncIterator[ClientSession]:
    """Somebody who asks over HTTP while the app serves."""
    address = f"http://{app.settings.lockout_listen}"
    async with app.serving(), ClientSession(address) as session:
        yield session


async def test_without_slack_it_serves_health(tmp_path: Path) -> None:
    """Ready to record, and it says that Slack is not there; Slack's door is not either."""
    async with visit(make_app(tmp_path)) as session:
        async with session.get("/healthz") as answer:
            assert (answer.status, await answer.json()) == (200, {"status": "ok"})
        async with session.get("/readyz") as answer:
            assert answer.status == 200
            assert await answer.json() == {
                "status": "ok",
                "database": "ok",
                "slack": "not configured",
            }
        async with session.post("/slack/events") as answer:
            assert answer.status == 404


async def test_a_database_that_becomes_unusable_is_not_ready(tmp_path: Path) -> None:
    """Alive, but 503 until it can record again."""
    app = make_app(tmp_path)
    async with visit(app) as session:
        with closing(sqlite3.connect(tmp_path / "lockout.db")) as vandal:
            vandal.execute("ALTER TABLE delivery RENAME TO gone")
            async with session.get("/readyz") as answer:
                assert answer.status == 503
                assert "delivery" in (await answer.json())["database"]
            async with session.get("/healthz") as answer:
                assert answer.status == 200
            vandal.execute("ALTER TABLE gone RENAME TO delivery")
        async with session.get("/readyz") as answer:
            assert answer.status == 200


async def test_what_was_recorded_is_there_after_a_restart(tmp_path: Path) -> None:
    """Two lives of the app on one file."""
    app = make_app(tmp_path)
    async with app.desk() as desk:
        incident = (await open_incident(desk, ONCALL, LOCKED_OUT)).incident
    async with app.desk() as desk:
        assert await desk.load(incident.id) == incident


async def test_what_serves_logs_none_of_its_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Whoever logs one, and under whatever name; what is patched is the wait for a signal."""
    secret = "0123456789abcdef0123456789abcdef"
    app = make_app(tmp_path, slack_signing_secret=secret)
    with written_log():
        monkeypatch.setattr(asyncio.Event, "wait", lambda _self: say(secret))
        await app.serve()
    said = capfd.readouterr().err
    assert "said here: [REMOVED]" in said
    assert secret not in said


async def say(word: str) -> None:
    """Into the log."""
    logging.getLogger("somebody").warning("said here: %s", word)


async def test_a_taken_port_leaves_nothing_open(tmp_path: Path) -> None:
    """The second start fails in plain words of the system, and the database is let go."""
    first = make_app(tmp_path)
    async with first.serving():
        second = make_app(tmp_path / "second", lockout_listen=first.settings.lockout_listen)
        with pytest.raises(OSError, match="address already in use"):
            async with second.serving():
                pass


@pytest.mark.parametrize(
    "url",
    ["mysql://u:geheim@db.example.com/x", "postgresql+psycopg://u:geheim@h:x/y", "lockout.db"],
)
async def test_a_database_setting_that_cannot_work_says_how_to_write_it(
    tmp_path: Path, url: str
) -> None:
    """With an example of each kind, and without the password."""
    with pytest.raises(Broken) as refusal:
        async with make_app(tmp_path, lockout_database_url=url).desk():
            pass
    assert "LOCKOUT_DATABASE_URL" in refusal.value.hint
    assert "geheim" not in refusal.value.reason + refusal.value.hint


async def test_a_database_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    """A folder in the place of the file."""
    (tmp_path / "lockout.db").mkdir()
    with pytest.raises(Unavailable):
        async with make_app(tmp_path).desk():
            pass


def test_without_an_organisation_file_the_example_stands_in(tmp_path: Path) -> None:
    """It says so, it is an exercise, and it loads without a mistake."""
    app = make_app(tmp_path)
    organisation, _ = app.organisation()
    assert app.uses_example
    assert organisation.exercise
    assert app.example_organisation().startswith("# What must be known before a lockout")
    path = tmp_path / "mine.yaml"
    path.write_text(app.example_organisation().replace("Example Organisation", "Mine"), "utf-8")
    own = make_app(tmp_path, lockout_organisation=path)
    assert not own.uses_example
    assert own.organisation()[0].name == "Mine"


def test_the_shipped_playbooks_have_no_problems(tmp_path: Path) -> None:
    """As the app finds them."""
    app = make_app(tmp_path)
    assert app.check_playbooks(None) == []
    assert "triage" in app.library().playbooks


@pytest.mark.parametrize("token", [None, "xapp-1"])
def test_the_manifest_fits_the_way_in_which_it_is_connected(
    tmp_path: Path, token: str | None
) -> None:
    """Socket Mode when there is a token for it."""
    manifest = make_app(tmp_path, slack_app_token=token).manifest()
    assert manifest["settings"]["socket_mode_enabled"] is (token is not None)


async def test_a_backup_is_made_while_the_app_serves(tmp_path: Path) -> None:
    """Beside it, as the command does it; and with a broken organisation file."""
    app = make_app(tmp_path)
    pieces: list[bytes] = []
    async with app.serving() as desk:
        incident = (await open_incident(desk, ONCALL, LOCKED_OUT)).incident
        broken = tmp_path / "organisation.yaml"
        broken.write_text("name: [", encoding="utf-8")
        beside = make_app(tmp_path, lockout_organisation=broken)
        async with beside.mover() as mover:
            moved = await back_up(mover, pieces.append)
    assert [(head.incident, head.hash) for head in moved.heads] == [(incident.id, incident.head)]
    assert incident.head.encode() in b"".join(pieces)


def test_the_doctor_looks_at_what_is_configured(tmp_path: Path) -> None:
    """Whatever of it is wrong; a database that is not there is not made."""
    app = make_app(tmp_path, slack_bot_token="xoxp-geheim", lockout_organisation=tmp_path / "none")
    checks = {check.name: check for check in app.examine()}
    assert checks["Slack"].level == checks["organisation"].level == "fail"
    assert checks["database"].level == "ok"
    assert not (tmp_path / "lockout.db").exists()
    assert "geheim" not in str(checks)


def test_the_doctor_comes_although_the_settings_are_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That is when he is called."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LOCKOUT_LISTEN", "nowhere")
    checks = {check.name: check for check in App().examine()}
    assert "LOCKOUT_LISTEN" in checks["settings"].said


def modes_in(folder: Path) -> dict[str, int]:
    """Who may do what with each file of the database."""
    return {path.name: path.stat().st_mode & 0o777 for path in folder.glob("lockout.db*")}


async def test_a_new_database_is_its_owners_alone(tmp_path: Path) -> None:
    """The file, and what SQLite keeps beside it."""
    async with make_app(tmp_path).desk() as desk:
        await open_incident(desk, ONCALL, LOCKED_OUT)
        modes = modes_in(tmp_path)
    assert modes == dict.fromkeys(("lockout.db", "lockout.db-wal", "lockout.db-shm"), 0o600)


async def test_a_terminal_offers_what_was_read(tmp_path: Path) -> None:
    """From its start, without asking a provider; the running bot as well."""
    own = tmp_path / "organisation.yaml"
    own.write_text(App().example_organisation(), "utf-8")
    app = make_app(tmp_path, lockout_organisation=own)
    source = ScriptedSource(FixedClock(), [policy(7)])
    app.source = source
    async with app.desk() as desk:
        tenant = desk.organisation.tenants[0]
        await take_snapshot(desk, tenant, announcing=False)
    async with app.desk() as desk:
        first = desk.organisation.tenants[0].newest_policies()
    async with app.serving() as desk:
        assert desk.organisation.tenants[0].newest_policies() == first
    assert policy(7)["displayName"] in [one.name for one in first]
    assert source.asked == ["entra-example"]
