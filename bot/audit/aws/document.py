"""From files to policies: any encoding, any wrapping, and only the statements that matter.

Nothing is dropped in silence: what cannot be read is a problem with its place. YAML and HCL are
not read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.audit.aws.statement import Coverage, Malformed, Statement, parse_statement
from bot.audit.aws.wrapping import NO_POLICY, Kind, Wrapped, unreadable, unwrap
from bot.audit.jsontext import load
from bot.audit.model import Source
from bot.core.errors import Problem

_BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_MARKS = tuple(_BOMS)
# Words of a path that tell what a bare document is; the first that occurs counts.
_HINTS: tuple[tuple[str, Kind], ...] = (
    ("service-control", "scp"),
    ("service_control", "scp"),
    ("scp", "scp"),
    ("boundar", "boundary"),
    ("permissionset", "identity"),
    ("iam-polic", "identity"),
    ("iam_polic", "identity"),
    ("inline", "identity"),
)


# Not frozen, as a frozen one takes five times as long to make; nobody changes it.
@dataclass(slots=True)
class Policy:
    """A policy as far as a rescue is concerned.

    `id` and `name` come from what was around it, or else from the file's name; `known_id` says
    whether AWS gave the ID. `text` is its JSON as it stood there, empty when it is a part of a
    larger file; `raw` is the same parsed. `statements` are those that name a rescue action,
    `allows` whether any statement is an Allow, `broken` why AWS would not take it as it is.
    """

    place: str
    id: str
    name: str
    known_id: bool
    kind: Kind
    text: str
    raw: Mapping[str, Any]
    statements: tuple[Statement, ...]
    allows: bool
    broken: str = ""


def parse_source(
    source: Source, coverage: Coverage
) -> tuple[tuple[Policy, ...], tuple[Problem, ...]]:
    """The policies of one file, and what is wrong in it; `fatal` problems hide a policy."""
    try:
        text = _decode(source.content)
        raw = load(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 0)
        message = unreadable(error, _unreadable(source.name))
        return (), (Problem(source.name, line, "", message),)
    policies: list[Policy] = []
    problems: list[Problem] = []
    if isinstance(raw, dict) and "Statement" in raw:
        # The common case, and nothing to take off.
        policy = _policy(Wrapped(source.name, text=text, body=raw), coverage, problems)
        return (policy,), tuple(problems)
    for found in unwrap(raw, Wrapped(source.name, text=text)):
        if isinstance(found, Problem):
            problems.append(found)
        else:
            policies.append(_policy(found, coverage, problems))
    if not policies and not problems:
        problems.append(Problem(source.name, 0, "", NO_POLICY))
    return tuple(policies), tuple(problems)


def _decode(content: bytes) -> str:
    if content.startswith(_MARKS):
        for bom, encoding in _BOMS.items():
            if content.startswith(bom):
                return content.decode(encoding)
    return content.decode("utf-8")


def _unreadable(name: str) -> str:
    suffix = name.rpartition(".")[2].lower()
    if suffix in {"yaml", "yml", "tf", "hcl"}:
        return f".{suffix} files are not read here; give the policy as JSON"
    return "it is not readable as JSON"


def _policy(found: Wrapped, coverage: Coverage, problems: list[Problem]) -> Policy:
    raw = found.body or {}
    listed = raw["Statement"]
    several = isinstance(listed, list)
    statements = []
    allows, broken = False, ""
    for index, one in enumerate(listed if several else [listed]):
        pointer = f"{found.listed}/{index}" if several else "/Statement"
        allows = allows or (isinstance(one, dict) and one.get("Effect") == "Allow")
        try:
            statement = parse_statement(one, index, pointer, coverage)
        except Malformed as error:
            problems.append(Problem(found.source, 0, found.pointer + error.pointer, error.text))
            broken = broken or error.text
            continue
        if statement:
            statements.append(statement)
    return Policy(
        place=f"{found.source}#{found.pointer}",
        id=found.id or found.name or found.source + (f"#{found.pointer}" if found.pointer else ""),
        name=found.name or _stem(found.source),
        known_id=bool(found.id),
        kind=found.kind or _guess(found.source, listed if several else [listed]),
        text=found.text,
        raw=raw,
        statements=tuple(statements),
        allows=allows,
        broken=broken,
    )


def _stem(file: str) -> str:
    name = file.rpartition("/")[2]
    return name.rpartition(".")[0] or name


def _guess(source: str, statements: list[Any]) -> Kind:
    """What a bare document is: by who is named in it, and else by words of the file's path."""
    for one in statements:
        if isinstance(one, dict) and ("Principal" in one or "NotPrincipal" in one):
            return _guess_resource([one for one in statements if isinstance(one, dict)])
    folded = source.lower()
    for word, kind in _HINTS:
        if word in folded:
            return kind
    return "scp"


def _guess_resource(named: list[dict[str, Any]]) -> Kind:
    """A resource control policy of one's own denies, and to everybody (AWS Organizations)."""
    everybody = all(one.get("Principal") == "*" and one.get("Effect") == "Deny" for one in named)
    return "rcp" if everybody else "resource"
