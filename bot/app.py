"""The composition root: knows everybody, decides nothing.

Settings → adapters → services → surfaces.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, partial
from importlib import import_module
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from aiohttp import web
from pydantic import SecretStr
from sqlalchemy import Engine

from bot.adapters.clouds.by_provider import PolicySourceByProvider
from bot.adapters.clouds.schedule import kept_polling, make_polling, refresh_known
from bot.adapters.db.engine import migrate, open_engine
from bot.adapters.db.event_store import SqlEventStore
from bot.adapters.db.moving import SqlMover
from bot.adapters.db.outgoing import write_effect
from bot.adapters.db.snapshots import SqlSnapshotStore
from bot.adapters.db.writer import Writer
from bot.adapters.examining import Patient, examine, without_settings
from bot.adapters.logs import configure_logs
from bot.adapters.organisation_file import load_organisation
from bot.adapters.playbook_files import check_folder, load_library, shipped_playbooks
from bot.adapters.policy_files import read_policies
from bot.adapters.system import RandomIds, SystemClock
from bot.adapters.tracing import open_tracer
from bot.adapters.watched import WatchedAnnouncer, WatchedCourier, watch_backlog
from bot.audit.model import Source
from bot.core.errors import Invalid, Problem
from bot.core.organisation import Organisation
from bot.playbook.library import Library
from bot.services.auditing import AuditingCourier
from bot.services.desk import Desk, Silence
from bot.services.doctor import Check
from bot.services.known_policies import KnownPolicies
from bot.services.polling import Polling
from bot.services.ports import Announcer, EventStore, Mover, PolicySource, Work
from bot.services.reminding import due_now, rearm, wake
from bot.services.watching import Watch
from bot.settings import Settings, read_settings

if TYPE_CHECKING:
    from bot.adapters.durable.engine import DurableEngine
    from bot.surfaces.slack.side import SlackSide
    from bot.surfaces.web.routes import Numbers

log = structlog.get_logger(__name__)

# Seconds of a minute.
LIFELIKE = 60.0
EXAMPLE = files("bot") / "resources" / "organisation.example.yaml"


@dataclass
class App:
    """Implements `bot.surfaces.terminal.wiring.Wiring`; opens nothing before it is asked."""

    @cached_property
    def settings(self) -> Settings:
        """Errors: Invalid."""
        return read_settings()

    @property
    def uses_example(self) -> bool:
        """No organisation file is configured."""
        return self.settings.lockout_organisation is None

    def organisation(self, file: Path | None = None) -> tuple[Organisation, list[Problem]]:
        """`file` instead of the configured one. Errors: Invalid with all problems of the file."""
        today = datetime.now(UTC).date()
        path = file or self.settings.lockout_organisation
        if path is not None:
            return load_organisation(path, today=today)
        with as_file(EXAMPLE) as example:
            return load_organisation(example, today=today)

    @cached_property
    def source(self) -> PolicySource | None:
        """Who reads tenants at their providers; loads nothing before it is asked."""
        return PolicySourceByProvider(SystemClock())

    def library(self) -> Library:
        """Errors: Invalid with all problems of all files."""
        return load_library(self.settings.lockout_playbooks, shipped=shipped_playbooks())

    def check_playbooks(self, folder: Path | None) -> list[Problem]:
        """All problems of a folder laid over the shipped playbooks."""
        return check_folder(folder or self.settings.lockout_playbooks)

    def policies(self, paths: Iterable[Path]) -> tuple[list[Source], list[Problem]]:
        """What an audit reads in files, folders and zips."""
        return read_policies(paths)

    def example_organisation(self) -> str:
        """The commented example file."""
        return EXAMPLE.read_text("utf-8")

    def manifest(self) -> dict[str, Any]:
        """The Slack app manifest for the way in which this app is connected."""
        from bot.surfaces.slack.manifest import make_manifest  # noqa: PLC0415 - Bolt costs a cold start

        return make_manifest(socket_mode=self.settings.slack_app_token is not None)

    @asynccontextmanager
    async def desk(self) -> AsyncIterator[Desk]:
        """For a process that shows what it does itself. Errors: Invalid, Broken, Unavailable."""
        async with AsyncExitStack() as stack:
            _, writer = self._open_database(stack)
            desk = self._make_desk(SqlEventStore(writer, SystemClock(), write_effect))
            self._keep_snapshots(desk, writer)
            await refresh_known(KnownPolicies(desk))
            yield desk

    @asynccontextmanager
    async def mover(self) -> AsyncIterator[Mover]:
        """The database alone. Errors: Invalid for the settings, Broken, Unavailable."""
        async with AsyncExitStack() as stack:
            _, writer = self._open_database(stack)
            yield SqlMover(writer)

    def examine(self) -> list[Check]:
        """What `lockout doctor` shows; opens the database, and changes nothing."""
        try:
            settings = self.settings
        except Invalid as error:
            return without_settings(error)
        slack = {
            "SLACK_BOT_TOKEN": _plain(settings.slack_bot_token),
            "SLACK_SIGNING_SECRET": _plain(settings.slack_signing_secret),
            "SLACK_APP_TOKEN": _plain(settings.slack_app_token),
        }
        return examine(
            Patient(
                _plain(settings.lockout_database_url),
                slack,
                self.organisation,
                self.uses_example,
                partial(self.check_playbooks, None),
                Path(".env"),
                lambda tenant: self.source is not None and self.source.reads(tenant),
            )
        )

    def _open_database(self, stack: AsyncExitStack) -> tuple[Engine, Writer]:
        engine = open_engine(_plain(self.settings.lockout_database_url))
        migrate(engine)
        writer = Writer(engine)
        stack.callback(writer.close)
        return engine, writer

    def _make_desk(self, store: EventStore, announcer: Announcer | None = None) -> Desk:
        organisation, warnings = self.organisation()
        for problem in warnings:
            log.debug("organisation_warning", problem=str(problem))
        return Desk(
            store,
            SystemClock(),
            RandomIds(),
            organisation,
            self.library(),
            announcer=announcer or Silence(),
            posting=announcer is not None,
            pace=self._pace(organisation),
        )

    def _keep_snapshots(self, desk: Desk, writer: Writer) -> SqlSnapshotStore:
        snapshots = SqlSnapshotStore(writer, SystemClock(), write_effect)
        desk.snapshots = snapshots
        # Nobody's tenant is in the example.
        desk.source = None if self.uses_example else self.source
        return snapshots

    def _pace(self, organisation: Organisation) -> float:
        """Reminders come early in an exercise only: in an outage that would be noise."""
        seconds = self.settings.lockout_reminder_seconds_per_minute
        if seconds != LIFELIKE and not organisation.exercise:
            log.warning("reminders_stay_lifelike", hint="this organisation file is no exercise")
            return 1.0
        return seconds / LIFELIKE

    async def serve(self) -> None:
        """Until SIGTERM or SIGINT: health always, Slack when it is configured."""
        level, secrets = self.settings.lockout_log_level, self.settings.secrets()
        configure_logs(level, as_json=True, secrets=secrets)
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, stop.set)
        async with self.serving():
            # What start-up made stays for ever: no need to look through it at each collection.
            gc.collect()
            gc.freeze()
            await stop.wait()
            log.info("stopping")

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Desk]:
        """Listening from here to the end of the block."""
        from bot.surfaces.web.routes import make_web_app  # noqa: PLC0415 - see `manifest`

        async with AsyncExitStack() as stack:
            watch, numbers = _make_watch(stack)
            slack = await _open_slack(stack, self.settings, watch)
            engine, writer = self._open_database(stack)
            store = SqlEventStore(writer, SystemClock(), write_effect)
            announcer = WatchedAnnouncer(slack.cards, watch.meter) if slack else None
            desk = self._make_desk(store, announcer)
            anew = partial(asyncio.get_running_loop().call_soon_threadsafe, desk.forget)
            writer.on_connect(anew)
            snapshots = self._keep_snapshots(desk, writer)
            known = KnownPolicies(desk)
            await refresh_known(known)
            polling = make_polling(desk, known)
            states = _States(slack, polling if desk.organisation.watched() else None)
            site = make_web_app(desk, states.read, numbers)
            if slack is None:
                await _listen(stack, site, self.settings)
            else:
                self._watch_slack(watch, slack, desk)
                slack.serve(desk, site)
                stack.push_async_callback(slack.close)
                await _listen(stack, site, self.settings)
                # A press is acked from here on; its effects are written down, and taken up below.
                durable = await _make_durable(engine, writer)
                states.delivery = durable.state
                store.write_effect = snapshots.write_effect = durable.enqueue
                slack.cards.hurry = durable.hurry
                stack.push_async_callback(durable.close)
                courier = WatchedCourier(AuditingCourier(slack.courier, desk), watch)
                await durable.launch(
                    Work(courier, partial(wake, desk), partial(rearm, desk), slack.cards.catch_up)
                )
                await slack.connect(desk)
            await stack.enter_async_context(kept_polling(polling))
            yield desk

    @staticmethod
    def _watch_slack(watch: Watch, slack: SlackSide, desk: Desk) -> None:
        desk.tracer = watch.tracer
        desk.pulse = slack.pulse
        watch_backlog(watch.meter, desk.store, SystemClock())
        watch.meter.gauge("socket_age_seconds", slack.socket_age)
        watch.meter.gauge("timers_due", partial(due_now, desk))


@dataclass
class _States:
    """What each part does now, for `/readyz`."""

    slack: SlackSide | None
    polling: Polling | None
    delivery: Callable[[], str] = lambda: "starting"

    def read(self) -> dict[str, str]:
        found = {"slack": "not configured"}
        if self.slack is not None:
            found = {**self.slack.state(), "delivery": self.delivery()}
        return found | ({"snapshots": self.polling.state()} if self.polling else {})


async def _make_durable(engine: Engine, writer: Writer) -> DurableEngine:
    """DBOS takes half a second to import, so that happens beside the first requests."""
    durable = await asyncio.to_thread(import_module, "bot.adapters.durable.engine")
    made: DurableEngine = durable.DurableEngine(engine, writer, SystemClock())
    return made


def _make_watch(stack: AsyncExitStack) -> tuple[Watch, Numbers]:
    from bot.adapters.metrics import PrometheusMeter  # noqa: PLC0415 - costs a cold start

    meter = PrometheusMeter()
    return Watch(meter, stack.enter_context(open_tracer(os.environ))), meter.page


async def _open_slack(stack: AsyncExitStack, settings: Settings, watch: Watch) -> SlackSide | None:
    """Slack when it is configured; otherwise say what is missing."""
    from bot.surfaces.slack.side import Credentials, open_slack  # noqa: PLC0415 - see `manifest`

    credentials = Credentials(
        _plain(settings.slack_bot_token),
        _plain(settings.slack_signing_secret),
        _plain(settings.slack_app_token),
        settings.slack_api_url,
    )
    if credentials.enough:
        return await stack.enter_async_context(open_slack(credentials, watch))
    log.warning(
        "slack_not_configured",
        hint="Set SLACK_BOT_TOKEN, and SLACK_SIGNING_SECRET (HTTP) "
        "or SLACK_APP_TOKEN (Socket Mode). Serving health only. Without Slack: lockout walk",
    )
    return None


def _plain(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""


async def _listen(stack: AsyncExitStack, site: web.Application, settings: Settings) -> None:
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, settings.host, settings.port).start()
    host, port = runner.addresses[0][:2]
    log.info("listening", address=f"http://{host}:{port}")
