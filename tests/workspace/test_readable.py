"""Block Kit reads as a person would read it."""

from typing import Any

import pytest

from tests.workspace.bolt_app import button, field, options, plain, section
from tests.workspace.readable import Reader

Json = dict[str, Any]
NAMES = {"U0RESPOND": "Responder", "C0GENERAL": "general"}


@pytest.fixture
def reader() -> Reader:
    """Give a reader who knows one person and one channel."""
    return Reader(lambda known_id: NAMES.get(known_id, known_id))


@pytest.mark.parametrize(("raw", "read"), [
    ("*bold* _it_ ~gone~", "bold it gone"),
    ("*bold _and italic_*", "bold and italic"),
    ("run `az login *now*`", "run az login *now*"),
    ("```arn:aws:iam::*:root```", "arn:aws:iam::*:root"),
    ("2*3*4 and snake_case_name", "2*3*4 and snake_case_name"),
    ("<https://example.com|the board>", "the board (https://example.com)"),
    ("<https://example.com>", "https://example.com"),
    ("<@U0RESPOND> in <#C0GENERAL>", "@Responder in #general"),
    ("<!here> and <!subteam^S1|@ops>", "@here and @ops"),
    ("<!date^1795338300^{date_short}|22 Nov>", "22 Nov"),
    ("a &lt;b&gt; &amp; c", "a <b> & c"),
])  # fmt: skip
def test_mrkdwn_loses_its_marks_and_keeps_its_words(reader: Reader, raw: str, read: str) -> None:
    """Code keeps its asterisks: policies are full of them."""
    assert reader.text({"type": "mrkdwn", "text": raw}) == read


def run(kind: str, **more: Any) -> Json:  # noqa: ANN401 -- keys of Block Kit
    """Write an element of a rich text section."""
    return {"type": kind, **more}


RICH = {
    "type": "rich_text",
    "elements": [
        {"type": "rich_text_section", "elements": [
            run("text", text="See "), run("link", url="https://example.com", text="this"),
            run("text", text=" "), run("user", user_id="U0RESPOND"), run("emoji", name="eyes"),
            run("channel", channel_id="C0GENERAL"), run("broadcast", range="here"),
            run("date", timestamp=1, format="{date}", fallback="1970"), run("color", value="#fff"),
        ]},
        {"type": "rich_text_list", "style": "bullet", "elements": [
            {"type": "rich_text_section", "elements": [run("text", text="one")]},
        ]},
        {"type": "rich_text_preformatted", "elements": [run("text", text="a\nb")]},
    ],
}  # fmt: skip
CELL = {"type": "raw_text", "text": "Policy"}
CARD = {"type": "card", "title": plain("Incident"), "body": plain("Open"), "actions": [
    button("Join", "join"),
]}  # fmt: skip

READ = {
    "section": (section("*Hello*") | {"fields": [plain("A"), plain("B")]}, ["Hello", "A", "B"]),
    "header": ({"type": "header", "text": plain("Title")}, ["Title"]),
    "divider": ({"type": "divider"}, ["———"]),
    "context": (
        {"type": "context", "elements": [
            plain("small"), {"type": "image", "image_url": "https://x.example", "alt_text": "logo"},
        ]},
        ["small  [image: logo]"],
    ),
    "actions": (
        {"type": "actions", "elements": [button("Yes", "y"), {"type": "datepicker"}]},
        ["[Yes]  [datepicker]"],
    ),
    "radio buttons": (
        {"type": "actions", "elements": [{"type": "radio_buttons", "options": [
            options("One")[0] | {"description": plain("the first")}, *options("Two"),
        ]}]},
        ["( ) One (the first)\n( ) Two"],
    ),
    "input": (
        field("Name", "n", {"type": "plain_text_input", "placeholder": plain("Full name")},
              optional=True, hint=plain("As in the passport")),
        ["Name (optional)", "  [Full name]", "As in the passport"],
    ),
    "table": ({"type": "table", "rows": [[CELL, RICH]]}, [
        (
            "Policy | See this (https://example.com) @Responder:eyes:#general@here1970[color]\n"
            "• one\na\nb"
        ),
    ]),
    "card": (CARD, ["Incident", "Open", "[Join]"]),
    "carousel": ({"type": "carousel", "elements": [CARD]}, ["Incident", "Open", "[Join]"]),
    "container": (
        {"type": "container", "title": plain("More"), "child_blocks": [section("inside")]},
        ["More", "inside"],
    ),
    "markdown": ({"type": "markdown", "text": "hello"}, ["hello"]),
    "anything else": ({"type": "video", "alt_text": "a film"}, ["[video: a film]"]),
}  # fmt: skip


@pytest.mark.parametrize(("block", "lines"), READ.values(), ids=READ.keys())
def test_each_block_becomes_lines(reader: Reader, block: Json, lines: list[str]) -> None:
    """In reading order, with buttons in brackets."""
    assert reader.lines([block]) == lines
