"""Every file is read in the form that somebody's tool gave it, or named with what is wrong."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.audit.aws.document import Policy, parse_source
from bot.audit.aws.rescue import DEFAULT
from bot.audit.aws.run import audit_aws
from bot.audit.aws.statement import Coverage
from bot.audit.model import Question, Source
from bot.core.errors import Problem
from tests.audit.aws.case import ROLE, allow, deny, source

BODY = {"Version": "2012-10-17", "Statement": [deny()]}
TEXT = json.dumps(BODY)


def parse(raw: object, name: str = "scp.json") -> tuple[tuple[Policy, ...], tuple[Problem, ...]]:
    """What is read from a file that holds this."""
    content = raw if isinstance(raw, bytes) else json.dumps(raw).encode()
    return parse_source(Source(name, content), Coverage(DEFAULT))


def only(raw: object, name: str = "scp.json") -> Policy:
    """The only policy, with nothing to complain about."""
    (policy,), problems = parse(raw, name)
    assert problems == ()
    return policy


def test_an_effect_of_another_kind_is_a_problem() -> None:
    """A list is no Effect, and no crash."""
    _, problems = parse({"Statement": [{"Effect": ["Deny"], "Action": "*"}]})
    assert [problem.field for problem in problems] == ["/Statement/0/Effect"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_any_encoding_that_windows_or_unix_writes_is_read(encoding: str) -> None:
    """UTF-8 with and without a mark, UTF-16 with one."""
    assert only(TEXT.encode(encoding)).text == TEXT


@pytest.mark.parametrize(
    ("raw", "place", "policy_id", "name", "kind"),
    [
        (BODY, "#", "scp.json", "scp", "scp"),
        ([BODY], "#/0", "scp.json#/0", "scp", "scp"),
        ({"Policies": [BODY]}, "#/Policies/0", "scp.json#/Policies/0", "scp", "scp"),
        (
            {
                "Policy": {
                    "PolicySummary": {
                        "Id": "p-1",
                        "Name": "Guard",
                        "Type": "RESOURCE_CONTROL_POLICY",
                    },
                    "Content": TEXT,
                }
            },
            "#/Policy/Content",
            "p-1",
            "Guard",
            "rcp",
        ),
        ({"Content": TEXT, "PolicySummary": 1}, "#/Content", "scp.json#/Content", "scp", "scp"),
        (
            {"RoleName": "r", "PolicyName": "inline", "PolicyDocument": BODY},
            "#/PolicyDocument",
            "role/r/inline",
            "inline",
            "identity",
        ),
        (
            {
                "PolicyArn": "arn:aws:iam::111122223333:policy/edge",
                "PolicyName": "edge",
                "PermissionsBoundaryType": "Policy",
                "PolicyDocument": BODY,
            },
            "#/PolicyDocument",
            "arn:aws:iam::111122223333:policy/edge",
            "edge",
            "boundary",
        ),
        (
            {"PolicyVersion": {"Document": "%7B%22Statement%22%3A%5B%5D%7D"}},
            "#/PolicyVersion/Document",
            "scp.json#/PolicyVersion/Document",
            "scp",
            "scp",
        ),
        (
            {"resource": {"aws_organizations_policy": {"guard": {"content": TEXT}}}},
            "#/resource/aws_organizations_policy/guard/content",
            "guard",
            "guard",
            "scp",
        ),
        (
            {"resource": {"aws_iam_policy": {"guard": {"policy": BODY, "name": "Guard"}}}},
            "#/resource/aws_iam_policy/guard/policy",
            "Guard",
            "Guard",
            "identity",
        ),
    ],
)
def test_every_wrapping_is_taken_off(
    raw: object, place: str, policy_id: str, name: str, kind: str
) -> None:
    """ID, name and kind are what the wrapping says; the place leads to the document."""
    policy = only(raw)
    assert policy.place == f"scp.json{place}"
    assert (policy.id, policy.name, policy.kind) == (policy_id, name, kind)


@pytest.mark.parametrize(
    ("name", "statement", "kind"),
    [
        ("a/permissions-boundary.json", allow(), "boundary"),
        ("iam-policies/a.json", allow(), "identity"),
        ("iam_policies/a.json", allow(), "identity"),
        ("sso-permissionSet1-inline.json", allow(), "identity"),
        ("terraform-aws-service-control-policies/catalog/iam-policies.yaml", allow(), "scp"),
        ("scps/protect-boundaries.json", allow(), "scp"),
        ("whatever", allow(), "scp"),
        ("scp.json", {**deny(), "Principal": "*"}, "rcp"),
        ("scp.json", [{**deny(), "Principal": "*"}, {**allow(), "Principal": "*"}], "resource"),
        ("scp.json", [{**deny(), "NotPrincipal": {"AWS": "1"}}], "resource"),
    ],
)
def test_a_bare_document_is_guessed_by_its_principals_and_its_path(
    name: str, statement: object, kind: str
) -> None:
    """Without either, it is an SCP."""
    assert only(source(statement).content, name).kind == kind


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.yaml", b"- sid: x", ".yaml files are not read here; give the policy as JSON"),
        ("a.tf", b'resource "x" {}', ".tf files are not read here; give the policy as JSON"),
        ("a.json", b"{", "it is not readable as JSON"),
        ("a.json", b"\xff\xfe\x00", "it is not readable as JSON"),
        ("a.json", b"[" * 100_000, "it is not readable as JSON"),
        ("a.json", b"[]", "it holds no policy: an object with Statement is expected"),
        ("a.json", b"7", "it holds no policy: an object with Statement is expected"),
        ("a.json", b'{"a": 1}', "it holds no policy: an object with Statement is expected"),
        ("a.json", b"[[[[[[[[]]]]]]]]", "it holds no policy: an object with Statement is expected"),
        (
            "a.json",
            b'{"resource": {"aws_iam_policy": {"a": 1}, "aws_iam_role_policy": 1}}',
            "it holds no policy: an object with Statement is expected",
        ),
        (
            "a.json",
            b'{"Statement": {"Effect": "Deny", "Action": "*", "Action": "s3:*"}}',
            "the key “Action” occurs twice in one object; which one counts is not told",
        ),
        ("a.json", b'{"Content": "{"}', "the policy in it is not readable as JSON"),
    ],
)
def test_a_file_that_holds_no_policy_is_a_problem(name: str, content: bytes, message: str) -> None:
    """Named with what is wrong, and nothing else is lost by it."""
    policies, (problem,) = parse(content, name)
    assert policies == ()
    assert problem.file == name
    assert problem.message == message
    assert problem.fatal


def test_a_line_number_is_given_where_json_has_one() -> None:
    """The line at which reading stopped."""
    _, (problem,) = parse(b'{\n"a": ,\n}')
    assert problem.line == 2


def test_a_policy_that_decides_no_access_is_left_out_with_a_word() -> None:
    """A tag policy is no mistake, so the problem is none that is fatal."""
    policies, (problem,) = parse({"PolicySummary": {"Type": "TAG_POLICY"}, "Content": "{}"})
    assert policies == ()
    assert not problem.fatal


@pytest.mark.parametrize(
    ("statement", "where", "message"),
    [
        ("x", "/Statement/0", "a statement must be an object"),
        ({"Effect": "deny"}, "/Statement/0/Effect", "Effect must be Allow or Deny"),
        ({"Effect": "Deny"}, "/Statement/0", "a statement must have Action or NotAction"),
        (
            deny(Action="*", NotAction="x") | {"Action": "*"},
            "/Statement/0",
            "a statement has either Action or NotAction",
        ),
        (deny(Action=[None]), "/Statement/0/Action", "a text or a list of texts is expected here"),
        (
            deny(Resource=None),
            "/Statement/0/Resource",
            "a text or a list of texts is expected here",
        ),
        (deny(Condition="x"), "/Statement/0/Condition", "Condition must be an object"),
        (
            deny(Condition={"Like": {}}),
            "/Statement/0/Condition/Like",
            "Like is no condition operator of IAM",
        ),
        (
            deny(Condition={"Bool": 1}),
            "/Statement/0/Condition/Bool",
            "Bool must hold an object of keys and values",
        ),
        (
            deny(Condition={"Bool": {"a/b": {}}}),
            "/Statement/0/Condition/Bool/a~1b",
            "a text or a list of texts is expected here",
        ),
    ],
)
def test_a_statement_that_aws_refuses_is_a_problem_at_its_place(
    statement: object, where: str, message: str
) -> None:
    """The other statements are still judged."""
    (policy,), (problem,) = parse({"Statement": [statement, deny()]})
    assert (problem.field, problem.message) == (where, message)
    assert policy.broken == message
    assert len(policy.statements) == 1
    broken = Source("scp.json", json.dumps({"Statement": [statement, deny()]}).encode())
    (found,) = audit_aws([broken], Question((ROLE,))).findings
    assert found.verdict == "blocking"


def test_two_mistakes_are_two_problems() -> None:
    """The first one is what the policy is said to suffer from."""
    (policy,), problems = parse({"Statement": [1, {"Effect": 1}]})
    assert len(problems) == 2
    assert policy.broken == "a statement must be an object"


TEXTS = st.sampled_from(
    ["*", "iam:*", "Deny", "Allow", "${X}", "arn:aws:iam::*:role/x", "true", "", "\ud800"]
) | st.text(max_size=4)
NAMES = st.sampled_from(
    [
        "Statement", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition",
        "Principal", "NotPrincipal", "Sid", "AWS", "ArnNotLike", "StringLikeIfExists", "Null",
        "ForAnyValue:StringLike", "aws:PrincipalArn", "aws:PrincipalTag/x", "Policy", "Policies",
        "Content", "PolicySummary", "PolicyDocument", "PolicyVersion", "Document", "resource",
        "aws_iam_policy", "policy", "Type", "",
    ]
)  # fmt: skip
ANYTHING = st.recursive(
    TEXTS | st.none() | st.booleans() | st.integers() | st.floats(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=30,
)
STATEMENT = st.fixed_dictionaries(
    {"Effect": st.sampled_from(["Deny", "Allow"])},
    optional=dict.fromkeys(
        ("Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal"), ANYTHING
    )
    | {
        "Sid": ANYTHING,
        "Condition": ANYTHING
        | st.dictionaries(
            st.sampled_from(["ArnNotLike", "StringLike", "Null", "Bool"]),
            st.dictionaries(st.sampled_from(["aws:PrincipalArn", "aws:x", "iam:x", ""]), ANYTHING),
            max_size=3,
        ),
    },
)


@given(
    ANYTHING
    | st.fixed_dictionaries({"Statement": STATEMENT | st.lists(STATEMENT | ANYTHING, max_size=3)})
)
@example({"Statement": {**deny(), "Principal": {"AWS": [1, {}]}}})
def test_whatever_the_json_holds_is_audited_or_named(raw: object) -> None:
    """No crash; each policy has its finding, each file a finding or a problem."""
    report = audit_aws([Source("a.json", json.dumps(raw).encode())], Question((ROLE,)))
    assert report.findings or report.problems
    for finding in report.findings:
        assert finding.reason.endswith(".")
        if finding.fix:
            again = Source("a.json", finding.fix.corrected.encode("utf-8", "surrogatepass"))
            (after,) = audit_aws([again], Question((ROLE,))).findings
            assert after.verdict in {"excluded", "unknown"}


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
@example(b'{"Statement": "\xed\xa0\x80"}')
def test_whatever_the_bytes_are_the_file_is_audited_or_named(content: bytes) -> None:
    """No crash on what is no text, or no JSON."""
    report = audit_aws([Source("a.json", content)], Question((ROLE,)))
    assert report.findings or report.problems
