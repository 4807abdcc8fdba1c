"""Each rescue action is decided by itself: by its service, its target, and who calls."""

from bot.audit.aws.principal import Facts, Principal, parse_principal
from bot.audit.aws.rescue import DEFAULT
from bot.audit.aws.rules import Caller, Ruling, rule
from bot.audit.aws.statement import Coverage, parse_statement
from tests.audit.aws.case import ROLE, USER, deny

COVERAGE = Coverage(DEFAULT)


def ruling(statement: object, arn: str = ROLE) -> Ruling:
    """What a statement does to a principal."""
    principal = parse_principal(arn)
    assert isinstance(principal, Principal)
    parsed = parse_statement(statement, 0, "/Statement/0", COVERAGE)
    assert parsed
    return rule(parsed, Caller(principal, Facts(), COVERAGE), COVERAGE.every)


def names(mask: int) -> set[str]:
    """The actions of a mask."""
    return {DEFAULT.actions[bit].name for bit in COVERAGE.bits(mask)}


def test_a_region_deny_hits_each_service_as_it_is_called() -> None:
    """IAM is called in one Region, STS in any, Identity Center where it lives."""
    found = ruling(deny(Condition={"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}))
    services = [{name.split(":")[0] for name in names(mask)} for mask in (
        found.applies, found.choice, found.open
    )]  # fmt: skip
    assert services == [{"iam", "organizations", "support"}, {"sts", "signin"}, {"sso"}]


def test_a_deny_on_roles_leaves_users_alone() -> None:
    """An action counts when one of its targets is covered entirely."""
    found = ruling(deny(Action="iam:*", Resource="arn:aws:iam::*:role/*"))
    assert "iam:PutRolePolicy" in names(found.applies)
    assert "iam:PutUserPolicy" not in names(found.applies)


def test_a_support_case_has_no_arn() -> None:
    """Only a star covers what AWS defines no resources for."""
    assert not ruling(deny(Action="support:*", Resource="arn:aws:*")).reaches
    assert ruling(deny(Action="support:*")).applies


def test_assuming_the_emergency_role_itself_is_a_target_of_roles_only() -> None:
    """A user is not assumed."""
    statement = deny(Action="sts:AssumeRole", Resource=[ROLE, USER])
    assert names(ruling(statement).applies) == {"sts:AssumeRole"}
    assert not ruling(statement, USER).reaches


def test_a_placeholder_in_a_list_of_other_actions_may_take_them_out() -> None:
    """What NotAction perhaps names is perhaps denied; the rest is denied."""
    found = ruling(deny(NotAction=["iam:*", "${SERVICE}:Assume*"]))
    assert names(found.open) == {"sts:AssumeRole"}
    assert "iam:PutRolePolicy" not in names(found.applies | found.open)
    assert found.needs == ("${SERVICE}",)
