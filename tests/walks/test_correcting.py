"""What was not known at first, or was wrong, is known better later: by "Add details …"."""

from __future__ import annotations

import pytest

from tests.walks.moments import kinds, only, shown
from tests.walks.office import ONCALL, SECOND, Office

IMPACT, ERROR = "What does it cost the business?", "The error, as it was shown"

# A submitted form is the same behind both ways in.
pytestmark = pytest.mark.parametrize("office", ["http"], indirect=True)


async def test_the_form_comes_with_what_was_answered_so_far(office: Office) -> None:
    """Nobody types twice."""
    await office.declare("entra AADSTS53003", **{IMPACT.replace(" ", "_"): "Tills are down"})
    card = await office.card()
    await office.person(SECOND).presses("Add details …", card)
    modal = await office.person(SECOND).sees_modal("Add details")
    assert modal.values[IMPACT] == "Tills are down"
    assert modal.values[ERROR] == "AADSTS53003"
    assert modal.values["Suspected policy"] == "CA001: Require phishing-resistant MFA for all users"
    assert modal.values["Public IP to let in"] == ["203.0.113.10", "2001:db8:10::/48"]


async def test_only_what_changed_is_recorded(office: Office) -> None:
    """And the card shows it."""
    card = await office.declare("entra AADSTS53003")
    await office.answer("Add details …", {"Accounts affected": "All administrators"}, SECOND)
    fact = await only(office, "DetailsCorrected")
    changed = {key for key, value in fact.payload.items() if value} - {"v"}
    assert changed == {"accounts"}
    assert fact.actor.id == f"slack:{SECOND}"
    assert "All administrators" in await shown(office, card.channel, "Accounts")


async def test_a_form_sent_back_unchanged_records_nothing(office: Office) -> None:
    """It is no correction."""
    card = await office.declare("entra AADSTS53003")
    before = await kinds(office)
    person = office.person()
    await person.presses("Add details …", card)
    await person.sees_modal("Add details")
    await person.submits()
    assert person.modal is None
    assert await kinds(office) == before


async def test_a_better_error_is_diagnosed_again(office: Office) -> None:
    """The card's advice follows the newest one."""
    card = await office.declare("entra")
    await office.answer("Add details …", {ERROR: "AADSTS53003: Access has been blocked"})
    assert (await only(office, "ErrorDiagnosed")).payload["code"] == "AADSTS53003"
    assert "AADSTS53003" in await shown(office, card.channel, "AADSTS53003")


async def test_a_credential_in_a_pasted_error_goes_and_the_rest_stays(office: Office) -> None:
    """What went is named."""
    await office.declare("entra")
    await office.answer(
        "Add details …", {ERROR: "AADSTS53003 client_secret=" + "Made-Up-Value-1 Request Id: 7"}
    )
    fact = await only(office, "DetailsCorrected")
    assert "[REMOVED: password]" in fact.payload["error_text"]
    assert "Made-Up-Value" not in str(fact.payload)
    assert fact.payload["removed_secrets"] == ["password"]


async def test_a_corrected_address_is_judged_like_a_declared_one(office: Office) -> None:
    """Refused beside its field; and the refusal is on the timeline."""
    card = await office.declare("entra")
    person = office.person(ONCALL)
    await person.presses("Add details …", card)
    await person.fills({"Another public IP": "192.168.0.1"})
    await person.submits()
    modal = await person.sees_modal("Add details")
    assert "private" in modal.errors["Another public IP"]
    assert (await kinds(office))[-1] == "PressRefused"
    assert "DetailsCorrected" not in await kinds(office)
