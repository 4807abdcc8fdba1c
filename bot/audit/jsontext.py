"""Where a value stands in a JSON text, and small edits that leave every other character alone.

For readers of a finding (its line) and for corrections (a diff that shows the edit and nothing
else). Not a parser: the text must be known to be JSON.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from bot.core.wording import plain_line

Path = tuple[str | int, ...]

_DECODER = json.JSONDecoder()
_ENCODE = json.JSONEncoder(ensure_ascii=False).encode
_WHITE = " \t\n\r"
_BLANK = re.compile(rf"[{_WHITE}]*")
_INDENTED = re.compile(r'\n([ \t]+)"')
_CONTEXT = 3


class Twice(ValueError):
    """A key that occurs twice in one object: JSON readers drop one of them in silence."""

    @property
    def sentence(self) -> str:
        """On one line, with a capital letter and a full stop."""
        return plain_line(f"The{str(self).removeprefix('the')}.")


def load(text: str) -> object:
    """The text as JSON. Raises `ValueError` or `RecursionError`, and `Twice` for a double key."""
    found: object = _EXACT.decode(text)
    return found


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [key for key, _ in pairs]
        key = next(key for key in names if names.count(key) > 1)
        raise Twice(f"the key “{key}” occurs twice in one object; which one counts is not told")
    return found


# Made once; `json.loads` would make one for each text.
_EXACT = json.JSONDecoder(object_pairs_hook=_once)


@lru_cache(maxsize=4096)
def pointer_of(path: Path) -> str:
    """A path as a JSON pointer (RFC 6901)."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)


@dataclass(frozen=True, slots=True)
class Span:
    """`begin` is where the key stands, or the value where there is none; `end` is behind it."""

    begin: int
    start: int
    end: int


class JsonText:
    """A JSON text in which values are looked up; each object and list is gone through once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._children: dict[int, dict[str | int, Span]] = {}

    @cached_property
    def root(self) -> Span:
        """The whole value."""
        start = self._skip(0)
        return Span(start, start, len(self.text.rstrip()))

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *[found.end() for found in re.finditer("\n", self.text)]]

    def find(self, path: Path) -> Span | None:
        """Where the value at a path stands; None if there is none."""
        span = self.root
        for step in path:
            found = self.children(span).get(step)
            if found is None:
                return None
            span = found
        return span

    def line(self, pointer: str) -> int:
        """The line, from 1, of what a JSON pointer names, as far as the text goes along it."""
        span = self.root
        for step in pointer.split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            inside = self.children(span)
            found = inside.get(name) or (inside.get(int(name)) if name.isdecimal() else None)
            if found is None:
                break
            span = found
        return self.line_at(span.begin)

    def line_at(self, offset: int) -> int:
        """The line, from 1, on which a character stands."""
        return bisect_right(self._lines, offset)

    def children(self, span: Span) -> dict[str | int, Span]:
        """The members or items of a value; of equal keys the last, as JSON readers take it."""
        if span.start not in self._children:
            opening = self.text[span.start : span.start + 1]
            self._children[span.start] = (
                self._inside(span.start, keyed=opening == "{") if opening in ("{", "[") else {}
            )
        return self._children[span.start]

    def _inside(self, start: int, *, keyed: bool) -> dict[str | int, Span]:
        found: dict[str | int, Span] = {}
        at = self._skip(start + 1)
        while self.text[at] not in "]}":
            begin, name = at, len(found)
            key: str | int = name
            if keyed:
                key, at = _DECODER.raw_decode(self.text, at)
                at = self._skip(self._skip(at) + 1)
            _, end = _DECODER.raw_decode(self.text, at)
            found[key] = Span(begin, at, end)
            at = self._skip(end)
            if self.text[at] == ",":
                at = self._skip(at + 1)
        return found

    def _skip(self, at: int) -> int:
        if self.text[at : at + 1] not in _WHITE:
            return at
        found = _BLANK.match(self.text, at)
        return found.end() if found else at


def append(text: str, path: Path, values: Sequence[str]) -> str:
    """The text with more items in the list at a path; a list that is absent or null is made."""
    found = JsonText(text)
    span = found.find(path)
    items = list(found.children(span).values()) if span else []
    if not items:
        single = json.loads(text[span.start : span.end]) if span else None
        return put(text, path, [single, *values] if isinstance(single, str) else list(values))
    gap = _gap(text, items[-1])
    glue = f",{gap}" if "\n" in gap else ", "
    more = "".join(glue + _ENCODE(value) for value in values)
    return text[: items[-1].end] + more + text[items[-1].end :]


def put(text: str, path: Path, value: object) -> str:
    """The text with another value at a path, whose object must be there.

    Raises `LookupError` when it is not.
    """
    found = JsonText(text)
    span = found.find(path)
    if span:
        return text[: span.start] + _written(text, span, value) + text[span.end :]
    parent = found.find(path[:-1])
    if parent is None:
        raise LookupError(pointer_of(path))
    key = json.dumps(path[-1])
    members = list(found.children(parent).values())
    if not members:
        return text[: parent.start] + f"{{{key}: {json.dumps(value)}}}" + text[parent.end :]
    last = max(members, key=lambda one: one.end)
    gap = _gap(text, last)
    glue = f",{gap}" if "\n" in gap else ", "
    return f"{text[: last.end]}{glue}{key}: {_written(text, last, value)}{text[last.end :]}"


def _gap(text: str, span: Span) -> str:
    """The white space before something, of which its neighbours take the same."""
    before = text[: span.begin]
    gap = before[len(before.rstrip(" \t\n\r")) :]
    above, line_end, indent = gap.rpartition("\n")
    return ("\r" if above.endswith("\r") else "") + line_end + indent


def _written(text: str, beside: Span, value: object) -> str:
    gap = _gap(text, beside)
    if "\n" not in gap:
        return _ENCODE(value)
    unit = _INDENTED.search(text)
    laid_out = _laid_out(value, unit[1] if unit else "  ")
    return laid_out.replace("\n", gap)


def _laid_out(value: object, unit: str) -> str:
    """As `json.dumps` with an indent, which is slow; what is mostly written is a list of texts."""
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        return "[" + ",".join(f"\n{unit}{_ENCODE(one)}" for one in value) + "\n]"
    return json.dumps(value, indent=unit, ensure_ascii=False)


def unified_diff(before: str, after: str, name: str, first_line: int = 1) -> str:
    """The difference as one hunk with three lines around it; empty if there is none.

    `first_line` is the line of the file, from 1, on which the text begins.
    """
    if before == after:
        return ""
    old, new = _lines_of(before), _lines_of(after)
    same = same_start(old, new)
    tail = same_start(old[same:][::-1], new[same:][::-1])
    start, shown = max(same - _CONTEXT, 0), min(tail, _CONTEXT)
    old_end, new_end = len(old) - tail, len(new) - tail
    at = start + first_line
    hunk = [
        *[f" {line}" for line in old[start:same]],
        *[f"-{line}" for line in old[same:old_end]],
        *[f"+{line}" for line in new[same:new_end]],
        *[f" {line}" for line in old[old_end : old_end + shown]],
    ]
    counts = f"-{at},{old_end + shown - start} +{at},{new_end + shown - start}"
    name = name.lstrip("/")
    return f"--- a/{name}\n+++ b/{name}\n@@ {counts} @@\n" + "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in hunk
    )


def _lines_of(text: str) -> list[str]:
    """Lines as `patch` counts them: by line feeds, and by nothing else that ends a line."""
    lines = text.split("\n")
    return [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def same_start(one: Sequence[str], other: Sequence[str]) -> int:
    """How many lines are the same before the first that is not."""
    number = 0
    for here, there in zip(one, other, strict=False):
        if here != there:
            break
        number += 1
    return number
