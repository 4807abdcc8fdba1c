"""views.*: triggers, the stack, hashes and external ids."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.workspace import HandClock, Person, Workspace
from tests.workspace.bolt_app import field, form, section

Json = dict[str, Any]


@pytest.fixture
def client(slack: Workspace) -> AsyncWebClient:
    """Give slack_sdk's client with the bot's token."""
    return AsyncWebClient(slack.bot_token, slack.api_url)


async def error_of(call: Any) -> str:  # noqa: ANN401 -- any coroutine of slack_sdk
    """Await a call that must fail and return Slack's code for why."""
    with pytest.raises(SlackApiError) as refused:
        await call
    return str(refused.value.response["error"])


async def test_a_trigger_works_once_and_for_three_seconds(
    slack: Workspace, client: AsyncWebClient, clock: HandClock
) -> None:
    """expired_trigger_id, exchanged_trigger_id, invalid_trigger_id."""
    screens = slack.world.screens
    view = form(section("x"))
    fresh, stale = screens.issue_trigger("U0RESPOND"), screens.issue_trigger("U0RESPOND")
    clock.advance(3)
    await client.views_open(trigger_id=fresh, view=view)
    reused = client.views_open(trigger_id=fresh, view=view)
    assert await error_of(reused) == "exchanged_trigger_id"
    clock.advance(0.1)
    assert await error_of(client.views_open(trigger_id=stale, view=view)) == "expired_trigger_id"
    assert await error_of(client.views_open(trigger_id="1.2.x", view=view)) == "invalid_trigger_id"


async def test_the_stack_is_three_high(
    slack: Workspace, client: AsyncWebClient, responder: Person
) -> None:
    """push_limit_reached at the fourth; closing shows the one below."""
    screens = slack.world.screens

    def push(title: str) -> Any:  # noqa: ANN401 -- a coroutine of slack_sdk
        trigger = screens.issue_trigger("U0RESPOND")
        return client.views_push(trigger_id=trigger, view=form(section("x"), title=title))

    assert await error_of(push("Early")) == "not_found"
    trigger = screens.issue_trigger("U0RESPOND")
    root = await client.views_open(trigger_id=trigger, view=form(section("x"), title="One"))
    second = await push("Two")
    assert second["view"]["root_view_id"] == root["view"]["id"]
    assert second["view"]["previous_view_id"] == root["view"]["id"]
    await push("Three")
    assert await error_of(push("Four")) == "push_limit_reached"
    await responder.closes()
    assert responder.modal is not None
    assert responder.modal.title == "Two"


async def test_an_update_needs_the_right_hash_and_keeps_what_was_typed(
    slack: Workspace, client: AsyncWebClient, responder: Person
) -> None:
    """hash_conflict for a stale hash; fields with the same ids keep their content."""
    name = field("Name", "name", {"type": "plain_text_input"})
    age = field("Age", "age", {"type": "plain_text_input", "initial_value": "30"})
    trigger = slack.world.screens.issue_trigger("U0RESPOND")
    opened = (await client.views_open(trigger_id=trigger, view=form(name)))["view"]
    await responder.fills({"Name": "Ada"})
    updated = await client.views_update(
        view_id=opened["id"], hash=opened["hash"], view=form(name, age)
    )
    assert responder.modal is not None
    assert responder.modal.values == {"Name": "Ada", "Age": "30"}
    assert updated["view"]["hash"] != opened["hash"]
    stale = client.views_update(view_id=opened["id"], hash=opened["hash"], view=form(name))
    assert await error_of(stale) == "hash_conflict"
    assert await error_of(client.views_update(view_id="V404", view=form(name))) == "not_found"
    other = client.views_update(
        view_id=opened["id"], view={"type": "home", "blocks": [section("x")]}
    )
    assert await error_of(other) == "invalid_arguments"


async def test_an_external_id_is_one_views_only(slack: Workspace, client: AsyncWebClient) -> None:
    """duplicate_external_id; and a view can be updated by it."""
    view = form(section("x"), external_id="e")
    await client.views_open(trigger_id=slack.world.screens.issue_trigger("U0RESPOND"), view=view)
    second = client.views_open(
        trigger_id=slack.world.screens.issue_trigger("U0COLLEAGUE"), view=view
    )
    assert await error_of(second) == "duplicate_external_id"
    updated = await client.views_update(external_id="e", view=form(section("y"), external_id="e"))
    assert updated["view"]["blocks"][0]["text"]["text"] == "y"


async def test_a_home_is_no_modal(slack: Workspace, client: AsyncWebClient) -> None:
    """views.open takes modals, views.publish Homes, and publishing again updates."""
    home = {"type": "home", "blocks": [section("x")]}
    trigger = slack.world.screens.issue_trigger("U0RESPOND")
    assert await error_of(client.views_open(trigger_id=trigger, view=home)) == "invalid_arguments"
    modal = client.views_publish(user_id="U0RESPOND", view=form(section("x")))
    assert await error_of(modal) == "invalid_arguments"
    first = await client.views_publish(user_id="U0RESPOND", view=home)
    again = await client.views_publish(user_id="U0RESPOND", view=home, hash=first["view"]["hash"])
    assert again["view"]["id"] == first["view"]["id"]
    stale = client.views_publish(user_id="U0RESPOND", view=home, hash=first["view"]["hash"])
    assert await error_of(stale) == "hash_conflict"
