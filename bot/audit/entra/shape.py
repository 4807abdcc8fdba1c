"""Reading values out of an export, whoever wrote it: Graph or PowerShell, whole or cut off.

Graph writes `excludeGroups`, Graph PowerShell writes `ExcludeGroups`, and some files mix both.
Nothing here knows what a field means.
"""

from __future__ import annotations

import re

from bot.core.wording import plain_line

Json = dict[str, object]

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_BETWEEN = re.compile(r"[,\s]+")
_EMPTY: Json = {}


class _Pascal(dict[str, str]):
    """The PascalCase of each camelCase name, worked out once, asked very often."""

    def __missing__(self, name: str) -> str:
        pascal = self[name] = name[0].upper() + name[1:]
        return pascal


PASCAL = _Pascal()


def key_of(parent: Json, name: str) -> str | None:
    """The key under which `name` (camelCase) stands, in the case of the file; None if absent."""
    if name in parent:
        return name
    return PASCAL[name] if PASCAL[name] in parent else None


def value_of(parent: Json, name: str) -> object:
    """The value under `name` in either case; None if absent or null."""
    found = parent.get(name)
    return parent.get(PASCAL[name]) if found is None and parent else found


def child(parent: Json, name: str) -> Json:
    """The object under `name`; an empty one if there is none."""
    found = parent.get(name)
    if found is None and parent:
        found = parent.get(PASCAL[name])
    return found if isinstance(found, dict) else _EMPTY


def text_of(parent: Json, name: str) -> str:
    """The text under `name` on one line, without hidden characters; empty if there is none."""
    found = value_of(parent, name)
    return plain(found.strip()) if isinstance(found, str) else ""


def plain(text: str) -> str:
    """A text of a file as people may see it: on one line, hidden characters written out."""
    return text if text.isprintable() else plain_line(text)


def texts_of(parent: Json, name: str) -> tuple[str, ...]:
    """The texts under `name`: a list, a flag enumeration (`a,b`) or a list that was unrolled.

    An element that is no text is kept as its written form, so that it is not taken for absent;
    an expanded object counts as its `id`.
    """
    found = parent.get(name)
    if found is None and parent:
        found = parent.get(PASCAL[name])
    if not found:
        return ()
    if isinstance(found, list):
        return tuple([item.strip() if isinstance(item, str) else _written(item) for item in found])
    if isinstance(found, str):
        return tuple(part for part in _BETWEEN.split(found) if part)
    return (_written(found),)


def _written(item: object) -> str:
    if isinstance(item, dict) and (named := text_of(item, "id")):
        return named
    return f"({type(item).__name__})"


def is_guid(text: str) -> bool:
    """Whether a text is an object ID, and not a placeholder or a name."""
    return _GUID.fullmatch(text) is not None


def pointer(parent: Json, *names: str) -> str:
    """A JSON pointer along `names`, in the key case of the file, as far as the file goes."""
    steps = []
    here: object = parent
    for name in names:
        key = key_of(here, name) if isinstance(here, dict) else None
        if key is None or not isinstance(here, dict):
            break
        steps.append(f"/{key}")
        here = here[key]
    return "".join(steps)
