"""Socket Mode in the running app: events that come twice, readiness, and a quiet end."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

from aiohttp import ClientSession, web
from pydantic import SecretStr

from bot.app import App
from bot.settings import Settings
from bot.surfaces.slack.side import Credentials, open_slack
from tests.ports import free_port
from tests.surfaces.slack.socket_line import soon
from tests.walks.office import open_office
from tests.workspace import Answer, Workspace


async def test_an_event_that_comes_over_both_connections_is_recorded_once(tmp_path: Path) -> None:
    """Slack does not read two acks and sends again, at last over each of the connections."""
    async with open_office(tmp_path, "socket") as office:
        slack = office.slack
        await slack.until(lambda: len(slack.sockets.connections) == 2)
        await office.declare("entra")
        message = await office.person().writes("proxy went first", (await office.card()).channel)
        await slack.settled(within=5)
        slack.sockets.deadline = 0.3
        both = list(slack.sockets.connections)
        for connection in both:
            connection.request.transport.pause_reading()  # type: ignore[union-attr]
        await office.person().reacts("pushpin", message)
        delivery = slack.deliveries[-1]
        await slack.until(lambda: delivery.outcomes == ["timeout", "timeout"])
        slack.sockets.deadline = 3.0
        for connection in both:
            connection.request.transport.resume_reading()  # type: ignore[union-attr]
        for connection in both:
            slack.sockets.connections[:] = [connection]
            await slack.repeats(delivery, number=2, reason="timeout")
        slack.sockets.connections[:] = both
        assert [isinstance(outcome, Answer) for outcome in delivery.outcomes[2:]] == [True, True]
        notes = [fact for fact in await office.facts() if "proxy went first" in str(fact)]
        assert len(notes) == 1


async def test_readiness_is_red_and_health_is_served_while_the_token_is_refused(
    tmp_path: Path,
) -> None:
    """The process lives, says that it is not ready, and says why."""
    port = free_port()
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(Workspace())
        app = App()
        app.settings = Settings(
            slack_bot_token=SecretStr(slack.bot_token),
            slack_app_token=SecretStr("xapp-of-another-app"),
            slack_api_url=slack.api_url,
            lockout_listen=f"127.0.0.1:{port}",
            lockout_database_url=f"sqlite:///{tmp_path}/lockout.db",
        )
        await stack.enter_async_context(app.serving())
        session = await stack.enter_async_context(ClientSession(f"http://127.0.0.1:{port}"))
        await slack.until(lambda: len(slack.calls_to("apps.connections.open")) == 2)
        # A readiness that is still "connecting" is red too; the reason comes with the answers.
        seen = set()
        for _ in range(20):
            ready = await session.get("/readyz")
            said = await ready.json()
            assert ready.status == 503
            seen.add(said["slack"])
        assert "not connected: Slack refuses the app token: invalid_auth" in seen
        assert (await session.get("/healthz")).status == 200


async def test_how_fresh_the_line_is_can_be_read_in_words(tmp_path: Path) -> None:
    """Nothing yet, then the age of the last frame; over HTTP only there is no line to speak of."""
    async with open_office(tmp_path, "socket") as office:
        desk, slack = office.desk, office.slack
        credentials = Credentials(slack.bot_token, "", slack.app_token, slack.api_url)
        async with open_slack(credentials) as side:
            side.serve(desk, web.Application())
            assert (side.pulse(), side.state()) == ("no Slack event yet", {"slack": "connecting"})
            await side.connect(desk)
            await soon(lambda: side.state() == {"slack": "ok"})
            assert side.pulse() == "last Slack event 0 s ago"
            await side.close()
        over_http = Credentials(slack.bot_token, slack.signing_secret, "", slack.api_url)
        async with open_slack(over_http) as side:
            side.serve(desk, web.Application())
            assert (side.pulse(), side.state()) == ("", {"slack": "ok"})
