"""The push side over HTTP: signatures, deadlines, retries and repetitions."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from tests.workspace import BOT_USER_ID, HandClock, NotAnswered, Person, Workspace
from tests.workspace.bolt_app import App


class Listener:
    """An app that only records requests and answers what it is told to."""

    def __init__(self) -> None:
        """Answer 200 for now."""
        self.requests: list[tuple[dict[str, str], str]] = []
        self.statuses: list[int] = []
        self.headers: dict[str, str] = {}
        self.body = ""
        self.hold: asyncio.Event | None = None

    async def answer(self, request: web.Request) -> web.Response:
        """Record the request."""
        self.requests.append((dict(request.headers), await request.text()))
        if self.hold:
            await self.hold.wait()
        status = self.statuses.pop(0) if self.statuses else 200
        return web.Response(status=status, text=self.body, headers=self.headers)


@pytest.fixture
async def listener(slack: Workspace) -> AsyncIterator[Listener]:
    """Run a listener as the app."""
    listening = Listener()
    server = web.Application()
    server.router.add_post("/slack/events", listening.answer)
    runner = web.AppRunner(server, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.connect_http(f"http://127.0.0.1:{runner.addresses[0][1]}", deadline=0.2)
    yield listening
    await runner.cleanup()


async def test_each_request_is_signed_for_its_body(
    slack: Workspace, listener: Listener, responder: Person
) -> None:
    """slack_sdk's own verifier accepts it, and not with another body."""
    await responder.types("/report", "a b&c")
    headers, body = listener.requests[0]
    verifier = SignatureVerifier(slack.signing_secret)
    timestamp, signature = headers["X-Slack-Request-Timestamp"], headers["X-Slack-Signature"]
    assert verifier.is_valid(body, timestamp, signature)
    assert not verifier.is_valid(body + "x", timestamp, signature)
    assert "text=a+b%26c" in body


@pytest.mark.parametrize("how", [{"forged": True}, {"age": 301}])
async def test_a_forged_or_old_request_does_not_get_through(
    http_app: App, slack: Workspace, responder: Person, how: dict[str, int]
) -> None:
    """Bolt refuses both, so a test can ask the product the same."""
    await responder.types("/report")
    seen = len(http_app.seen)
    with pytest.raises(NotAnswered, match="http_error"):
        await slack.repeats(forged=bool(how.get("forged")), age=how.get("age", 0))
    assert len(http_app.seen) == seen


async def test_a_repetition_has_the_same_ids(
    slack: Workspace, listener: Listener, responder: Person
) -> None:
    """The same trigger_id, or the same event_id with retry headers, byte for byte."""
    await responder.types("/report")
    await slack.repeats()
    (_, first), (_, second) = listener.requests
    assert first == second
    await responder.writes("hello")
    await slack.settled()
    await slack.repeats(number=1, reason="http_timeout")
    (_, event), (headers, again) = listener.requests[2:]
    assert event == again
    assert headers["X-Slack-Retry-Num"] == "1"
    assert headers["X-Slack-Retry-Reason"] == "http_timeout"


async def test_an_event_is_sent_three_times_more(
    slack: Workspace, listener: Listener, responder: Person, clock: HandClock
) -> None:
    """At once, after a minute and after five; the header says how often and why."""
    listener.statuses = [500] * 9
    await responder.writes("hello")
    for pause, total in ((0, 2), (59, 2), (1, 3), (299, 3), (1, 4), (999, 4)):
        clock.advance(pause)
        await slack.settled()
        assert len(listener.requests) == total
    retries = [headers.get("X-Slack-Retry-Num") for headers, _ in listener.requests]
    assert retries == [None, "1", "2", "3"]
    assert listener.requests[1][0]["X-Slack-Retry-Reason"] == "http_error"
    assert slack.deliveries[0].outcomes == ["http_error"] * 4


async def test_an_acknowledged_event_is_not_sent_again(
    slack: Workspace, listener: Listener, responder: Person, clock: HandClock
) -> None:
    """One failure, one success, then silence; X-Slack-No-Retry ends it at once."""
    listener.statuses = [500]
    await responder.writes("hello")
    await slack.until(lambda: len(slack.deliveries[0].outcomes) == 2)
    assert slack.deliveries[0].acknowledged
    clock.advance(1000)
    await slack.settled()
    assert len(listener.requests) == 2
    listener.statuses, listener.headers = [500], {"X-Slack-No-Retry": "1"}
    await responder.writes("again")
    await slack.until(lambda: slack.deliveries[1].outcomes)
    clock.advance(1000)
    await slack.settled()
    assert len(listener.requests) == 3


async def test_a_late_answer_is_none(
    slack: Workspace, listener: Listener, responder: Person
) -> None:
    """The person sees operation_timeout; a command is not sent again."""
    listener.hold = asyncio.Event()
    await responder.types("/report")
    listener.hold.set()
    assert responder.troubles == ["/report failed with the error (operation_timeout)"]
    assert slack.deliveries[0].outcomes == ["http_timeout"]
    assert len(listener.requests) == 1


async def test_a_command_can_be_answered_in_its_acknowledgement(
    slack: Workspace, listener: Listener, responder: Person
) -> None:
    """Text is for the person alone; in_channel is for all; blocks are judged."""
    listener.body = "plain text"
    await responder.types("/report")
    assert "plain text" in responder.told[0]
    listener.body = '{"response_type": "in_channel", "text": "for all"}'
    await responder.types("/report")
    assert slack.messages("C0GENERAL")[-1].text == "for all"
    listener.body = '{"blocks": [{"type": "nonsense"}]}'
    await responder.types("/report")
    assert responder.troubles == ["/report failed with the error (invalid_blocks)"]
    assert slack.take_violations()


async def test_a_request_url_is_verified_by_its_echo(slack: Workspace, listener: Listener) -> None:
    """An app that does not return the challenge is not verified."""
    assert not await slack.verifies_url()
    listener.statuses = [500]
    assert not await slack.verifies_url()


async def test_bolt_passes_the_url_verification(http_app: App, slack: Workspace) -> None:
    """A real framework does return it."""
    assert await slack.verifies_url()


async def test_events_tell_what_people_did(
    http_app: App, slack: Workspace, responder: Person
) -> None:
    """Writing, changing, deleting, reacting: each is told once."""
    message = await responder.writes("hello")
    await responder.reacts("pushpin", message)
    await slack.settled()
    told = {body["event"]["type"]: body["event"] for body in http_app.seen}
    assert told.keys() == {"message", "reaction_added"}
    reaction = told["reaction_added"]
    assert (reaction["reaction"], reaction["item"]["ts"]) == ("pushpin", message.ts)
    await responder.edits(message, "hello again")
    await responder.unreacts("pushpin", message)
    await responder.deletes(message)
    await slack.until(lambda: len(slack.deliveries) == 5)
    events = [delivery.payload["event"] for delivery in slack.deliveries[2:]]
    assert [event.get("subtype", event["type"]) for event in events] == [
        "message_changed",
        "reaction_removed",
        "message_deleted",
    ]
    assert events[0]["message"]["text"] == "hello again"
    assert events[0]["previous_message"]["text"] == "hello"


async def test_only_subscribed_events_are_sent(
    slack: Workspace, listener: Listener, responder: Person
) -> None:
    """What the manifest does not ask for is not told."""
    slack.push.subscribed = frozenset({"reaction_added"})
    message = await responder.writes("hello")
    await responder.reacts("eyes", message)
    await slack.settled()
    assert [d.payload["event"]["type"] for d in slack.deliveries] == ["reaction_added"]


async def test_what_people_type_is_escaped_and_mentions_are_told(
    slack: Workspace, listener: Listener, responder: Person
) -> None:
    """The text is escaped as Slack does it, the screen shows it as typed, a mention is told."""
    message = await responder.writes(f"<@{BOT_USER_ID}> a < b & c")
    assert message.text == f"<@{BOT_USER_ID}> a &lt; b &amp; c"
    assert "@Lockout a < b & c" in responder.screen()
    await slack.settled()
    told = [delivery.payload["event"] for delivery in slack.deliveries]
    assert [event["type"] for event in told] == ["message", "app_mention"]
    assert "channel_type" not in told[1]


async def test_the_app_hears_only_where_it_is_a_member(
    slack: Workspace, listener: Listener, responder: Person
) -> None:
    """What happens in a channel without the bot is not told."""
    slack.channel("other").members.remove(BOT_USER_ID)
    await responder.reacts("eyes", await responder.writes("hello", "C0OTHER"))
    await slack.settled()
    assert slack.deliveries == []


async def test_a_response_url_works_five_times_in_thirty_minutes(
    slack: Workspace, listener: Listener, responder: Person, clock: HandClock
) -> None:
    """used_url after the fifth, expired_url after half an hour."""
    await responder.types("/report")
    await responder.types("/report")
    used, expired = (delivery.payload["response_url"] for delivery in slack.deliveries)
    async with aiohttp.ClientSession() as session:
        for number in range(6):
            async with session.post(used, json={"text": f"answer {number}"}) as response:
                assert (response.status, await response.text()) == (
                    (200, "ok") if number < 5 else (404, "used_url")
                )
        clock.advance(30 * 60 + 1)
        async with session.post(expired, json={"text": "late"}) as response:
            assert (response.status, await response.text()) == (404, "expired_url")
        async with session.post(expired + "x", json={"text": "x"}) as response:
            assert response.status == 404
    assert len(responder.told) == 5
