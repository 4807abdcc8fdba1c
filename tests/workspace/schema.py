"""The second opinion on Block Kit: structure, by the JSON Schema of @slack/types.

It knows types, required keys and unknown keys, and no lengths. Each block is held to the
definition of its own type: against the union of all blocks, an error names every alternative
and explains none.
"""

import functools
import json
import pathlib
from collections.abc import Iterator

from jsonschema import Draft7Validator
from jsonschema.exceptions import best_match

from .model import Json

FILE = pathlib.Path(__file__).with_name("slack_blocks.schema.json")


def check_block(block: Json, pointer: str) -> Iterator[tuple[str, str]]:
    """Yield (JSON pointer, problem) for one block found at `pointer`."""
    definition = _by_type().get(str(block.get("type")))
    if definition is None:
        yield f"{pointer}/type", f"unsupported type: {block.get('type')}"
        return
    yield from _check(block, definition, pointer)


def check_view(view: Json, pointer: str) -> Iterator[tuple[str, str]]:
    """Yield the problems of a view itself; its blocks are checked one by one elsewhere."""
    definition = {"modal": "ModalView", "home": "HomeView"}.get(str(view.get("type")))
    if definition is None:
        yield f"{pointer}/type", f"unsupported type: {view.get('type')}"
        return
    yield from _check(view | {"blocks": []}, definition, pointer)


def _check(thing: Json, definition: str, pointer: str) -> Iterator[tuple[str, str]]:
    for error in _validator(definition).iter_errors(thing):
        cause = best_match([error]) or error
        place = "".join(f"/{step}" for step in cause.absolute_path)
        yield pointer + place, cause.message


@functools.cache
def _definitions() -> Json:
    definitions: Json = json.loads(FILE.read_text())["definitions"]
    return definitions


@functools.cache
def _validator(definition: str) -> Draft7Validator:
    return Draft7Validator(
        {
            "$ref": f"#/definitions/{definition}",
            "definitions": _definitions(),
        }
    )


@functools.cache
def _by_type() -> dict[str, str]:
    """Map a block's `type` to the name of its definition."""
    union = [entry["$ref"].rpartition("/")[2] for entry in _definitions()["KnownBlock"]["anyOf"]]
    return {_type_of(name): name for name in union}


def _type_of(name: str) -> str:
    definition = _definitions()[name]
    shape = definition if "properties" in definition else definition["anyOf"][0]
    constant: str = shape["properties"]["type"]["const"]
    return constant
