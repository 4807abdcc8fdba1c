"""Whatever Slack's client, or somebody in its place, sends in whatever order: no fault of ours."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.core.errors import LockoutError
from bot.core.timeline import check_chain, fact_to_dict
from bot.core.view import Act, Action
from bot.services.showing import card_view
from bot.surfaces.slack.render import render_message
from tests.surfaces.slack.stage import GENERAL, ONCALL, SECOND, STRANGER, Stage, open_stage
from tests.surfaces.slack.test_parse import ANY_JSON, ANY_TEXT, NAMES

Json = dict[str, Any]
Step = tuple[str, Json | int]

# As `CountingIds` names the first one.
INCIDENT = "lo-261122-1"
ENTRIES = [*NAMES.split(), "event", "event_id", "value", "response_url", "tab", "previous_message"]
ANY_BODY = st.dictionaries(
    st.sampled_from(ENTRIES),
    st.recursive(
        ANY_JSON,
        lambda inner: st.dictionaries(st.sampled_from(ENTRIES), inner, max_size=6),
        max_leaves=20,
    ),
)


def mostly(usual: st.SearchStrategy[Any], odd: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """One time in eight the odd one."""
    return st.integers(0, 7).flatmap(lambda number: usual if number else odd)


def often(*values: object) -> st.SearchStrategy[Any]:
    """These, so that a request gets far; one time in eight any text."""
    return mostly(st.sampled_from(values), ANY_TEXT)


USER = often(ONCALL, SECOND, STRANGER, "x" * 300)
CHANNEL = often(GENERAL, "C1")
ENTRY_OF_ACT = {
    "incident": often(INCIDENT, "lo-261122-2"),
    "playbook": often("triage", "entra.support-ticket", "entra.exclusion-group"),
    "step": often("outage", "anyone-in", "ticket"),
    "visit": st.integers(),
    "minutes": st.integers(1, 1440),
    "format": often("md", "html", "json", "csv"),
    "method": often("support-ticket", "exclusion-group", "support-only-user"),
    "subject": often("news", "step"),
}


def acts(kind: type[Act]) -> st.SearchStrategy[Any]:
    """Any action of this kind, as it travels in a button."""
    given_here = {name: s for name, s in ENTRY_OF_ACT.items() if name in kind.model_fields}
    return st.builds(kind, **given_here).map(lambda act: act.model_dump(mode="json"))


ACT = st.one_of([acts(kind) for kind in get_args(get_args(Action)[0])])
ACT_BENT = st.builds(lambda act, other: {**act, **other}, ACT, st.dictionaries(ANY_TEXT, ANY_JSON))
VALUE = mostly(mostly(ACT, ACT_BENT).map(json.dumps), ANY_TEXT)
COMMAND = st.builds(
    lambda word, rest, **body: {**body, "text": f"{word} {rest}"},
    often("note", "export", "timeline", "close", "drill", "entra", "status", "readiness"),
    ANY_TEXT,
    user_id=USER,
    trigger_id=ANY_TEXT,
    channel_id=CHANNEL,
)
PRESS = st.fixed_dictionaries(
    {
        "user": st.fixed_dictionaries({"id": USER}),
        "trigger_id": ANY_TEXT,
        "channel": st.fixed_dictionaries({"id": CHANNEL}),
        "actions": st.lists(
            st.fixed_dictionaries({"action_id": ANY_TEXT, "value": VALUE}), max_size=2
        ),
    }
)
ELEMENT = st.one_of(
    ANY_JSON,
    st.fixed_dictionaries({"value": ANY_TEXT}),
    st.fixed_dictionaries({"selected_option": st.fixed_dictionaries({"value": ANY_TEXT})}),
    st.just({"selected_option": {"value": "entra-example"}}),
    st.fixed_dictionaries({"selected_date_time": st.integers() | st.floats() | ANY_TEXT}),
)
FIELD = often("text", "tenant", "error", "began_at", "addresses", "impact", "reason")
SUBMITTED = st.fixed_dictionaries(
    {
        "user": st.fixed_dictionaries({"id": USER}),
        "view": st.fixed_dictionaries(
            {
                "id": ANY_TEXT,
                "private_metadata": mostly(ACT, ACT_BENT).map(
                    lambda act: json.dumps({"action": act, "channel": GENERAL})
                ),
                "state": st.fixed_dictionaries(
                    {"values": st.dictionaries(FIELD, st.dictionaries(st.just("v"), ELEMENT))}
                ),
            }
        ),
    }
)
EVENT = st.fixed_dictionaries(
    {
        "event_id": ANY_TEXT,
        "event": st.fixed_dictionaries(
            {
                "type": often("reaction_added", "reaction_removed", "message", "app_home_opened"),
                "subtype": st.just("message_changed"),
                "user": USER,
                "channel": CHANNEL,
                "tab": st.just("home"),
                "reaction": often("pushpin"),
                "item": st.fixed_dictionaries(
                    {"type": st.just("message"), "channel": CHANNEL, "ts": ANY_TEXT}
                ),
                "message": st.fixed_dictionaries({"ts": ANY_TEXT, "text": ANY_TEXT, "user": USER}),
            }
        ),
    }
)
ANYTHING_SENT = st.one_of(
    st.tuples(st.just("command"), mostly(COMMAND, ANY_BODY)),
    st.tuples(st.just("action"), mostly(PRESS, ANY_BODY)),
    st.tuples(st.just("submission"), mostly(SUBMITTED, ANY_BODY)),
    st.tuples(st.just("event"), mostly(EVENT, ANY_BODY)),
)
# What really hangs on the card, so that a walk gets somewhere.
ON_THE_CARD = st.tuples(st.just("card"), st.integers(0, 99))
SENT = st.booleans().flatmap(lambda walks: ON_THE_CARD if walks else ANYTHING_SENT)


@pytest.mark.slow
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=st.lists(SENT, min_size=5, max_size=20))
def test_nothing_that_is_sent_breaks_a_route_or_a_timeline(steps: list[Step]) -> None:
    """A refusal at most, and every chain is whole afterwards."""
    with capture_logs() as logs:
        asyncio.run(_send(steps))
    assert [line for line in logs if line["event"] in {"broke", "slack_send_broke"}] == []


async def _send(steps: list[Step]) -> None:
    async with open_stage() as stage:
        await stage.incident()
        for door, body in steps:
            await _send_one(stage, door, body)
        for line in await stage.desk.store.incidents():
            facts = await stage.desk.store.read(line.id)
            assert check_chain(map(fact_to_dict, facts)) is None


async def _send_one(stage: Stage, door: str, body: Json | int) -> None:
    if isinstance(body, int):
        door, body = "action", await _on_the_card(stage, body)
    route = getattr(stage.routes, door)
    # Only an event may fail, and only with an error that Slack's next attempt may mend.
    with suppress(*([LockoutError] if door == "event" else [])):
        assert isinstance(await route(body), dict)


async def _on_the_card(stage: Stage, number: int) -> Json:
    """A press on one of the card's buttons as they are now; on nothing when none is left."""
    incident = await stage.desk.load(INCIDENT)
    values = sorted(set(_values(render_message(card_view(stage.desk, incident))))) or [""]
    return {
        "user": {"id": ONCALL},
        "trigger_id": f"1.{number}",
        "channel": {"id": GENERAL},
        "actions": [{"action_id": "b0.0", "value": values[number % len(values)]}],
    }


def _values(blocks: object) -> list[str]:
    """What all buttons in these blocks carry."""
    if isinstance(blocks, Mapping):
        own = [blocks["value"]] if blocks.get("type") == "button" and "value" in blocks else []
        return own + _values(list(blocks.values()))
    return (
        [value for inner in blocks for value in _values(inner)] if isinstance(blocks, list) else []
    )
