"""The Markdown export: pasted text stays text. Judged by another program's parser."""

from __future__ import annotations

from hypothesis import example as with_example
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.core.events import NoteAdded
from bot.core.incident import fold
from bot.core.wording import plain_line
from bot.exports.markdown import escape, write
from tests.exports.example import Recorder, example, exported
from tests.exports.night import DECLARATION, ENGINEER

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
HOSTILE = (
    "[click](https://evil.example) ![x](https://evil.example/x.png) <https://evil.example> "
    "<img src=x onerror=alert(1)> **b** `c` ~~s~~ | end | \\| \\\\| # h\n\n# heading\n- list\n"
    "![y][1]\n\n[1]: https://evil.example | &lt;b&gt; &#124; _i_ $x$ www.evil.example"
)


def tokens_in(text: str) -> list[Token]:
    """Every token, those in lines of text included."""
    found: list[Token] = []
    for token in PARSER.parse(text):
        found += [token, *(token.children or [])]
    return found


def read_back(text: str) -> str:
    """What a reader sees of one line."""
    return "".join(
        token.content for token in tokens_in(text) if token.type in {"text", "text_special"}
    )


def rows_of(text: str) -> list[list[str]]:
    """The cells of the timeline's table as a parser sees them."""
    rows: list[list[str]] = []
    for token, following in zip(parsed := PARSER.parse(text), parsed[1:], strict=False):
        if token.type == "tr_open":
            rows.append([])
        if token.type in {"td_open", "th_open"}:
            rows[-1].append(following.content)
    return rows


def exported_note(text: str) -> str:
    """A timeline of a declaration and this note, by an actor of this name."""
    recorder = Recorder("INC-1")
    hostile = DECLARATION.model_copy(
        update={"tenant": text, "policy_name": text, "impact": text, "error_text": text}
    )
    recorder.add(0, ENGINEER, hostile)
    recorder.add(1, ENGINEER, NoteAdded(text=text))
    incident = fold("INC-1", recorder.facts)
    return b"".join(write(incident, text, "Europe/Berlin", recorder.facts)).decode()


def test_the_table_has_a_row_of_five_cells_for_each_fact() -> None:
    """Hostile notes of the example included."""
    rows = rows_of(exported("md").decode())
    assert len(rows) == len(example()[1]) + 1
    assert {len(row) for row in rows} == {5}


def test_an_exercise_is_marked_as_one() -> None:
    """Nobody takes it for a real lockout; and a real one is not marked."""
    assert "EXERCISE: this lockout was not real" in exported("md").decode()
    recorder = Recorder()
    recorder.add(0, ENGINEER, DECLARATION.model_copy(update={"exercise": False}))
    incident = fold(recorder.incident, recorder.facts)
    assert b"EXERCISE" not in b"".join(write(incident, "x", "UTC", recorder.facts))


def test_struck_and_corrected_notes_show_what_they_were() -> None:
    """A struck note is struck through; a corrected one shows both wordings."""
    text = exported("md").decode()
    assert "~~noted: 'Call-back came at 03:10'~~ (corrected later, now reads: 'Call-back" in text
    assert "~~noted: '=HYPERLINK" in text
    struck = [token for token in tokens_in(text) if token.type == "s_open"]
    assert len(struck) == 2


def test_the_summary_says_how_obligations_ended() -> None:
    """By whom, after how long, and how late."""
    text = exported("md").decode()
    assert "confirmed as done by Shift lead after 1 h 11 min, 8 min late" in text
    assert "waived by Identity lead after 56 min: The quarter's drill was this exercise" in text


def test_an_unlisted_address_is_flagged() -> None:
    """It is also what an attacker would ask for."""
    assert "2001:db8:7::19 (NOT on the organisation's list)" in exported("md").decode()


def test_the_head_of_the_chain_stands_at_the_end() -> None:
    """To be compared with the card."""
    assert f"Head of the chain: `{example()[0].head}`" in exported("md").decode()


@given(st.text() | st.lists(st.sampled_from("\\`*_{}[]()<>#+-.!|~&$:/@ \n\tawx1")).map("".join))
@with_example(HOSTILE)
@with_example("\\")
@with_example("a\\|b\\\\|c")
@with_example("https://evil.example")
def test_any_line_reads_as_the_text_it_was(text: str) -> None:
    """Escaped text is nothing but text, and the same text."""
    escaped = escape(text)
    assert read_back(f"x {escaped}") == f"x {plain_line(text)}".strip()
    assert "|" not in escaped


@settings(deadline=None)
@given(st.text() | st.lists(st.sampled_from("\\`*_[]()<>#-.!|~&:/ \nax1")).map("".join))
@with_example(HOSTILE)
@with_example("```\n# out\n~~~")
def test_hostile_text_breaks_no_row_and_adds_no_link_image_or_html(text: str) -> None:
    """Wherever it was pasted: tenant, policy, impact, error text, note, organisation."""
    document = exported_note(text)
    assert [len(row) for row in rows_of(document)] == [5, 5, 5]
    kinds = {token.type for token in tokens_in(document)}
    assert not kinds & {"link_open", "image", "html_block", "html_inline"}
    headings = [token for token in PARSER.parse(document) if token.type == "heading_open"]
    assert len(headings) == 6
