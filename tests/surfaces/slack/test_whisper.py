"""Who pressed is told soon whether it was recorded, also while Slack's Web API refuses."""

from __future__ import annotations

import asyncio

import pytest

from bot.core.errors import Broken, Unavailable
from bot.core.view import Take
from bot.services.drilling import begin_drill
from bot.services.incidents import add_note
from bot.surfaces.slack.parse import Reader
from bot.surfaces.slack.whisper import Whisper
from tests.services.desks import ONCALL as DOER
from tests.surfaces.slack.stage import GENERAL, ONCALL, SECOND, STRANGER, Stage
from tests.workspace.faults import FaultOptions

ELSEWHERE = "https://hooks.example.com/response/1"


async def take(stage: Stage, user: str = ONCALL) -> str:
    """Press 'I am on it' on the card of a new lockout; the incident."""
    card = await stage.card()
    lines = await stage.desk.store.incidents()
    position = (await stage.desk.load(lines[0].id)).position
    assert position is not None
    act = Take(incident=lines[0].id, playbook=position.playbook, step=position.step)
    element = {"type": "button", "action_id": "b0.0", "value": act.model_dump_json()}
    await stage.routes.action(stage.slack.payloads.pressed(user, card, element))
    return lines[0].id


@pytest.mark.parametrize("fault", [{"status": 503}, {"delay": 3.0}])
async def test_whoever_presses_while_the_card_cannot_change_is_told_that_it_is_safe(
    stage: Stage, fault: FaultOptions
) -> None:
    """By the answer's own address, which needs no Web API."""
    stage.slack.fail("chat.update", times=3, **fault)
    incident = await take(stage)
    told = await stage.slack.until(lambda: stage.whispers(ONCALL), within=5)
    assert "Recorded" in told
    assert incident in told


async def test_whoever_presses_while_the_card_waits_for_its_turn_is_told(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is wrong and nothing is drawn yet: a start-up, several incidents at once."""
    turn = asyncio.Event()

    async def rest(_seconds: float) -> None:
        await turn.wait()

    monkeypatch.setattr(stage.cards, "_sleep", rest)
    incident = await take(stage)
    told = await stage.slack.until(lambda: stage.whispers(ONCALL), within=5)
    assert "Recorded" in told
    assert "The card follows" in told
    version = (await stage.desk.load(incident)).version
    assert not stage.cards.shows(incident, version)
    turn.set()
    await stage.sent()
    assert stage.cards.shows(incident, version)


async def test_in_a_drill_an_assurance_says_so(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever reads one line only must not think that anything is locked."""

    async def never(_seconds: float) -> None:
        await asyncio.Event().wait()

    drill = (await begin_drill(stage.desk, DOER, {"tenant": "entra-example"})).incident
    await stage.cards.show(drill.id)
    monkeypatch.setattr(stage.cards, "_sleep", never)
    recorded = await add_note(stage.desk, DOER, drill.id, "The keys are fetched")
    whisper = Whisper(stage.api, stage.outbox, stage.cards)
    whisper.assure(Reader(ONCALL, GENERAL, response_url=ELSEWHERE), recorded)
    told = await stage.slack.until(lambda: stage.whispers(ONCALL), within=5)
    assert "DRILL: Recorded" in told


async def test_an_assurance_finds_another_way_when_its_address_does_not_answer(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside the card, as any other word to one person."""

    async def refuse(_url: str, _message: object) -> None:
        raise Unavailable("no answer")

    monkeypatch.setattr(stage.api, "answer", refuse)
    stage.slack.fail("chat.update", status=503)
    incident = await take(stage)
    told = await stage.slack.until(lambda: stage.whispers(ONCALL), within=5)
    assert incident in told


async def test_a_card_that_changes_needs_no_words(stage: Stage) -> None:
    """Nobody is told twice."""
    await take(stage)
    await stage.sent()
    assert stage.whispers(ONCALL) == ""


async def test_a_refusal_reaches_the_person_while_the_web_api_refuses(stage: Stage) -> None:
    """They must not take a silence for a yes."""
    stage.slack.fail("chat.postEphemeral", status=503, times=9)
    await take(stage, STRANGER)
    told = await stage.slack.until(lambda: stage.whispers(STRANGER), within=5)
    assert "not listed" in told


async def test_without_an_address_a_refusal_comes_beside_the_card(stage: Stage) -> None:
    """A reaction brings none."""
    stage.routes._whisper.tell(Reader(SECOND, GENERAL), "Not recorded")
    await stage.sent()
    assert "Not recorded" in stage.whispers(SECOND)


@pytest.mark.parametrize("fault", [{"status": 503}, {"lost": True}])
async def test_a_refusal_outlives_a_bad_moment_of_slack(stage: Stage, fault: FaultOptions) -> None:
    """Whatever became of the first attempt: heard twice is better than not at all."""
    stage.slack.fail("chat.postEphemeral", **fault)
    stage.routes._whisper.tell(Reader(SECOND, GENERAL), "Not recorded")
    await stage.slack.until(lambda: len(stage.slack.calls_to("chat.postEphemeral")) == 2, within=5)
    await stage.sent()
    assert "Not recorded" in stage.whispers(SECOND)


async def test_an_address_that_is_not_slacks_is_never_called(stage: Stage) -> None:
    """The whisper goes the other way instead."""
    with pytest.raises(Broken):
        await stage.api.answer(ELSEWHERE, {"text": "x"})
    stage.routes._whisper.tell(Reader(SECOND, GENERAL, ELSEWHERE), "Not recorded")
    await stage.sent()
    assert "Not recorded" in stage.whispers(SECOND)
