"""The tables themselves: complete, sourced, and without promises that no page makes."""

import pytest

from bot.diagnosis.entra import CODES
from bot.diagnosis.run import ALL, NAMES, diagnose
from bot.diagnosis.scenarios import SCENARIOS
from bot.diagnosis.table import Code, Tables

# fmt: off
PUBLISHED = (
    50053, 50055, 50057, 50072, 50074, 50076, 50078, 50079, 50097, 50105, 50107, 50131,
    50144, 50155, 50158, 50161, 53000, 53001, 53002, 53003, 53004, 53009, 53010, 53011,
    70043, 80001, 500212, 500213, 530003, 530034, 530035,
)
WITHOUT_SCENARIO = (
    50097, 50105, 50131, 50155, 53002, 53009, 70043, 500212, 500213,
)
# fmt: on
ROWS = {"entra": range(1, 16), "aws": range(16, 25), "google": range(25, 33)}


def _codes() -> list[tuple[Tables, Code]]:
    forms = [(tables, form.code) for tables in ALL for form in tables.forms]
    return [*((ALL[0], code) for code in CODES.values()), *forms]


@pytest.mark.parametrize("number", PUBLISHED)
def test_each_code_of_the_list_is_known(number: int) -> None:
    """Known means: a meaning, a next step, and a scenario only where one fits."""
    read = diagnose(f"AADSTS{number}")
    assert read.code == f"AADSTS{number}"
    assert "not in the list" not in read.cause
    assert bool(read.scenarios) == (number not in WITHOUT_SCENARIO)


def test_the_list_of_codes_is_whole() -> None:
    """No code is in the table that is not in the list of this test."""
    assert set(CODES) == {str(number) for number in PUBLISHED}


def test_a_code_leads_only_to_scenarios_of_its_own_provider() -> None:
    """AWS rows never come from a Microsoft code."""
    for tables, code in _codes():
        assert set(code.scenarios) <= set(ROWS[tables.provider])
        assert code.scenarios or code.branch
    for tables in ALL:
        rows = {row for symptom in tables.symptoms for row in symptom.scenarios}
        assert rows <= set(ROWS[tables.provider])
        assert {hint.scenario for hint in tables.hints} <= set(ROWS[tables.provider])


def test_every_claim_names_a_page_and_ends_as_a_sentence() -> None:
    """No code and no scenario without a source."""
    sources = [row.source for row in SCENARIOS.values()] + [code.source for _, code in _codes()]
    assert all(source.startswith("https://") and " " not in source for source in sources)
    sentences = [text for row in SCENARIOS.values() for text in (row.cause, row.branch)]
    sentences += [code.meaning for _, code in _codes()]
    assert all(text.endswith(".") and "  " not in text for text in sentences)
    assert all(len(text) < 260 for text in sentences)


def test_every_provider_has_a_name_for_people() -> None:
    """The reading names providers as people do."""
    assert [tables.provider for tables in ALL] == list(NAMES)
