"""The file that says who is in which group: `{"GROUP": ["MEMBER", …]}`, members accounts or groups.

A group that it does not list is unknown, not empty.
"""

from __future__ import annotations

import json

from bot.core.errors import Invalid, Problem

FORM = 'Write one JSON object: {"GROUP ID": ["MEMBER ID", ...], ...}.'


def parse_members(name: str, content: bytes) -> dict[str, tuple[str, ...]]:
    """Group → direct members. Raises Invalid with every problem of the file."""
    try:
        value: object = json.loads(content.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        problem = Problem(name, error.lineno, "", f"Is not valid JSON: {error.msg}.")
        raise Invalid([problem]) from error
    except (ValueError, RecursionError) as error:
        raise Invalid([Problem(name, 0, "", "Is not JSON in UTF-8.")]) from error
    if not isinstance(value, dict):
        raise Invalid([Problem(name, 0, "", FORM)])
    problems = [
        Problem(name, 0, group, "Its members are no list of texts.")
        for group, members in value.items()
        if not isinstance(members, list) or not all(isinstance(one, str) for one in members)
    ]
    if problems:
        raise Invalid(problems)
    return {group: tuple(members) for group, members in value.items()}
