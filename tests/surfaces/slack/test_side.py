"""Slack as one thing that the app builds: configured or not, ready or not, closed in order."""

from __future__ import annotations

import pytest
from aiohttp import web

from bot.surfaces.slack.server import PATH
from bot.surfaces.slack.side import Credentials, SlackSide, open_slack
from tests.services.desks import make_desk
from tests.surfaces.slack.socket_line import soon
from tests.workspace import Workspace


def credentials(slack: Workspace, **changed: str) -> Credentials:
    """Those of the stand-in, changed."""
    known = {
        "bot_token": slack.bot_token,
        "signing_secret": slack.signing_secret,
        "app_token": "",
        "api_url": slack.api_url,
    }
    return Credentials(**{**known, **changed})


def paths(site: web.Application) -> set[str]:
    """What is served."""
    return {route.resource.canonical for route in site.router.routes() if route.resource}


@pytest.mark.parametrize(
    ("bot", "secret", "app", "enough"),
    [
        ("xoxb", "s", "", True),
        ("xoxb", "", "xapp", True),
        ("xoxb", "s", "xapp", True),
        ("xoxb", "", "", False),
        ("", "s", "xapp", False),
    ],
)
def test_a_bot_token_and_one_way_in_are_enough(
    bot: str, secret: str, app: str, enough: object
) -> None:
    """Slack must be able to reach us, and we Slack."""
    assert Credentials(bot, secret, app, "").enough is enough


async def test_http_is_served_only_where_requests_can_be_checked() -> None:
    """Without a secret anybody could send."""
    async with Workspace() as slack:
        for secret, served in (("s", {PATH}), ("", set[str]())):
            wanted = credentials(slack, signing_secret=secret, app_token="xapp")
            async with open_slack(wanted) as side:
                site = web.Application()
                side.serve(make_desk(), site)
                assert paths(site) == served
                await side.close()


async def test_it_is_ready_once_it_serves() -> None:
    """For `/readyz`."""
    async with Workspace() as slack, open_slack(credentials(slack)) as side:
        assert isinstance(side, SlackSide)
        assert side.state() == {"slack": "starting"}
        side.serve(make_desk(), web.Application())
        assert side.state() == {"slack": "ok"}
        assert side.pulse() == ""
        assert side.socket_age() is None
        await side.close()


async def test_socket_mode_connects_and_says_so() -> None:
    """And is taken down again."""
    async with Workspace() as slack:
        wanted = credentials(slack, signing_secret="", app_token=slack.app_token)
        async with open_slack(wanted) as side:
            desk = make_desk()
            side.serve(desk, web.Application())
            await side.connect(desk)
            await slack.until(lambda: slack.sockets.connections, within=5)
            await soon(lambda: side.state() == {"slack": "ok"})
            await side.close()
