"""'Exclude my IP' is what an attacker would ask, too: what may be asked, and what is flagged."""

from __future__ import annotations

import pytest

from tests.walks.moments import kinds, only, shown
from tests.walks.office import Office

TYPED = "Another public IP"
UNLISTED = "198.51.100.7"

# What an address may be is decided behind both ways in.
pytestmark = pytest.mark.parametrize("office", ["http"], indirect=True)


REFUSED = {
    "10.1.2.3": "private (RFC 1918",
    "192.168.178.20": "private (RFC 1918",
    "fd00::1": "unique local",
    "100.64.3.4": "carrier-grade NAT",
    "127.0.0.1": "loopback",
    "::1": "loopback",
    "169.254.1.1": "link-local",
    "224.0.0.1": "multicast",
    "198.51.0.0/16": "too wide",
    "2001:db8::/32": "too wide",
    "my-office": "is not an IP address",
}


async def test_an_address_that_nobody_may_let_in_is_refused_beside_its_field(
    office: Office,
) -> None:
    """With the reason; what was typed stays, and nothing was recorded until it was mended."""
    person = office.person()
    await person.types("/lockout", "entra AADSTS53003")
    await person.fills({"What does it cost the business?": "400 people wait"})
    for address, reason in REFUSED.items():
        await person.fills({TYPED: address})
        await person.submits()
        modal = await person.sees_modal("Locked out")
        assert reason in modal.errors[TYPED], address
        assert modal.values[TYPED] == address
        assert modal.values["What does it cost the business?"] == "400 people wait"
        assert await office.desk.store.incidents() == []
    await person.fills({TYPED: ""})
    await person.submits()
    assert (await person.sees_modal()).title.startswith("Lockout lo-")


async def test_an_unlisted_address_is_taken_and_flagged_wherever_it_is_shown(
    office: Office,
) -> None:
    """On the card, in the ticket, on the timeline and in the export."""
    person = office.person()
    await person.types("/lockout", "entra AADSTS53003")
    await person.fills({TYPED: UNLISTED})
    await person.submits()
    ticket = await person.sees_modal()
    assert f"{UNLISTED}" in ticket.text
    assert "not on" in ticket.text.lower()
    await person.closes()
    card = await office.card()
    assert f"{UNLISTED} (NOT on your known list)" in await shown(office, card.channel, UNLISTED)
    declared = await only(office, "IncidentDeclared")
    flags = {entry["text"]: entry["known"] for entry in declared.payload["addresses"]}
    assert flags[UNLISTED] is False
    assert flags["203.0.113.10"] is True
    await person.types("/lockout", "export md", card.channel)
    (file,) = await office.slack.until(
        lambda: [file for file in office.slack.files if file.channels], within=5
    )
    line = next(line for line in (file.content or b"").decode().splitlines() if UNLISTED in line)
    assert "NOT on" in line


async def test_a_listed_address_carries_no_flag(office: Office) -> None:
    """A flag on everything would be read by nobody."""
    card = await office.declare("entra")
    assert "NOT on" not in await shown(office, card.channel, "203.0.113.10")


async def test_several_addresses_are_taken_together(office: Office) -> None:
    """However they are separated, each once."""
    person = office.person()
    await person.types("/lockout", "entra")
    await person.fills({TYPED: f"{UNLISTED}, 203.0.113.77 {UNLISTED};2001:db8:10::7"})
    await person.submits()
    await person.sees_modal()
    texts = [
        entry["text"] for entry in (await only(office, "IncidentDeclared")).payload["addresses"]
    ]
    assert sorted(texts) == sorted(set(texts))
    assert {UNLISTED, "203.0.113.77", "2001:db8:10::7"} <= set(texts)
    assert "PressRefused" not in await kinds(office)
