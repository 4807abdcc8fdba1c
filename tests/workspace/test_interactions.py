"""Buttons and menus, in messages and modals, and what an app answers through response URLs."""

from collections.abc import Iterator
from typing import Any

from tests.workspace import Person, Workspace
from tests.workspace.bolt_app import App, Form, button, field, form, options, plain, section

Json = dict[str, Any]
NAME = field("Name", "name", {"type": "plain_text_input"}, optional=True)


async def test_buttons_and_fields_outside_inputs_act_at_once(app: App, responder: Person) -> None:
    """A button, a menu beside a text, and an input with dispatch_action send block_actions."""
    menu = {"type": "static_select", "action_id": "v", "options": options("A", "B")}
    shown = Form(app, form(
        section("Pick one") | {"accessory": menu},
        field("Live", "live", {"type": "plain_text_input"}, dispatch_action=True),
        {"type": "actions", "elements": [button("More", "v")]},
    ))  # fmt: skip
    await responder.types("/form")
    await responder.fills({"Pick one": "B", "Live": "typed"})
    await responder.presses("More")
    kinds = [body["actions"][0]["type"] for body in shown.actions]
    assert kinds == ["static_select", "plain_text_input", "button"]
    last = shown.actions[-1]
    assert last["container"] == {"type": "view", "view_id": last["view"]["id"]}
    assert last["view"]["state"]["values"]["live"]["v"]["value"] == "typed"
    assert "channel" not in last
    assert "response_url" not in last


async def test_menus_in_messages_are_chosen_by_their_words(
    app: App, slack: Workspace, responder: Person
) -> None:
    """Overflow entries are pressed, menus chosen; what was chosen is in the message's state."""
    shown = Form(app, form(NAME))
    overflow = {"type": "overflow", "action_id": "v", "options": options("Archive", "Mute")}
    menu = {
        "type": "static_select", "action_id": "v", "placeholder": plain("Severity"),
        "options": options("High", "Low"),
    }  # fmt: skip
    blocks = [
        section("Incident") | {"accessory": overflow},
        {"type": "actions", "elements": [menu]},
    ]
    await app.client.chat_postMessage(channel="C0GENERAL", text="x", blocks=blocks)
    await responder.presses("Mute")
    await responder.chooses("Low", "Severity")
    first, second = shown.actions
    assert first["actions"][0]["selected_option"]["value"] == "mute"
    assert second["actions"][0]["selected_option"]["value"] == "low"
    [values] = [list(actions.values()) for actions in second["state"]["values"].values()]
    assert values[0]["selected_option"]["value"] == "low"
    await slack.settled()


async def test_a_confirmation_can_be_declined(app: App, responder: Person) -> None:
    """Nothing is sent until the person confirms."""
    shown = Form(app, form(NAME))
    dialog = {"title": plain("Sure?"), "text": plain("Really"), "confirm": plain("Yes")}
    danger = button("Delete", "v", confirm=dialog | {"deny": plain("No")})
    blocks = [{"type": "actions", "elements": [danger]}]
    await app.client.chat_postMessage(channel="C0GENERAL", text="x", blocks=blocks)
    await responder.presses("Delete", confirms=False)
    assert shown.actions == []
    await responder.presses("Delete")
    assert len(shown.actions) == 1


async def test_a_button_is_looked_for_where_it_is_said_to_be(app: App, responder: Person) -> None:
    """By default the newest message; by words or by message any other."""
    shown = Form(app, form(NAME))
    for number in ("1", "2", "3"):
        actions = {"type": "actions", "elements": [button("Go", "v", value=number)]}
        blocks = [section(f"message {number}"), actions]
        await app.client.chat_postMessage(channel="C0GENERAL", text="x", blocks=blocks)
    await responder.presses("Go")
    await responder.presses("Go", "message 1")
    await responder.presses("Go", await responder.sees("message 2"))
    assert [body["actions"][0]["value"] for body in shown.actions] == ["3", "1", "2"]


async def test_a_response_url_answers_replaces_and_deletes(
    app: App, slack: Workspace, responder: Person
) -> None:
    """replace_original and delete_original work on ephemeral messages too."""
    go = {"type": "actions", "elements": [button("Go", "respond")]}
    answers: Iterator[Json] = iter(
        [
            {"text": "only you"},
            {"text": "replaced", "replace_original": True, "blocks": [section("replaced"), go]},
            {"text": "gone", "delete_original": True},
        ]
    )

    async def respond_next(ack: Any, respond: Any) -> None:  # noqa: ANN401
        await ack()
        await respond(**next(answers))

    app.on(app.bolt.action("respond"), respond_next)
    await app.client.chat_postEphemeral(
        channel="C0GENERAL", user="U0RESPOND", text="x", blocks=[section("original"), go]
    )
    await responder.presses("Go")
    await responder.sees("only you")
    await responder.presses("Go")
    await responder.sees("replaced")
    assert "original" not in responder.screen()
    await responder.presses("Go")
    await slack.until(lambda: "replaced" not in responder.screen())
    assert "message" not in slack.deliveries[-1].payload
    assert slack.deliveries[-1].payload["container"]["is_ephemeral"] is True
