"""What pydantic found wrong in a YAML file, in words for the person who wrote the file.

Knows nothing of what the files mean: the words come from the model's own field names. A rule that
a model states itself (a `ValueError` with a sentence) is passed on as it is.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from bot.adapters.yaml_lines import Document, join_path
from bot.core.errors import Problem

Models = list[type[BaseModel]]


def problems_of(
    error: ValidationError, document: Document, model: type[BaseModel]
) -> list[Problem]:
    """Each mistake once, at its line or that of the nearest parent, in line order."""
    found: dict[tuple[str, str], Problem] = {}
    for detail in error.errors(include_url=False):
        if _is_echo(detail):
            continue
        path, rest, models = _walk(detail["loc"], document, model)
        message = _words(detail, rest, models)
        found.setdefault((path, message), document.problem(path, message))
    return sorted(found.values())


def _is_echo(detail: Mapping[str, Any]) -> bool:
    """Pydantic also calls a list too short when its entries are there, but wrong themselves."""
    given = detail["input"]
    return detail["type"] == "too_short" and isinstance(given, list) and bool(given)


def _walk(
    loc: tuple[str | int, ...], document: Document, model: type[BaseModel]
) -> tuple[str, list[str | int], Models]:
    """The part of `loc` that the file has, the rest of it, and the models that fit there.

    The names that pydantic puts in for the chosen member of a union are left out.
    """
    path, models = "", [model]
    for number, segment in enumerate(loc):
        tagged = [one for one in models if len(models) > 1 and segment in _tags(one)]
        if tagged:
            models = tagged
            continue
        longer = join_path(path, segment)
        if longer not in document.lines:
            return path, list(loc[number:]), models
        last, path = models, longer
        models = _models_below(models, segment)
        if number == len(loc) - 1:
            # The models around the last key, since they know how it should have been written.
            return path, [], last
    return path, [], models


def _models_below(models: Models, segment: str | int) -> Models:
    if isinstance(segment, int):
        return models
    fields = [_fields(one).get(segment) for one in models]
    return [inner for annotation in fields for inner in _models_in(annotation)]


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _tags(model: type[BaseModel]) -> Iterator[str | int]:
    for annotation in _fields(model).values():
        if get_origin(annotation) is Literal and len(get_args(annotation)) == 1:
            yield from get_args(annotation)


def _models_in(annotation: Any) -> Models:  # noqa: ANN401 - whatever a type hint may be
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    if get_origin(annotation) is Annotated:
        return _models_in(get_args(annotation)[0])
    if get_origin(annotation) in (tuple, list, dict, Union, types.UnionType):
        return [inner for one in get_args(annotation) for inner in _models_in(one)]
    return []


_SIMPLE = {
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "tuple_type": "must be a list: each entry on its own line, behind '- '",
    "list_type": "must be a list: each entry on its own line, behind '- '",
    "dict_type": "must be a group of 'key: value' lines",
    "model_type": "must be a group of 'key: value' lines",
    "model_attributes_type": "must be a group of 'key: value' lines",
    "string_too_short": "must not be empty",
    "too_short": "needs at least one entry",
    "timezone_aware": "needs its time zone, for example 2026-11-22T03:04Z",
}
_BY_BEGINNING = {
    "url_": "must be a web address, for example https://example.com/page",
    "datetime_": "must be a time with its time zone, for example 2026-11-22T03:04Z",
    "date_": "must be a date, for example 2026-11-22",
    "union_tag_not_found": "a key that says what this is, is needed",
}


def _words(detail: Mapping[str, Any], rest: list[str | int], models: Models) -> str:
    kind, context = str(detail["type"]), detail.get("ctx", {})
    if rest and _is_union_member(rest):
        return "must be a text, true or false, or a list of texts"
    if kind in _SIMPLE:
        return _SIMPLE[kind]
    speak = _SPEAKERS.get(kind)
    if speak is not None:
        return speak(detail, context, models)
    for beginning, words in _BY_BEGINNING.items():
        if kind.startswith(beginning):
            return words
    return str(detail["msg"]).removeprefix("Value error, ")


def _is_union_member(rest: list[str | int]) -> bool:
    return any(one in ("str", "bool") or str(one).startswith("tuple[") for one in rest)


def _missing(detail: Mapping[str, Any], _context: Mapping[str, Any], _models: Models) -> str:
    return f"'{detail['loc'][-1]}' is needed"


def _unknown(detail: Mapping[str, Any], _context: Mapping[str, Any], models: Models) -> str:
    key = str(detail["loc"][-1])
    known = list(dict.fromkeys(name for one in models for name in _fields(one)))
    close = get_close_matches(key, known, n=1)
    if close:
        return f"unknown key '{key}'; did you mean '{close[0]}'?"
    return f"unknown key '{key}'; known here: {', '.join(known)}"


def _not_a_text(detail: Mapping[str, Any], _context: Mapping[str, Any], _models: Models) -> str:
    if detail["input"] is None:
        return "is empty: write something behind it, or leave the key out"
    if isinstance(detail["input"], bool):
        return "must be a text: put it in quotes"
    return "must be a single text, not a list or a group of keys"


def _not_a_choice(detail: Mapping[str, Any], context: Mapping[str, Any], _models: Models) -> str:
    given = str(detail["input"])[:60]
    return f"'{given}' is not one of {str(context.get('expected', '')).replace(' or ', ', ')}"


def _not_a_kind(_detail: Mapping[str, Any], context: Mapping[str, Any], _models: Models) -> str:
    key = str(context.get("discriminator", "")).strip("'")
    tag, known = str(context.get("tag", ""))[:60], context.get("expected_tags", "")
    return f"'{tag}' is not a known {key}; known: {known}"


def _no_kind(_detail: Mapping[str, Any], context: Mapping[str, Any], _models: Models) -> str:
    return f"{context.get('discriminator', 'a kind')} is needed: it says what this is"


def _not_a_name(detail: Mapping[str, Any], context: Mapping[str, Any], _models: Models) -> str:
    joint = "underscores" if "_" in str(context.get("pattern", "")) else "hyphens"
    given = str(detail["input"])[:60]
    return f"'{given}' must be lower case letters, digits and {joint}, beginning with a letter"


def _too_long(_detail: Mapping[str, Any], context: Mapping[str, Any], _models: Models) -> str:
    most, unit = (
        context.get("max_length"),
        "entries" if "actual_length" in context else "characters",
    )
    return f"is too long: at most {most} {unit}"


_SPEAKERS = {
    "missing": _missing,
    "extra_forbidden": _unknown,
    "string_type": _not_a_text,
    "literal_error": _not_a_choice,
    "union_tag_invalid": _not_a_kind,
    "union_tag_not_found": _no_kind,
    "string_pattern_mismatch": _not_a_name,
    "string_too_long": _too_long,
    "too_long": _too_long,
}
