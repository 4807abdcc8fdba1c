"""Everything the app sends is looked at three ways, and a violation is remembered for ever.

The three: slack_sdk.models, the JSON Schema of @slack/types (schema.py) and the limits neither
knows (limits.py). A violation is answered as Slack would answer it, but an app that swallows the
answer must still not pass: tests assert that `Workspace.violations` is empty.
"""

import itertools
import logging
from collections.abc import Iterator
from dataclasses import dataclass

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from . import limits, schema
from .limits import Problem
from .model import Json, SlackError, Value

ATTACHMENTS = 100
_UNKNOWN_TO_SDK = frozenset({"data_table", "data_visualization"})


@dataclass(frozen=True, slots=True)
class Violation:
    """Something the app sent that Slack would not take, or documents as wrong."""

    method: str
    judge: str
    """`slack_sdk`, `schema` or `limits`."""
    pointer: str
    problem: str


class Inspector:
    """Judges what the app sends."""

    def __init__(self) -> None:
        """Nothing was wrong so far."""
        self.violations: list[Violation] = []

    def note(self, method: str, pointer: str, problem: str) -> None:
        """Remember something Slack takes but documents as wrong."""
        self.violations.append(Violation(method, "limits", pointer, problem))

    def check_message(self, method: str, content: Json) -> None:
        """Judge blocks and attachments of a message.

        SlackError: invalid_blocks, invalid_blocks_format, invalid_attachments (two tables),
        too_many_attachments, msg_blocks_too_long.
        """
        blocks, attachments = content.get("blocks", []), content.get("attachments", [])
        if not _is_list_of_objects(blocks):
            raise SlackError("invalid_blocks_format")
        if len(attachments) > ATTACHMENTS:
            raise SlackError("too_many_attachments")
        found = list(judge_blocks(blocks, "message", "/blocks"))
        for index, attachment in enumerate(attachments):
            pointer = f"/attachments/{index}/blocks"
            found += judge_blocks(attachment.get("blocks", []), "message", pointer)
        tables = any(problem == limits.ONE_TABLE for _, _, problem in found)
        self._answer(method, found, "invalid_attachments" if tables else "invalid_blocks")
        length = limits.total_text(blocks)
        if length > limits.TOTAL_TEXT:
            self.note(method, "/blocks", f"{length} characters in all blocks")
            raise SlackError("msg_blocks_too_long")

    def check_view(self, method: str, view: Value) -> None:
        """Judge a modal or a Home. SlackError: invalid_arguments, view_too_large."""
        if not isinstance(view, dict) or not _is_list_of_objects(view.get("blocks")):
            self._answer(method, [("schema", "/view", "is no view")], "invalid_arguments")
        if limits.view_bytes(view) > limits.VIEW_BYTES:
            self.note(method, "/view", f"{limits.view_bytes(view)} bytes")
            raise SlackError("view_too_large")
        self._answer(method, list(judge_view(view, "/view")), "invalid_arguments")

    def _answer(self, method: str, found: list[tuple[str, str, str]], code: str) -> None:
        if not found:
            return
        self.violations += [Violation(method, *finding) for finding in found]
        messages = [f"[ERROR] {what} [json-pointer:{where}]" for _, where, what in found]
        raise SlackError(code, errors=messages, response_metadata={"messages": messages})


def judge_blocks(blocks: list[Json], surface: str, pointer: str) -> Iterator[tuple[str, str, str]]:
    """Yield (judge, JSON pointer, problem) for blocks on `message`, `modal` or `home`."""
    places = [(block, f"{pointer}/{index}") for index, block in enumerate(blocks)]
    for block, place in places:
        yield from _by("slack_sdk", sdk_block(block, place))
    structural = list(itertools.chain(*(schema.check_block(*place) for place in places)))
    yield from _by("schema", structural)
    if not structural:
        # The walker reads keys the schema has vouched for.
        yield from _by("limits", limits.check_blocks(blocks, surface, pointer))


def judge_view(view: Json, pointer: str) -> Iterator[tuple[str, str, str]]:
    """Yield (judge, JSON pointer, problem) for a view and its blocks."""
    yield from _by("slack_sdk", sdk_view(view, pointer))
    blocks = [(block, f"{pointer}/blocks/{index}") for index, block in enumerate(view["blocks"])]
    structural = list(schema.check_view(view, pointer))
    structural += itertools.chain(*(schema.check_block(*place) for place in blocks))
    yield from _by("schema", structural)
    if not structural:
        yield from _by("limits", limits.check_view(view, pointer))


def sdk_block(block: Json, pointer: str) -> Iterator[Problem]:
    """Yield what slack_sdk.models says about one block."""
    if block.get("type") in _UNKNOWN_TO_SDK:
        return
    try:
        with _quiet():
            parsed = Block.parse(block)
        if parsed is None:
            yield f"{pointer}/type", f"unsupported type: {block.get('type')}"
        else:
            parsed.to_dict()
    except (SlackObjectFormationError, TypeError, ValueError, KeyError, AttributeError) as error:
        # Its constructors fail in many ways on shapes they do not expect.
        yield pointer, f"{type(error).__name__}: {error}"


def sdk_view(view: Json, pointer: str) -> Iterator[Problem]:
    """Yield what slack_sdk.models says about a view and its blocks."""
    known = [b for b in view["blocks"] if b.get("type") not in _UNKNOWN_TO_SDK]
    if not known and view["blocks"]:
        return
    try:
        with _quiet():
            View(**view | {"blocks": known}).to_dict()
    except (SlackObjectFormationError, TypeError, ValueError, KeyError, AttributeError) as error:
        yield pointer, f"{type(error).__name__}: {error}"


def _by(judge: str, problems: Iterator[Problem] | list[Problem]) -> Iterator[tuple[str, str, str]]:
    return ((judge, pointer, problem) for pointer, problem in problems)


def _is_list_of_objects(thing: object) -> bool:
    return isinstance(thing, list) and all(isinstance(item, dict) for item in thing)


class _quiet:  # noqa: N801 -- reads as a statement: `with _quiet():`
    """Keep slack_sdk from logging what is reported as a violation anyway."""

    def __enter__(self) -> None:
        logging.disable(logging.WARNING)

    def __exit__(self, *_: object) -> None:
        logging.disable(logging.NOTSET)
