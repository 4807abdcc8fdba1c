"""Payloads have the keys that real workspaces send.

The tables below are keys only, read off payloads recorded from real workspaces: vercel/chat
(MIT), packages/integration-tests/fixtures/replay/{slash-commands,modals,actions-reactions}/
slack.json, and slackapi's own samples: python-slack-sdk tests/slack_sdk/socket_mode/
mock_socket_mode_server.py, bolt-python tests/scenario_tests_async/test_message_changed.py and
test_view_closed.py (all MIT). A key of theirs must be here; one of ours that they lack is allowed
only where a comment says why.
"""

from typing import Any

import pytest

from tests.workspace import Person, Workspace
from tests.workspace.bolt_app import App, button, field, form, options, plain
from tests.workspace.push import Attempt, Delivery
from tests.workspace.socket_mode import _envelope

Json = dict[str, Any]


def paths(thing: Any, prefix: str = "", stop: frozenset[str] = frozenset()) -> set[str]:  # noqa: ANN401
    """Return the dotted keys of a JSON value; lists count as their first item."""
    if isinstance(thing, list):
        return paths(thing[0], prefix, stop) if thing else {prefix}
    if not isinstance(thing, dict) or not thing or prefix in stop:
        return {prefix}
    below = (paths(value, f"{prefix}.{key}".lstrip("."), stop) for key, value in thing.items())
    return set().union(*below)


USER = {"user.id", "user.username", "user.name", "user.team_id"}
COMMON = USER | {
    "type", "api_app_id", "token", "trigger_id", "team.id", "team.domain", "enterprise",
    "is_enterprise_install",
}  # fmt: skip
VIEW = {
    "view." + key
    for key in (
        "id", "team_id", "type", "blocks", "private_metadata", "callback_id", "state", "hash",
        "title", "clear_on_close", "notify_on_close", "close", "submit", "previous_view_id",
        "root_view_id", "app_id", "external_id", "app_installed_team_id", "bot_id",
    )
}  # fmt: skip
IN_VIEWS = frozenset({"view.blocks", "view.state", "view.title", "view.close", "view.submit"})
SLASH = {
    "token", "team_id", "team_domain", "channel_id", "channel_name", "user_id", "user_name",
    "command", "text", "api_app_id", "is_enterprise_install", "response_url", "trigger_id",
}  # fmt: skip
ON_MESSAGE = COMMON | {
    "container.type", "container.message_ts", "container.channel_id", "container.is_ephemeral",
    "container.thread_ts", "channel.id", "channel.name", "state.values", "response_url",
    "actions.action_id", "actions.block_id", "actions.text", "actions.type", "actions.action_ts",
}  # fmt: skip
MESSAGE = {
    "message." + key
    for key in ("user", "type", "ts", "bot_id", "app_id", "text", "team", "thread_ts",
                "parent_user_id", "blocks")
}  # fmt: skip
EVENT = {
    "token", "team_id", "api_app_id", "event", "type", "event_id", "event_time",
    "authorizations.enterprise_id", "authorizations.team_id", "authorizations.user_id",
    "authorizations.is_bot", "authorizations.is_enterprise_install", "is_ext_shared_channel",
    "event_context",
}  # fmt: skip
FORM = form(
    field("Message", "message", {"type": "plain_text_input", "placeholder": plain("Say it")}),
    field("Category", "category", {"type": "static_select", "options": options("Bug")}),
)
STATE = {
    "message.v.type", "message.v.value", "category.v.type",
    "category.v.selected_option.text.type", "category.v.selected_option.text.text",
    "category.v.selected_option.text.emoji", "category.v.selected_option.value",
}  # fmt: skip


@pytest.fixture
async def submitted(http_app: App, slack: Workspace, responder: Person) -> Json:
    """Open, fill in and submit a form; give what was sent."""
    trigger = slack.world.screens.issue_trigger("U0RESPOND")
    await http_app.client.views_open(trigger_id=trigger, view=FORM)
    await responder.fills({"Message": "Hello!", "Category": "Bug"})
    return slack.payloads.submitted((await responder.sees_modal()).view)


async def test_a_slash_command_is_the_recorded_form(slack: Workspace) -> None:
    """Thirteen strings, the install flag among them."""
    payload = slack.payloads.slash("U0RESPOND", "C0GENERAL", "/report", "")
    assert payload.keys() == SLASH
    assert payload["is_enterprise_install"] == "false"
    assert {type(value) for value in payload.values()} == {str}


async def test_a_submission_is_the_recorded_one(submitted: Json) -> None:
    """Envelope, view and state; blocks come back with their defaults filled in."""
    assert paths(submitted, stop=IN_VIEWS) == COMMON | VIEW | {"response_urls"}
    assert paths(submitted["view"]["state"]["values"]) == STATE
    text, menu = submitted["view"]["blocks"]
    assert text.keys() == {"type", "block_id", "label", "optional", "dispatch_action", "element"}
    assert text["label"].keys() == {"type", "text", "emoji"}
    assert text["element"].keys() == {"type", "action_id", "placeholder", "multiline"}
    assert menu["element"]["options"][0]["text"]["emoji"] is True
    assert submitted["view"]["external_id"] == ""
    assert submitted["view"]["previous_view_id"] is None


async def test_a_closed_view_has_no_trigger(slack: Workspace, submitted: Json) -> None:
    """view_closed is a submission without trigger_id and with is_cleared."""
    view = slack.world.screens.stacks["U0RESPOND"][-1]
    closed = paths(slack.payloads.closed(view, cleared=False), stop=IN_VIEWS)
    assert closed == paths(submitted, stop=IN_VIEWS) - {"trigger_id"} | {"is_cleared"}


async def test_a_pressed_button_is_the_recorded_one(
    http_app: App, slack: Workspace, responder: Person
) -> None:
    """In a thread, with the whole message; an ephemeral one goes without it."""
    parent = await responder.writes("<@bot> Hello")
    blocks = [{"type": "actions", "elements": [button("Send Feedback", "feedback")]}]
    where: Json = {"channel": "C0GENERAL", "thread_ts": parent.ts, "blocks": blocks, "text": "x"}
    await http_app.client.chat_postMessage(**where)
    await responder.presses("Send Feedback")
    stop = frozenset({"message.blocks", "actions.text"})
    assert paths(slack.deliveries[-1].payload, stop=stop) == ON_MESSAGE | MESSAGE
    await http_app.client.chat_postEphemeral(user="U0RESPOND", **where)
    await responder.presses("Send Feedback")
    assert paths(slack.deliveries[-1].payload, stop=stop) == ON_MESSAGE


async def test_events_are_the_recorded_ones(
    http_app: App, slack: Workspace, responder: Person
) -> None:
    """The envelope, and message, message_changed, reaction_added and app_home_opened inside."""
    message = await responder.writes("Hello")
    await responder.edits(message, "Hello!")
    await responder.reacts("+1", message)
    await responder.opens_home()
    written, changed, reaction, home = (delivery.payload for delivery in slack.deliveries[:4])
    assert paths(written, stop=frozenset({"event"})) == EVENT
    # client_msg_id is left out: Slack sends it for some clients only.
    assert written["event"].keys() == {
        "type", "text", "user", "ts", "team", "blocks", "channel", "event_ts", "channel_type",
    }  # fmt: skip
    assert changed["event"].keys() == {
        "type", "subtype", "message", "previous_message", "channel", "hidden", "ts", "event_ts",
        "channel_type",
    }  # fmt: skip
    assert changed["event"]["message"]["edited"].keys() == {"user", "ts"}
    assert paths(reaction["event"]) == {
        "type", "user", "reaction", "item.type", "item.channel", "item.ts", "item_user",
        "event_ts",
    }  # fmt: skip
    assert home["event"].keys() == {"type", "user", "channel", "tab", "event_ts"}
    await slack.settled()


@pytest.mark.parametrize(("kind", "payload", "takes_answer"), [
    ("slash_commands", {}, True),
    ("interactive", {"type": "view_submission"}, True),
    ("interactive", {"type": "block_actions"}, False),
    ("events_api", {"type": "event_callback"}, False),
])  # fmt: skip
def test_an_envelope_is_the_recorded_one(kind: str, payload: Json, takes_answer: bool) -> None:  # noqa: FBT001
    """Only events carry retry_attempt and retry_reason."""
    envelope = _envelope(Delivery(kind, payload), Attempt())
    retry = {"retry_attempt", "retry_reason"} if kind == "events_api" else set()
    keys = {"envelope_id", "payload", "type", "accepts_response_payload"}
    assert envelope.keys() == keys | retry
    assert envelope["accepts_response_payload"] is takes_answer
