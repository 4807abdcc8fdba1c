"""What is not from Slack, or not as Slack writes it: refused at the door, and nothing recorded."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlencode

import pytest

from bot.core.errors import Unavailable
from bot.surfaces.slack.marks import request_id
from tests.adapters.logged import Log, written_log
from tests.walks.apps import post
from tests.walks.moments import kinds, told
from tests.walks.office import ONCALL, Office, open_office
from tests.workspace import Delivery, NotAnswered
from tests.workspace.workspace import Again

DEEP = "[" * 100_000 + "]" * 100_000
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


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


async def test_a_wrong_or_old_signature_records_nothing(office: Office) -> None:
    """Somebody who knows the address must not be able to write on a timeline."""
    card = await office.declare("entra")
    payload = office.slack.payloads.slash(ONCALL, card.channel, "/lockout", "note Forged")
    before = await kinds(office)
    for trick in (Again(forged=True), Again(age=400), Again(age=-400)):
        with pytest.raises(NotAnswered):
            await office.slack.repeats(Delivery("slash_commands", payload), **trick)
    assert await kinds(office) == before


UNSIGNED = (
    {"X-Slack-Signature": "v0=0000"},
    {"X-Slack-Signature": ""},
    {"X-Slack-Request-Timestamp": "1"},
    {"X-Slack-Request-Timestamp": "soon"},
    {"X-Slack-Request-Timestamp": "\u00b2"},
    {"X-Slack-Request-Timestamp": "9" * 5_000},
    {"X-Slack-Request-Timestamp": ""},
)


async def test_what_is_not_signed_is_unauthorised(office: Office) -> None:
    """401, whatever is wrong with the signature."""
    body = urlencode({"command": "/lockout", "text": "help"}).encode()
    for headers in UNSIGNED:
        assert await post(office, body, headers=headers) == 401, headers
    await still_works(office)


UNREADABLE = (
    (b"\xff\xfe=\xff", FORM),
    (b"payload=%FF%FE", FORM),
    (b"payload=", FORM),
    (b"payload={", FORM),
    (b"payload=[]", FORM),
    (b"payload=null", FORM),
    (b"payload=" + DEEP.encode(), FORM),
    (b"{", JSON),
    (b"[]", JSON),
    (b"1", JSON),
    (b'"\\ud800"', JSON),
    (DEEP.encode(), JSON),
    (b'{"type":"event_callback","event":' + DEEP.encode() + b"}", JSON),
    (b"", JSON),
)


async def test_a_body_that_cannot_be_read_is_a_bad_request(office: Office) -> None:
    """400: not our fault, and no reason to fall over."""
    for body, content_type in UNREADABLE:
        assert await post(office, body, content_type=content_type) == 400, body[:40]
    await still_works(office)


async def test_a_body_beyond_a_megabyte_is_not_read(office: Office) -> None:
    """413, before anything is parsed."""
    assert await post(office, b"text=" + b"x" * 1_100_000) == 413
    await still_works(office)


def pressed(value: object, **changed: object) -> dict[str, object]:
    """A press on a button with this value."""
    action = {"action_id": "a", "block_id": "b", "type": "button", "value": value}
    return {
        "type": "block_actions",
        "user": {"id": ONCALL},
        "trigger_id": "1.2.3",
        "actions": [action],
        **changed,
    }


def submitted(**changed: object) -> dict[str, object]:
    """A submitted form with this in its view."""
    view = {"id": "V1", "callback_id": "form", "type": "modal", "private_metadata": "{}"}
    return {"type": "view_submission", "user": {"id": ONCALL}, "view": {**view, **changed}}


DECLARE = '{"action":{"do":"declare"},"channel":"C"}'
INTERACTIONS: tuple[dict[str, object], ...] = (
    pressed("{}", user=None),
    pressed("{}", user={"id": ["U"]}),
    pressed("{}", trigger_id={"no": "string"}),
    pressed("{}", container=[], channel=5),
    pressed("{}", actions=[]),
    pressed("{}", actions=[5]),
    pressed(DEEP[:4_000]),
    pressed('{"do":"close"}'),
    pressed('{"do":"fly"}'),
    pressed(7),
    submitted(),
    submitted(state={"values": []}),
    submitted(state={"values": {"a": {"v": {}}}}),
    submitted(
        state={"values": {"tenant": {"v": {"selected_option": 5}}}}, private_metadata=DECLARE
    ),
    submitted(private_metadata=None),
    {"type": "view_closed", "user": {"id": ONCALL}, "view": {"callback_id": "form"}},
    {"type": "shortcut", "callback_id": "x", "user": {"id": ONCALL}},
    {"type": "block_actions"},
    {"type": 5},
    {},
)


async def test_an_interaction_of_another_shape_records_nothing_and_is_never_silent(
    office: Office,
) -> None:
    """No server error without a line in the log that says of which request, and the app goes on."""
    await office.declare("entra")
    before = await kinds(office)
    for payload in INTERACTIONS:
        with written_log() as log:
            status = await post(office, form(payload))
        assert status < 500 or told_of(payload, log), payload
        assert await kinds(office) == before, payload
    await still_works(office)


def told_of(body: Mapping[str, Any], log: Log) -> bool:
    """Whether an error was logged that bears this request."""
    return any(
        line["level"] == "error" and line.get("request") == request_id(body) for line in log.lines()
    )


def reacted(**changed: object) -> dict[str, object]:
    """A reaction with this in it."""
    return {"type": "reaction_added", "user": ONCALL, "reaction": "pushpin", **changed}


EVENTS: tuple[object, ...] = (
    None,
    5,
    [],
    {},
    {"type": None},
    {"type": ["message"]},
    {"type": "reaction_added"},
    reacted(user=5, item={}),
    reacted(item=None),
    reacted(item={"type": "message", "channel": "C0GENERAL", "ts": "not a time"}),
    {"type": "message", "subtype": "message_changed", "channel": "C0GENERAL"},
    {"type": "message", "subtype": "message_changed", "message": "x"},
    {"type": "message", "subtype": {}},
)


async def test_an_event_of_another_shape_is_never_silent(office: Office) -> None:
    """An error would make Slack send it again and again; an unreadable one is let go."""
    await office.declare("entra")
    for number, event in enumerate(EVENTS):
        body = {"type": "event_callback", "event_id": f"Ev{number}", "team_id": "T1"}
        sent = json.dumps({**body, "event": event}).encode()
        with written_log() as log:
            status = await post(office, sent, content_type=JSON)
        assert status < 500 or told_of(body, log), event
    await still_works(office)


async def test_a_command_of_another_shape_is_answered_with_words(office: Office) -> None:
    """Without a user or a trigger there is nobody to record it for."""
    body = urlencode({"command": "/lockout", "text": "note x\x00\ud7ff"}).encode()
    assert await post(office, body) == 200
    assert await office.desk.store.incidents() == []
    await still_works(office)


async def test_a_server_error_says_in_the_log_of_which_request_it_was(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """500, so that Slack sends the event again; what is patched is the database, gone."""

    async def gone(*_given: object, **_named: object) -> NoReturn:
        raise Unavailable("the database is away")

    await office.declare("entra")
    monkeypatch.setattr(office.desk.store, "incidents_at", gone)
    body = {"type": "event_callback", "event_id": "Ev0123456789ABC", "team_id": "T1"}
    item = {"type": "message", "channel": "C0GENERAL", "ts": "1700000000.000001"}
    sent = json.dumps({**body, "event": reacted(item=item)}).encode()
    with written_log() as log:
        assert await post(office, sent, content_type=JSON) == 500
    assert told_of(body, log)
