"""What a step may look at, and who may answer it."""

from __future__ import annotations

import pytest

from bot.core.errors import Refused
from bot.core.incident import Incident
from bot.core.organisation import Role
from bot.playbook.situation import Situation
from tests.playbook.small import LIBRARY, small_organisation, small_walk
from tests.playbook.walking import START

EMPTY = Situation(Incident(id="L-1"), small_organisation(), LIBRARY, START)


@pytest.mark.parametrize(
    ("who", "roles"),
    [
        ("oncall", ()),
        ("keeper", ()),
        ("oncall", ("responder", "approver")),
        ("lead", ("approver",)),
    ],
)
def test_who_has_one_of_the_roles_may_act(who: str, roles: tuple[Role, ...]) -> None:
    """No roles named: everybody in the organisation file."""
    small_walk().doer(who).must_be(roles, "try it")


@pytest.mark.parametrize(
    ("who", "roles", "says"),
    [
        (
            "stranger",
            (),
            "Only somebody listed in the organisation file may do this: try it. You are not listed",
        ),
        ("stranger", ("approver",), "Only approver may do this: try it. You are not listed"),
        (
            "keeper",
            ("responder", "approver"),
            "Only responder or approver may do this: try it. You are custodian",
        ),
        ("lead", ("custodian",), "Only custodian may do this: try it. You are approver, responder"),
    ],
)
def test_anybody_else_is_told_who_may(who: str, roles: tuple[Role, ...], says: str) -> None:
    """Which roles may, which the person has, and where to find somebody."""
    with pytest.raises(Refused) as caught:
        small_walk().doer(who).must_be(roles, "try it")
    assert caught.value.reason == says
    assert "/lockout status" in caught.value.hint


def test_texts_and_conditions_are_about_this_incident() -> None:
    """An empty condition always holds; what is missing says so."""
    situation = small_walk(policy_name="CA001").situation
    assert situation.text("{{ policy_name }} at {{ tenant }}") == "CA001 at Example (Entra)"
    assert situation.text("{{ impact }}") == "[MISSING: business impact]"
    assert situation.holds("")
    assert situation.holds("policy_name == 'CA001'")
    assert not situation.holds("impact")


def test_the_provider_is_that_of_the_declaration() -> None:
    """Nothing before it."""
    assert small_walk().situation.provider == "entra"
    assert EMPTY.provider == ""


def test_a_situation_can_know_what_an_answer_would_leave_behind() -> None:
    """Over what was known before; the incident itself stays as it is."""
    before = small_walk().situation
    after = before.knowing({"still_in": "no", "ticket_number": "T-1"})
    assert after.text("{{ still_in }} {{ ticket_number }}") == "no T-1"
    assert after.now == before.now
    assert before.incident.values == {}
