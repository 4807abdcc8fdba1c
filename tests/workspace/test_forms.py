"""Forms and menus: every kind of field, by label, and every answer an app can give."""

import datetime as dt
from typing import Any

import pytest

from tests.workspace import NotThere, Person, Workspace
from tests.workspace.bolt_app import App, Form, field, form, options, plain
from tests.workspace.controls import REQUIRED

Json = dict[str, Any]

EVERY_KIND = form(
    field("Text", "text", {"type": "plain_text_input", "multiline": True, "max_length": 5}),
    field("Menu", "menu", {"type": "static_select", "option_groups": [
        {"label": plain("Letters"), "options": options("A", "B")},
    ]}),
    field("Radio", "radio", {"type": "radio_buttons", "options": options("On", "Off")}),
    field("Boxes", "boxes", {"type": "checkboxes", "options": options("X", "Y", "Z")}),
    field("Several", "several", {
        "type": "multi_static_select", "options": options("P", "Q", "R"), "max_selected_items": 2,
    }),
    field("Day", "day", {"type": "datepicker"}),
    field("Time", "time", {"type": "timepicker"}),
    field("Moment", "moment", {"type": "datetimepicker"}),
    field("Who", "who", {"type": "users_select"}),
    field("Whoever", "whoever", {"type": "multi_users_select"}),
    field("Number", "number", {"type": "number_input", "is_decimal_allowed": False}),
    field("Remark", "remark", {"type": "plain_text_input"}, optional=True),
)  # fmt: skip

ANSWERS: Json = {
    "Text": "hello",
    "Menu": "B",
    "Radio": "Off",
    "Boxes": ["X", "Z"],
    "Several": ["P", "Q"],
    "Day": dt.date(2026, 11, 22),
    "Time": dt.time(9, 5),
    "Moment": dt.datetime(2026, 11, 22, 9, 5, tzinfo=dt.UTC),
    "Who": "Colleague",
    "Whoever": ["Colleague", "Responder"],
    "Number": 3,
}


async def test_every_kind_of_field_is_filled_by_its_label(app: App, responder: Person) -> None:
    """The values arrive in Slack's shapes, and read back in a person's words."""
    shown = Form(app, EVERY_KIND)
    await responder.types("/form")
    await responder.fills(ANSWERS)
    modal = await responder.sees_modal()
    assert modal.values["Boxes"] == ["X", "Z"]
    assert modal.values["Who"] == "Colleague"
    await responder.submits()
    assert responder.modal is None
    sent = {block: next(iter(actions.values())) for block, actions in shown.values[0].items()}
    assert sent["text"] == {"type": "plain_text_input", "value": "hello"}
    assert sent["menu"]["selected_option"]["value"] == "b"
    assert sent["radio"]["selected_option"]["value"] == "off"
    assert [option["value"] for option in sent["boxes"]["selected_options"]] == ["x", "z"]
    assert [option["value"] for option in sent["several"]["selected_options"]] == ["p", "q"]
    assert sent["day"]["selected_date"] == "2026-11-22"
    assert sent["time"]["selected_time"] == "09:05"
    assert sent["moment"]["selected_date_time"] == 1795338300
    assert sent["who"]["selected_user"] == "U0COLLEAGUE"
    assert sent["whoever"]["selected_users"] == ["U0COLLEAGUE", "U0RESPOND"]
    assert sent["number"]["value"] == "3"
    assert sent["remark"] == {"type": "plain_text_input", "value": None}


async def test_every_required_field_is_asked_for(app: App, responder: Person) -> None:
    """Nothing is sent, and all empty fields say so but the optional one."""
    shown = Form(app, EVERY_KIND)
    await responder.types("/form")
    await responder.fills({"Text": "too long"})
    await responder.submits()
    assert responder.modal is not None
    missing = {label: REQUIRED for label in ANSWERS if label != "Text"}
    assert responder.modal.errors == missing | {"Text": "Must be at most 5 characters."}
    assert shown.values == []


async def test_what_the_app_filled_in_stays(app: App, responder: Person) -> None:
    """Initial values and options are sent as they are unless the person changes them."""
    shown = Form(app, form(
        field("Text", "text", {"type": "plain_text_input", "initial_value": "kept"}),
        field("Menu", "menu", {
            "type": "static_select", "options": options("A", "B"),
            "initial_option": options("A")[0],
        }),
        field("Boxes", "boxes", {
            "type": "checkboxes", "options": options("X", "Y"), "initial_options": options("Y"),
        }),
        field("Moment", "moment", {"type": "datetimepicker", "initial_date_time": 1795338300}),
        field("Gone", "gone", {"type": "datepicker", "initial_date": "2026-01-01"}, optional=True),
    ))  # fmt: skip
    await responder.types("/form")
    await responder.fills({"Gone": None})
    await responder.submits()
    [values] = shown.values
    assert values["text"]["v"]["value"] == "kept"
    assert values["menu"]["v"]["selected_option"]["value"] == "a"
    assert [o["value"] for o in values["boxes"]["v"]["selected_options"]] == ["y"]
    assert values["moment"]["v"]["selected_date_time"] == 1795338300
    assert values["gone"]["v"]["selected_date"] is None


@pytest.mark.parametrize(("label", "wanted", "complaint"), [
    ("Menu", "C", "no option 'C'; there are"),
    ("Several", ["P", "Q", "R"], "takes only 2"),
    ("Who", "Nobody", "called 'Nobody'"),
    ("Colour", "red", "no field 'Colour'; there are"),
])  # fmt: skip
async def test_a_person_cannot_choose_what_is_not_offered(
    http_app: App,
    responder: Person,
    label: str,
    wanted: str | list[str],
    complaint: str,
) -> None:
    """The test fails and says what there is."""
    Form(http_app, EVERY_KIND)
    await responder.types("/form")
    with pytest.raises(NotThere, match=complaint):
        await responder.fills({label: wanted})


NAME = field("Name", "name", {"type": "plain_text_input"}, optional=True)


async def test_an_app_can_update_push_and_clear(app: App, responder: Person) -> None:
    """Each response_action does what Slack does, over either transport."""
    shown = Form(app, form(NAME, title="First"))
    await responder.types("/form")
    await responder.fills({"Name": "Ada"})
    shown.answer = {
        "response_action": "update", "view": form(NAME, title="Second", callback_id="form"),
    }  # fmt: skip
    await responder.submits()
    assert (await responder.sees_modal("Second")).values == {"Name": "Ada"}
    shown.answer = {
        "response_action": "push", "view": form(NAME, title="Third", callback_id="form"),
    }  # fmt: skip
    await responder.submits()
    await responder.sees_modal("Third")
    shown.answer = {}
    await responder.submits()
    await responder.sees_modal("Second")
    shown.answer = {"response_action": "clear"}
    await responder.submits()
    assert responder.modal is None


async def test_an_app_that_complains_about_no_field_is_found_out(
    http_app: App, slack: Workspace, responder: Person
) -> None:
    """Errors for a block that is no input: the client shows trouble, and it is a violation."""
    shown = Form(http_app, form(NAME))
    shown.answer = {"response_action": "errors", "errors": {"nmae": "typo"}}
    await responder.types("/form")
    await responder.submits()
    assert responder.troubles == ["We had some trouble connecting. Try again? (invalid_response)"]
    assert responder.modal is not None
    assert [violation.pointer for violation in slack.take_violations()] == ["/errors"]


async def test_closing_is_told_only_on_request(app: App, responder: Person) -> None:
    """notify_on_close sends view_closed; without it the app hears nothing."""
    shown = Form(app, form(NAME))
    await responder.types("/form")
    await responder.closes()
    assert shown.closed == []
    shown.view = form(NAME, notify_on_close=True, clear_on_close=True)
    await responder.types("/form")
    await responder.closes()
    assert responder.modal is None
    assert shown.closed[0]["is_cleared"] is True
    assert "trigger_id" not in shown.closed[0]
