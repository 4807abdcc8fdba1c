"""Bytes of any export → the objects in it, each with its place in the text.

Nothing is raised: what cannot be read comes back as one sentence. Not the meaning of an object:
that is `parse`.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.audit.entra.shape import Json
from bot.audit.jsontext import Twice, load

_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    # Before UTF-16, whose mark is the beginning of this one.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# The keys under which exports keep their list: Graph, ScubaGear's provider output, others.
_LISTS = ("value", "Value", "policies", "conditionalAccessPolicies", "conditional_access_policies")
_BLANK = re.compile(r"[\s,]*")
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a file cannot be read, in one sentence. `line` counts from 1, 0 for the whole file."""

    message: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """One object of a file. `place` is its JSON pointer, empty for the whole file."""

    value: Json
    place: str


@dataclass(frozen=True, slots=True)
class Document:
    """A file that is JSON. `more` when it is one page of several; `strays` are non-objects."""

    name: str
    text: str
    items: tuple[Item, ...]
    listed: bool
    more: bool
    strays: int


def decode(name: str, content: bytes) -> Document | Unreadable:
    """Read a file as UTF-8 or UTF-16, with or without a mark, as an object or a list of them."""
    try:
        text = content.decode(_encoding(content))
        value = load(text)
    except UnicodeDecodeError:
        return Unreadable("Is neither UTF-8 nor UTF-16 text. Export it again as JSON.")
    except json.JSONDecodeError as error:
        return Unreadable(f"Is not valid JSON: {error.msg}.", error.lineno)
    except Twice as error:
        return Unreadable(error.sentence)
    except (ValueError, RecursionError):
        return Unreadable("Is JSON beyond reason: a number too long, or nested too deep.")
    return _document(name, text, value)


def _encoding(content: bytes) -> str:
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return encoding
    # JSON begins with an ASCII character, so a zero beside it gives UTF-16 without a mark away.
    if content[1:2] == b"\0":
        return "utf-16-le"
    return "utf-16-be" if content[:1] == b"\0" else "utf-8"


def _document(name: str, text: str, value: object) -> Document | Unreadable:
    if isinstance(value, list):
        return _listed(name, text, value, "")
    if not isinstance(value, dict):
        return Unreadable("Holds no JSON object.")
    for key in _LISTS:
        found = value.get(key)
        if isinstance(found, list) and "conditions" not in value:
            more = bool(value.get("@odata.nextLink"))
            return _listed(name, text, found, f"/{key}", more=more)
    return Document(name, text, (Item(value, ""),), listed=False, more=False, strays=0)


def _listed(
    name: str, text: str, found: list[object], place: str, *, more: bool = False
) -> Document:
    items = tuple(
        [Item(one, f"{place}/{n}") for n, one in enumerate(found) if isinstance(one, dict)]
    )
    return Document(name, text, items, listed=True, more=more, strays=len(found) - len(items))


def texts_of_items(document: Document) -> dict[str, tuple[str, int]]:
    """The place of each object of a file → its own text as it was written, and its first line.

    Lines count from 1. What cannot be found again is left out. Costs about one more reading of a
    file that is a list, nothing for a file that is one object.
    """
    if not document.listed:
        return {document.items[0].place: (document.text, 1)}
    wanted = {item.place: item.value for item in document.items}
    found = {}
    line, at = 1, 0
    for number, (start, end, value) in enumerate(_elements(document)):
        line, at = line + document.text.count("\n", at, start), start
        place = f"{_list_place(document)}/{number}"
        if place in wanted and wanted[place] == value:
            found[place] = (document.text[start:end], line)
    return found


def _list_place(document: Document) -> str:
    return document.items[0].place.rpartition("/")[0] if document.items else ""


def _elements(document: Document) -> Iterator[tuple[int, int, object]]:
    key = _list_place(document)[1:]
    opened = re.search(rf'"{key}"\s*:\s*\[' if key else r"\[", document.text)
    at = opened.end() if opened else len(document.text)
    while True:
        blank = _BLANK.match(document.text, at)
        at = blank.end() if blank else at
        try:
            value, end = _DECODER.raw_decode(document.text, at)
        except (ValueError, RecursionError):
            return
        yield at, end, value
        at = end
