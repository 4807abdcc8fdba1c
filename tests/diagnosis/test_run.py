"""The room reads what is written, in the order that helps, and claims nothing else."""

import pytest

from bot.diagnosis.model import Diagnosis
from bot.diagnosis.run import ASK, UNKNOWN, diagnose
from bot.diagnosis.scenarios import SCENARIOS
from tests.diagnosis.case import SCP, Case
from tests.diagnosis.cases import CASES
from tests.diagnosis.cases_panel import PANEL
from tests.diagnosis.strangers import STRANGERS


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_known_text_is_read_as_people_need_it(case: Case) -> None:
    """Provider, code, scenarios in order, and the pieces for the ticket."""
    read = diagnose(case.text, case.hint)
    assert (read.provider, read.code, read.scenarios) == (
        case.provider,
        case.code,
        case.scenarios,
    )
    assert case.picked.items() <= read.picked.items()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_claimed_has_a_source_and_a_next_step(case: Case) -> None:
    """Cause and branch are sentences, and a page stands behind them."""
    read = diagnose(case.text, case.hint)
    assert read.cause.endswith(".")
    assert read.branch.endswith(".")
    assert read.source is not None
    assert read.source.startswith("https://")


@pytest.mark.parametrize(("text", "provider"), STRANGERS)
def test_a_text_that_is_not_known_is_left_alone(text: str, provider: str | None) -> None:
    """No code, no scenario, no claim; the person is told so plainly."""
    read = diagnose(text)
    assert (read.provider, read.code, read.scenarios, read.source) == (provider, None, (), None)
    assert (read.cause, read.branch) == (UNKNOWN, ASK)


def test_every_scenario_of_the_table_can_be_reached() -> None:
    """Each of the 32 rows leads at least one realistic text."""
    assert {case.scenarios[0] for case in CASES if case.scenarios} == set(range(1, 33))
    assert set(SCENARIOS) == set(range(1, 33))


def test_the_table_of_texts_is_large_enough() -> None:
    """At least 90 texts to read and 20 to leave alone."""
    assert len(CASES) >= 90
    assert len(STRANGERS) >= 20


@pytest.mark.parametrize("hint", ["entra", "aws", "google", "okta", "", None])
def test_a_chosen_provider_never_changes_what_the_text_says(hint: str | None) -> None:
    """A panel is read the same whatever tenant was chosen before."""
    assert diagnose(PANEL, hint) == diagnose(PANEL)


def test_a_chosen_provider_alone_is_no_reading() -> None:
    """The hint does not become the provider of an unknown text."""
    assert diagnose("help", "aws").provider is None


def test_a_sentence_of_another_provider_is_not_bent_to_the_chosen_one() -> None:
    """Terraform is everywhere: with AWS chosen its exclusion is not taken for Entra's."""
    assert diagnose("Terraform apply dropped the exclusion", "aws").scenarios == ()


def test_two_providers_are_said_aloud() -> None:
    """The reading of the first says that there is a second."""
    read = diagnose(f"AADSTS53003 and {SCP}")
    assert "AWS" in read.cause
    assert "first" in read.cause
    assert "AWS" not in diagnose("AADSTS53003").cause


def test_an_scp_denial_tells_whom_scps_bind() -> None:
    """The three facts that the naive advice gets wrong."""
    read = diagnose(f"is not authorized to perform: iam:ListUsers {SCP}")
    assert "even when the denial is implicit" in read.cause
    assert "never bind the management account" in read.cause
    assert "root user of a member account" in read.cause
    assert "try again" in read.branch
    assert "only one" in read.branch


def test_a_code_outside_the_published_table_says_so() -> None:
    """AADSTS530003 is known from practice, and the person is told."""
    assert "not in Microsoft's published table" in diagnose("AADSTS530003").cause


def test_a_scenario_moved_first_brings_its_own_advice() -> None:
    """With a hint to the place, cause and next step speak of the place."""
    plain, placed = diagnose("AADSTS53003"), diagnose("AADSTS53003, only outside the office")
    assert "location" in placed.cause
    assert "VPN" in placed.branch
    assert placed.cause.startswith(plain.cause)
    assert placed.branch != plain.branch


def test_an_unknown_number_is_named_but_not_explained() -> None:
    """The number goes to the ticket; nothing is claimed about it."""
    read = diagnose("AADSTS9999123")
    assert "not in the list" in read.cause
    assert read.scenarios == ()


def test_a_reading_cannot_be_changed_afterwards() -> None:
    """A diagnosis is a value."""
    with pytest.raises(ValueError, match="frozen"):
        diagnose("53003").code = "x"  # type: ignore[misc]
    assert isinstance(diagnose("53003"), Diagnosis)


def test_pieces_of_an_unknown_text_are_kept() -> None:
    """A request ID without a known code is still good for the ticket."""
    text = "Something broke. Correlation ID: 62e76ee1-52af-46d3-ba8f-3f0be6aea289"
    assert diagnose(text).picked == {"correlation_id": "62e76ee1-52af-46d3-ba8f-3f0be6aea289"}
