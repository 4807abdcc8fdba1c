"""Plain data out of YAML's parse events, with the line of every place. Used by `yaml_lines` only.

Without recursion, and with a limit on what aliases may repeat, so that no file can exhaust the
stack or the memory.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from bot.core.errors import Problem

DEEPEST = 40
# Aliases of aliases grow without end; no file that a person keeps has as many places as this.
MOST_PLACES = 50_000
_WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None}
_WORDS |= {"true": True, "True": True, "false": False, "False": False}


def join_path(path: str, segment: str | int) -> str:
    """`a.b` and `c` make `a.b.c`, `a.b` and 3 make `a.b[3]`."""
    if isinstance(segment, int):
        return f"{path}[{segment}]"
    return f"{path}.{segment}" if path else segment


@dataclass
class _Frame:
    """A list or mapping that is being filled."""

    path: str
    value: dict[str, Any] | list[Any]
    anchor: str | None = None
    key: str | None = None
    first_lines: dict[str, int] = field(default_factory=dict)


@dataclass
class Builder:
    """Takes the events of one file in turn. Afterwards `root` is the data, if it is `whole`."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    root: Any = None
    whole: bool = True
    _stack: list[_Frame] = field(default_factory=list)
    _anchors: dict[str, tuple[str, Any]] = field(default_factory=dict)
    _documents: int = 0

    def take(self, event: Event) -> bool:
        """Take one event; False when nothing further is worth reading."""
        match event:
            case DocumentStartEvent():
                self._start_document(event)
            case MappingEndEvent() | SequenceEndEvent():
                frame = self._stack.pop()
                self._remember(frame.anchor, frame.path, frame.value)
            case NodeEvent():
                self._take_node(event)
        return self.whole

    def _start_document(self, event: DocumentStartEvent) -> None:
        self._documents += 1
        if self._documents > 1:
            self._give_up(event, "", "a second document begins here ('---'): use one file for each")

    def _take_node(self, event: NodeEvent) -> None:
        frame = self._stack[-1] if self._stack else None
        if frame is not None and isinstance(frame.value, dict) and frame.key is None:
            self._take_key(frame, event)
            return
        path = self._place(frame, event)
        value = self._value_of(event, path)
        self._store(frame, value)
        anchor = None if isinstance(event, AliasEvent) else event.anchor
        if isinstance(event, MappingStartEvent | SequenceStartEvent):
            self._stack.append(_Frame(path, value, anchor))
        else:
            self._remember(anchor, path, value)
        if len(self._stack) > DEEPEST:
            self._give_up(event, "", f"is nested more than {DEEPEST} levels deep")

    def _take_key(self, frame: _Frame, event: NodeEvent) -> None:
        if not isinstance(event, ScalarEvent):
            message = "a key must be a word; text that begins with '{', '[' or '*' needs quotes"
            self._give_up(event, frame.path, message)
            return
        key, line = str(event.value), _line_of(event)
        if key in frame.first_lines:
            first = frame.first_lines[key]
            self._complain(event, frame.path, f"'{key}' is written twice; first on line {first}")
        else:
            frame.first_lines[key] = line
            self.lines[join_path(frame.path, key)] = line
        frame.key = key

    def _place(self, frame: _Frame | None, event: NodeEvent) -> str:
        if frame is not None and isinstance(frame.value, dict):
            return join_path(frame.path, frame.key or "")
        path = join_path(frame.path, len(frame.value)) if frame is not None else ""
        self.lines[path] = _line_of(event)
        return path

    def _value_of(self, event: NodeEvent, path: str) -> Any:  # noqa: ANN401 - plain data
        if isinstance(event, AliasEvent):
            return self._repeat(event, path)
        if getattr(event, "tag", None) not in (None, "!", "tag:yaml.org,2002:str"):
            message = "a tag ('!…') is not read here; put text that begins with '!' in quotes"
            self._complain(event, path, message)
        if isinstance(event, ScalarEvent):
            return _scalar(event)
        return {} if isinstance(event, MappingStartEvent) else []

    def _repeat(self, event: AliasEvent, path: str) -> Any:  # noqa: ANN401 - plain data
        if event.anchor not in self._anchors:
            message = (
                f"there is no '&{event.anchor}' above; put text that begins with '*' in quotes"
            )
            self._complain(event, path, message)
            return None
        origin, value = self._anchors[event.anchor]
        copied = {
            path + place[len(origin) :]: line
            for place, line in self.lines.items()
            if place.startswith((f"{origin}.", f"{origin}["))
        }
        if len(self.lines) + len(copied) > MOST_PLACES:
            self._give_up(event, path, "aliases repeat too much: write it out")
            return None
        self.lines |= copied
        return deepcopy(value)

    def _remember(self, anchor: str | None, path: str, value: Any) -> None:  # noqa: ANN401 - plain data
        # Only when it is complete, so that nothing can contain itself.
        if anchor is not None:
            self._anchors[anchor] = (path, value)

    def _store(self, frame: _Frame | None, value: Any) -> None:  # noqa: ANN401 - plain data
        if frame is None:
            self.root = value
        elif isinstance(frame.value, list):
            frame.value.append(value)
        else:
            frame.value[frame.key or ""] = value
            frame.key = None

    def _complain(self, event: Event, path: str, message: str) -> None:
        self.problems.append(Problem(self.file, _line_of(event), path, message))

    def _give_up(self, event: Event, path: str, message: str) -> None:
        self._complain(event, path, message)
        self.whole = False


def _line_of(event: Event) -> int:
    # Both parsers give every event a mark; only the type says that there may be none.
    return event.start_mark.line + 1 if event.start_mark else 1


def _scalar(event: ScalarEvent) -> str | bool | None:
    plain = bool(event.implicit[0]) and event.style in (None, "")
    return _WORDS[event.value] if plain and event.value in _WORDS else str(event.value)
