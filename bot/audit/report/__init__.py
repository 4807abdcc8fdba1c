"""An audit's report as text, JSON, SARIF or Markdown. The same report always gives the same text.

A new format is one module with a `render`, and one line in `FORMATS`.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.audit.model import Report
from bot.audit.report.json_report import render as render_json
from bot.audit.report.markdown import render as render_markdown
from bot.audit.report.places import Places
from bot.audit.report.sarif import render as render_sarif
from bot.audit.report.text import render as render_text

FORMATS: dict[str, Callable[[Report, Places], str]] = {
    "text": render_text,
    "json": render_json,
    "sarif": render_sarif,
    "markdown": render_markdown,
}
