"""What is not from Slack, or not as Slack writes it: refused at the door, and nothing recorded."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.walks.apps import post
from tests.walks.moments import kinds, told
from tests.walks.office import ONCALL, Office, open_office
from tests.workspace import Delivery, NotAnswered

DEEP = "[" * 100_000 + "]" * 100_000


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """Over HTTP only: in Socket Mode nobody else can send."""
    async with open_office(tmp_path, "http") as office:
        yield office


def form(payload: object) -> bytes:
    """An interaction as Slack posts it."""
    return urlencode({"payload": json.dumps(payload)}).encode()


async def still_works(office: Office) -> None:
    """The next person is served as if nothing had been."""
    await office.person().types("/lockout", "help")
    await told(office, ONCALL, "Locked out?")
    assert office.person().troubles == []


@pytest.mark.parametrize("trick", [{"forged": True}, {"age": 400}, {"age": -400}])
async def test_a_wrong_or_old_signature_records_nothing(
    office: Office, trick: dict[str, int]
) -> None:
    """Somebody who knows the address must not be able to write on a timeline."""
    card = await office.declare("entra")
    payload = office.slack.payloads.slash(ONCALL, card.channel, "/lockout", "note Forged")
    before = await kinds(office)
    with pytest.raises(NotAnswered):
        await office.slack.repeats(Delivery("slash_commands", payload), **trick)  # type: ignore[arg-type]
    assert await kinds(office) == before


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Slack-Signature": "v0=0000"},
        {"X-Slack-Signature": ""},
        {"X-Slack-Request-Timestamp": "1"},
        {"X-Slack-Request-Timestamp": "soon"},
        {"X-Slack-Request-Timestamp": "\u00b2"},
        {"X-Slack-Request-Timestamp": "9" * 5_000},
        {"X-Slack-Request-Timestamp": ""},
    ],
)
async def test_what_is_not_signed_is_unauthorised(office: Office, headers: dict[str, str]) -> None:
    """401, whatever is wrong with the signature."""
    body = urlencode({"command": "/lockout", "text": "help"}).encode()
    assert await post(office, body, headers=headers) == 401
    await still_works(office)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"\xff\xfe=\xff", "application/x-www-form-urlencoded"),
        (b"payload=%FF%FE", "application/x-www-form-urlencoded"),
        (b"payload=", "application/x-www-form-urlencoded"),
        (b"payload={", "application/x-www-form-urlencoded"),
        (b"payload=[]", "application/x-www-form-urlencoded"),
        (b"payload=null", "application/x-www-form-urlencoded"),
        (b"payload=" + DEEP.encode(), "application/x-www-form-urlencoded"),
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b"1", "application/json"),
        (b'"\\ud800"', "application/json"),
        (DEEP.encode(), "application/json"),
        (b'{"type":"event_callback","event":' + DEEP.encode() + b"}", "application/json"),
        (b"", "application/json"),
    ],
)
async def test_a_body_that_cannot_be_read_is_a_bad_request(
    office: Office, body: bytes, content_type: str
) -> None:
    """400: not our fault, and no reason to fall over."""
    assert await post(office, body, content_type=content_type) == 400
    await still_works(office)


async def test_a_body_beyond_a_megabyte_is_not_read(office: Office) -> None:
    """413, before anything is parsed."""
    assert await post(office, b"text=" + b"x" * 1_100_000) == 413
    await still_works(office)


PRESSED = {
    "type": "block_actions",
    "user": {"id": ONCALL},
    "trigger_id": "1.2.3",
    "actions": [{"action_id": "a", "block_id": "b", "type": "button", "value": "{}"}],
}
SUBMITTED = {
    "type": "view_submission",
    "user": {"id": ONCALL},
    "view": {"id": "V1", "callback_id": "form", "type": "modal", "private_metadata": "{}"},
}


@pytest.mark.parametrize(
    "payload",
    [
        {**PRESSED, "user": None},
        {**PRESSED, "user": {"id": ["U"]}},
        {**PRESSED, "trigger_id": {"no": "string"}},
        {**PRESSED, "actions": [{**PRESSED["actions"][0], "value": DEEP[:4_000]}]},  # type: ignore[dict-item,index]
        {**PRESSED, "actions": [{**PRESSED["actions"][0], "value": '{"do":"close"}'}]},  # type: ignore[dict-item,index]
        {**PRESSED, "actions": [{**PRESSED["actions"][0], "value": '{"do":"fly"}'}]},  # type: ignore[dict-item,index]
        {**PRESSED, "actions": [{**PRESSED["actions"][0], "value": 7}]},  # type: ignore[dict-item,index]
        {**PRESSED, "container": [], "channel": 5},
        SUBMITTED,
        {**SUBMITTED, "view": {**SUBMITTED["view"], "state": {"values": []}}},  # type: ignore[dict-item]
        {**SUBMITTED, "view": {**SUBMITTED["view"], "state": {"values": {"a": {"v": {}}}}}},  # type: ignore[dict-item]
        {
            **SUBMITTED,
            "view": {
                **SUBMITTED["view"],  # type: ignore[dict-item]
                "private_metadata": '{"action":{"do":"declare"},"channel":"C"}',
                "state": {"values": {"tenant": {"v": {"selected_option": 5}}}},
            },
        },
        {**SUBMITTED, "view": {**SUBMITTED["view"], "private_metadata": None}},  # type: ignore[dict-item]
        {"type": "view_closed", "user": {"id": ONCALL}, "view": {"callback_id": "form"}},
        {"type": "shortcut", "callback_id": "x", "user": {"id": ONCALL}},
        {"type": "block_actions"},
        {"type": 5},
        {},
    ],
)
async def test_an_interaction_of_another_shape_records_nothing_and_is_never_silent(
    office: Office, payload: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    """No server error without a line in the log, and the app goes on."""
    await office.declare("entra")
    before = await kinds(office)
    caplog.clear()
    status = await post(office, form(payload))
    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert status < 500 or errors
    assert await kinds(office) == before
    await still_works(office)


@pytest.mark.parametrize(
    "event",
    [
        None,
        5,
        [],
        {},
        {"type": None},
        {"type": ["message"]},
        {"type": "reaction_added"},
        {"type": "reaction_added", "user": 5, "reaction": "pushpin", "item": {}},
        {"type": "reaction_added", "user": ONCALL, "reaction": "pushpin", "item": None},
        {
            "type": "reaction_added",
            "user": ONCALL,
            "reaction": "pushpin",
            "item": {"type": "message", "channel": "C0GENERAL", "ts": "not a time"},
        },
        {"type": "message", "subtype": "message_changed", "channel": "C0GENERAL"},
        {"type": "message", "subtype": "message_changed", "message": "x"},
        {"type": "message", "subtype": {}},
    ],
)
async def test_an_event_of_another_shape_is_never_silent(
    office: Office, event: object, caplog: pytest.LogCaptureFixture
) -> None:
    """An error would make Slack send it again and again; an unreadable one is let go."""
    await office.declare("entra")
    caplog.clear()
    body = {"type": "event_callback", "event_id": "Ev1", "team_id": "T1", "event": event}
    status = await post(office, json.dumps(body).encode(), content_type="application/json")
    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert status < 500 or errors
    await still_works(office)


async def test_a_command_of_another_shape_is_answered_with_words(office: Office) -> None:
    """Without a user or a trigger there is nobody to record it for."""
    body = urlencode({"command": "/lockout", "text": "note x\x00\ud7ff"}).encode()
    assert await post(office, body) == 200
    assert await office.desk.store.incidents() == []
    await still_works(office)
