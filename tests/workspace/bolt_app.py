"""A tiny app on slack_bolt, to try the workspace with: a command, a form, a message, a button.

It is not the product and shares nothing with it. slack_bolt and slack_sdk are third parties here:
that they run against the workspace unaided is what the tests want to know.
"""

import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.workspace import Workspace

Json = dict[str, Any]


def plain(text: str) -> Json:
    """Write a plain_text object."""
    return {"type": "plain_text", "text": text}


def section(text: str) -> Json:
    """Write a section block."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(label: str, action: str, **more: Any) -> Json:  # noqa: ANN401 -- keys of Block Kit
    """Write a button."""
    return {"type": "button", "action_id": action, "text": plain(label), **more}


def field(label: str, block_id: str, element: Json, **more: Any) -> Json:  # noqa: ANN401
    """Write an input block; its element's action id is `v`."""
    element = {"action_id": "v", **element}
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": element,
        **more,
    }


def options(*labels: str) -> list[Json]:
    """Write options whose values are their labels in lower case."""
    return [{"text": plain(label), "value": label.lower()} for label in labels]


def form(*blocks: Json, title: str = "Report", **more: Any) -> Json:  # noqa: ANN401
    """Write a modal with a submit button."""
    return {
        "type": "modal",
        "callback_id": "report",
        "title": plain(title),
        "submit": plain("Send"),
        "close": plain("Cancel"),
        "blocks": list(blocks),
        **more,
    }


REPORT = form(
    field("Summary", "summary", {"type": "plain_text_input", "min_length": 3}),
    field("Impact", "impact", {"type": "static_select", "options": options("All", "Some")}),
)


class App:
    """The app, its client, and a list of what its listeners saw."""

    def __init__(self, slack: Workspace, session: aiohttp.ClientSession) -> None:
        """Talk to `slack` through `session`."""
        self.client = AsyncWebClient(slack.bot_token, slack.api_url, session=session)
        self.bolt = AsyncApp(
            client=self.client,
            signing_secret=slack.signing_secret,
            process_before_response=True,
        )
        self.seen: list[Json] = []
        self.bolt.command("/report")(self.command)
        self.bolt.view("report")(self.submission)
        self.bolt.action("done")(self.done)
        self.bolt.event("reaction_added")(self.event)
        self.bolt.event("message")(self.event)
        self.bolt.event("app_home_opened")(self.home)

    def on(self, kind: Callable[..., Any], listener: Callable[..., Any]) -> None:
        """Register a listener: `app.on(app.bolt.action("x"), listener)`."""
        kind(listener)

    async def command(self, ack: Any, body: Json, client: AsyncWebClient) -> None:  # noqa: ANN401
        """Open the form."""
        self.seen.append(body)
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=REPORT)

    async def submission(self, ack: Any, body: Json, client: AsyncWebClient) -> None:  # noqa: ANN401
        """Refuse a summary without a verb, or post the report."""
        self.seen.append(body)
        values = body["view"]["state"]["values"]
        summary = values["summary"]["v"]["value"]
        if " " not in summary:
            await ack(response_action="errors", errors={"summary": "Say it in a sentence."})
            return
        await ack()
        blocks = [
            section(f"*{summary}*"),
            {"type": "actions", "elements": [button("Done", "done", value="7")]},
        ]
        await client.chat_postMessage(channel="C0GENERAL", text=summary, blocks=blocks)

    async def done(self, ack: Any, body: Json, client: AsyncWebClient) -> None:  # noqa: ANN401
        """Replace the button."""
        self.seen.append(body)
        await ack()
        message, channel = body["message"], body["channel"]["id"]
        blocks = [section(f"Done by <@{body['user']['id']}>")]
        await client.chat_update(channel=channel, ts=message["ts"], text="Done", blocks=blocks)

    async def event(self, body: Json) -> None:
        """Remember an event."""
        self.seen.append(body)

    async def home(self, event: Json, client: AsyncWebClient) -> None:
        """Publish the Home."""
        view = {"type": "home", "blocks": [section("*Welcome home*")]}
        await client.views_publish(user_id=event["user"], view=view)


class Form:
    """An app with one form, which answers submissions as it is told to."""

    def __init__(self, app: App, view: Json) -> None:
        """Open `view` on /form."""
        self.view = view
        self.answer: Json = {}
        self.app = app
        self.values: list[Json] = []
        self.closed: list[Json] = []
        self.actions: list[Json] = []
        app.on(app.bolt.command("/form"), self.open)
        app.on(app.bolt.view("form"), self.submit)
        app.on(app.bolt.view_closed("form"), self.close)
        app.on(app.bolt.action("v"), self.act)

    async def open(self, ack: Any, body: Json, client: Any) -> None:  # noqa: ANN401
        """Open the form."""
        await ack()
        view = self.view | {"callback_id": "form"}
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    async def submit(self, ack: Any, view: Json) -> None:  # noqa: ANN401
        """Keep the values and answer."""
        self.values.append(view["state"]["values"])
        await ack(**self.answer)

    async def close(self, ack: Any, body: Json) -> None:  # noqa: ANN401
        """Keep the payload."""
        await ack()
        self.closed.append(body)

    async def act(self, ack: Any, body: Json) -> None:  # noqa: ANN401
        """Keep the payload."""
        await ack()
        self.actions.append(body)


@contextlib.asynccontextmanager
async def over_http(slack: Workspace) -> AsyncIterator[App]:
    """Run the app behind a request URL."""
    async with aiohttp.ClientSession() as session:
        app = App(slack, session)

        async def endpoint(request: web.Request) -> web.Response:
            answer = await app.bolt.async_dispatch(await to_bolt_request(request))
            return await to_aiohttp_response(answer)

        server = web.Application()
        server.router.add_post("/slack/events", endpoint)
        runner = web.AppRunner(server)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        slack.connect_http(f"http://127.0.0.1:{runner.addresses[0][1]}")
        yield app
        await runner.cleanup()


@contextlib.asynccontextmanager
async def over_socket(slack: Workspace) -> AsyncIterator[App]:
    """Run the app in Socket Mode."""
    async with aiohttp.ClientSession() as session:
        app = App(slack, session)
        handler = AsyncSocketModeHandler(app.bolt, slack.app_token, ping_interval=2)
        await handler.connect_async()  # type: ignore[no-untyped-call]
        await slack.until(lambda: slack.sockets.connections)
        yield app
        await handler.close_async()  # type: ignore[no-untyped-call]
