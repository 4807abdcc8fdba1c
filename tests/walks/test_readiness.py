"""Somebody looks, on a calm day, whether the team is ready for the night; and from there begins."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.surfaces.slack.manifest import SCOPES
from tests.services.tenants import policy, snapshot
from tests.walks.moments import kinds, told
from tests.walks.office import ONCALL, STRANGER, Office, open_office


async def test_the_command_says_what_to_do_next(office: Office) -> None:
    """Nothing was read yet: how to."""
    await office.person().types("/lockout", "readiness")
    answer = await told(office, ONCALL, "Not ready.")
    assert "lockout snapshot entra-example" in answer
    assert "Last drill" in answer
    assert office.person().troubles == []


async def test_a_policy_that_locks_us_out_is_on_the_home(office: Office) -> None:
    """From what is kept in the database; drawn anew on a press."""
    assert office.desk.snapshots is not None
    person = office.person()
    await person.opens_home()
    assert "Read the policies" in await person.sees_home("Not ready.")
    await office.desk.snapshots.keep(snapshot(office.desk.clock.now(), policy(1)))
    await person.presses("Look again")
    shown = await person.sees_home("Correct")
    assert "CA001: Block everybody" in shown
    assert "1 blocking" in shown
    assert office.slack.violations == []


async def test_a_lockout_is_declared_from_the_home(office: Office) -> None:
    """The same form, the same timeline."""
    person = office.person()
    await person.opens_home()
    await person.sees_home("Declare a lockout")
    await person.presses("Declare a lockout")
    await person.sees_modal("Locked out")
    await person.fills({"Which tenant?": "Example (Entra) (Microsoft Entra)"})
    await person.submits()
    await office.slack.settled()
    assert (await kinds(office))[0] == "IncidentDeclared"
    await person.closes()
    await person.presses("Look again")
    await person.sees_home("A lockout is open")


async def test_a_stranger_sees_whom_to_ask(office: Office) -> None:
    """And nothing that the bot knows."""
    stranger = office.person(STRANGER)
    await stranger.opens_home()
    shown = await stranger.sees_home("not listed")
    assert "Example" not in shown
    assert "Declare" not in shown


async def test_the_tab_of_messages_draws_no_home(office: Office) -> None:
    """It is the same event."""
    await office.person().opens_home("messages")
    await office.slack.settled()
    assert office.person().home == ""


@pytest.mark.parametrize("transport", ["http"])
async def test_the_scopes_of_the_manifest_suffice(tmp_path: Path, transport: str) -> None:
    """No new one is needed for the Home."""
    async with open_office(tmp_path, transport) as office:
        office.slack.grant(*SCOPES)
        await office.person().opens_home()
        await office.person().sees_home("Not ready.")
