"""Each word after `/lockout` has one answer, and it stands in the acknowledgement itself."""

from __future__ import annotations

import json

import pytest

from bot.surfaces.slack.commands import HELP, TYPED
from tests.surfaces.slack.stage import ONCALL, SECOND, STRANGER, Stage
from tests.workspace.validate import judge_blocks


@pytest.mark.parametrize("text", ["help", " HELP me", "\thelp"])
async def test_help_is_help_however_it_is_typed(stage: Stage, text: str) -> None:
    """Only for who typed it."""
    assert await stage.command(text) == {"response_type": "ephemeral", "text": HELP}


async def test_an_unknown_word_is_repeated_as_text(stage: Stage) -> None:
    """Escaped, short, and without what would end its quotation."""
    answer = await stage.command("`<!channel>`" + "x" * 100)
    assert "`/lockout &lt;!channel&gt;" in answer["text"]
    assert len(answer["text"]) < len(HELP) + 100


async def test_declaring_is_acknowledged_empty_and_opens_a_form(stage: Stage) -> None:
    """What follows a provider is the error, as long as a field may be."""
    assert await stage.command("aws " + "AccessDenied " * 400) == {}
    await stage.sent()
    modal = stage.slack.person(ONCALL).modal
    assert modal is not None
    assert len(str(modal.values["The error, as it was shown"])) <= TYPED
    assert modal.values["Which tenant?"] == "Example (AWS) (AWS)"


@pytest.mark.parametrize("text", ["", "entra", "status"])
async def test_a_stranger_is_refused_before_anything_opens(stage: Stage, text: str) -> None:
    """Kindly, and with whom to ask."""
    answer = await stage.command(text, user=STRANGER)
    assert answer["text"].startswith("*Not done.*")
    await stage.sent()
    assert stage.slack.person(STRANGER).modal is None


@pytest.mark.parametrize("text", ["status", "timeline"])
async def test_what_is_shown_is_made_of_blocks_that_slack_takes(stage: Stage, text: str) -> None:
    """With a text for the notification."""
    await stage.incident()
    answer = await stage.command(text)
    assert answer["response_type"] == "ephemeral"
    assert answer["text"]
    assert list(judge_blocks(answer["blocks"], "message", "")) == []


async def test_a_note_says_as_which_fact_it_was_recorded(stage: Stage) -> None:
    """So that it can be found again."""
    incident = await stage.incident()
    answer = await stage.command("note  Two  words ", user=SECOND)
    assert answer["text"] == (
        f"Recorded on the timeline of {incident.id} as fact {incident.version + 1}."
    )
    fact = (await stage.desk.store.read(incident.id))[-1]
    assert fact.payload["text"] == "Two  words"


async def test_an_unknown_format_names_those_there_are(stage: Stage) -> None:
    """Nothing is on its way then."""
    await stage.incident()
    answer = await stage.command("export docx")
    assert "no format 'docx'" in answer["text"]
    assert "json" in answer["text"]


async def test_closing_says_what_comes_next(stage: Stage) -> None:
    """The fact is there already."""
    await stage.incident()
    assert "is closed" in (await stage.command("close"))["text"]
    assert "IncidentClosed" in await stage.kinds()


async def test_the_help_is_mrkdwn_that_notifies_nobody() -> None:
    """It is sent as it stands here."""
    assert "<" not in HELP
    assert len(json.dumps(HELP)) < 3_000
