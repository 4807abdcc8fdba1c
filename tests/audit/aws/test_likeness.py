"""Principals of one name are judged together only where their account makes no difference."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.audit.aws.document import parse_source
from bot.audit.aws.likeness import tells_accounts_apart, without_account
from bot.audit.aws.principal import Principal, parse_principal
from bot.audit.aws.rescue import DEFAULT
from bot.audit.aws.run import audit_aws
from bot.audit.aws.statement import Coverage
from bot.audit.model import Finding, Question
from tests.audit.aws.case import OTHERS, PATHED, ROLE, ROOT, USER, deny, source, unless

TWIN = "arn:aws:iam::444455556666:role/break-glass"
# Two roles, two users and two root users that differ in their account.
TWINS = (ROLE, TWIN, USER, USER.replace("1111", "4444"), ROOT, ROOT.replace("1111", "4444"))
PARTS = st.sampled_from(
    [
        "",
        "*",
        "aws",
        "aws-cn",
        "iam",
        "a?s",
        "1*",
        "111122223333",
        "*3",
        "${Account}",
        "<account>",
        "${AWS::AccountId}",
        "${aws:PrincipalAccount}",
        "[ACCOUNT]",
        "4444555566??",
    ]
)
NAMES = st.sampled_from(
    [
        "*",
        "role/break-glass",
        "role/*",
        "role/1*",
        "*3:role/*",
        "user/b?eak-glass",
        "root",
        "role/${aws:PrincipalAccount}",
        "role/[NAME]",
        "role/other",
        "assumed-role/break-glass/*",
    ]
)
TEXTS = st.one_of(
    st.builds(
        lambda parts, name: ":".join((*parts, name)),
        st.lists(PARTS, min_size=3, max_size=4).map(lambda parts: ["arn", *parts]),
        NAMES,
    ),
    st.builds("arn:aws:iam::{}:{}".format, PARTS, NAMES),
    PARTS,
    NAMES,
)
OPERATORS = st.sampled_from(
    [
        "ArnNotLike",
        "ArnLike",
        "StringNotLike",
        "StringLike",
        "StringNotEquals",
        "StringEquals",
        "ForAnyValue:ArnNotLikeIfExists",
        "Null",
    ]
)
KEYS = st.sampled_from(
    [
        "aws:PrincipalArn",
        "aws:PrincipalAccount",
        "aws:userid",
        "aws:username",
        "iam:PolicyARN",
        "aws:PrincipalTag/team",
        "aws:PrincipalType",
        "aws:PrincipalOrgID",
    ]
)
CONDITIONS = st.dictionaries(
    OPERATORS, st.dictionaries(KEYS, st.lists(TEXTS, min_size=1, max_size=2), max_size=2)
)
ACTIONS = st.sampled_from(["*", "iam:*", "sts:AssumeRole", ["iam:PutRolePolicy", "ec2:*"]])


@st.composite
def statements(draw: st.DrawFn) -> dict[str, Any]:
    """A statement that may or may not name accounts, in any place where it could."""
    resource = draw(st.sampled_from(["Resource", "NotResource"]))
    statement = {
        "Effect": draw(st.sampled_from(["Deny", "Deny", "Allow"])),
        "Action": draw(ACTIONS),
        resource: draw(st.just("*") | st.lists(TEXTS, min_size=1, max_size=2)),
        "Condition": draw(st.just({}) | CONDITIONS),
    }
    who = draw(st.sampled_from(["", "", "Principal", "NotPrincipal"]))
    return statement | ({who: draw(st.just("*") | st.builds(dict, AWS=TEXTS))} if who else {})


def found(listed: list[dict[str, Any]], *accounts: str) -> list[Finding]:
    """What an audit finds for these accounts, the correction aside."""
    findings = audit_aws([source(listed)], Question(accounts)).findings
    return [
        Finding(f.policy_id, f.policy_name, f.account, f.verdict, f.severity, f.reason, f.path)
        for f in findings
    ]


@given(st.lists(statements(), min_size=1, max_size=2))
@example([unless("ArnNotLike", "arn:aws:iam::1*:role/break-glass")])
@example([unless("StringNotLike", "*3:role/break-glass")])
@example([unless("ArnNotLike", "arn:aws-cn:iam::444455556666:role/break-glass")])
@example([deny(Resource="arn:aws:iam::1*:role/*")])
@example([deny(Resource="arn:aws:iam::*3:role/*")])
@example([deny(NotPrincipal={"AWS": ROLE})])
def test_accounts_that_are_asked_about_together_are_judged_as_alone(
    listed: list[dict[str, Any]],
) -> None:
    """Each finding is the one that its account gets when nobody else is asked about."""
    assert found(listed, *TWINS) == [one for account in TWINS for one in found(listed, account)]


@pytest.mark.parametrize(
    ("statement", "apart"),
    [
        (deny(), False),
        (deny(Resource="arn:aws:iam::*:role/pipeline-12"), False),
        (deny(Resource="arn:aws:iam::111122223333:role/*"), True),
        (deny(Resource="arn:aws:iam::aws:policy/*"), True),
        (deny(Principal="*"), False),
        (deny(Principal={"AWS": ROLE}), True),
        (deny(NotPrincipal="*"), True),
        (unless("ArnNotLike", ["arn:aws:iam::*:role/a", "arn:${P}:iam::${Account}:role/b"]), False),
        (unless("ArnNotLike", ["arn:aws:iam::*:role/a", ROLE]), True),
        (unless("StringNotLike", "arn:aws:iam::*:role/break-glass"), False),
        (unless("StringNotLike", "arn:aws:iam:1:*:role/break-glass"), True),
        (unless("StringNotEquals", "arn:aws:iam::*:role/break-glass"), True),
        (unless("ArnNotLike", "arn:aws:iam::*:role/${aws:PrincipalAccount}"), True),
        (unless("StringNotEquals", "444455556666", "aws:PrincipalAccount"), True),
        (unless("StringNotEquals", "444455556666", "aws:userid"), True),
        (unless("StringNotEquals", "eu-west-12", "aws:RequestedRegion"), False),
        (unless("StringNotEquals", "${aws:PrincipalAccount}", "aws:ResourceAccount"), True),
    ],
)
def test_a_policy_that_names_an_account_tells_accounts_apart(
    statement: dict[str, Any], *, apart: bool
) -> None:
    """By number, in part, or by a variable; a name with digits in it names none."""
    (policy,), _ = parse_source(source(statement), Coverage(DEFAULT))
    assert tells_accounts_apart(policy) is apart


def test_principals_are_alike_but_for_their_account() -> None:
    """Kind, path and name count."""
    one, twin, *others = (parse_principal(arn) for arn in (ROLE, TWIN, *OTHERS, USER, PATHED))
    assert isinstance(one, Principal)
    assert isinstance(twin, Principal)
    assert without_account(one) == without_account(twin)
    for other in others:
        assert isinstance(other, Principal)
        if other.arn != TWIN:
            assert without_account(one) != without_account(other)
