"""People act within their roles; a refusal is kind, private, and on the timeline."""

from __future__ import annotations

from functools import partial

from tests.walks.moments import TENANT_ID, TO_UNSEALING, kinds, let_in, only, told, walk
from tests.walks.office import APPROVER, ONCALL, OTHER_APPROVER, SECOND, STRANGER, Office

BUTTONS = (
    "Yes, something is down",
    "I am on it",
    "Ticket text",
    "Timeline",
    "Export",
    "Note …",
    "Add details …",
    "Go to: Support ticket",
)


async def test_a_stranger_who_types_lockout_is_told_alone_that_they_are_not_listed(
    office: Office,
) -> None:
    """No form opens, nobody else hears of it, and no identifier is shown."""
    stranger = office.person(STRANGER)
    await stranger.types("/lockout")
    answer = await told(office, STRANGER, "not listed")
    assert "Not done." in answer
    assert stranger.modal is None
    assert office.slack.messages("C0GENERAL") == []
    assert TENANT_ID not in answer
    assert await office.desk.store.incidents() == []


async def test_a_strangers_command_in_a_lockout_is_refused_and_leaves_a_fact(
    office: Office,
) -> None:
    """Each names them, not somebody else; the answers name no tenant ID."""
    await office.declare("entra")
    stranger = office.person(STRANGER)
    for number, words in enumerate(("note I was here", "timeline", "export json", "close"), 1):
        await stranger.types("/lockout", words)
        assert "not listed" in stranger.told[-1], words
        assert TENANT_ID not in stranger.told[-1], words
        assert (await kinds(office)).count("PressRefused") == number, words
    assert {fact.actor.id for fact in (await office.facts())[-4:]} == {f"slack:{STRANGER}"}
    assert stranger.troubles == []
    assert office.slack.files == []


def told_times(office: Office, number: int) -> bool:
    """Whether the stranger was told so often."""
    return len(office.person(STRANGER).told) >= number


async def test_a_strangers_press_is_refused_to_them_alone_and_leaves_a_fact(
    office: Office,
) -> None:
    """Whatever the button: nothing opens, nothing moves, and the tenant ID stays unsaid."""
    card = await office.declare("entra")
    before = await kinds(office)
    let_in(office, card, STRANGER)
    stranger = office.person(STRANGER)
    for number, label in enumerate(BUTTONS, 1):
        await stranger.presses(label, card)
        await office.slack.until(partial(told_times, office, number), within=5)
        assert "not listed" in stranger.told[-1], label
        assert TENANT_ID not in stranger.told[-1], label
        assert stranger.modal is None, label
    assert await kinds(office) == [*before, *["PressRefused"] * len(BUTTONS)]
    assert not any("not listed" in text for text in office.person(ONCALL).told)


async def test_a_form_that_a_stranger_got_hold_of_is_refused_beside_its_field(
    office: Office,
) -> None:
    """Even when the form stands open already, submitting it records only the refusal."""
    card = await office.declare("entra")
    await office.person(ONCALL).presses("Note …", card)
    modal = await office.person(ONCALL).sees_modal("Add a note")
    modal.view.user = STRANGER
    office.slack.world.screens.stacks[STRANGER] = [modal.view]
    stranger = office.person(STRANGER)
    await stranger.fills({"Note": "I was never here"})
    await stranger.submits()
    after = await stranger.sees_modal("Add a note")
    assert "not listed" in after.errors["Note"]
    assert "&" not in after.errors["Note"]
    assert (await kinds(office))[-1] == "PressRefused"
    assert "NoteAdded" not in await kinds(office)


async def test_a_strangers_reaction_keeps_nothing_and_is_refused_to_them_alone(
    office: Office,
) -> None:
    """The pin stays on the message, the message stays off the timeline."""
    card = await office.declare("entra")
    let_in(office, card, STRANGER)
    message = await office.person(ONCALL).writes("Root cause found", card.channel)
    await office.person(STRANGER).reacts("pushpin", message)
    assert "not listed" in await told(office, STRANGER, "not listed")
    assert "NoteAdded" not in await kinds(office)
    assert (await only(office, "PressRefused")).actor.id == f"slack:{STRANGER}"


async def test_a_responder_cannot_approve(office: Office) -> None:
    """Approving needs the role, whoever asked."""
    card = await office.declare("entra")
    await walk(office, *TO_UNSEALING, "Ask for a second person")
    await office.person(SECOND).presses("Approve", card)
    assert "Only approver" in await told(office, SECOND, "Only approver")
    assert "ApprovalGiven" not in await kinds(office)
    assert (await only(office, "PressRefused")).actor.id == f"slack:{SECOND}"


async def test_nobody_approves_what_they_asked_for(office: Office) -> None:
    """Two different people, even when the one who asked is an approver."""
    card = await office.declare("entra")
    await walk(office, *TO_UNSEALING)
    await office.press("Ask for a second person", APPROVER)
    await office.person(APPROVER).presses("Approve", card)
    assert "You asked, so you cannot approve" in await told(office, APPROVER, "You asked")
    assert "ApprovalGiven" not in await kinds(office)


async def test_a_second_person_with_the_role_approves(office: Office) -> None:
    """The fact says who asked and who agreed; the approvers were called by name."""
    card = await office.declare("entra")
    await walk(office, *TO_UNSEALING, "Ask for a second person")
    screen = office.person(APPROVER)
    await office.slack.until(lambda: "@approver" in screen.screen(card.channel), within=5)
    await office.press("Approve", OTHER_APPROVER)
    given = await only(office, "ApprovalGiven")
    assert given.actor.id == f"slack:{OTHER_APPROVER}"
    assert given.payload["asked_by"] == "On-call engineer"
    assert "PressRefused" not in await kinds(office)
