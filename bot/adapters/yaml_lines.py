"""YAML as plain data that remembers its lines, so that every mistake can be shown with its place.

Deliberately less than YAML: every scalar is text except `true`, `false` and empty (so an account
number keeps its zeros, and `no` stays a word), tags are refused, and aliases may repeat only so
much. What a file must contain is not known here; `yaml_problems` says it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.adapters.yaml_build import Builder, join_path
from bot.core.errors import Problem

__all__ = ["LARGEST", "Document", "join_path", "parse_yaml", "read_text", "read_yaml"]

LARGEST = 1_000_000

# The C parser is some ten times faster, and comes with every published wheel of PyYAML.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LAST_SEGMENT = re.compile(r"(\[\d+\]|\.?[^.\[\]]+)$")


@dataclass(frozen=True)
class Document:
    """One file. `data` is None when it cannot be read at all; `lines` count from 1, by path.

    `problems` are those of the YAML itself; `data` may still be worth checking beside them.
    """

    file: str
    data: dict[str, Any] | None
    lines: dict[str, int]
    problems: tuple[Problem, ...]
    text: str = ""

    def line_of(self, path: str) -> int:
        """The line of a path, or of its nearest parent that the file has; 1 for the whole."""
        while path and path not in self.lines:
            shorter = _LAST_SEGMENT.sub("", path)
            path = shorter if shorter != path else ""
        return self.lines.get(path, 1)

    def problem(self, path: str, message: str, *, fatal: bool = True) -> Problem:
        """A problem of this file at a path."""
        return Problem(self.file, self.line_of(path), path, message, fatal)


def read_text(path: Path) -> tuple[str, Problem | None]:
    """The text of a small UTF-8 file, or what is wrong with it. Raises nothing."""
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        return "", Problem(str(path), 0, "", f"cannot be opened: {reason}")
    return _decode(content, str(path))


def _decode(content: bytes, file: str) -> tuple[str, Problem | None]:
    if len(content) > LARGEST:
        message = f"is larger than {LARGEST:,} bytes, so it is not read"
        return "", Problem(file, 0, "", message)
    try:
        return content.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return "", Problem(file, line, "", "is not UTF-8 text: save the file as UTF-8")


def read_yaml(path: Path) -> Document:
    """Read one file. Raises nothing: what is wrong stands in `problems`."""
    text, problem = read_text(path)
    return _parse(text, str(path), _LOADER) if problem is None else _unreadable(problem)


def parse_yaml(content: bytes, file: str, *, loader: Any = _LOADER) -> Document:  # noqa: ANN401
    """Parse one file's bytes (UTF-8). Raises nothing: what is wrong stands in `problems`.

    `loader` is PyYAML's class that makes the events; both of its parsers give the same answers.
    """
    text, problem = _decode(content, file)
    return _parse(text, file, loader) if problem is None else _unreadable(problem)


def _parse(text: str, file: str, loader: Any) -> Document:  # noqa: ANN401 - PyYAML's own class
    builder = Builder(file)
    try:
        for event in yaml.parse(text, Loader=loader):
            if not builder.take(event):
                break
    except yaml.YAMLError as error:
        builder.problems.append(_syntax_problem(error, text, file))
        builder.whole = False
    data = builder.root if builder.whole and isinstance(builder.root, dict) else None
    if data is None and not builder.problems:
        said = "is empty" if builder.root is None else "must be 'key: value' lines at the top"
        builder.problems.append(Problem(file, 1, "", said))
    return Document(file, data, builder.lines, tuple(builder.problems), text)


def _unreadable(problem: Problem) -> Document:
    return Document(problem.file, None, {}, (problem,))


def _syntax_problem(error: yaml.YAMLError, text: str, file: str) -> Problem:
    if not isinstance(error, yaml.MarkedYAMLError):
        line = text.count("\n", 0, getattr(error, "position", 0)) + 1
        return Problem(file, line, "", "contains a character that YAML does not allow")
    said = f"{error.context or ''} {error.problem or ''}"
    mark = error.problem_mark or error.context_mark
    if "quoted scalar" in said and "unexpected end" in said and error.context_mark is not None:
        line = error.context_mark.line + 1
        return Problem(file, line, "", "cannot be read: a quoted text begins here and never ends")
    line = min(mark.line + 1 if mark else 1, len(text.splitlines()) or 1)
    return Problem(file, line, "", f"cannot be read: {_explain_syntax(said, text, line)}")


def _explain_syntax(said: str, text: str, line: int) -> str:
    around = text.splitlines()[max(line - 2, 0) : line]
    if any("\t" in row[: len(row) - len(row.lstrip())] for row in around):
        return "there is a tab in the indentation; use spaces"
    if "mapping values are not allowed" in said:
        return "a second ': ' on the line, or a wrong indentation; put text with ': ' in quotes"
    if "scanning an alias" in said or "scanning an anchor" in said:
        return "put text that begins with '*' or '&' in quotes"
    if "cannot start any token" in said:
        return "a text that begins with '@', '%' or '`' needs quotes"
    return "check the indentation, and put text with ': ', '#', quotes or braces in quotes"
