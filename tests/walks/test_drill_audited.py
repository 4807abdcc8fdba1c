"""A drill in Slack whose first two parts are read at the provider instead of being ticked."""

from __future__ import annotations

import pytest

from bot.adapters.memory import MemorySnapshotStore
from bot.core.drill import parts_of
from bot.core.errors import Broken
from bot.core.incident import Incident
from tests.services.desks import example
from tests.services.policies import ScriptedSource, block_all
from tests.walks.moments import shown
from tests.walks.office import APPROVER, Office
from tests.walks.test_auditing import audit, screen_of
from tests.walks.test_drill import begin, facts_of

TENANT = example().tenants_of("entra")[0]
GROUP = TENANT.group.id
ACCOUNTS = tuple(one.identifier for one in TENANT.emergency_accounts)
STRANGER = "99999999-0000-0000-0000-000000000009"
READY = "They know; the keys are here"
EXACT = "Exactly the emergency accounts are in"
GO_ON_FAILED = "Go on: this part has FAILED"


async def to_members(office: Office, *members: str) -> ScriptedSource:
    """A drill before its first part, of a tenant whose group has these members."""
    source = ScriptedSource(office.desk.clock, [block_all(1, excluded=[GROUP])])
    source.members = {GROUP: members} if members else {}
    office.desk.source = source
    await begin(office)
    await office.press(READY)
    return source


async def drill_of(office: Office) -> Incident:
    """As it stands."""
    return await office.desk.load((await office.desk.store.drills())[0].id)


async def statuses(office: Office) -> list[str]:
    """Of the first two parts."""
    return [part.status for part in parts_of(await drill_of(office))[:2]]


async def finished_report(office: Office) -> str:
    """Leave the rest, finish, and open the report."""
    for label in ("Go on with what is recorded", "Leave this part unproved"):
        await office.press(label)
    await office.press("Go on with what is recorded")
    await office.person().presses("Finish the drill", await office.card())
    files = await office.slack.until(
        lambda: [
            one for one in office.slack.files if one.name.endswith("report.md") and one.content
        ],
        within=10,
    )
    return (files[0].content or b"").decode()


async def test_a_clean_reading_proves_both_parts_with_one_question(office: Office) -> None:
    """Nobody ticks anything, and the report has a line for each account and the time."""
    source = await to_members(office, *ACCOUNTS)
    await audit(office, "Read the group", EXACT)
    await office.press("Exactly right: go on")
    assert "1 policy, 2 accounts: none locks anybody out." in screen_of(office)
    await office.press("All are clean: go on")
    assert await statuses(office) == ["passed", "passed"]
    assert len(source.asked) == 1
    report = await finished_report(office)
    for account in TENANT.emergency_accounts:
        assert f"- {account.name}: in the group" in report.replace("\\", "")
        assert f"- {account.name}: 1 excluded" in report.replace("\\", "")
    assert "Source: read at the provider for this drill" in report
    kinds = [fact.kind for fact in await facts_of(office)]
    assert "EvidenceRecorded" not in kinds
    assert kinds[kinds.index("PoliciesAudited") + 1] == "AccountsExamined"


async def test_what_is_open_may_stay_open_but_the_part_has_failed(office: Office) -> None:
    """Loud, to the approvers, with a repair that has its day and outlives the drill."""
    source = await to_members(office, *ACCOUNTS)
    source.policies.append(block_all(2))
    await audit(office, "Read the group", EXACT)
    await office.press("Exactly right: go on")
    assert "1 still locks somebody out" in screen_of(office)
    await office.press(GO_ON_FAILED)
    card = await office.card()
    screen = await shown(office, card.channel, "opened the obligation 'Exclude the group")
    assert "Head of security" in screen or "@approver" in screen or APPROVER in screen
    (repair,) = (await drill_of(office)).open_obligations
    assert (repair.id, repair.due_at is not None) == ("repair-policies", True)
    assert await statuses(office) == ["passed", "failed"]
    report = await finished_report(office)
    assert "CA002: Block everybody (blocking)" in report.replace("\\", "")
    assert "DRILL FAILED" in report
    assert "repair-policies" in [one.id for one in (await drill_of(office)).open_obligations]


async def test_corrected_in_the_drill_and_audited_again_it_passes(office: Office) -> None:
    """The newest reading counts."""
    source = await to_members(office, *ACCOUNTS)
    source.policies[0] = block_all(1)
    await audit(office, "Read the group", EXACT)
    await office.press("Exactly right: go on")
    assert (await statuses(office))[1] == "failed"
    source.policies[0] = block_all(1, excluded=[GROUP])
    await audit(office, "Audit again", "none locks anybody out")
    assert (await statuses(office))[1] == "passed"


async def test_a_waiver_passes_the_part_and_stands_in_the_report(office: Office) -> None:
    """With who gave it, and why."""
    source = await to_members(office, *ACCOUNTS)
    source.policies.append(block_all(2))
    await audit(office, "Read the group", EXACT)
    await office.press("Exactly right: go on")
    await office.answer("Waive …", {"Why may it stay?": "It goes next week"}, APPROVER)
    await office.press("All are clean: go on")
    assert await statuses(office) == ["passed", "passed"]
    report = (await finished_report(office)).replace("\\", "")
    (line,) = [line for line in report.splitlines() if "Waived by" in line]
    assert "CA002: Block everybody (blocking): It goes next week" in line


@pytest.mark.parametrize(
    ("members", "says"),
    [((*ACCOUNTS, STRANGER), "FOREIGN"), (ACCOUNTS[:1], "MISSING")],
)
async def test_a_foreign_or_missing_member_fails_the_first_part(
    office: Office, members: tuple[str, ...], says: str
) -> None:
    """Who it is stands on the card; going on opens the repair."""
    await to_members(office, *members)
    await audit(office, "Read the group", says)
    await office.press(GO_ON_FAILED)
    assert (await statuses(office))[0] == "failed"
    assert [one.id for one in (await drill_of(office)).open_obligations] == ["repair-membership"]
    assert "Part 2" in screen_of(office)


async def test_members_that_nobody_knows_are_looked_up_by_hand(office: Office) -> None:
    """The reader could not look into the group; the second part is audited all the same."""
    await to_members(office)
    await audit(office, "Read the group", "is not known")
    await office.press("Look by hand")
    passed = {"How did it go?": "Passed"}
    await office.answer("Record …", {**passed, "Members found": "both", "How you looked": "Graph"})
    await office.press("All recorded")
    assert "none locks anybody out" in screen_of(office)
    await office.press("All are clean: go on")
    assert await statuses(office) == ["passed", "passed"]


async def test_a_provider_that_refuses_leaves_both_parts_to_people(office: Office) -> None:
    """As before there was an audit."""
    source = await to_members(office, *ACCOUNTS)
    source.error = Broken("The application has no consent", "Grant Policy.Read.All")
    await audit(office, "Read the group", "could not be read")
    await office.press("Look by hand")
    await office.press("Leave this part unproved")
    await office.press("Evaluate them by hand")
    assert "Record …" in screen_of(office)
    assert await statuses(office) == ["not proved", "not proved"]


async def test_without_a_reader_it_is_walked_as_before(office: Office) -> None:
    """No press that must fail."""
    office.desk.source, office.desk.snapshots = None, MemorySnapshotStore()
    await begin(office)
    await office.press(READY)
    assert "Members of" in screen_of(office)
    await office.press("Leave this part unproved")
    assert "No policy keeps an emergency account out" in screen_of(office)


async def test_a_principal_of_aws_is_audited_and_its_pattern_looked_at_by_hand(
    office: Office,
) -> None:
    """There is no group whose members could be read."""
    office.desk.source = ScriptedSource(office.desk.clock)
    await begin(office, "aws-example")
    await office.press("They know; the devices are here")
    assert "who matches the exempted pattern" in screen_of(office)
    await office.press("Leave this part unproved")
    await audit(office, "Audit", "0 policies, 2 accounts: none locks anybody out.")
    await office.press("All are clean: go on")
    assert (await statuses(office))[1] == "passed"
