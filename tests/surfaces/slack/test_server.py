"""Bolt in front of our routes: who gets in, and that every request is answered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from bot.surfaces.slack.marks import request_id
from bot.surfaces.slack.server import (
    COMMAND,
    PATH,
    make_app,
    make_client,
    make_endpoint,
    open_session,
)
from tests.adapters.logged import written_log
from tests.workspace import Delivery, NotAnswered, Workspace
from tests.workspace.push import Attempt

FORM = {"type": "modal", "callback_id": "form"}
Answer = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]


class Routes:
    """Remembers what came by which door, and answers as it is told."""

    def __init__(self, answer: Answer | None = None) -> None:
        self.seen: list[tuple[str, dict[str, Any]]] = []
        self._answer = answer

    async def _take(self, door: str, body: dict[str, Any]) -> dict[str, Any]:
        self.seen.append((door, body))
        return await self._answer(body) if self._answer else {}

    async def command(self, body: dict[str, Any]) -> dict[str, Any]:
        """A slash command."""
        return await self._take("command", body)

    async def action(self, body: dict[str, Any]) -> dict[str, Any]:
        """A press."""
        return await self._take("action", body)

    async def submission(self, body: dict[str, Any]) -> dict[str, Any]:
        """A form."""
        return await self._take("submission", body)

    async def event(self, body: dict[str, Any]) -> dict[str, Any]:
        """An event."""
        return await self._take("event", body)


@asynccontextmanager
async def served(routes: Routes) -> AsyncIterator[Workspace]:
    """These routes behind a stand-in Slack, over HTTP."""
    async with Workspace() as slack, open_session() as session:
        client = make_client(slack.bot_token, slack.api_url, session)
        bolt = make_app(client, slack.signing_secret, routes)  # type: ignore[arg-type]
        site = web.Application()
        site.router.add_post(PATH, make_endpoint(bolt))
        runner = web.AppRunner(site)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        slack.connect_http(f"http://{host}:{port}")
        yield slack
        await runner.cleanup()


def slash(slack: Workspace, text: str) -> dict[str, Any]:
    """A slash command with this text."""
    return slack.payloads.slash("U0RESPOND", "C0GENERAL", COMMAND, text)


async def test_each_kind_of_request_comes_by_its_door() -> None:
    """And with its whole body."""
    routes = Routes()
    async with served(routes) as slack:
        await slack.push.interact("slash_commands", slash(slack, "help"))
        press: dict[str, Any] = {
            "type": "block_actions",
            "user": {"id": "U1"},
            "actions": [{"action_id": "b1.0", "block_id": "x", "type": "button"}],
        }
        await slack.push.interact("interactive", press)
        form = {"type": "view_submission", "user": {"id": "U1"}, "view": FORM}
        await slack.push.interact("interactive", form)
        event = {"type": "event_callback", "event": {"type": "reaction_added"}, "event_id": "Ev1"}
        await slack.push.attempt(Delivery("events_api", event), Attempt())
    assert [door for door, _ in routes.seen] == ["command", "action", "submission", "event"]
    assert routes.seen[0][1]["text"] == "help"


@pytest.mark.parametrize("text", ["note payload", "note payload=1", "note x&payload={}", "payload"])
async def test_a_command_may_contain_the_word_payload(text: str) -> None:
    """Bolt alone would take it for an interaction and answer 404."""
    routes = Routes()
    async with served(routes) as slack:
        await slack.push.interact("slash_commands", slash(slack, text))
    assert [body["text"] for _, body in routes.seen] == [text]


async def test_the_answer_of_a_route_is_the_acknowledgement() -> None:
    """For a command, its text."""

    async def answer(_body: dict[str, Any]) -> dict[str, Any]:
        return {"response_type": "ephemeral", "text": "Here."}

    async with served(Routes(answer)) as slack:
        got = await slack.push.interact("slash_commands", slash(slack, "help"))
    assert got.body == {"response_type": "ephemeral", "text": "Here."}


async def test_a_route_that_fails_answers_500_at_once() -> None:
    """Not after three seconds: Slack sends an event again all the sooner. The log says to which."""

    async def fail(_body: dict[str, Any]) -> dict[str, Any]:
        message = "a bug"
        raise RuntimeError(message)

    with written_log() as log:
        async with served(Routes(fail)) as slack:
            sent = slash(slack, "help")
            with pytest.raises(NotAnswered, match="http_error"):
                async with asyncio.timeout(1):
                    await slack.push.interact("slash_commands", sent)
    (broke,) = [line for line in log.lines() if line["level"] == "error"]
    assert broke["request"] == request_id(sent) != ""
    assert "a bug" in broke["exception"]


@pytest.mark.parametrize("trick", [{"forged": True}, {"age": 301}])
async def test_a_wrong_or_old_signature_reaches_no_route(trick: dict[str, Any]) -> None:
    """Five minutes is what Slack allows."""
    routes = Routes()
    async with served(routes) as slack:
        with pytest.raises(NotAnswered):
            await slack.repeats(Delivery("slash_commands", slash(slack, "help")), **trick)
    assert routes.seen == []


async def test_slacks_own_question_about_the_address_is_answered() -> None:
    """It is asked when the address is entered."""
    async with served(Routes()) as slack:
        assert await slack.verifies_url()


async def test_nothing_is_asked_of_the_web_api_before_an_acknowledgement() -> None:
    """Bolt's own way asks who we are first, and fails while Slack's API is away."""
    async with served(Routes()) as slack:
        await slack.push.interact("slash_commands", slash(slack, "help"))
        assert slack.calls == []


async def test_a_request_is_acknowledged_without_bolts_wait_of_ten_milliseconds() -> None:
    """Fifty of them, one after another, in less than the half second that it would cost."""
    async with served(Routes()) as slack:
        await slack.push.interact("slash_commands", slash(slack, "warm up"))
        async with asyncio.timeout(5):
            for _ in range(50):
                await slack.push.interact("slash_commands", slash(slack, "help"))


async def test_the_client_never_tries_again_by_itself() -> None:
    """A message posted twice is worse than one posted late; who may repeat is decided elsewhere."""
    async with open_session() as session:
        client = make_client("xoxb-stand-in", "http://127.0.0.1:1/api/", session)
        assert client.retry_handlers == []
        assert client.session is session
