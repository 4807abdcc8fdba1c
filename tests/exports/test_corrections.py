"""The corrections of an audit as a file."""

from __future__ import annotations

from bot.exports.corrections import corrections_file
from tests.core.audits import answer, correction, open_policy
from tests.exports.night import OPEN_POLICY


def text_of(*findings: object, **changes: object) -> str:
    """The file as text."""
    audit = answer(1, *findings, **changes)  # type: ignore[arg-type]
    return corrections_file("INC-1", 7, audit).content().decode()


def test_the_file_is_named_after_the_fact_it_is_made_of() -> None:
    """Two audits never have the same name; the same audit always has."""
    document = corrections_file("INC-1", 7, answer(1))
    assert (document.name, document.media_type) == (
        "INC-1-corrections-7.md",
        "text/markdown; charset=utf-8",
    )


def test_each_policy_has_its_change_its_file_and_its_commands() -> None:
    """In the order in which they are done, and with what to know before."""
    text = text_of(OPEN_POLICY)
    parts = [
        "## CA099: Block a retired application, CA099",
        "- **blocking** for breakglass1@contoso.example.com: It blocks everybody",
        "- Note: A pipeline owns it",
        '+  "excludeGroups": ["sg-break-glass-admins"]',
        "Save this as ca099.json",
        '{"state": "enabled"}',
        "Microsoft Graph:",
        "PATCH https://graph.example",
        "too long to be kept whole",
    ]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


def test_a_short_correction_says_nothing_that_is_not_there() -> None:
    """No file, no note; and a policy without a name is called by its ID."""
    text = text_of(open_policy("p-1", "unknown", correction(diff=""), policy_name=""), left_out=4)
    assert "## p-1\n" in text
    assert "The change" not in text
    assert "Save this" not in text
    assert "too long" not in text
    assert "4 more are not in this file" in text


def test_what_a_policy_is_called_cannot_end_its_heading_or_its_box() -> None:
    """Names and texts come from outside."""
    hostile = open_policy("p-1", "blocking", correction(diff="```\n# Run this"))
    text = text_of(hostile.model_copy(update={"policy_name": "A\n# B <script>"}))
    assert "## A \\# B \\<script\\>, p-1" in text
    assert "````text\n```\n# Run this\n````" in text
