"""Terraform's JSON → the resources in it, whatever they are.

That is its JSON syntax (`.tf.json`), and what `terraform show -json` prints of a plan or a state.
A plan leaves out what is known only after it is applied; such a value is `UNKNOWN` here, so that
nobody takes it for absent. HCL is not read.
https://developer.hashicorp.com/terraform/internals/json-format
https://developer.hashicorp.com/terraform/language/syntax/json
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

Json = dict[str, object]

UNKNOWN = "(known-after-apply)"
MODULES = (
    "Calls Terraform modules, and what they set up is not in this file. Give the plan or the state"
    " as JSON: terraform show -json."
)
STORED = "Is a Terraform state as it is stored. Give it as JSON: terraform show -json."
# Deeper than any provider nests.
_DEEPEST = 20


class Resource(NamedTuple):
    """One resource: `kind` is its type, `path` leads to its values in the file."""

    kind: str
    address: str
    values: Json
    path: tuple[str | int, ...]


def resources_of(file: Json) -> list[Resource] | None:
    """What a file sets up, in its order, data sources left out; None if it is no Terraform."""
    for key in ("planned_values", "values"):
        root = file.get(key)
        if isinstance(root, dict) and (key == "planned_values" or "root_module" in root):
            return list(_planned(root.get("root_module"), (key, "root_module"), _unknown(file)))
    if isinstance(file.get("resource"), dict):
        return list(_written(file["resource"]))
    return [] if hidden_in(file) else None


def hidden_in(file: Json) -> str:
    """Why a file of Terraform sets up more than it shows, as a sentence; empty if it does not."""
    if "terraform_version" in file and "lineage" in file:
        return STORED
    return MODULES if isinstance(file.get("module"), dict) else ""


def _written(kinds: object) -> Iterator[Resource]:
    for kind, labels in _items(kinds):
        for label, block in _items(labels):
            path: tuple[str | int, ...] = ("resource", kind, label)
            blocks = block if isinstance(block, list) else [block]
            for number, one in enumerate(blocks):
                if isinstance(one, dict):
                    at = (*path, number) if isinstance(block, list) else path
                    yield Resource(kind, f"{kind}.{label}", one, at)


def _items(found: object) -> list[tuple[str, object]]:
    return list(found.items()) if isinstance(found, dict) else []


def _planned(
    root: object, path: tuple[str | int, ...], unknown: dict[str, object]
) -> Iterator[Resource]:
    ahead = [(root, path)]
    while ahead:
        module, at = ahead.pop()
        for number, one in _listed(module, "resources"):
            values = one.get("values")
            if one.get("mode") != "data" and isinstance(values, dict):
                address = str(one.get("address", ""))
                filled = _filled(values, unknown.get(address))
                shown = filled if isinstance(filled, dict) else {}
                here = (*at, "resources", number, "values")
                yield Resource(str(one.get("type", "")), address, shown, here)
        inner = _listed(module, "child_modules")
        ahead += [(one, (*at, "child_modules", number)) for number, one in reversed(inner)]


def _listed(parent: object, key: str) -> list[tuple[int, Json]]:
    found = parent.get(key) if isinstance(parent, dict) else None
    items = found if isinstance(found, list) else []
    return [(number, one) for number, one in enumerate(items) if isinstance(one, dict)]


def _unknown(plan: Json) -> dict[str, object]:
    """For each address, `true` in the place of each value that is known only after the apply."""
    return {
        str(one.get("address")): change.get("after_unknown")
        for _, one in _listed(plan, "resource_changes")
        if isinstance(change := one.get("change"), dict)
    }


def _filled(value: object, unknown: object, depth: int = 0) -> object:
    if unknown is True or depth > _DEEPEST:
        return UNKNOWN
    if isinstance(unknown, dict) and isinstance(value, dict | None):
        known = value or {}
        return known | {
            key: _filled(known.get(key), one, depth + 1) for key, one in unknown.items() if one
        }
    if isinstance(unknown, list) and isinstance(value, list | None):
        known_items = value or []
        longest = max(len(known_items), len(unknown))
        return [
            _filled(_at(known_items, number), _at(unknown, number), depth + 1)
            for number in range(longest)
        ]
    return value


def _at(items: list[object], number: int) -> object:
    return items[number] if number < len(items) else None
