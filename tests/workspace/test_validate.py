"""Each of the three judges catches what is its own, and none of them cries wolf."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from tests.workspace import Workspace, limits, schema
from tests.workspace.bolt_app import App, button, field, form, options, plain, section
from tests.workspace.validate import judge_blocks, judge_view, sdk_block, sdk_view

Json = dict[str, Any]
INPUT = field("Name", "name", {"type": "plain_text_input"})


def select(**more: Any) -> Json:  # noqa: ANN401 -- keys of Block Kit
    """Write an actions block with one menu."""
    menu = {"type": "static_select", "action_id": "m", "options": options("A"), **more}
    return {"type": "actions", "elements": [menu]}


def radio(count: int) -> Json:
    """Write an actions block with that many radio buttons."""
    several = options(*(f"Option {number}" for number in range(count)))
    return {"type": "actions", "elements": [{"type": "radio_buttons", "options": several}]}


def table(rows: int, columns: int) -> Json:
    """Write a table of that size."""
    cell = {"type": "raw_text", "text": "x"}
    return {"type": "table", "rows": [[cell] * columns] * rows}


def actions(*elements: Json) -> Json:
    """Write an actions block."""
    return {"type": "actions", "elements": list(elements)}


GOOD = {
    "section": section("*hello*"),
    "fields": {"type": "section", "fields": [{"type": "mrkdwn", "text": "x" * 2000}] * 10},
    "header": {"type": "header", "text": plain("x" * 150)},
    "divider": {"type": "divider"},
    "context": {"type": "context", "elements": [{"type": "mrkdwn", "text": "small"}]},
    "buttons": actions(
        button("Yes", "yes", style="primary", value="1"),
        button("No", "no", style="danger", confirm={
            "title": plain("Sure?"), "text": plain("It cannot be undone."),
            "confirm": plain("Yes"), "deny": plain("No"),
        }),
    ),
    "overflow": section("menu") | {
        "accessory": {"type": "overflow", "action_id": "o", "options": options("A", "B")}
    },
    "menu": select(initial_option=options("A")[0], placeholder=plain("Choose")),
    "radio": radio(10),
    "checkboxes": actions({"type": "checkboxes", "options": options("A", "B"), "action_id": "c"}),
    "pickers": actions(
        {"type": "datepicker", "action_id": "d", "initial_date": "2026-11-22"},
        {"type": "timepicker", "action_id": "t", "initial_time": "09:30"},
        {"type": "datetimepicker", "action_id": "dt", "initial_date_time": 1795000000},
        {"type": "users_select", "action_id": "u", "placeholder": plain("Who?")},
    ),
    "table": table(100, 20),
    "image": {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a"},
    "rich text": {"type": "rich_text", "elements": [
        {"type": "rich_text_section", "elements": [{"type": "text", "text": "hello"}]}
    ]},
    "markdown": {"type": "markdown", "text": "**hello**"},
}  # fmt: skip


@pytest.mark.parametrize("block", GOOD.values(), ids=GOOD.keys())
def test_a_block_at_its_limit_passes_all_three(block: Json) -> None:
    """What Slack takes, the judges take, also at the very limit."""
    assert list(judge_blocks([block], "message", "/blocks")) == []


@pytest.mark.parametrize("view", [
    form(INPUT, private_metadata="x" * 3000),
    form(section("x"), title="x" * 24),
    {"type": "home", "blocks": [section("x")] * 100},
])  # fmt: skip
def test_a_view_at_its_limit_passes_all_three(view: Json) -> None:
    """The same for modals and the Home."""
    assert list(judge_view(view, "/view")) == []


TOO_MUCH = {
    "empty section text": (section(""), "/blocks/0/text"),
    "a field of 2001": (
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "x" * 2001}]},
        "/blocks/0/fields/0",
    ),
    "an empty menu": (select(options=[]), "/blocks/0/elements/0/options"),
    "an option value of 151": (
        select(options=[{"text": plain("A"), "value": "x" * 151}]),
        "/blocks/0/elements/0/options/0/value",
    ),
    "an initial option that is not offered": (select(initial_option=options("B")[0]), "/blocks/0"),
    "a menu without options": (
        actions({"type": "static_select", "action_id": "m"}),
        "/blocks/0",
    ),
    "two options of one value": (select(options=options("A", "a")), "/blocks/0"),
    "radio button 11": (radio(11), "/blocks/0/elements/0/options"),
    "row 101": (table(101, 2), "/blocks/0/rows"),
    "column 21": (table(2, 21), "/blocks/0/rows/0"),
    "the same action id twice": (actions(button("A", "a"), button("B", "a")), "/blocks/0"),
    "a button label of 76": (actions(button("x" * 76, "a")), "/blocks/0/elements/0/text"),
    "a section without anything": ({"type": "section"}, "/blocks/0"),
    "an alert in a message": ({"type": "alert", "text": plain("x")}, "/blocks/0"),
    "an empty table cell": (
        {"type": "table", "rows": [[{"type": "raw_text", "text": ""}]]},
        "/blocks/0/rows/0/0/text",
    ),
}


@pytest.mark.parametrize(("block", "pointer"), TOO_MUCH.values(), ids=TOO_MUCH.keys())
def test_the_walker_points_at_what_is_too_much(block: Json, pointer: str) -> None:
    """limits.py catches it by itself and says where."""
    found = list(limits.check_blocks([block], "message", "/blocks"))
    assert pointer in [place for place, _ in found]


def test_the_walker_looks_at_a_message_as_a_whole() -> None:
    """The 51st block, a block id used twice, a second table, markdown above 12,000."""

    def problems(*blocks: Json) -> str:
        return str(list(limits.check_blocks(list(blocks), "message", "/blocks")))

    assert "no more than 50 items" in problems(*[section("x")] * 51)
    assert problems(*[section("x")] * 50) == "[]"
    assert "block_id 'b' is used 2 times" in problems(*[section("x") | {"block_id": "b"}] * 2)
    assert "only_one_table_allowed" in problems(table(1, 1), table(1, 1))
    markdown = {"type": "markdown", "text": "x" * 6001}
    assert "12002 characters" in problems(markdown, markdown)


BAD_VIEWS = {
    "title of 25": form(section("x"), title="x" * 25),
    "submit of 25": form(section("x"), submit=plain("x" * 25)),
    "metadata of 3001": form(section("x"), private_metadata="x" * 3001),
    "callback id of 256": form(section("x"), callback_id="x" * 256),
    "101 blocks": form(*[section("x")] * 101),
    "input without submit": form(INPUT, submit=None),
    "a table in a modal": form(table(1, 1)),
    "min above max": form(
        field("A", "a", {"type": "plain_text_input", "min_length": 5, "max_length": 4})
    ),
    "an initial value above max": form(
        field("A", "a", {"type": "plain_text_input", "max_length": 2, "initial_value": "abc"})
    ),
    "two elements with focus": form(
        field("A", "a", {"type": "plain_text_input", "focus_on_load": True}),
        field("B", "b", {"type": "plain_text_input", "focus_on_load": True}),
    ),
}


@pytest.mark.parametrize("view", BAD_VIEWS.values(), ids=BAD_VIEWS.keys())
def test_the_walker_knows_the_limits_of_views(view: Json) -> None:
    """limits.py catches it by itself."""
    assert list(limits.check_view(view, "/view"))


MISSHAPEN = {
    "unknown block": {"type": "sektion"},
    "unknown key": section("x") | {"colour": "red"},
    "mrkdwn in a header": {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
    "an input among actions": actions({"type": "plain_text_input", "action_id": "a"}),
    "an image without alt text": {"type": "image", "image_url": "https://example.com/a.png"},
    "a button without text": actions({"type": "button", "action_id": "a"}),
}


@pytest.mark.parametrize("block", MISSHAPEN.values(), ids=MISSHAPEN.keys())
def test_the_schema_knows_the_structure_of_blocks(block: Json) -> None:
    """schema.py catches wrong types, unknown keys and missing ones by itself."""
    assert list(schema.check_block(block, "/blocks/0"))


def test_the_schema_points_into_the_block() -> None:
    """A problem deep inside is named where it is, not as 'no alternative fits'."""
    menu = select(options=[{"text": {"type": "mrkdwn", "text": "A"}, "value": "a"}], wrong=1)
    assert any("/elements/0" in place for place, _ in schema.check_block(menu, "/blocks/0"))


@pytest.mark.parametrize("view", [
    {"type": "modal", "blocks": []},
    {"type": "page", "blocks": []},
    form(section("x"), submit={"type": "mrkdwn", "text": "Send"}),
])  # fmt: skip
def test_the_schema_knows_the_structure_of_views(view: Json) -> None:
    """A modal without title, an unknown type of view, a submit button in mrkdwn."""
    assert list(schema.check_view(view, "/view"))


@pytest.mark.parametrize("block", [
    section("x" * 3001),
    {"type": "header", "text": plain("x" * 151)},
    {"type": "nonsense"},
    {"type": "actions", "elements": [button(str(n), str(n)) for n in range(26)]},
])  # fmt: skip
def test_slack_sdk_is_asked_too(block: Json) -> None:
    """The models of slack_sdk catch it by themselves."""
    assert list(sdk_block(block, "/blocks/0"))


def test_slack_sdk_is_asked_about_views_too() -> None:
    """The same for a modal."""
    assert list(sdk_view(form(section("x"), title="x" * 25), "/view"))
    assert list(sdk_view(form(), "/view"))


async def test_a_violation_is_answered_as_slack_does_and_remembered(
    slack: Workspace, http_app: App
) -> None:
    """The app gets invalid_blocks with pointers; the test gets the same as a violation."""
    with pytest.raises(SlackApiError) as refused:
        await http_app.client.chat_postMessage(channel="C0GENERAL", text="x", blocks=[section("")])
    assert refused.value.response["error"] == "invalid_blocks"
    assert (
        "json-pointer:/blocks/0/text" in refused.value.response["response_metadata"]["messages"][0]
    )
    assert slack.messages("C0GENERAL") == []
    taken = slack.take_violations()
    assert {violation.method for violation in taken} == {"chat.postMessage"}
    assert slack.violations == []


async def test_leaving_with_a_violation_fails_the_test() -> None:
    """No test can forget to look."""
    with pytest.raises(AssertionError, match="is a reply's ts"):
        async with Workspace() as slack:
            slack.world.inspector.note("chat.postMessage", "/thread_ts", "is a reply's ts")


@pytest.mark.parametrize(("arguments", "error"), [
    ({"blocks": [section("x" * 2900)] * 5}, "msg_blocks_too_long"),
    ({"blocks": [table(1, 1), table(1, 1)]}, "invalid_attachments"),
    ({"blocks": "no json"}, "invalid_blocks_format"),
    ({"attachments": [{"text": "x"}] * 101}, "too_many_attachments"),
    ({"attachments": [{"blocks": [section("")]}]}, "invalid_blocks"),
    ({"markdown_text": "x", "text": "y"}, "markdown_text_conflict"),
    ({}, "no_text"),
])  # fmt: skip
async def test_each_kind_of_bad_message_has_its_own_error(
    slack: Workspace, http_app: App, arguments: Json, error: str
) -> None:
    """The codes are those of chat.postMessage."""
    with pytest.raises(SlackApiError) as refused:
        await http_app.client.api_call(
            "chat.postMessage", json={"channel": "C0GENERAL", **arguments}
        )
    assert refused.value.response["error"] == error
    slack.take_violations()


async def test_a_view_above_250_kb_is_too_large(slack: Workspace, http_app: App) -> None:
    """view_too_large, before anything else is looked at."""
    huge = {"type": "home", "blocks": [section("x" * 3000)] * 90}
    with pytest.raises(SlackApiError) as refused:
        await http_app.client.views_publish(user_id="U0RESPOND", view=huge)
    assert refused.value.response["error"] == "view_too_large"
    slack.take_violations()
