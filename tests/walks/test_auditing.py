"""Method 2 stands on the audit: what locks somebody out is found, corrected, and looked at again.

The provider is a script: what lies there changes when somebody 'applies' a correction.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.audit.model import Source
from bot.core.errors import Broken
from tests.core.audits import ASKED
from tests.services.desks import example, put
from tests.services.policies import ScriptedSource, block_all
from tests.walks.apps import office_people, serve
from tests.walks.office import APPROVER, ONCALL, Office
from tests.walks.scripts import SESSION_IS_OPEN
from tests.walks.test_three_methods import play
from tests.workspace.model import File

GROUP = example().tenants_of("entra")[0].group.id
TO_AUDIT = f"""
{SESSION_IS_OPEN}
It is report-only or off now
I am in … | Who is in = On-call engineer
The group exists and is protected
5 x Done
All accounts are fit
2 x Done
All are members
"""
AFTER_AUDIT = """
All are clean: go on
No policy is written in code
Only the emergency accounts
2 x Done
Each account got in
It is on, and we get in
Set the date … | First drill at = 2026-12-01 10:00
Close the incident
"""


async def to_audit(office: Office, *policies: Source) -> ScriptedSource:
    """A walk that stands before the audit of a tenant with these policies."""
    source = ScriptedSource(office.desk.clock, list(policies))
    office.desk.source = source
    await office.declare("entra")
    await play(office, TO_AUDIT)
    return source


async def kinds(office: Office) -> list[str]:
    """What is on the timeline."""
    return [fact.kind for fact in await office.facts()]


async def audit(office: Office, label: str, says: str) -> None:
    """Press it, and wait until the card shows this answer."""
    await office.press(label)
    await office.slack.until(lambda: says in screen_of(office), within=10)


def screen_of(office: Office) -> str:
    """The newest card as it is read."""
    return office.person()._viewer.message(office._cards()[-1])


async def said(office: Office, words: str) -> None:
    """Somebody reads these words below the card."""
    messages = office.slack.world.state.messages
    await office.slack.until(
        lambda: any(words in message.text for message in messages.values()), within=10
    )


def handed_over(office: Office) -> list[File]:
    """The files of corrections, once they can be opened."""
    return [
        file
        for file in office.slack.files
        if "-corrections-" in file.name and file.channels and file.content
    ]


async def test_what_the_audit_finds_is_corrected_and_audited_again(office: Office) -> None:
    """Found, told to everybody, handed over as a file; corrected at the provider; clean; on."""
    source = await to_audit(office, block_all(1), block_all(2, excluded=[GROUP]))
    await audit(office, "Audit", "2 policies, 2 accounts: 1 still locks somebody out.")
    card = screen_of(office)
    assert "CA001: Block everybody" in card
    assert "CA002" not in card
    assert GROUP in card
    await said(office, "audited 2 policies for 2 accounts: 1 still locks somebody out")
    (file,) = await office.slack.until(lambda: handed_over(office), within=10)
    assert b"CA001: Block everybody" in (file.content or b"")
    source.policies[0] = block_all(1, excluded=[GROUP])
    await audit(office, "Audit again", "2 policies, 2 accounts: none locks anybody out.")
    await play(office, AFTER_AUDIT)
    assert "PressRefused" not in await kinds(office)
    assert (await kinds(office)).count("PoliciesAudited") == 2
    assert office.person(ONCALL).troubles == []


async def test_an_approver_waives_what_a_responder_may_not(office: Office) -> None:
    """With a reason, which everybody reads; the refusal is a fact too."""
    await to_audit(office, block_all(1))
    await audit(office, "Audit", "1 still locks somebody out")
    card, reason = await office.card(), {"Why may it stay?": "The application goes next week"}
    responder = office.person(ONCALL)
    await responder.presses("Waive …", card)
    await responder.fills(reason)
    await responder.submits()
    refused = (await responder.sees_modal("Waive a policy")).errors
    assert "Only approver" in refused["Why may it stay?"]
    await responder.closes()
    assert (await kinds(office))[-1] == "PressRefused"
    await office.answer("Waive …", reason, APPROVER)
    await said(office, "waived the policy 'CA001: Block everybody': The application goes")
    await office.press("All are clean: go on")
    assert "No policy is written in code" in screen_of(office)


async def test_a_provider_that_refuses_leaves_the_way_by_hand(office: Office) -> None:
    """Why, and what to do, stand on the card; the list of the organisation file is still there."""
    source = await to_audit(office)
    source.error = Broken("The application has no consent", "Grant Policy.Read.All")
    await audit(office, "Audit", "The audit failed.")
    assert "Grant Policy.Read.All." in screen_of(office)
    await office.press("Go through the list by hand")
    assert "Exclude the group from every broad policy" in screen_of(office)


@pytest.mark.parametrize("provider", ["aws", "google"])
async def test_the_other_providers_have_the_audit_in_their_walks(
    office: Office, provider: str
) -> None:
    """A tenant without any policy is clean."""
    office.desk.source = ScriptedSource(office.desk.clock)
    await office.declare(provider)
    await play(office, BEFORE[provider])
    await audit(office, "Audit", "0 policies, 2 accounts: none locks anybody out.")
    await office.press("All are clean: go on")
    assert AFTER[provider] in screen_of(office)


BEFORE = {
    "aws": f"""
{SESSION_IS_OPEN}
I added the exemption
I am in … | Who signed in = On-call engineer | Signed in with = break-glass role
The names are protected
2 x Done
They all match
""",
    "google": f"""
{SESSION_IS_OPEN}
Sign-in or 2-Step Verification
They have codes, no rule is off
I am in … | Who got in = On-call engineer
Create the group
The group is there
2 x Done
All are in the group
2 x Done
All have keys and codes
3 x Done
The console stays reachable
""",
}
AFTER = {"aws": "Only ours match", "google": "The way for our kind is done"}


async def test_a_question_that_a_dead_process_left_is_answered_once(tmp_path: Path) -> None:
    """It was written down with its fact; whoever starts next answers, and nobody after them."""
    async with office_people() as slack:
        async with serve(slack, tmp_path, "http") as office:
            await office.declare("entra")
            app = office.app
        async with app.desk() as desk:
            incident = (await desk.store.incidents())[0].id
            await put(desk, incident, ASKED)
        for _ in range(2):
            async with serve(slack, tmp_path, "http") as office:
                await said(office, "could not audit 'entra-example'")
                assert (await kinds(office)).count("AuditFailed") == 1
                assert (await office.desk.load(incident)).audited.asked is None
