"""The head of every exported page: its policy, its title and its style."""

from __future__ import annotations

import base64
import hashlib

from bot.exports.html_head import page_head

CSS = 'a::after { content: "<"; }'


def test_the_policy_allows_the_style_and_nothing_else() -> None:
    """It names the style by its hash; else the browser would show the page naked."""
    head = page_head("A title", CSS)
    digest = base64.b64encode(hashlib.sha256(CSS.encode()).digest()).decode()
    assert f"content=\"default-src 'none'; style-src 'sha256-{digest}'; " in head
    assert f"<style>{CSS}</style>" in head


def test_the_title_is_only_ever_text() -> None:
    """It bears the name of an incident."""
    assert "<title>&lt;script&gt; &amp; more</title>" in page_head("<script> & more", CSS)
