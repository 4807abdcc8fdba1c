"""What AWS's own tools put around a policy, taken off: where it lies, how it is called, its text.

Knows `aws organizations describe-policy`, `aws iam get-policy-version` and `get-role-policy` (our
reader writes managed policies like the latter, with `PolicyArn`, and `PermissionsBoundaryType` for
a boundary), Terraform's JSON (its syntax, a plan, a state), and lists of any of these. What a
policy says is not looked at here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal
from urllib.parse import unquote

from bot.audit.aws.blocks import body_of, is_block
from bot.audit.jsontext import Twice, load
from bot.audit.terraform import UNKNOWN, Resource, hidden_in, resources_of
from bot.core.errors import Problem

Kind = Literal["scp", "rcp", "identity", "boundary", "resource"]

OF_ORGANIZATION: dict[str, Kind] = {
    "SERVICE_CONTROL_POLICY": "scp",
    "RESOURCE_CONTROL_POLICY": "rcp",
}
# Terraform's kinds of resource, and where each keeps its document.
_TERRAFORM = {
    "aws_organizations_policy": "content",
    "aws_iam_policy": "policy",
    "aws_iam_role_policy": "policy",
    "aws_iam_user_policy": "policy",
    "aws_iam_group_policy": "policy",
}
NO_POLICY = "it holds no policy: an object with Statement is expected"
NOT_PLANNED = "the policy's text is not known before Terraform applies it; it was not audited"
# Deeper than any tool wraps.
_DEEPEST = 6


# Not frozen, as a frozen one takes five times as long to make; nobody changes it.
@dataclass(slots=True)
class Wrapped:
    """A policy document and what was said around it.

    `pointer` is the JSON pointer to it within its file (it goes on into a document that is kept
    as text); `text` is empty when the document is only a part of the file's text. `listed` is where
    the statements lie from there.
    """

    source: str
    pointer: str = ""
    id: str = ""
    name: str = ""
    kind: Kind | None = None
    text: str = ""
    body: Mapping[str, Any] | None = None
    listed: str = "/Statement"

    def at(self, *parts: object) -> Wrapped:
        """The same, further down; its text is no longer the whole file's."""
        deeper = "".join(f"/{part}" for part in parts)
        return replace(self, pointer=self.pointer + deeper, text="")

    def problem(self, message: str, *, fatal: bool = True) -> Problem:
        """What is wrong at this place."""
        return Problem(self.source, 0, self.pointer, message, fatal)


def unwrap(raw: object, here: Wrapped, depth: int = 0) -> Iterator[Wrapped | Problem]:
    """Every policy document in what a file holds, and a problem for what holds none."""
    if depth > _DEEPEST:
        yield here.problem(NO_POLICY)
    elif isinstance(raw, list) and raw and all(map(is_block, raw)):
        yield replace(here, body=body_of(raw), text="", listed="")
    elif isinstance(raw, list):
        for index, one in enumerate(raw):
            yield from unwrap(one, here.at(index), depth + 1)
    elif not isinstance(raw, dict):
        yield here.problem(NO_POLICY)
    elif "Statement" in raw:
        yield replace(here, body=raw)
    else:
        yield from _unwrap_object(raw, here, depth)


def _unwrap_object(raw: dict[str, Any], here: Wrapped, depth: int) -> Iterator[Wrapped | Problem]:
    for key in ("Policy", "Policies", "PolicyVersion"):
        if key in raw:
            yield from unwrap(raw[key], here.at(key), depth + 1)
            return
    resources = resources_of(raw)
    if resources is not None:
        yield from _terraform(resources, hidden_in(raw), here, depth)
    elif "Content" in raw:
        yield from _described(raw, here, depth)
    elif "PolicyDocument" in raw:
        boundary = bool(raw.get("PermissionsBoundaryType"))
        named = replace(
            here,
            id=_id_in_iam(raw),
            name=_text(raw, "PolicyName"),
            kind="boundary" if boundary else "identity",
        )
        yield from _document(raw["PolicyDocument"], named.at("PolicyDocument"), depth)
    elif "Document" in raw:
        # get-policy-version prints managed policies: identity policies, or boundaries.
        yield from _document(raw["Document"], here.at("Document"), depth)
    else:
        yield here.problem(NO_POLICY)


def _id_in_iam(raw: dict[str, Any]) -> str:
    """The ARN of a managed policy; `role/NAME/POLICY` and the like of one that is inline."""
    owners = (("RoleName", "role"), ("UserName", "user"), ("GroupName", "group"))
    owner = next((f"{kind}/{raw[key]}" for key, kind in owners if _text(raw, key)), "")
    return f"{owner}/{_text(raw, 'PolicyName')}" if owner else _text(raw, "PolicyArn")


def _described(raw: dict[str, Any], here: Wrapped, depth: int) -> Iterator[Wrapped | Problem]:
    """What describe-policy prints; other kinds of policy than these two decide no access."""
    summary = raw.get("PolicySummary", {})
    summary = summary if isinstance(summary, dict) else {}
    kind = _text(summary, "Type") or "SERVICE_CONTROL_POLICY"
    if kind not in OF_ORGANIZATION:
        yield here.problem(f"a {kind} decides no access; it was left out", fatal=False)
        return
    named = replace(
        here,
        id=_text(summary, "Id"),
        name=_text(summary, "Name"),
        kind=OF_ORGANIZATION[kind],
    )
    yield from _document(raw["Content"], named.at("Content"), depth)


def _terraform(
    resources: list[Resource], hidden: str, here: Wrapped, depth: int
) -> Iterator[Wrapped | Problem]:
    found = False
    for one in resources:
        key = _TERRAFORM.get(one.kind, "")
        if key:
            found = True
            organization = OF_ORGANIZATION.get(
                _text(one.values, "type") or "SERVICE_CONTROL_POLICY"
            )
            wrapped = replace(
                here,
                name=_text(one.values, "name") or one.address.rpartition(".")[2],
                kind=organization if key == "content" else "identity",
            )
            text = one.values.get(key, UNKNOWN)
            if text == UNKNOWN:
                yield wrapped.at(*one.path).problem(NOT_PLANNED)
            else:
                yield from _document(text, wrapped.at(*one.path, key), depth)
    if hidden or not found:
        yield here.problem(hidden or NO_POLICY)


def _document(raw: object, here: Wrapped, depth: int) -> Iterator[Wrapped | Problem]:
    """A document that may be kept as text, as it is or URL-encoded (as IAM's API does)."""
    if not isinstance(raw, str):
        yield from unwrap(raw, here, depth + 1)
        return
    text = unquote(raw) if raw.startswith("%7B") else raw
    try:
        parsed = load(text)
    except (ValueError, RecursionError) as error:
        yield here.problem(unreadable(error, "the policy in it is not readable as JSON"))
        return
    yield from unwrap(parsed, replace(here, text=text), depth + 1)


def unreadable(error: Exception, otherwise: str) -> str:
    """What to say about a text that was not read."""
    return str(error) if isinstance(error, Twice) else otherwise


def _text(raw: Mapping[str, Any], key: str) -> str:
    found = raw.get(key)
    return found if isinstance(found, str) else ""
