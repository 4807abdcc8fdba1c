"""Somebody changes a policy: Slack hears of it, and the form offers it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.adapters.memory import FixedClock
from bot.app import App
from bot.core.errors import Unavailable
from bot.services.watching_policies import take_snapshot
from bot.settings import Settings
from tests.services.tenants import GROUP, ScriptedSource, policy
from tests.surfaces.slack.stage import GENERAL
from tests.walks.apps import address_of, office_people, organisation_file, serve
from tests.workspace import Message, Workspace

BEFORE = "# Public addresses from which you reach"
WATCHED = (BEFORE, f"snapshots: {{tenants: [entra-example]}}\n\n{BEFORE}")
ALERTS = (
    "fallback_channel: C0FALLBACK",
    f"alerts_channel: {GENERAL}\n  fallback_channel: C0FALLBACK",
)


def source_of(*policies: dict[str, Any], minutes: float = 0) -> ScriptedSource:
    """A provider with these policies, read so many minutes ago."""
    now = datetime.now(UTC)
    return ScriptedSource(FixedClock(now - timedelta(minutes=minutes)), policies)


async def known(folder: Path, organisation: Path, *policies: dict[str, Any]) -> None:
    """Twenty minutes ago the tenant had these policies, and that was said."""
    app = App()
    app.settings = Settings(
        lockout_database_url=f"sqlite:///{folder}/lockout.db", lockout_organisation=organisation
    )
    app.source = source_of(*policies, minutes=20)
    async with app.desk() as desk:
        tenant = desk.organisation.tenant("entra-example")
        assert tenant is not None
        await take_snapshot(desk, tenant, announcing=False)


def announced(slack: Workspace) -> list[Message]:
    """What stands in the channel for alerts by itself."""
    return [message for message in slack.messages(GENERAL) if not message.thread_ts]


def attached(slack: Workspace) -> list[Message]:
    """What stands there with files."""
    return [message for message in slack.messages(GENERAL) if message.files]


@pytest.mark.parametrize("transport", ["http", "socket"])
async def test_a_changed_policy_is_in_slack_with_its_correction(
    tmp_path: Path, transport: str
) -> None:
    """What to do, which policy, whom it keeps out, who did it; and the files below."""
    organisation = organisation_file(tmp_path, WATCHED, ALERTS)
    await known(tmp_path, organisation, policy(1, block=False))
    source = source_of(policy(2, block=False), policy(1))
    async with (
        office_people() as slack,
        serve(slack, tmp_path, transport, organisation, source) as office,
    ):
        await slack.until(lambda: attached(slack), within=10)
        (message,) = announced(slack)
        assert message.text.startswith("*Apply the correction before somebody signs out.*")
        assert "*CA001: Block everybody* of *Example (Entra)* was changed." in message.text
        assert "by pipeline." in message.text
        (files,) = attached(slack)
        assert files.thread_ts == message.ts
        contents = {file.name: file.content or b"" for file in files.files}
        assert GROUP.encode() in contents["ca001-block-everybody.json"]
        assert "commands.txt" in contents

        person = office.person()
        await person.types("/lockout", "entra")
        modal = await person.sees_modal("Locked out")
        assert "As of just now." in modal.text
        assert "CA001: Block everybody" in modal.text
        await person.closes()
        await person.types("/lockout", "status")
        assert "policies read: Example (Entra) just now" in person.told[-1]


async def test_slack_that_fails_between_the_message_and_the_files_gets_both_once(
    tmp_path: Path,
) -> None:
    """The second attempt finds the message, and brings what is missing."""
    organisation = organisation_file(tmp_path, WATCHED, ALERTS)
    await known(tmp_path, organisation, policy(1, block=False))
    async with office_people() as slack:
        slack.fail("files.completeUploadExternal", error="internal_error", times=2)
        async with serve(slack, tmp_path, "http", organisation, source_of(policy(1))):
            await slack.until(lambda: attached(slack), within=15)
            assert (len(announced(slack)), len(attached(slack))) == (1, 1)


async def test_what_was_announced_is_not_announced_after_a_restart(tmp_path: Path) -> None:
    """Nothing changed meanwhile; the form knows what was read before the first reading."""
    organisation = organisation_file(tmp_path, WATCHED, ALERTS)
    async with office_people() as slack:
        async with serve(slack, tmp_path, "http", organisation, source_of(policy(1))):
            await slack.until(lambda: attached(slack), within=10)
            assert "is watched from now on" in announced(slack)[0].text
        silent = source_of()
        silent.errors = [Unavailable("Graph does not answer")] * 9
        async with serve(slack, tmp_path, "http", organisation, silent) as office:
            tenant = office.desk.organisation.tenant("entra-example")
            assert tenant is not None
            assert tenant.newest_policies()[0].name == "CA001: Block everybody"
            assert len(announced(slack)) == 1


async def test_a_provider_that_does_not_answer_leaves_the_bot_ready(tmp_path: Path) -> None:
    """Recording is what counts; the detail stands beside it."""
    organisation = organisation_file(tmp_path, WATCHED)
    source = source_of()
    source.errors = [Unavailable("Graph does not answer")] * 9
    async with office_people() as slack, serve(slack, tmp_path, "http", organisation, source) as it:
        await slack.until(lambda: source.asked, within=5)
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{address_of(it)}/readyz") as answer,
        ):
            said = await answer.json()
        assert (answer.status, said["status"]) == (200, "ok")
        assert said["snapshots"].startswith("ok, but entra-example could not be read since ")
        await it.declare("entra")
