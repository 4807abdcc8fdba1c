"""The smallest edit of a JSON text: IDs added to lists in it, everything else left as it stands.

The text keeps its order, its spaces and its key case, so that the difference is the edit and
nothing else. A text that is one long line, or that hides where the lists are, is laid out anew.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from bot.audit.entra.shape import PASCAL, Json, child, key_of, value_of
from bot.audit.jsontext import same_start

_LONGEST_LINE = 500
_CONTEXT = 3
_DEEPEST = 100
# A list of texts, or nothing. Brackets and commas inside a text do not end it.
_LIST = re.compile(r'\[[^\]"]*(?:"[^"\\]*"[^\]"]*)*\]|null')
Additions = Mapping[str, tuple[str, ...]]


def edited(policy: Json, additions: Additions) -> Json:
    """A copy of a policy with IDs added under `conditions.users`; the original is not touched.

    `additions` maps a field in camelCase (`excludeGroups`) to what is added behind what is there.
    """
    conditions_key = key_of(policy, "conditions") or "conditions"
    conditions = child(policy, "conditions")
    users_key = key_of(conditions, "users") or "users"
    users = dict(child(conditions, "users"))
    for field, added in additions.items():
        users[written_key(users, field)] = [*_present(value_of(users, field)), *added]
    return {**policy, conditions_key: {**conditions, users_key: users}}


def written_key(users: Json, field: str) -> str:
    """The key of a field in the file's case, also where the file does not have the field."""
    found = key_of(users, field)
    return found or (PASCAL[field] if any(key[:1].isupper() for key in users) else field)


def _present(found: object) -> list[object]:
    if isinstance(found, list):
        return found
    return [found] if found else []


def spliced(text: str, policy: Json, additions: Additions) -> tuple[str, str]:
    """The policy's text before and after the edit. Ends without a line break."""
    after = edited(policy, additions)
    text = text.replace("\r\n", "\n").strip()
    if max(map(len, text.split("\n"))) <= _LONGEST_LINE:
        written = text
        users = child(child(policy, "conditions"), "users")
        for field, added in additions.items():
            written = _add(written, written_key(users, field), added)
        if _reads_as(written, after):
            return text, written
    return laid_out(policy), laid_out(after)


def is_deep(policy: Json, text: str = "") -> bool:
    """Whether a policy is nested beyond reason, so that it could not be laid out.

    `text`: the whole of it where that is at hand, which mostly has not enough brackets for that.
    """
    if text and text.count("{") + text.count("[") < _DEEPEST:
        return False
    level: list[Json | list[object]] = [policy]
    for _ in range(_DEEPEST):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return False
    return True


def laid_out(policy: Json) -> str:
    """A policy as JSON with two spaces a level. It must not be deep."""
    return json.dumps(policy, indent=2, ensure_ascii=False)


def _reads_as(text: str, wanted: Json) -> bool:
    try:
        return bool(json.loads(text) == wanted)
    except (ValueError, RecursionError):
        return False


def _add(text: str, key: str, added: tuple[str, ...]) -> str:
    new = [json.dumps(one, ensure_ascii=False) for one in added]
    found = re.search(rf'"{key}"\s*:\s*', text)
    if found is None:
        return re.sub(
            r'("[uU]sers"\s*:\s*\{)(\s*)',
            lambda at: f'{at[1]}{at[2]}"{key}": [{", ".join(new)}],{at[2] or " "}',
            text,
            count=1,
        )
    listed = _LIST.match(text, found.end())
    if listed is None:
        return text
    body = listed[0]
    if '"' not in body:
        return f"{text[: found.end()]}[{', '.join(new)}]{text[listed.end() :]}"
    end = body.rindex('"')
    before = body[: body.rindex('"', 0, end)]
    between = "," + (before[len(before.rstrip()) :] or " ")
    added_text = "".join(between + one for one in new)
    at = found.end() + end + 1
    return f"{text[:at]}{added_text}{text[at:]}"


def unified_diff(before: str, after: str, name: str, first_line: int = 1) -> str:
    """The difference as one hunk, with three lines around it; empty if there is none.

    `first_line` is the line of the file, from 1, on which the text begins.
    """
    old, new = before.split("\n"), after.split("\n")
    same = same_start(old, new)
    if same == len(old) == len(new):
        return ""
    tail = same_start(old[same:][::-1], new[same:][::-1])
    start, end = max(same - _CONTEXT, 0), min(tail, _CONTEXT)
    kept = old[len(old) - tail : len(old) - tail + end]
    old_count = len(old) - tail + end - start
    new_count = len(new) - tail + end - start
    at, name = start + first_line, name.lstrip("/")
    return "\n".join(
        [
            f"--- a/{name}",
            f"+++ b/{name}",
            f"@@ -{at},{old_count} +{at},{new_count} @@",
            *[f" {line}" for line in old[start:same]],
            *[f"-{line}" for line in old[same : len(old) - tail]],
            *[f"+{line}" for line in new[same : len(new) - tail]],
            *[f" {line}" for line in kept],
            "",
        ]
    )
