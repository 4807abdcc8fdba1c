"""What the organisation file lacks is said with names, and as of today."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.core.organisation import Organisation
from bot.core.stale_facts import stale_facts
from tests.services.desks import example, with_tenants

TODAY = date(2026, 11, 22)


def real(**changes: Any) -> Organisation:  # noqa: ANN401 - keys of the file
    """The example without its mark of an exercise, with one tenant."""
    return with_tenants("entra-example").model_copy(update={"exercise": False, **changes})


def test_a_file_that_lacks_nothing_is_silent() -> None:
    """Or nobody would ever be ready."""
    assert stale_facts(real(), TODAY) == ((), {})


def test_tests_grow_old_while_the_bot_runs() -> None:
    """Each account and the support-only user, by name."""
    general, tenants = stale_facts(real(), date(2027, 6, 1))
    assert general == ()
    told = tenants["entra-example"]
    assert len(told) == 3
    assert told[0].startswith("emergency-1@")
    assert told[0].endswith("the last test is 232 days ago: sign in once for real")


def test_a_sign_in_that_a_drill_proved_is_a_test() -> None:
    """Of that account alone, and of that tenant; an older one changes nothing."""
    today, (tenant,) = date(2027, 6, 1), real().tenants
    first, second = (account.identifier for account in tenant.emergency_accounts)
    days = {first: date(2027, 5, 1), second: date(2026, 1, 1)}
    told = stale_facts(real(), today, {tenant.id: days})[1][tenant.id]
    assert [text.partition(":")[0] for text in told] == [
        tenant.emergency_accounts[1].name,
        "red-phone@example.onmicrosoft.com",
    ]
    assert told[0].endswith("the last test is 232 days ago: sign in once for real")
    assert len(stale_facts(real(), today, {"another": days})[1][tenant.id]) == 3


def test_what_a_tenant_lacks_is_said_of_it() -> None:
    """Fewer than two accounts, no group, no third way."""
    (tenant,) = real().tenants
    changes = {
        "emergency_accounts": tenant.emergency_accounts[:1],
        "support_user": None,
        "group": tenant.group.model_copy(update={"id": ""}),
        "policies": (),
    }
    bare = real(tenants=(tenant.model_copy(update=changes),))
    told = " | ".join(stale_facts(bare, TODAY)[1]["entra-example"])
    assert "only one emergency account: keep at least two" in told
    assert "no support-only user" in told
    assert "the object ID of the exclusion group" in told
    assert "no policies are known" in told


def test_what_the_people_lack_is_said_by_name() -> None:
    """No phone is of all of them, no Slack name of one."""
    people = tuple(
        person.model_copy(update={"phone": None, "slack": None, "login": None})
        for person in example().people[:1]
    )
    general, _ = stale_facts(real(people=people, egress=()), TODAY)
    told = " | ".join(general)
    assert f"{people[0].name}: has neither slack nor login" in told
    assert "has a phone" in told
    assert "no address is known" in told


def test_an_exercise_is_no_readiness() -> None:
    """Its addresses are examples."""
    (told,) = stale_facts(real(exercise=True), TODAY)[0]
    assert told.startswith("exercise: is on")
