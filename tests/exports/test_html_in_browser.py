"""The exported page in a real browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.core.incident import fold
from bot.exports import export
from tests.exports.chromium import Chromium, size_of_png
from tests.exports.example import exported, many_facts

pytestmark = pytest.mark.browser

# A probe that measures the page inside a frame as wide as a phone, and writes it into its title.
_FRAME = """<!DOCTYPE html><meta charset="utf-8"><title>not measured</title>
<iframe id="phone" src="timeline.html" width="360" height="800" style="border:0"></iframe>
<script>
addEventListener("load", () => {
  const page = document.getElementById("phone").contentDocument;
  const wide = [...page.querySelectorAll("body *")].filter(
    (one) => !one.closest("thead") && one.getBoundingClientRect().right > 361);
  const text = page.querySelector("svg text");
  document.title = JSON.stringify({
    scroll: page.documentElement.scrollWidth,
    wide: wide.map((one) => one.tagName + "." + one.getAttribute("class")),
    letters: page.defaultView.getComputedStyle(text).fontSize,
    style: page.styleSheets.length,
  });
});
</script>"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """Give the example as a file."""
    path = tmp_path / "timeline.html"
    path.write_bytes(exported("html"))
    return path


def test_it_renders_without_a_word_on_the_console(browser: Chromium, page: Path) -> None:
    """The timeline is drawn, the table is there, and nothing was blocked or missing."""
    seen = browser.visit(page, "--dump-dom")
    assert seen.console == []
    assert seen.output.count('<svg class="track"') == 11
    assert seen.output.count("<tr") == 51
    assert seen.output.count("<img") == 0


def test_a_broken_page_would_be_noticed(browser: Chromium, tmp_path: Path) -> None:
    """The console is really read: a style that the policy forbids is told there."""
    path = tmp_path / "broken.html"
    path.write_bytes(exported("html").replace(b"<h1>", b'<h1 style="color:red">', 1))
    assert "Content Security Policy" in "".join(browser.visit(path, "--dump-dom").console)


def test_nothing_hangs_over_the_edge_of_a_phone(browser: Chromium, page: Path) -> None:
    """At 360 pixels nobody scrolls sideways, and letters are not shrunk."""
    frame = page.with_name("frame.html")
    frame.write_text(_FRAME, encoding="utf-8")
    seen = browser.visit(frame, "--dump-dom", "--allow-file-access-from-files")
    title = re.search(r"<title>(.*?)</title>", seen.output)
    assert title
    assert title[1] == '{"scroll":360,"wide":[],"letters":"11.5px","style":1}'


def test_it_can_be_printed(browser: Chromium, page: Path) -> None:
    """On paper it has pages, and few for what it holds."""
    pages = len(re.findall(rb"/Type\s*/Page\b", browser.paper(page)))
    assert 1 <= pages <= 9


def test_dark_is_dark_and_light_is_light(browser: Chromium, page: Path) -> None:
    """The reader's own setting decides; both are pictures of the size that was asked for."""
    light = browser.picture(page, 1280, 900, "--blink-settings=preferredColorScheme=1")
    dark = browser.picture(page, 1280, 900, "--blink-settings=preferredColorScheme=0")
    assert size_of_png(light) == size_of_png(dark) == (1280, 900)
    assert light != dark


def test_five_hundred_facts_render(browser: Chromium, tmp_path: Path) -> None:
    """A long night is one page too."""
    facts = many_facts(500)
    path = tmp_path / "long.html"
    document = export(
        "html",
        incident=fold("INC-LONG", facts),
        organisation_name="Example",
        time_zone="Asia/Kolkata",
        facts=facts,
    )
    path.write_bytes(document.content())
    seen = browser.visit(path, "--dump-dom")
    assert seen.console == []
    assert seen.output.count("<tr") == 501
