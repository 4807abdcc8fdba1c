"""Policies in YAML → the same as JSON, each thing on the line on which the YAML has it.

The audits read JSON only. Laid out on the YAML's own lines, the JSON lets every place that an audit
names lead into the YAML file. Scalars are read with caution: only `true`, `false`, `null` and whole
numbers are more than text, so that `NO` stays Norway and an account number keeps its zeros.
CloudFormation's tags become what its JSON has in their place (`{"Ref": …}`, `{"Fn::If": …}`), which
the audits take for a value that nobody filled in.

Without recursion and with limits, so that no file can exhaust the stack or the memory.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from bot.core.errors import Problem

SUFFIXES = (".yaml", ".yml")
LARGEST = 4 << 20
DEEPEST = 40
# Bytes of JSON; aliases of aliases grow without end.
MOST = 16 << 20
TOO_LARGE = f"Is YAML of more than {LARGEST:,} bytes, so it is not read."
EMPTY = "Holds nothing."
NO_YAML = "Is not readable as YAML."
TEMPLATE = "Is not readable as YAML, but looks like a template of it: render it first."

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WORDS = {"": "null", "~": "null", "null": "null", "Null": "null", "NULL": "null"}
_WORDS |= dict.fromkeys(("true", "True", "TRUE"), "true")
_WORDS |= dict.fromkeys(("false", "False", "FALSE"), "false")
_WHOLE = re.compile(r"-?(?:0|[1-9]\d{0,17})")
_PLAIN_TAGS = frozenset(
    {None, "!", *(f"tag:yaml.org,2002:{kind}" for kind in ("str", "map", "seq"))}
)
# Tags whose JSON form has no `Fn::` before it.
_BARE = frozenset({"Ref", "Condition"})
_MERGE = "<<"
_LAYOUT = re.compile(r"\n+ *")


class _Wrong(Exception):
    """What makes the file unreadable, and the line."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line = line
        self.text = text


def json_of(content: bytes, name: str) -> tuple[bytes, Problem | None]:
    """The JSON of one YAML file, or what is wrong with it. Several documents become a list."""
    if len(content) > LARGEST:
        return b"", Problem(name, 0, "", TOO_LARGE)
    writer = _Writer()
    try:
        for event in yaml.parse(content, Loader=_LOADER):
            writer.take(event)
        text = writer.finish()
    except _Wrong as wrong:
        return b"", Problem(name, wrong.line, "", wrong.text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 0
        return b"", Problem(name, line, "", TEMPLATE if _is_template(content) else NO_YAML)
    # A lone surrogate stays an escape, which JSON knows too.
    return text.encode("utf-8", "backslashreplace"), None


def _is_template(content: bytes) -> bool:
    """Terraform's `%{ for … }`, or Helm's and Jinja's `{{ … }}` and `{% … %}`."""
    return any(mark in content for mark in (b"%{", b"{{", b"{%"))


@dataclass
class _Frame:
    """A list or mapping that is being written; `start` is where among the parts it begins."""

    close: str
    start: int
    anchor: str | None = None
    mapping: bool = False
    keys: set[str] = field(default_factory=set)
    # The key whose value comes next.
    key: str | None = None
    first: bool = True
    merging: bool = False


@dataclass
class _Known:
    """What stands behind an anchor: its JSON on one line, and its keys if it is a mapping."""

    text: str
    keys: frozenset[str] | None = None


@dataclass
class _Writer:
    """Takes the events of one file in turn."""

    parts: list[str] = field(default_factory=list)
    line: int = 1
    size: int = 0
    documents: list[int] = field(default_factory=list)
    stack: list[_Frame] = field(default_factory=list)
    anchors: dict[str, _Known] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        """One event. Raises `_Wrong`."""
        if isinstance(event, DocumentStartEvent):
            self.anchors.clear()
        elif isinstance(event, CollectionEndEvent):
            self._end()
        elif isinstance(event, NodeEvent):
            self._node(event)

    def finish(self) -> str:
        """The JSON, once all was taken. Raises `_Wrong` when there is none."""
        # A document that says nothing is only a separator too many.
        starts = [at for at in self.documents if self._said(at)]
        if not starts:
            raise _Wrong(0, EMPTY)
        if len(starts) == 1:
            return "".join(self.parts)
        for at in starts:
            self.parts[at] = ("[" if at == starts[0] else ",") + self.parts[at]
        return "".join(self.parts) + "]"

    def _said(self, at: int) -> bool:
        if self.parts[at].strip() != "null":
            return True
        self.parts[at] = self.parts[at].replace("null", "")
        return False

    def _node(self, event: NodeEvent) -> None:
        frame = self.stack[-1] if self.stack else None
        if frame and frame.mapping and frame.key is None:
            self._key(frame, event)
            return
        if frame and frame.merging:
            self._merge(frame, event)
            return
        start = len(self.parts)
        before = "" if frame is None or frame.mapping or frame.first else ","
        if frame is None:
            self.documents.append(start)
        else:
            frame.first, frame.key = False, None
        if isinstance(event, AliasEvent):
            self._put(event, before + self._known(event).text)
        elif isinstance(event, ScalarEvent):
            text = _scalar(event)
            self._put(event, before + text)
            self._remember(event.anchor, _Known(text))
        elif isinstance(event, MappingStartEvent | SequenceStartEvent):
            self._open(event, before)

    def _open(self, event: MappingStartEvent | SequenceStartEvent, before: str) -> None:
        mapping = isinstance(event, MappingStartEvent)
        start, close = ("{", "}") if mapping else ("[", "]")
        if event.tag not in _PLAIN_TAGS:
            start, close = f'{{"{_function(event)}": {start}', close + "}"
        self._put(event, before)
        self.stack.append(_Frame(close, len(self.parts), event.anchor, mapping))
        self._add(start)
        if len(self.stack) > DEEPEST:
            raise _Wrong(_line_of(event), f"Is nested more than {DEEPEST} levels deep.")

    def _end(self) -> None:
        frame = self.stack.pop()
        self._add(frame.close)
        if frame.anchor is not None:
            # Line feeds here are layout only: those of texts are escapes.
            text = _LAYOUT.sub(" ", "".join(self.parts[frame.start :]))
            keys = frozenset(frame.keys) if frame.mapping and frame.close == "}" else None
            self._remember(frame.anchor, _Known(text, keys))

    def _key(self, frame: _Frame, event: NodeEvent) -> None:
        if not isinstance(event, ScalarEvent):
            raise _Wrong(_line_of(event), "A key must be a word; put it in quotes.")
        key = str(event.value)
        frame.key = key
        if key == _MERGE and event.style in {None, ""}:
            frame.merging = True
            return
        self._once(frame, event, {key})
        self._put(event, ("" if frame.first else ",") + json.dumps(key, ensure_ascii=False) + ": ")
        frame.first = False

    def _merge(self, frame: _Frame, event: NodeEvent) -> None:
        """`<<: *anchor`: the members of another mapping, none of which may be here already."""
        known = self._known(event) if isinstance(event, AliasEvent) else None
        if known is None or known.keys is None:
            raise _Wrong(_line_of(event), "What '<<' takes over is not read here: write it out.")
        frame.key, frame.merging = None, False
        self._once(frame, event, known.keys)
        if known.keys:
            self._put(event, ("" if frame.first else ",") + known.text.strip()[1:-1])
            frame.first = False

    def _once(self, frame: _Frame, event: NodeEvent, keys: set[str] | frozenset[str]) -> None:
        twice = sorted(frame.keys & keys)
        if twice:
            message = f"“{twice[0]}” occurs twice in one mapping; which one counts is not told."
            raise _Wrong(_line_of(event), message)
        frame.keys |= keys

    def _known(self, event: AliasEvent) -> _Known:
        known = self.anchors.get(event.anchor or "")
        if known is None:
            message = (
                f"There is no '&{event.anchor}' above; put text that begins with '*' in quotes."
            )
            raise _Wrong(_line_of(event), message)
        return known

    def _remember(self, anchor: str | None, known: _Known) -> None:
        # Only when it is complete, so that nothing can contain itself.
        if anchor is not None:
            self.anchors[anchor] = known

    def _put(self, event: NodeEvent, text: str) -> None:
        """Write at the event's own line, with its own indentation."""
        comma, text = (",", text[1:]) if text.startswith(",") else ("", text)
        mark = event.start_mark
        down = mark.line + 1 - self.line if mark else 0
        if down > 0 and mark:
            self._add(comma + "\n" * down + " " * mark.column + text)
            self.line += down
        else:
            self._add(f"{comma} {text}" if comma else text)
        if self.size > MOST:
            raise _Wrong(_line_of(event), "Aliases repeat too much: write it out.")

    def _add(self, text: str) -> None:
        self.parts.append(text)
        self.size += len(text)


def _scalar(event: ScalarEvent) -> str:
    """A scalar as JSON."""
    value = str(event.value)
    if event.tag not in _PLAIN_TAGS:
        function = _function(event)
        # Its own `${…}` are what is to be filled in.
        if function == "Fn::Sub":
            return json.dumps(value, ensure_ascii=False)
        return json.dumps({function: value}, ensure_ascii=False)
    if event.tag is None and event.implicit[0] and event.style in (None, ""):
        if value in _WORDS:
            return _WORDS[value]
        if _WHOLE.fullmatch(value):
            return value
    return json.dumps(value, ensure_ascii=False)


def _function(event: NodeEvent) -> str:
    """CloudFormation's name for a tag of its short form. Raises `_Wrong` for other tags."""
    tag = str(getattr(event, "tag", ""))
    if not re.fullmatch(r"![A-Za-z][A-Za-z0-9:]{0,60}", tag):
        raise _Wrong(_line_of(event), f"The tag {tag[:60]} is not read here: write the value out.")
    name = tag[1:]
    return name if name in _BARE else f"Fn::{name}"


def _line_of(event: Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0
