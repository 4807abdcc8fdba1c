"""Deny policies and access policies in one shape."""

import json

from bot.audit.google.parse import Policy, parse_source
from bot.audit.google.rules import check_rules, rules_of
from bot.audit.model import Source
from tests.audit.google.case import SET_POLICY, access, deny, rule, when


def policy_of(value: object) -> Policy:
    """The only policy of a file."""
    (policy,), _ = parse_source(Source("x.json", json.dumps(value).encode()))
    return policy


def test_both_kinds_of_rules_have_one_shape() -> None:
    """Whom, what, under which condition, and where the exceptions stand or would."""
    (denying,) = rules_of(policy_of(deny(when("true"))))
    (accessing,) = rules_of(
        policy_of(access(conditions={"iam.googleapis.com": {"expression": "true"}}))
    )
    for one in (denying, accessing):
        assert (one.principals, one.permissions) == (
            ("principalSet://goog/public:all",),
            (SET_POLICY,),
        )
        assert (one.condition, one.reach, one.rescue) == ("true", "always", (SET_POLICY,))
    assert denying.exceptions_path == ("rules", 0, "denyRule", "exceptionPrincipals")
    assert accessing.exceptions_path == ("details", "rules", 0, "excludedPrincipals")


def test_what_in_a_condition_is_beyond_tags_is_named() -> None:
    """The function, or the beginning of the text where there is none."""
    text = "resource.matchTag('a', 'b') && request.path.matches('x')"
    (named,) = rules_of(policy_of(deny(when(text))))
    assert named.uncomputable() == "request.path.matches(…)"
    (bare,) = rules_of(policy_of(deny(when("a > b"))))
    assert bare.uncomputable() == "'a > b'"


def test_a_permission_that_is_nearly_known_is_named() -> None:
    """A rule that denies nothing by a slip is not what its author meant; nor is an exception."""
    slip = "iam.googleapis.com/denypolicies.updat"
    policy = policy_of(deny(rule(deniedPermissions=[slip]), rule(exceptionPermissions=[slip])))
    found = list(check_rules(policy, rules_of(policy)))
    assert [(one.field, one.fatal) for one in found] == [
        ("/rules/0/denyRule", False),
        ("/rules/1/denyRule", False),
    ]
    assert {one.message for one in found} == {
        f"The permission '{slip}' is not known here; did you mean {slip}e?"
    }


def test_a_good_policy_has_no_problem() -> None:
    """A warning that always comes is read by nobody."""
    policy = policy_of(deny(rule()))
    assert list(check_rules(policy, rules_of(policy))) == []
