"""An ARN is taken for what it is, and a request knows what AWS would know, and no more."""

import pytest

from bot.audit.aws.principal import ABSENT, Facts, Principal, Request, Value, parse_principal
from tests.audit.aws.case import CHINA, PATHED, PERMISSION_SET, ROLE, ROOT, USER

FEDERATED = "arn:aws:sts::111122223333:federated-user/somebody"


def principal(arn: str) -> Principal:
    """The principal of an ARN that is one."""
    found = parse_principal(arn)
    assert isinstance(found, Principal)
    return found


@pytest.mark.parametrize(
    ("arn", "kind", "path", "name"),
    [
        (ROLE, "role", "/", "break-glass"),
        (PATHED, "role", "/emergency/", "break-glass"),
        (USER, "user", "/", "break-glass"),
        (ROOT, "root", "/", ""),
        (FEDERATED, "federated-user", "/", "somebody"),
        (
            PERMISSION_SET,
            "role",
            "/aws-reserved/sso.amazonaws.com/eu-central-1/",
            "AWSReservedSSO_BreakGlass_0123456789abcdef",
        ),
    ],
)
def test_an_arn_is_taken_apart(arn: str, kind: str, path: str, name: str) -> None:
    """Kind, path and name; the account and the partition beside them."""
    found = principal(arn)
    assert (found.kind, found.path, found.name) == (kind, path, name)
    assert (found.partition, found.account) == ("aws", "111122223333")


@pytest.mark.parametrize(
    "arn",
    [
        "",
        "break-glass",
        "arn:aws:iam::123:role/x",
        "arn:aws:iam::111122223333:role/",
        "arn:aws:iam::111122223333:role/a*",
        "arn:aws:iam::111122223333:role/${x}/b",
        "arn:aws:iam::111122223333:group/x",
        "arn:aws:s3:::bucket",
    ],
)
def test_what_is_no_arn_of_one_principal_is_said_to_be_none(arn: str) -> None:
    """A pattern is none, either: it would be exempt from what it only may match."""
    assert "is no ARN of one role or user" in str(parse_principal(arn))


def test_a_session_is_asked_for_its_role() -> None:
    """The path of the role does not stand in the session's ARN, so that it cannot be derived."""
    assert "give the ARN of its role" in str(
        parse_principal("arn:aws:sts::111122223333:assumed-role/break-glass/me")
    )


FACTS = Facts("o-example", {ROLE: {"Team": "emergency"}})


@pytest.mark.parametrize(
    ("arn", "service", "key", "value"),
    [
        (ROLE, "iam", "aws:principalarn", (ROLE,)),
        (ROLE, "iam", "aws:principalaccount", ("111122223333",)),
        (ROLE, "iam", "aws:principaltype", ("AssumedRole",)),
        (USER, "iam", "aws:principaltype", ("User",)),
        (ROOT, "iam", "aws:principaltype", ("Account",)),
        (ROOT, "iam", "aws:userid", ("111122223333",)),
        (ROLE, "iam", "aws:userid", None),
        (USER, "iam", "aws:username", ("break-glass",)),
        (ROLE, "iam", "aws:username", ABSENT),
        (ROLE, "iam", "aws:principaltag/team", ("emergency",)),
        (ROLE, "iam", "aws:principaltag/other", ABSENT),
        (USER, "iam", "aws:principaltag/team", None),
        (ROLE, "iam", "aws:principalorgid", ("o-example",)),
        (ROLE, "iam", "aws:principalorgpaths", None),
        (ROLE, "iam", "aws:principalisawsservice", ("false",)),
        (ROLE, "iam", "aws:multifactorauthpresent", None),
        (ROLE, "iam", "aws:sourceip", None),
        (ROLE, "iam", "aws:sourceaccount", ABSENT),
        (ROLE, "iam", "aws:requesttag/x", ABSENT),
        (ROLE, "iam", "aws:resourcetag/x", None),
        (ROLE, "iam", "aws:requestedregion", ("us-east-1",)),
        (ROLE, "sts", "aws:requestedregion", None),
        (CHINA, "iam", "aws:requestedregion", None),
        (ROLE, "iam", "iam:permissionsboundary", None),
        (ROLE, "iam", "ec2:owner", ABSENT),
        (ROLE, "iam", "saml:sub", None),
        (USER, "iam", "saml:sub", ABSENT),
        (ROLE, "iam", "token.actions.githubusercontent.com:sub", None),
        (ROLE, "iam", "aws:federatedprovider", None),
        (USER, "iam", "aws:federatedprovider", ABSENT),
    ],
)
def test_a_request_knows_a_key_or_says_so(arn: str, service: str, key: str, value: Value) -> None:
    """Values, or that it is missing, or None where only the call itself will tell."""
    assert Request(principal(arn), FACTS, service)(key) == value


def test_without_facts_the_organization_is_unknown() -> None:
    """A role's ARN does not say to which organization its account belongs."""
    assert Request(principal(ROLE), Facts(), "iam")("aws:principalorgid") is None


def test_the_caller_chooses_the_region_and_a_user_his_mfa() -> None:
    """STS is called where one likes; MFA is there for who has registered it."""
    key = Facts(methods=frozenset({"fido2"}))
    assert Request(principal(USER), key, "sts").free == {
        "aws:requestedregion",
        "aws:multifactorauthpresent",
    }
    assert Request(principal(ROLE), key, "iam").free == frozenset()


def test_people_read_what_kind_of_principal_it_is() -> None:
    """In words, not in AWS's types."""
    assert [principal(arn).noun for arn in (ROLE, USER, ROOT, FEDERATED)] == [
        "role",
        "user",
        "root user",
        "federated user",
    ]
