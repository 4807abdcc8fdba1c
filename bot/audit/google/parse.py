"""Bytes of an export → the policies in it, each with its kind and its place.

JSON only: as REST answers (one object, a list, a page), as `gcloud … --format=json` prints, as a
Cloud Asset export wraps it, and as Terraform keeps a deny policy (`.tf.json`, a plan or a state as
JSON). What cannot be read, and what is no policy that keeps anybody out, is a problem with its
place: nothing is dropped in silence.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

from bot.audit.google.shape import Json, child, objects_of, text_of, value_of
from bot.audit.jsontext import JsonText, Path, Twice, load, pointer_of
from bot.audit.model import Source
from bot.core.errors import Problem

Kind = Literal["deny", "access", "boundary", "binding", "user_access", "level", "organization"]

YAML = (
    "YAML is not read here. Print it as JSON: gcloud iam policies get … --format=json, or "
    "gcloud … describe … --format=json, or terraform show -json."
)
NO_POLICY = "Holds no Google policy of a kind that is audited here."
DEEP = "Is JSON beyond reason: a number too long, or nested too deep."
NOT_JUDGED = {
    "perimeter": "A VPC Service Controls perimeter: not judged here.",
    "constraint": "A custom constraint limits how resources are set up; it keeps nobody out.",
    "allow": "An allow policy only grants; what it does not grant is not judged here.",
}
_LISTS = (
    "policies",
    "policyBindings",
    "accessPolicies",
    "accessLevels",
    "gcpUserAccessBindings",
    "principalAccessBoundaryPolicies",
    "servicePerimeters",
    "customConstraints",
    "assets",
    "results",
    "orgPolicy",
)
_OBJECTS = ("resource", "data", "accessLevel", "iamPolicy", "servicePerimeter")
_PLANS = ("planned_values", "values", "root_module", "child_modules", "resources")
_TERRAFORM = "google_iam_deny_policy"
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


@dataclass(eq=False)
class Document:
    """A file that is JSON."""

    name: str
    text: str

    @cached_property
    def places(self) -> JsonText:
        """Where its values stand."""
        return JsonText(self.text)


class Policy(NamedTuple):
    """One policy: its kind, its JSON, and where it stands in its file.

    `id` is its resource name where it has one, else the file and the place.
    """

    kind: Kind
    raw: Json
    document: Document
    path: Path
    id: str
    name: str

    def place(self, *steps: str | int) -> str:
        """The file and a JSON pointer to something in the policy."""
        path = (*self.path, *steps) if self.path else steps
        return f"{self.document.name}#{pointer_of(path)}"


def parse_source(source: Source) -> tuple[list[Policy], list[Problem]]:
    """The policies of one file, and what is wrong in it; never raises."""
    try:
        text = _decode(source.content)
        value = load(text)
    except UnicodeDecodeError:
        return [], [_problem(source, "Is neither UTF-8 nor UTF-16 text. Export it again as JSON.")]
    except json.JSONDecodeError as error:
        if source.name.lower().endswith((".yaml", ".yml")):
            return [], [_problem(source, YAML)]
        return [], [_problem(source, f"Is not valid JSON: {error.msg}.", error.lineno)]
    except Twice as error:
        return [], [_problem(source, error.sentence)]
    except (ValueError, RecursionError):
        return [], [_problem(source, DEEP)]
    return _policies_in(source, Document(source.name, text), value)


def _policies_in(
    source: Source, document: Document, value: object
) -> tuple[list[Policy], list[Problem]]:
    policies: list[Policy] = []
    problems: list[Problem] = []
    kind, name = _kind_of(value) if isinstance(value, dict) else ("", "")
    if kind and kind not in NOT_JUDGED:
        # A file mostly is one policy.
        return [_policy(kind, value, name, document, ())], problems  # type: ignore[arg-type]
    for raw, path, kind, name in _walk(value, ()):
        if kind in NOT_JUDGED:
            place = pointer_of(path)
            problems.append(Problem(source.name, 0, place, NOT_JUDGED[kind], fatal=False))
        else:
            policies.append(_policy(kind, raw, name, document, path))
    if not policies and not problems:
        problems.append(_problem(source, NO_POLICY))
    return policies, problems


def _problem(source: Source, message: str, line: int = 0) -> Problem:
    return Problem(source.name, line, "", message)


def _decode(content: bytes) -> str:
    if content[:1].isascii():
        return content.decode()
    for mark, encoding in _BOMS.items():
        if content.startswith(mark):
            return content.decode(encoding)
    return content.decode("utf-8")


def _walk(value: object, path: Path) -> Iterator[tuple[Json, Path, str, str]]:
    """Every policy in a value. The nesting is that of an export, which the JSON reader allowed."""
    ahead: list[tuple[object, Path]] = [(value, path)]
    while ahead:
        here, at = ahead.pop()
        if isinstance(here, list):
            ahead += [(one, (*at, n)) for n, one in enumerate(here)][::-1]
        elif isinstance(here, dict):
            kind, name = _kind_of(here)
            if kind:
                yield here, at, kind, name
            else:
                ahead += list(_within(here, at))[::-1]


def _within(here: Json, at: Path) -> Iterator[tuple[object, Path]]:
    for key in (*_LISTS, *_OBJECTS, *_PLANS):
        if isinstance(here.get(key), dict | list):
            yield here[key], (*at, key)
    blocks = here.get(_TERRAFORM)
    if isinstance(blocks, dict):
        for label, block in blocks.items():
            yield block, (*at, _TERRAFORM, label)


def _kind_of(raw: Json) -> tuple[str, str]:
    """The kind, empty if it is no policy, and the name."""
    if "assetType" in raw:
        # Cloud Asset's wrapping bears the policy's name, and is not the policy.
        return "", ""
    name = text_of(raw, "name")
    for kind, fits in _FITS.items():
        if fits(raw, name):
            return kind, name
    return "", name


def _rules_have(raw: Json, *fields: str) -> bool:
    if "rules" not in raw and "details" not in raw:
        return False
    details = value_of(raw, "details")
    rules = objects_of(details if isinstance(details, dict) else raw, "rules")
    return any(value_of(rule, field) is not None for rule, _ in rules for field in fields)


def _spec_has(raw: Json, specs: tuple[str, ...], *fields: str) -> bool:
    found = (child(raw, spec)[0] for spec in specs if spec in raw)
    return any(value_of(one, field) is not None for one in found for field in fields)


# The first that fits counts.
_FITS: dict[str, Callable[[Json, str], bool]] = {
    "deny": lambda raw, name: (
        "/denypolicies/" in name or raw.get("kind") == "DenyPolicy" or _rules_have(raw, "denyRule")
    ),
    "boundary": lambda raw, name: (
        "/principalAccessBoundaryPolicies/" in name or _rules_have(raw, "resources")
    ),
    "binding": lambda raw, name: (
        "/policyBindings/" in name or ("policy" in raw and isinstance(raw.get("target"), dict))
    ),
    "user_access": lambda raw, name: (
        "/gcpUserAccessBindings/" in name or isinstance(value_of(raw, "groupKey"), str)
    ),
    "level": lambda raw, name: (
        "/accessLevels/" in name or ("title" in raw and ("basic" in raw or "custom" in raw))
    ),
    "perimeter": lambda raw, name: (
        "/servicePerimeters/" in name
        or _spec_has(raw, ("spec", "status"), "restrictedServices", "ingressPolicies")
    ),
    "constraint": lambda raw, name: "/customConstraints/" in name or "actionType" in raw,
    "access": lambda raw, name: (
        ("/accessPolicies/" in name and "details" in raw) or _rules_have(raw, "effect")
    ),
    "organization": lambda raw, name: (
        (("spec" in raw or "dryRunSpec" in raw) and "/policies/" in name)
        or _spec_has(raw, ("spec", "dryRunSpec"), "rules", "inheritFromParent", "reset")
        or ("constraint" in raw and ("listPolicy" in raw or "booleanPolicy" in raw))
    ),
    "allow": lambda raw, _: isinstance(raw.get("bindings"), list),
}


def _policy(kind: str, raw: Json, name: str, document: Document, path: Path) -> Policy:
    if kind == "deny" and name and "/" not in name:
        parent = text_of(raw, "parent")
        name = f"policies/{parent}/denypolicies/{name}" if parent else name
    name = name or text_of(raw, "constraint")
    shown = text_of(raw, "displayName") or text_of(raw, "title") or name.rpartition("/")[2]
    place = document.name + (f"#{pointer_of(path)}" if path else "")
    # Only the kinds of NOT_JUDGED are no Kind, and they do not come here.
    judged: Kind = kind  # type: ignore[assignment]
    return Policy(judged, raw, document, path, name or place, shown or place)
