"""From the answers of the form to facts: what is refused, masked, flagged, and read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.core.errors import Refused
from bot.core.events import DetailsCorrected, ErrorDiagnosed, IncidentDeclared, Value
from bot.services.declaring import correct_events, declare_events
from tests.services.desks import example

TOKEN = "xoxb-1234567890-abcdefghij"
FULL: dict[str, Value] = {
    "tenant": "entra-example",
    "error": "AADSTS53003: blocked by Conditional Access",
    "policy": "44444444-0000-0000-0000-000000000002",
    "addresses": ("203.0.113.10",),
    "accounts": "admin@example.com\n\n  other@example.com  ",
    "impact": "Nobody can work",
    "began_at": "2026-11-22T03:04+01:00",
    "access": ("partner", "session"),
}


def declared(**answers: Value) -> IncidentDeclared:
    """The declaration that these answers come to."""
    event = declare_events(example(), {"tenant": "entra-example", **answers})[0]
    assert isinstance(event, IncidentDeclared)
    return event


def refused(**answers: Value) -> Refused:
    """The refusal that these answers meet."""
    with pytest.raises(Refused) as refusal:
        declare_events(example(), {"tenant": "entra-example", **answers})
    return refusal.value


def test_a_full_form_is_kept_as_it_was_answered() -> None:
    """Lines trimmed, the time in UTC, the policy by name and ID."""
    event = declared(**FULL)
    assert (event.tenant, event.provider) == ("entra-example", "entra")
    assert event.policy_name == "CA002: Block sign-in from outside the known locations"
    assert event.policy_id == FULL["policy"]
    assert [(address.text, address.known) for address in event.addresses] == [
        ("203.0.113.10", True)
    ]
    assert event.accounts == ("admin@example.com", "other@example.com")
    assert event.began_at == datetime(2026, 11, 22, 2, 4, tzinfo=UTC)
    assert event.access == ("partner", "session")
    assert event.exercise


def test_a_tenant_alone_is_enough() -> None:
    """Nobody has to know anything at 3 AM; there is nothing to diagnose then."""
    events = declare_events(example(), {"tenant": "aws-example"}, origin="C0GENERAL")
    assert [event.kind for event in events] == ["IncidentDeclared"]
    assert isinstance(events[0], IncidentDeclared)
    assert (events[0].policy_name, events[0].addresses, events[0].access) == ("", (), ())
    assert events[0].origin == "C0GENERAL"


@pytest.mark.parametrize(
    ("answers", "field", "words"),
    [
        ({"tenant": "nobody's"}, "tenant", "No such tenant"),
        ({"tenant": ""}, "tenant", "No such tenant"),
        ({"error": "x" * 40_001}, "error", "too long"),
        ({"impact": "x" * 40_001}, "impact", "too long"),
        ({"accounts": "x" * 401}, "accounts", "too long"),
        ({"policy_typed": "x" * 401}, "policy_typed", "too long"),
        ({"policy_id": "x" * 401}, "policy_id", "too long"),
        ({"policy": "p-exampleregion1"}, "policy", "not one of"),
        ({"policy": "aws-example/p-exampleregion1"}, "policy", "not one of"),
        ({"addresses": ("10.0.0.1",)}, "addresses", "private"),
        ({"addresses_typed": "203.0.113.10, 10.0.0.1"}, "addresses_typed", "private"),
        ({"addresses_typed": "my house"}, "addresses_typed", "not an IP address"),
        ({"began_at": "yesterday"}, "began_at", "not a time"),
        ({"began_at": "2026-11-22T03:04"}, "began_at", "not a time"),
        ({"began_at": "0001-01-01T00:00+14:00"}, "began_at", "not a time"),
        ({"access": ("nobody", "admin")}, "access", "cannot both be true"),
        ({"access": ("unknown", "nobody")}, "access", "cannot both be true"),
        ({"access": ("magic",)}, "access", "not one of the choices"),
        ({"access": "magic"}, "access", "not one of the choices"),
    ],
)
def test_a_wrong_answer_is_refused_beside_its_field(
    answers: dict[str, Value], field: str, words: str
) -> None:
    """The person sees at which question to look."""
    refusal = refused(**answers)
    assert refusal.field == field
    assert words in refusal.reason


def test_an_unknown_tenant_is_answered_with_the_known_ones() -> None:
    """So that nobody has to open the file."""
    assert refused(tenant="x").hint == "There are: entra-example, aws-example, google-example"


def test_a_tenant_is_found_by_any_of_its_names() -> None:
    """The provider's own ID as well as ours."""
    assert declared(tenant="11111111-2222-3333-4444-555555555555").tenant == "entra-example"
    assert declared(tenant="444455556666").tenant == "aws-example"


def test_a_credential_in_the_pasted_error_is_masked_and_the_rest_stays() -> None:
    """A terminal may carry one; nobody wants to paste it all again."""
    event = declared(error=f"AADSTS53003\nSLACK={TOKEN}\nthe end")
    assert TOKEN not in event.error_text
    assert event.error_text == "AADSTS53003\nSLACK=[REMOVED: Slack token]\nthe end"
    assert event.removed_secrets == ("Slack token",)


@pytest.mark.parametrize("field", ["impact", "accounts", "policy_typed", "policy_id"])
def test_a_credential_anywhere_else_is_refused_and_not_repeated(field: str) -> None:
    """Nothing is kept, and the refusal does not quote it."""
    refusal = refused(**{field: f"see {TOKEN}"})
    assert refusal.field == field
    assert "Slack token" in refusal.reason
    assert TOKEN not in refusal.reason + refusal.hint


def test_a_typed_policy_wins_over_the_chosen_one() -> None:
    """The form chose one beforehand; who types another means the other."""
    event = declared(policy=FULL["policy"], policy_typed="  My   policy ", policy_id="p-1")
    assert (event.policy_name, event.policy_id) == ("My policy", "p-1")


def test_a_typed_policy_that_is_known_has_its_id() -> None:
    """Letter for letter; otherwise no ID is guessed."""
    known = "CA003: Require a compliant device for administrators"
    assert declared(policy_typed=known).policy_id == "44444444-0000-0000-0000-000000000003"
    assert declared(policy_typed=known + "!").policy_id == ""


def test_a_policy_chosen_among_several_tenants_is_taken_by_its_key() -> None:
    """The key names the tenant, so that it cannot be mixed up."""
    key = "aws-example/p-examplemfa0001"
    event = declared(tenant="aws-example", policy=key)
    assert (event.policy_name, event.policy_id) == ("DenyWithoutMfa", "p-examplemfa0001")


def test_an_address_outside_the_list_is_taken_and_flagged() -> None:
    """It is also what an attacker would ask for."""
    event = declared(addresses=("203.0.113.10",), addresses_typed="198.51.100.7; 2001:db8:10::5")
    assert [(address.text, address.known) for address in event.addresses] == [
        ("203.0.113.10", True),
        ("198.51.100.7", False),
        ("2001:db8:10::5", True),
    ]


def test_an_address_chosen_and_typed_is_kept_once() -> None:
    """Whoever does both means one."""
    assert len(declared(addresses="203.0.113.10", addresses_typed="203.0.113.10").addresses) == 1


def test_example_addresses_are_refused_in_earnest() -> None:
    """Only an exercise may use them."""
    organisation = example().model_copy(update={"exercise": False})
    with pytest.raises(Refused, match="documentation"):
        declare_events(organisation, {"tenant": "aws-example", "addresses_typed": "198.51.100.7"})


def test_a_pasted_error_is_diagnosed_and_unknown_text_says_so() -> None:
    """It never guesses: an unknown text has no scenarios."""
    known = declare_events(example(), {"tenant": "entra-example", "error": "AADSTS53003"})[1]
    strange = declare_events(example(), {"tenant": "entra-example", "error": "The cat did it"})[1]
    assert isinstance(known, ErrorDiagnosed)
    assert known.code == "AADSTS53003"
    assert known.scenarios
    assert isinstance(strange, ErrorDiagnosed)
    assert (strange.code, strange.scenarios) == (None, ())


def test_a_broken_paste_is_kept_without_what_no_store_takes() -> None:
    """NUL and half a surrogate pair come from terminals, and must not cost the declaration."""
    event = declared(error="a\0b\ud83d", impact="c\0d\udcff", accounts="e\0f")
    assert (event.error_text, event.impact, event.accounts) == ("ab?", "cd?", ("ef",))


def test_a_correction_holds_only_what_changed() -> None:
    """An unchanged form is no fact."""
    before = declared(**FULL)
    assert correct_events(example(), before, FULL) == []
    (correction,) = correct_events(example(), before, {**FULL, "impact": "More"})
    assert isinstance(correction, DetailsCorrected)
    assert correction.model_dump(exclude_none=True, exclude={"kind", "v"}) == {
        "impact": "More",
        "removed_secrets": (),
    }


def test_a_corrected_error_is_diagnosed_again() -> None:
    """The diagnosis follows the text."""
    events = correct_events(example(), declared(**FULL), {**FULL, "error": "AADSTS50105"})
    assert [event.kind for event in events] == ["DetailsCorrected", "ErrorDiagnosed"]


def test_a_correction_stays_with_its_tenant() -> None:
    """Another tenant is another incident, whatever the answers say."""
    answers = {**FULL, "tenant": "aws-example"}
    assert correct_events(example(), declared(**FULL), answers) == []


def test_a_time_that_is_left_out_is_no_correction() -> None:
    """Nothing would change, so nothing is recorded."""
    assert correct_events(example(), declared(**FULL), {**FULL, "began_at": ""}) == []
