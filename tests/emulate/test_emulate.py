"""A lockout against a Slack that we did not write: each call of the Web API is taken.

`emulate` has no push side, so the signed requests are this test's. It enforces what Slack does
about channels, membership, messages, triggers, views and files; it knows no limits of Block Kit,
which the stand-in and its judges check.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest
from aiohttp import ClientSession
from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import App
from bot.settings import Settings
from tests.emulate.forwarder import Forwarder, Json, forwarding
from tests.ports import free_port
from tests.walks.apps import organisation_file
from tests.workspace.controls import initial_values
from tests.workspace.model import elements

pytestmark = [pytest.mark.npm, pytest.mark.slow]

SECRET, TOKEN = "emulated-signing-secret", "xoxb-emulated"
# The example's approvers and its custodian are nobody here: a wrong ID keeps no one else out.
EXPECTED = {("conversations.invite", "user_not_found")}


@dataclass
class Lab:
    """The app, the emulated Slack, and the requests that Slack would send."""

    forwarder: Forwarder
    client: AsyncWebClient
    session: ClientSession
    app_url: str
    users: dict[str, str]
    general: str

    async def push(self, form: Json | None = None, event: Json | None = None) -> Json:
        """A signed request; the acknowledgement."""
        body = json.dumps(event) if event else urlencode(form or {})
        moment = str(int(time.time()))
        mac = hmac.new(SECRET.encode(), f"v0:{moment}:{body}".encode(), hashlib.sha256)
        kind = "application/json" if event else "application/x-www-form-urlencoded"
        headers = {
            "Content-Type": kind,
            "X-Slack-Request-Timestamp": moment,
            "X-Slack-Signature": f"v0={mac.hexdigest()}",
        }
        async with self.session.post(self.app_url, data=body, headers=headers) as answer:
            text = await answer.text()
            assert answer.status == 200, text
        return dict(json.loads(text)) if text else {}

    async def interact(self, payload: Json) -> Json:
        """An interaction."""
        return await self.push({"payload": json.dumps(payload)})

    async def trigger(self, user: str) -> str:
        """The right to open one view, from emulate itself."""
        made = await self.client.api_call(
            "views.generateTriggerId", json={"user_id": self.users[user]}
        )
        return str(made["trigger_id"])

    async def command(self, text: str, user: str = "oncall", channel: str = "") -> Json:
        """`/lockout TEXT`."""
        form = {
            "command": "/lockout",
            "text": text,
            "user_id": self.users[user],
            "user_name": user,
            "channel_id": channel or self.general,
            "team_id": "T1",
            "trigger_id": await self.trigger(user),
        }
        return await self.push(form)

    async def press(self, card: Json, label: str, user: str = "oncall") -> None:
        """A button of the card as emulate keeps it."""
        block, element = next(
            (block, element)
            for block, element in elements(card["blocks"])
            if element["text"]["text"] == label
        )
        action = {"block_id": block.get("block_id", "b"), **element}
        await self.interact(
            {
                "type": "block_actions",
                "user": {"id": self.users[user], "username": user, "name": user},
                "trigger_id": await self.trigger(user),
                "channel": {"id": card["channel"]},
                "container": {"type": "message", "channel_id": card["channel"]},
                "actions": [action],
            }
        )

    async def called(self, method: str, times: int = 1) -> list[Json]:
        """Wait until the app has called a method so often, successfully."""

        def done() -> list[Json]:
            return [answer for answer in self.forwarder.answers_to(method) if answer.get("ok")]

        await soon(lambda: len(done()) >= times, f"{method} x {times}")
        return done()

    async def card(self) -> Json:
        """The incident's card, from the channel's history."""
        made = await self.called("conversations.create")
        channel = made[0]["channel"]["id"]
        await self.called("pins.add")
        found = await self.client.conversations_history(channel=channel, limit=100)
        messages = [message for message in found["messages"] if message.get("blocks")]
        return {**messages[-1], "channel": channel}


async def soon(condition: Callable[[], object], what: str) -> None:
    """Until it is so. AssertionError: it never was."""
    try:
        async with asyncio.timeout(20):
            while not condition():  # noqa: ASYNC110 - another process rings no bell
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(what) from None


@pytest.fixture
async def lab(emulate: str, tmp_path: Path) -> AsyncIterator[Lab]:
    """The app served over HTTP, with the Slack IDs that emulate has given out."""
    async with forwarding(emulate) as forwarder, ClientSession() as session:
        client = AsyncWebClient(token=TOKEN, base_url=forwarder.api_url, session=session)
        users = {user["name"]: user["id"] for user in (await client.users_list())["members"]}
        listed = (await client.conversations_list())["channels"]
        general = next(found["id"] for found in listed if found["name"] == "general")
        await client.conversations_join(channel=general)
        for name in ("oncall", "stranger"):
            await client.conversations_invite(channel=general, users=users[name])
        organisation = organisation_file(
            tmp_path,
            ("slack: U0ONCALL1 ", f"slack: {users['oncall']} "),
            ("slack: U0SECOND1\n", f"slack: {users['second']}\n"),
        )
        forwarder.calls.clear()
        app = App()
        port = free_port()
        app.settings = Settings(
            slack_bot_token=SecretStr(TOKEN),
            slack_signing_secret=SecretStr(SECRET),
            slack_api_url=forwarder.api_url,
            lockout_listen=f"127.0.0.1:{port}",
            lockout_database_url=f"sqlite:///{tmp_path}/lockout.db",
            lockout_organisation=organisation,
        )
        async with app.serving():
            url = f"http://127.0.0.1:{port}/slack/events"
            yield Lab(forwarder, client, session, url, users, general)


async def declare(lab: Lab) -> Json:
    """The command, the form and its submission; what the modal then shows."""
    assert await lab.command("entra AADSTS53003") == {}
    (opened,) = await lab.called("views.open")
    view = opened["view"]
    return await lab.interact(
        {
            "type": "view_submission",
            "user": {"id": lab.users["oncall"], "name": "oncall"},
            "trigger_id": await lab.trigger("oncall"),
            "view": {**view, "state": {"values": initial_values(view["blocks"])}},
        }
    )


def whispers(lab: Lab, user: str) -> list[str]:
    """What only this person was told."""
    return [
        str(call.args["text"])
        for call in lab.forwarder.calls
        if call.method == "chat.postEphemeral" and call.args["user"] == lab.users[user]
    ]


async def test_a_lockout_is_walked_against_a_slack_that_we_did_not_write(lab: Lab) -> None:
    """Command, form, channel, card, press, note, pin, refusal, close and exports."""
    ticket = await declare(lab)
    assert ticket["response_action"] == "update"
    assert "Conditional Access" in json.dumps(ticket["view"])

    card = await lab.card()
    members = await lab.client.conversations_members(channel=card["channel"])
    assert lab.users["second"] in members["members"]
    pins = await lab.client.pins_list(channel=card["channel"])
    assert [item["message"]["ts"] for item in pins["items"]] == [card["ts"]]

    await lab.press(card, "Yes, something is down")
    await lab.called("chat.update")
    assert "Can anybody still sign in" in json.dumps((await lab.card())["blocks"])

    message = await lab.client.chat_postMessage(channel=card["channel"], text="Found the cause")
    item = {"type": "message", "channel": card["channel"], "ts": message["ts"]}
    event = {"type": "reaction_added", "user": lab.users["oncall"], "reaction": "pushpin"}
    await lab.push(
        event={
            "type": "event_callback",
            "event_id": "Ev1",
            "team_id": "T1",
            "event": {**event, "item": item},
        }
    )
    await lab.called("chat.getPermalink")
    await lab.called("conversations.replies")
    shown = await lab.command("timeline", channel=card["channel"])
    assert "kept a message: 'Found the cause'" in json.dumps(shown)

    await lab.client.conversations_invite(channel=card["channel"], users=lab.users["stranger"])
    await lab.press(await lab.card(), "I am on it", user="stranger")
    await soon(lambda: whispers(lab, "stranger"), "the stranger is told")
    assert "not listed" in whispers(lab, "stranger")[0]

    assert "is closed" in (await lab.command("close", channel=card["channel"]))["text"]
    await lab.called("files.completeUploadExternal", 4)

    refused = {
        (call.method, str(call.answer.get("error")))
        for call in lab.forwarder.calls
        if not call.answer.get("ok")
    }
    assert refused <= EXPECTED


async def test_a_form_whose_trigger_is_spent_is_told_to_the_person(lab: Lab) -> None:
    """Emulate spends a trigger as Slack does; the app says so instead of staying silent."""
    form = {
        "command": "/lockout",
        "text": "",
        "user_id": lab.users["oncall"],
        "user_name": "oncall",
        "channel_id": lab.general,
        "trigger_id": await lab.trigger("oncall"),
    }
    for _ in range(2):
        await lab.push(form)
    (told,) = await lab.called("chat.postEphemeral")
    assert told["ok"]
    errors = [answer.get("error") for answer in lab.forwarder.answers_to("views.open")]
    assert errors[0] is None
    assert errors[1] in {"exchanged_trigger_id", "expired_trigger_id", "invalid_trigger_id"}
