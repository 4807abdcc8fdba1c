"""The HTML export: one file, nothing loaded, and pasted text is only ever text."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import example as with_example
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core import events as e
from bot.core.incident import Incident, fold
from bot.core.timeline import Actor, Fact
from bot.exports.html import write
from bot.exports.html_style import CSS
from tests.exports.example import Recorder, example, exported
from tests.exports.night import DECLARATION, ENGINEER

VOID = {"meta", "link", "br", "line", "rect", "circle", "path"}


class Page(HTMLParser):
    """Tags with their attributes, the text, and whether all tags were closed in order."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(data.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember it; SVG's closed tags come through `handle_startendtag`."""
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID or tag in {"rect", "circle", "path", "line"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag that closes itself."""
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Only what was opened last may be closed."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Text, decoded."""
        self.text += data

    def attributes(self, name: str) -> list[str]:
        """Every value of an attribute."""
        return [
            value or "" for _, found in self.tags for key, value in found.items() if key == name
        ]


def hostile(text: str) -> tuple[Incident, list[Fact]]:
    """A timeline with this text wherever people can put some."""
    recorder = Recorder("INC-1")
    actor = Actor(f"slack:{text}", text)
    declaration = DECLARATION.model_copy(
        update=dict.fromkeys(("tenant", "policy_name", "policy_id", "impact", "error_text"), text)
        | {
            "addresses": (e.ReportedAddress(text=text, known=True, label=text),),
            "accounts": (text,),
            "access": (text,),
        }
    )
    source = e.MessageSource(channel=text, message="1", permalink=text)
    recorder.add(0, actor, declaration)
    recorder.add(1, actor, e.NoteAdded(text=text, source=source))
    struck = recorder.add(1, actor, e.NoteAdded(text=text))
    mended = recorder.add(1, actor, e.NoteAdded(text="first"))
    recorder.add(2, actor, e.NoteStruck(note=struck.id))
    recorder.add(2, actor, e.NoteCorrected(note=mended.id, text=text))
    recorder.add(2, actor, e.ApprovalAsked(playbook=text, step=text, visit=1, what=text))
    recorder.add(2, ENGINEER, e.ApprovalGiven(playbook=text, step=text, what=text, asked_by=text))
    recorder.add(3, actor, e.ObligationOpened(obligation="o", title=text))
    recorder.add(9, actor, e.ObligationWaived(obligation="o", title=text, reason=text))
    return fold("INC-1", recorder.facts), recorder.facts


def page_of(text: str) -> Page:
    """The hostile timeline as a browser would take it apart."""
    incident, facts = hostile(text)
    return Page(b"".join(write(incident, text, "Europe/Berlin", facts)))


HARMLESS = page_of("x").tags


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
@with_example("<script>alert(1)</script>")
@with_example("\"><img src=x onerror=alert(1)>'")
@with_example("</style><style>*{display:none}</style>")
@with_example("</title><b>&lt;i&gt;")
@with_example("--><!-- <![CDATA[")
@with_example("{{ 7*7 }}{% raw %}")
@with_example("javascript:alert(1)")
def test_no_text_becomes_a_tag_or_an_attribute(text: str) -> None:
    """The page has the same tags whatever was pasted."""
    page = page_of(text)
    assert page.open == []
    # an empty text leaves its own parts away, like the error as it was shown
    shown = [tag for tag, _ in page.tags]
    assert set(shown) <= {tag for tag, _ in HARMLESS} | {"pre"}
    assert not [
        name for _, found in page.tags for name in found if name.startswith(("on", "style"))
    ]


def test_pasted_markup_is_shown_as_it_was_written() -> None:
    """The reader sees the attack, the browser does not."""
    attack = "<img src=x onerror=alert(1)> {{ 7*7 }} &lt;b&gt;"
    page = page_of(attack)
    assert page.text.count(attack) > 12
    assert [tag for tag, _ in page.tags if tag == "img"] == []


@pytest.mark.parametrize("link", ["javascript:alert(1)", "http://x", 'x" onclick="y'])
def test_only_https_becomes_a_link(link: str) -> None:
    """To the kept message, and to nothing else."""
    assert [tag for tag, _ in page_of(link).tags if tag == "a"] == []


def test_a_kept_message_is_linked() -> None:
    """Without telling the other side where the reader came from."""
    links = [found for tag, found in Page(exported("html")).tags if tag == "a"]
    assert [(link["href"], link["rel"]) for link in links] == [
        ("https://example.slack.com/archives/C0LOCKOUT/p1773455900000200", "noreferrer")
    ]


def test_it_loads_nothing_and_runs_nothing() -> None:
    """No script, no image, no font, no request; and its own policy says so."""
    page = Page(exported("html"))
    assert not {tag for tag, _ in page.tags} & {"script", "img", "iframe", "object", "use", "image"}
    assert page.attributes("src") == []
    assert [value for value in page.attributes("href") if not value.startswith("https:")] == [
        "data:,"
    ]
    assert "url(" not in CSS
    assert "@import" not in CSS
    (policy,) = [value for value in page.attributes("content") if "default-src" in value]
    assert policy.startswith("default-src 'none'; ")


def test_it_can_be_read_with_a_screen_reader() -> None:
    """A language, one first heading, none skipped, a table with scopes, labelled sections."""
    page = Page(exported("html"))
    assert dict(page.tags)["html"]["lang"] == "en"
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert {found.get("scope") for tag, found in page.tags if tag == "th"} == {"col"}
    ids = set(page.attributes("id"))
    assert set(page.attributes("aria-labelledby")) <= ids


def test_every_fact_has_its_row() -> None:
    """With both times."""
    incident, facts = example()
    text = exported("html").decode()
    assert text.count("<tr") == len(facts) + 1
    assert "2026-03-14 02:17:05</time>" in text
    assert "2026-03-14 03:17:05 CET" in text
    assert incident.head in text


def test_struck_and_corrected_notes_show_what_they_were() -> None:
    """Struck through, with a word on it; a corrected one shows both wordings."""
    text = exported("html").decode()
    assert text.count("<blockquote><s>") == 2
    assert "<small>struck later</small>" in text
    assert "now reads:</small><blockquote>Call-back came at 03:45, not 03:10<" in text


def test_a_note_keeps_its_lines() -> None:
    """As the person wrote it."""
    assert (
        "Queue says 10 minutes.\nKeeping the line open.</blockquote>" in exported("html").decode()
    )


def test_an_exercise_is_marked_as_one() -> None:
    """In the title too, since that is what a tab shows."""
    text = exported("html").decode()
    assert "<title>EXERCISE: Lockout" in text
    assert text.count("EXERCISE: this lockout was not real.") == 1
    recorder = Recorder()
    recorder.add(0, ENGINEER, DECLARATION.model_copy(update={"exercise": False}))
    real = b"".join(write(fold(recorder.incident, recorder.facts), "x", "UTC", recorder.facts))
    assert b"EXERCISE" not in real
