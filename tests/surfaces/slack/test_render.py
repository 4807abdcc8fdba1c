"""Any view becomes blocks that Slack takes, and no text in them is anything but text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.view import (
    Block,
    Button,
    Buttons,
    Clock,
    Clocks,
    Close,
    Copyable,
    Facts,
    Heading,
    Item,
    Link,
    Links,
    Rule,
    Small,
    Table,
    Text,
    View,
)
from bot.surfaces.slack.render import (
    escape,
    render_button,
    render_message,
    render_modal_blocks,
    shorten,
    split,
    to_mrkdwn,
)
from tests.surfaces.slack.views import HOSTILE, TEXTS, VIEWS
from tests.workspace.limits import TOTAL_TEXT, total_text
from tests.workspace.validate import judge_blocks

CLOSE = Close(incident="lo-1")
LIVE = re.compile(r"<(?!!date\^\d+\^)[!@#]")


def rendered(*blocks: Block) -> list[dict[str, Any]]:
    """As a message."""
    return [dict(block) for block in render_message(View("A view", blocks))]


def texts_of(thing: object) -> Iterator[str]:
    """Every text that Slack would read as mrkdwn."""
    if isinstance(thing, dict):
        if thing.get("type") == "mrkdwn":
            yield str(thing["text"])
        for value in thing.values():
            yield from texts_of(value)
    elif isinstance(thing, list):
        for item in thing:
            yield from texts_of(item)


def words_of(blocks: object) -> str:
    """Everything that is to read."""
    return json.dumps(blocks, ensure_ascii=False)


@settings(max_examples=60, deadline=None)
@given(view=VIEWS)
def test_any_view_fits_in_a_message(view: View) -> None:
    """By three judges; with room for the header and an excuse that the card puts beside it."""
    blocks: list[Any] = list(render_message(view))
    assert list(judge_blocks(blocks, "message", "")) == []
    assert len(blocks) <= 48
    assert total_text(blocks) < TOTAL_TEXT - 200


@settings(max_examples=40, deadline=None)
@given(view=VIEWS)
def test_any_view_fits_in_a_modal(view: View) -> None:
    """Which holds more blocks, and other kinds."""
    blocks: list[Any] = list(render_modal_blocks(view))
    assert list(judge_blocks(blocks, "modal", "")) == []
    assert len(blocks) <= 100
    assert len(json.dumps(blocks)) < 250_000


@settings(max_examples=60, deadline=None)
@given(view=VIEWS)
def test_no_text_of_a_view_notifies_anybody(view: View) -> None:
    """Nothing that was pasted opens a `<!`, `<@` or `<#`, and none of it is linked by Slack."""
    for blocks in (render_message(view), render_modal_blocks(view)):
        for text in texts_of(blocks):
            assert not LIVE.search(text), text
        assert '"verbatim": false' not in json.dumps(blocks)


@given(text=TEXTS)
def test_escaping_is_undone_by_reading(text: str) -> None:
    """Nothing is lost or added."""
    assert unescape_slack(escape(text)) == text


def unescape_slack(text: str) -> str:
    """As Slack's clients show it."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


@given(text=TEXTS, limit=st.integers(20, 200))
def test_a_cut_never_goes_through_an_escaped_character(text: str, limit: int) -> None:
    """`&lt;` cut in two would show as `&l`, and stay within the limit it does."""
    short = shorten(escape(text), limit)
    assert len(short) <= limit
    assert not re.search(r"&(?!amp;|lt;|gt;)", short)
    for part in split(escape(text), limit):
        assert 0 < len(part) <= limit
        assert not re.search(r"&(?!amp;|lt;|gt;)", part)


@given(text=TEXTS, limit=st.integers(20, 200))
def test_splitting_loses_only_the_line_breaks_where_it_split(text: str, limit: int) -> None:
    """Every other character is in one of the parts, in order."""
    parts = list(split(text, limit))
    assert "".join(parts).replace("\n", "") == text.replace("\n", "")


def test_bold_and_code_are_the_only_markup() -> None:
    """As the view promises to its authors."""
    assert to_mrkdwn("**bold** and `code` <b>") == "*bold* and `code` &lt;b&gt;"


def test_a_text_is_a_section() -> None:
    """A long one is several, cut at the end of a line."""
    (one,) = rendered(Text("**Working** on it"))
    assert one["text"]["text"] == "*Working* on it"
    assert rendered(Text("")) == []
    long = "\n".join(f"line {number}" for number in range(600))
    parts = [block["text"]["text"] for block in rendered(Text(long))]
    assert "\n".join(parts) == long
    assert all(part.startswith("line") for part in parts)


def test_a_heading_is_a_header_of_at_most_150_characters() -> None:
    """What is cut is marked."""
    (header,) = rendered(Heading("x" * 200))
    assert header["type"] == "header"
    assert header["text"]["text"] == "x" * 149 + "…"


def test_small_print_carries_its_links() -> None:
    """By their labels."""
    (small,) = rendered(Small("Source:", (Link("learn", "https://example.com/a"),)))
    assert small["type"] == "context"
    assert small["elements"][0]["text"] == "Source: <https://example.com/a|learn>"


def test_an_address_that_is_none_is_only_text() -> None:
    """`<!channel|x>` would notify everybody."""
    (links,) = rendered(Links((Link("all", "!channel"), Link("web", "https://example.com"))))
    assert links["text"]["text"] == "all\n<https://example.com|web>"


def test_facts_stand_ten_to_a_section() -> None:
    """Label above value."""
    blocks = rendered(Facts(tuple((f"Label {n}", f"value {n}") for n in range(12))))
    assert [len(block["fields"]) for block in blocks] == [10, 2]
    assert blocks[0]["fields"][0]["text"] == "*Label 0*\nvalue 0"


def test_a_clock_is_drawn_by_slack_with_utc_to_fall_back_on() -> None:
    """So that the distance is right whenever somebody looks."""
    (block,) = rendered(Clocks((Clock("Since", datetime(2026, 11, 22, 3, 4, tzinfo=UTC)),)))
    text = block["elements"][0]["text"]
    assert text.startswith("*Since* <!date^1795316640^")
    assert text.endswith("|2026-11-22 03:04 UTC>")
    assert rendered(Clocks(())) == []


def test_what_is_to_be_copied_is_copied_exactly() -> None:
    """Nothing in it is markup: not escaped, not turned into links."""
    title, block = rendered(Copyable(HOSTILE, "The ticket"))
    assert title["text"]["text"] == "*The ticket*"
    assert block["type"] == "rich_text"
    (part,) = block["elements"][0]["elements"]
    assert part == {"type": "text", "text": HOSTILE}


def test_a_table_is_a_line_a_row() -> None:
    """The first cell stands out, and the header stands above."""
    (block,) = rendered(Table(("#", "Who", "<i>"), (("1", "we", "declared"), (), ("2", "", "<b>"))))
    assert block["text"]["text"] == "*#* Who · &lt;i&gt;\n`1` we · declared\n`2`  · &lt;b&gt;"
    assert rendered(Table(("#", "What"), ())) == []


def test_a_table_of_short_cells_has_its_columns_under_each_other() -> None:
    """In a box, where they keep their places."""
    rows = (("CA001: <b>", "blocking", "-"), ("B", "pending", "not in scope"))
    (block,) = rendered(Table(("Policy", "one", "two"), rows, short=True))
    assert block["type"] == "rich_text"
    assert block["elements"][0]["elements"][0]["text"].splitlines() == [
        "Policy      one       two",
        "CA001: <b>  blocking  -",
        "B           pending   not in scope",
    ]


def test_buttons_stand_beside_each_other_with_what_they_ask_for() -> None:
    """More than Slack takes in one row go into the next."""
    buttons = tuple(Button(f"Button {n}", CLOSE) for n in range(27))
    first, second = rendered(Buttons(buttons))
    assert (len(first["elements"]), len(second["elements"])) == (25, 2)
    assert json.loads(first["elements"][0]["value"]) == {"incident": "lo-1", "do": "close"}
    assert rendered(Buttons(())) == []


@pytest.mark.parametrize("style", ["primary", "danger"])
def test_a_button_has_its_style(style: Literal["primary", "danger"]) -> None:
    """The usual one is not named: Slack refuses the word."""
    assert render_button(Button("x", CLOSE, style=style), "a")["style"] == style
    assert "style" not in render_button(Button("x", CLOSE), "a")


def test_a_button_that_asks_back_says_what_it_would_do() -> None:
    """In a dialog of Slack's own."""
    confirm: Any = render_button(Button("x", CLOSE, confirm="Leave the step?"), "a")["confirm"]
    assert confirm["text"]["text"] == "Leave the step?"
    assert (confirm["confirm"]["text"], confirm["deny"]["text"]) == ("Yes", "Not yet")


def test_a_line_of_a_checklist_carries_its_button_and_what_to_copy() -> None:
    """What is done needs no text to copy any more."""
    open_line, code, done_line = rendered(
        Item("Exclude it", done=False, button=Button("Done", CLOSE), code="az ad ..."),
        Item("Create it", done=True, button=Button("Undo", CLOSE), code="az group ..."),
    )
    assert open_line["text"]["text"] == "☐ Exclude it"
    assert open_line["accessory"]["text"]["text"] == "Done"
    assert code["type"] == "rich_text"
    assert done_line["text"]["text"] == "☑ Create it"


def test_of_200_lines_the_first_ten_are_shown_and_the_way_on_stays() -> None:
    """A card of 200 policies must not push its buttons off the message."""
    items = tuple(
        Item(f"Policy {n}", done=False, button=Button("Done", CLOSE), code="x") for n in range(200)
    )
    blocks = rendered(*items, Buttons((Button("All are done", CLOSE),)))
    words = words_of(blocks)
    assert "Policy 9" in words
    assert "Policy 10" not in words
    assert "More lines follow" in words
    assert "All are done" in words
    assert sum(block["type"] == "rich_text" for block in blocks) == 3


def test_what_does_not_fit_is_left_out_and_that_is_said() -> None:
    """The most important stands first, so the end goes."""
    blocks = rendered(*(Text(f"Part {n} " + "x" * 500) for n in range(80)))
    words = words_of(blocks)
    assert "Part 0" in words
    assert "Part 79" not in words
    assert "The export has everything" in words


def test_of_what_does_not_fit_the_buttons_stay() -> None:
    """A pasted page of error text must not push the way on off the card."""
    filed = Button("I filed the ticket", CLOSE, style="primary")
    blocks = rendered(Text("Send this."), Copyable("x" * 30_000), Buttons((filed,)), Text("After"))
    words = words_of(blocks)
    assert "Send this." in words
    assert "I filed the ticket" in words
    assert "After" not in words
    assert [block["type"] for block in blocks][-2:] == ["context", "actions"]


def test_a_ticket_is_one_box_so_that_it_is_copied_whole() -> None:
    """Two boxes would have to be copied twice, and nobody would notice."""
    ticket = "\n".join(f"line {number}" for number in range(800))
    (box,) = rendered(Copyable(ticket))
    parts = [part["text"] for part in box["elements"][0]["elements"]]
    assert "".join(parts) == ticket
    assert len(parts) > 1


def test_a_rule_is_a_divider() -> None:
    """And nothing else."""
    assert rendered(Rule()) == [{"type": "divider"}]


def test_html_entities_of_other_kinds_stay_as_they_are() -> None:
    """Slack knows three."""
    assert unescape(escape("&nbsp;")) == "&nbsp;"
