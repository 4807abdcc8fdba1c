"""What comes from outside is damaged in every way: each parser reads it or names it, and lives.

A few of each in every run; `make fuzz` tries thousands, and the other property tests of parsers
with them.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.adapters.organisation_file import load_organisation
from bot.adapters.policy_files import read_policies
from bot.adapters.policy_yaml import json_of
from bot.audit.aws.run import audit_aws
from bot.audit.entra.run import audit_entra
from bot.audit.google.run import audit_google
from bot.audit.members import parse_members
from bot.audit.model import Question, Report, Source
from bot.core.errors import Invalid, Problem
from bot.core.organisation import Organisation
from tests.audit.aws.case import ROLE
from tests.audit.google.case import USER, deny, rule
from tests.services.tenants import FIRST_ACCOUNT, policy

Read = TypeVar("Read")
TODAY = date(2026, 11, 22)
PIECES = st.sampled_from(
    [
        b'"',
        b"{",
        b"]",
        b"\n",
        b"null",
        b"-1",
        b"1e999",
        b"\xff\xfe",
        b"\x00",
        b": ",
        b"&a *a",
        b"PK",
    ]
)
ORGANISATION = files("bot").joinpath("resources/organisation.example.yaml").read_bytes()
ENTRA = json.dumps({"value": [policy(1), policy(2, block=False)]}, indent=1).encode()
STATEMENT = {
    "Effect": "Deny",
    "NotAction": ["iam:*", "support:*"],
    "Resource": "*",
    "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/x"}},
}
AWS = json.dumps({"Version": "2012-10-17", "Statement": [STATEMENT]}, indent=1).encode()
GOOGLE = json.dumps(deny(rule(exceptionPrincipals=[USER])), indent=1).encode()
YAML = b"""\
# a comment
displayName: &name "CA001: Block"
state: enabled
conditions:
  users: {includeUsers: [All], excludeGroups: []}
other: *name
text: |
  two
  lines
"""
MEMBERS = json.dumps({"group-1": [FIRST_ACCOUNT, "group-2"], "group-2": []}).encode()
NODE = st.recursive(
    st.fixed_dictionaries(
        {},
        optional={
            "id": st.text(max_size=3),
            "name": st.text(max_size=3) | st.none(),
            "policies": st.lists(st.sampled_from(["a", "p-FullAWSAccess", ""]), max_size=2),
            "accounts": st.lists(st.text(max_size=3), max_size=2)
            | st.dictionaries(st.sampled_from([ROLE.split(":")[4], "1", ""]), st.just(["a"])),
        },
    ),
    lambda inner: st.fixed_dictionaries(
        {"children": st.lists(inner, max_size=3) | inner}, optional={"policies": st.text()}
    ),
    max_leaves=8,
)


def packed() -> bytes:
    """A zip with two policies, one of them not compressed."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("policies/one.json", ENTRA)
        archive.writestr("two.yaml", YAML, compress_type=zipfile.ZIP_STORED)
    return made.getvalue()


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """The file with a few places of it lost, doubled or overwritten; now and then only noise."""
    content = bytearray(whole)
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.integers(0, 30)))
        content[start:end] = draw(PIECES | st.binary(max_size=8) | st.just(bytes(content[:end])))
    return bytes(content[: 3 * len(whole)])


def or_problems(read: Callable[[], Read]) -> Read | tuple[Problem, ...]:
    """What was read, or why nothing was. Errors: everything but Invalid, which is the point."""
    try:
        return read()
    except Invalid as error:
        return tuple(error.problems)


def check_told(report: Report) -> None:
    """Whatever was in the file, there is something to read about it."""
    assert report.findings or report.problems


@settings(deadline=None)
@given(damaged(ENTRA))
def test_a_damaged_entra_export_is_judged_or_named(content: bytes) -> None:
    """Conditional Access policies as Microsoft Graph gives them."""
    check_told(audit_entra([Source("x.json", content)], Question((FIRST_ACCOUNT,))))


@settings(deadline=None)
@given(damaged(AWS))
def test_a_damaged_aws_policy_is_judged_or_named(content: bytes) -> None:
    """Service control policies and their kin."""
    check_told(audit_aws([Source("x.json", content)], Question((ROLE,))))


@settings(deadline=None)
@given(damaged(GOOGLE))
def test_a_damaged_google_policy_is_judged_or_named(content: bytes) -> None:
    """Deny policies and their kin."""
    check_told(audit_google([Source("x.json", content)], Question((USER,))))


@settings(deadline=None)
@given(damaged(YAML))
def test_damaged_yaml_is_json_or_named(content: bytes) -> None:
    """Never something between the two."""
    made, problem = json_of(content, "x.yaml")
    assert json.loads(made) is not None if problem is None else problem.message


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder; one is enough, since each example writes the same file anew."""
    return tmp_path_factory.mktemp("fuzz")


@settings(deadline=None)
@given(content=damaged(packed()))
def test_a_damaged_zip_is_read_or_named(place: Path, content: bytes) -> None:
    """Also where the damage is in its own tables."""
    file = place / "x.zip"
    file.write_bytes(content)
    sources, problems = read_policies([file])
    assert sources or problems
    assert all(source.name.startswith(f"{file}/") for source in sources)


@settings(deadline=None)
@given(NODE, st.dictionaries(st.text(max_size=3), NODE, max_size=1))
def test_any_tree_is_used_or_refused(node: object, more: dict[str, object]) -> None:
    """`--tree`: an audit with it, or Invalid with the places."""
    tree = {"root": node, **more}
    report = or_problems(lambda: audit_aws([Source("a.json", AWS)], Question((ROLE,)), tree=tree))
    assert report if isinstance(report, tuple) else report.findings


def test_a_tree_without_end_is_refused() -> None:
    """Deeper than any organization, and than a program can follow."""
    tree = json.loads('{"root": ' + '{"children": [' * 300 + "]}" * 300 + "}")
    with pytest.raises(Invalid, match="depth exceeded"):
        audit_aws([Source("a.json", AWS)], Question((ROLE,)), tree=tree)


@settings(deadline=None)
@given(damaged(MEMBERS))
@example(b"[" * 100_000)
def test_any_list_of_members_is_read_or_refused(content: bytes) -> None:
    """`--members`: texts under texts, or Invalid with the places."""
    members = or_problems(lambda: parse_members("m.json", content))
    if isinstance(members, dict):
        assert all(isinstance(one, str) for some in members.values() for one in some)
    else:
        assert members


@settings(deadline=None)
@given(content=damaged(ORGANISATION))
def test_a_damaged_organisation_file_is_read_or_refused(place: Path, content: bytes) -> None:
    """With every mistake at once."""
    file = place / "organisation.yaml"
    file.write_bytes(content)
    found = or_problems(lambda: load_organisation(file, today=TODAY)[0])
    if isinstance(found, Organisation):
        assert found.name
    else:
        assert any(problem.fatal for problem in found)
