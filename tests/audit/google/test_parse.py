"""From files to policies: encodings, wrappings, and what is named instead of read."""

from __future__ import annotations

import json

import pytest

from bot.audit.google.parse import DEEP, NO_POLICY, YAML, parse_source
from bot.audit.model import Source
from tests.audit.google.case import access, binding, bound, boundary, constraint, deny, level, rule

TEXT = json.dumps(deny(rule()))


def test_a_key_that_stands_there_twice_is_named() -> None:
    """A reader drops one of the two in silence, and Google may take the other."""
    text = '{"rules": [{"denyRule": {"deniedPrincipals": [], "deniedPrincipals": ["x"]}}]}'
    policies, (problem,) = parse_source(Source("x.json", text.encode()))
    assert policies == []
    assert problem.message == (
        "The key “deniedPrincipals” occurs twice in one object; which one counts is not told."
    )
    assert problem.fatal


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_encoding_of_an_export_is_read(encoding: str) -> None:
    """PowerShell writes UTF-16 with a mark, other tools UTF-8 with one."""
    policies, problems = parse_source(Source("x.json", TEXT.encode(encoding)))
    assert [one.kind for one in policies] == ["deny"]
    assert problems == []


@pytest.mark.parametrize(
    ("value", "kinds"),
    [
        (deny(rule()), ["deny"]),
        ([deny(rule()), deny(rule())], ["deny", "deny"]),
        ({"policies": [deny(rule())], "nextPageToken": "x"}, ["deny"]),
        ({"rules": [rule()]}, ["deny"]),
        ({"accessPolicies": [access()]}, ["access"]),
        ({"principalAccessBoundaryPolicies": [boundary("x")]}, ["boundary"]),
        ({"policyBindings": [bound()]}, ["binding"]),
        ({"gcpUserAccessBindings": [binding("x")]}, ["user_access"]),
        ({"accessLevels": [level()]}, ["level"]),
        ({"title": "x", "custom": {}}, ["level"]),
        (constraint("x", spec={}), ["organization"]),
        ({"spec": {"rules": []}}, ["organization"]),
        ({"dryRunSpec": {"reset": True}}, ["organization"]),
        ({"spec": {"inherit_from_parent": True}}, ["organization"]),
        ({"constraint": "constraints/x", "listPolicy": {}}, ["organization"]),
        (
            [
                {
                    "name": "//x/accessPolicies/1/accessLevels/a",
                    "assetType": "a",
                    "resource": {"data": level()},
                }
            ],
            ["level"],
        ),
    ],
)
def test_every_wrapping_is_taken_off(value: object, kinds: list[str]) -> None:
    """REST, gcloud, Cloud Asset."""
    policies, problems = parse_source(Source("x.json", json.dumps(value).encode()))
    assert [one.kind for one in policies] == kinds
    assert problems == []


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"name": "accessPolicies/1/servicePerimeters/p"}, "not judged here"),
        ({"spec": {"restricted_services": ["storage.googleapis.com"]}}, "A VPC Service Controls"),
        ({"status": {"ingressPolicies": []}, "title": "p"}, "A VPC Service Controls perimeter"),
        ({"name": "organizations/1/customConstraints/custom.x"}, "keeps nobody out"),
        ({"bindings": [], "etag": "x"}, "only grants"),
    ],
)
def test_what_keeps_nobody_out_is_named(value: object, said: str) -> None:
    """Not fatal: it hides nothing that is audited here."""
    policies, (problem,) = parse_source(Source("x.json", json.dumps(value).encode()))
    assert policies == []
    assert said in problem.message
    assert not problem.fatal


@pytest.mark.parametrize(
    ("name", "content", "said", "line"),
    [
        ("x.json", b'{\n "a": }', "Is not valid JSON: Expecting value.", 2),
        ("x.yaml", b"rules:\n- a", YAML, 0),
        ("x.YML", b"a: b", YAML, 0),
        ("x.json", b"[" * 100_000, DEEP, 0),
        ("x.json", b"1" * 5_000, DEEP, 0),
        ("x.json", b'{"deniedPermissions": []}', NO_POLICY, 0),
        ("x.json", b'{"spec": {"replicas": 2}}', NO_POLICY, 0),
        ("x.json", b'"text"', NO_POLICY, 0),
        ("x.json", b"\x80", "Is neither UTF-8 nor UTF-16 text. Export it again as JSON.", 0),
    ],
)
def test_what_cannot_be_read_is_a_problem(name: str, content: bytes, said: str, line: int) -> None:
    """With the line where there is one."""
    policies, (problem,) = parse_source(Source(name, content))
    assert (policies, problem.message, problem.line, problem.fatal) == ([], said, line, True)


def test_a_policy_has_a_name_and_a_place_whatever_it_says() -> None:
    """Its display name, else the end of its name, else the file."""
    listed = [deny(rule()), {"name": "a/denypolicies/b"}, {"rules": [rule()]}]
    policies, _ = parse_source(Source("x.json", json.dumps(listed).encode()))
    assert [one.name for one in policies] == ["Top", "b", "x.json#/2"]
    assert policies[2].id == "x.json#/2"
    assert policies[2].place("rules", 0) == "x.json#/2/rules/0"
