"""The ticket text and the diagnosis, without a database."""

from __future__ import annotations

import json

import pytest

from tests.surfaces.terminal.stage import FakeWiring, make_organisation, run

ERROR = "AADSTS53003: Access has been blocked. Request Id: 11111111-2222-3333-4444-555555555550"


def test_a_draft_has_everything_that_is_known_and_names_the_rest() -> None:
    """Subject, text, phone script; what is missing comes first."""
    result = run(
        FakeWiring(), "draft", "--tenant", "entra-example", "--policy", "CA001: Require MFA",
        "--ip", "203.0.113.10", "--ip", "198.51.100.7", "--error", ERROR,
    )  # fmt: skip
    assert result.exit_code == 0
    assert "Still missing: business impact" in result.stdout
    assert "Not on your known list: 198.51.100.7." in result.stdout
    assert "Lockout of 11111111-2222-3333-4444-555555555555" in result.stdout
    assert (
        f"Please switch CA001: Require MFA off. Error: {ERROR} Impact: [MISSING:" in result.stdout
    )
    assert "Say: CA001: Require MFA" in result.stdout
    assert "\x1b" not in result.stdout


def test_a_draft_as_json_has_exactly_these_keys() -> None:
    """Programs rely on it; a policy may be named by its ID."""
    result = run(
        FakeWiring(), "draft", "--tenant", "entra-example", "--policy", "p-2",
        "--ip", "198.51.100.7", "--impact", "Down", "--error", "-", "--format", "json", given=ERROR,
    )  # fmt: skip
    found = json.loads(result.stdout)
    keys = ["tenant", "provider", "subject", "body", "phone_script", "missing", "flagged"]
    assert list(found) == keys
    assert found["phone_script"] == "Say: CA002: Block"
    assert found["flagged"] == ["198.51.100.7"]
    assert found["missing"] == []
    assert ERROR in found["body"]


def test_with_one_tenant_none_has_to_be_named() -> None:
    """There is nothing to choose from."""
    assert run(FakeWiring(), "draft", "--policy", "X").exit_code == 0


def test_of_several_tenants_one_has_to_be_named() -> None:
    """The refusal lists them."""
    one = make_organisation().tenants[0]
    two = one.model_copy(update={"id": "second"})
    wiring = FakeWiring(found=make_organisation().model_copy(update={"tenants": (one, two)}))
    result = run(wiring, "draft")
    assert result.exit_code == 1
    assert "--tenant" in result.stderr
    assert "entra-example, second" in result.stderr


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--tenant", "none"], "entra-example"),
        (["--ip", "10.0.0.1"], "private"),
        (["--impact", "password: hunter2secret"], "looks like"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(args: list[str], said: str) -> None:
    """An unknown tenant, a private address, a credential."""
    result = run(FakeWiring(), "draft", *args)
    assert result.exit_code == 1
    assert said in result.stderr
    assert "hunter2" not in result.output


def test_a_provider_without_a_template_is_refused() -> None:
    """Never an empty text."""
    wiring = FakeWiring()
    wiring.shelf = type(wiring.shelf)(wiring.shelf.playbooks, {})
    result = run(wiring, "draft")
    assert result.exit_code == 1
    assert "no ticket text for entra" in result.stderr


def test_a_draft_shows_example_addresses_only_in_an_exercise() -> None:
    """The organisation file decides, as everywhere."""
    wiring = FakeWiring(found=make_organisation(exercise=False, egress=[]))
    assert run(wiring, "draft", "--ip", "203.0.113.10").exit_code == 1


def test_a_diagnosis_as_json_has_exactly_these_keys() -> None:
    """What the text holds is picked out."""
    found = json.loads(run(FakeWiring(), "diagnose", ERROR, "--format", "json").stdout)
    keys = ["provider", "code", "scenarios", "cause", "branch", "picked", "source"]
    assert list(found) == keys
    assert (found["provider"], found["code"]) == ("entra", "AADSTS53003")
    assert found["scenarios"]
    assert found["picked"]["request_id"] == "11111111-2222-3333-4444-555555555550"


def test_a_diagnosis_reads_well_and_from_a_pipe() -> None:
    """The cause first; a dash, or nothing at all, reads the standard input."""
    for args in (["-"], []):
        result = run(FakeWiring(), "diagnose", *args, given=ERROR)
        assert result.exit_code == 0
        assert "Code      AADSTS53003" in result.stdout
        assert "request id" in result.stdout
        assert "https://" in result.stdout


def test_words_need_no_quotes() -> None:
    """Nobody thinks of the shell while locked out."""
    assert (
        "AADSTS53003" in run(FakeWiring(), "diagnose", "AADSTS53003:", "Access", "blocked").stdout
    )


def test_an_unknown_text_is_no_failure() -> None:
    """It says so, and guesses nothing."""
    result = run(FakeWiring(), "diagnose", "the coffee machine is broken", "--format", "json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert (found["provider"], found["code"], found["scenarios"]) == (None, None, [])
    assert "not known" in run(FakeWiring(), "diagnose", "coffee").stdout
