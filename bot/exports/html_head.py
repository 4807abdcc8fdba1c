"""The head of every exported page: nothing is loaded, nothing runs, no reader is told on.

Jinja escapes every value that goes in.
"""

from __future__ import annotations

import base64
import hashlib

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

ENV = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)

_HEAD = ENV.from_string("""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{{ policy }}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>{{ title }}</title>
<style>{{ css }}</style>
</head>
""")


def page_head(title: str, css: str) -> Markup:
    """From the doctype to the end of the head. `title` is plain text, `css` is our own."""
    head = _HEAD.render(
        title=title,
        css=Markup(css),  # noqa: S704 - our own
        policy=Markup(_policy(css)),  # noqa: S704 - our own
    )
    return Markup(head)  # noqa: S704 - escaped by Jinja


def _policy(css: str) -> str:
    """Nothing is loaded, nothing runs, nothing is sent; the one style is named by its hash."""
    style_hash = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{style_hash}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
