"""Forms and tickets offer what was read, not what somebody wrote down in spring."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.audit.snapshot import Change
from bot.core.organisation import KnownPolicy, Organisation
from bot.services.known_policies import WITHHELD, KnownPolicies, Seen, with_policies
from tests.services.desks import example, make_desk
from tests.services.tenants import policy, snapshot, watching_desk

NOON = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
LISTED = "44444444-0000-0000-0000-00000000000"


def seen(*changes: Change) -> Organisation:
    """The example with these policies read."""
    return with_policies(example(), {"entra-example": Seen(NOON, changes)})


def policies(organisation: Organisation) -> list[KnownPolicy]:
    """As the form sorts them."""
    tenant = organisation.tenant("entra-example")
    assert tenant is not None
    return tenant.newest_policies()


def test_what_was_read_goes_before_what_is_written() -> None:
    """With who and when; what only the file lists stays behind."""
    new = Change("new", "CA100: New", NOON - timedelta(days=400), "pipeline", broad=False)
    known = Change(f"{LISTED}2", "CA002: Renamed", NOON)
    found = policies(seen(new, known))
    assert [one.name.partition(":")[0] for one in found] == [
        "CA002", "CA100", "CA001", "CA003", "CA010",
    ]  # fmt: skip
    assert found[0].name == "CA002: Renamed"
    assert (found[1].changed_by, found[1].broad) == ("pipeline", False)


def test_what_the_provider_does_not_say_the_file_may() -> None:
    """Who changed it, and when."""
    found = policies(seen(Change(f"{LISTED}1", "CA001: Require")))
    assert (found[0].changed_by, found[0].changed_at is None) == ("pipeline", False)


def test_a_reading_without_a_policy_takes_none_away() -> None:
    """The reader may not have been allowed to see any."""
    assert policies(seen()) == policies(example())
    assert with_policies(example(), {"elsewhere": Seen(NOON, ())}) == example()


def test_a_credential_in_a_name_is_not_shown() -> None:
    """Somebody named a policy after a token."""
    token = "xoxb-" + "1234567890-1234567890-abcdefghijklmnop"
    assert policies(seen(Change("p", f"use {token}", NOON)))[0].name == WITHHELD
    assert token not in seen(Change(token, token, NOON, token)).model_dump_json()


def test_a_name_is_one_visible_line() -> None:
    """As everywhere."""
    assert policies(seen(Change("p", "a\nb\u202e", NOON)))[0].name == "a b\\u202e"
    assert policies(seen(Change("p", " ", NOON)))[0].name == "p"


async def test_the_desk_follows_the_snapshots() -> None:
    """At each look; an unchanged one only becomes newer."""
    desk, store, _ = watching_desk()
    known = KnownPolicies(desk)
    await known.refresh()
    assert policies(desk.organisation) == policies(example())
    await store.keep(snapshot(NOON, policy(7)))
    await known.refresh()
    assert policies(desk.organisation)[0].name == policy(7)["displayName"]
    await store.keep(snapshot(NOON + timedelta(hours=1), policy(7)))
    await known.refresh()
    tenant = desk.organisation.tenant("entra-example")
    assert tenant is not None
    assert tenant.policies_as_of == NOON + timedelta(hours=1)
    await store.keep(snapshot(NOON + timedelta(hours=2), policy(8)))
    await known.refresh()
    names = [one.name for one in policies(desk.organisation)]
    assert policy(8)["displayName"] in names
    assert policy(7)["displayName"] not in names


async def test_without_a_store_the_file_is_all() -> None:
    """Nothing is known, nothing is changed."""
    desk = make_desk()
    await KnownPolicies(desk).refresh()
    assert desk.organisation is example()
