"""Reading values out of Google's JSON, as REST writes it or as Terraform does.

REST writes `denyRule: {…}`, Terraform `deny_rule: [{…}]`. Nothing here knows what a field means.
"""

from __future__ import annotations

import re
from functools import lru_cache

from bot.audit.jsontext import Path
from bot.core.wording import plain_line

Json = dict[str, object]

_UPPER = re.compile(r"(?<!^)(?=[A-Z])")
_EMPTY: Json = {}


@lru_cache(maxsize=256)
def snake(name: str) -> str:
    """`denyRule` as Terraform writes it."""
    return _UPPER.sub("_", name).lower()


def key_of(parent: Json, name: str) -> str:
    """The key of a field (given in camelCase) as this object writes it, also if it has none."""
    if name in parent:
        return name
    written = snake(name)
    return written if written in parent or "_" in "".join(parent) else name


def value_of(parent: Json, name: str) -> object:
    """The value of a field, None if absent."""
    return parent[name] if name in parent else parent.get(snake(name))


def child(parent: Json, name: str) -> tuple[Json, Path]:
    """The object under a field and the path to it; Terraform's blocks are lists of one."""
    found = parent.get(name)
    if isinstance(found, dict):
        return found, (name,)
    key = key_of(parent, name)
    found = parent.get(key)
    if isinstance(found, list) and len(found) == 1 and isinstance(found[0], dict):
        return found[0], (key, 0)
    return (found if isinstance(found, dict) else _EMPTY), (key,)


def objects_of(parent: Json, name: str) -> list[tuple[Json, Path]]:
    """The objects in the list under a field, each with the path to it."""
    key = key_of(parent, name)
    found = parent.get(key)
    if isinstance(found, dict):
        return [(found, (key,))]
    items = found if isinstance(found, list) else []
    return [(one, (key, n)) for n, one in enumerate(items) if isinstance(one, dict)]


def text_of(parent: Json, name: str) -> str:
    """The text of a field on one line without hidden characters; empty if there is none."""
    found = value_of(parent, name)
    return plain(found) if isinstance(found, str) else ""


def texts_of(parent: Json, name: str) -> tuple[str, ...]:
    """The texts of a field; one that is not in a list counts as a list of one."""
    found = value_of(parent, name)
    if found is None:
        return ()
    items = found if isinstance(found, list) else [found]
    return tuple([_entry(one) for one in items if isinstance(one, str)])


def plain(text: str) -> str:
    """`plain_line`, for text that mostly is plain: looking is cheaper than rewriting."""
    if text.isascii() and text.isprintable() and "  " not in text and text == text.strip():
        return text
    return plain_line(text)


# Principals and permissions are the same from policy to policy.
_entry = lru_cache(maxsize=4096)(plain)
