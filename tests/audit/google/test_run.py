"""What the audit of Google policies says, case by case, and as a whole."""

from __future__ import annotations

import json
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.audit.google.run import audit_google
from bot.audit.model import Question, Source, Verdict
from tests.audit.google.case import (
    GROUP,
    MAIL,
    USER,
    Case,
    access,
    binding,
    bound,
    boundary,
    constraint,
    deny,
    level,
    rule,
    source,
    when,
)
from tests.audit.google.cases import CASES


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_expert_would_sign_this(case: Case) -> None:
    """One policy, one account, one verdict, and a reason with what decides."""
    finding = case.finding()
    assert finding.verdict == case.verdict, finding.reason
    for words in case.words:
        assert words in finding.reason
    if case.severity:
        assert finding.severity == case.severity
    assert finding.reason.endswith(".")
    assert "\n" not in finding.reason


def test_alike_rules_in_different_places_are_told_apart() -> None:
    """A project's is not the organization's, whichever is read first; no account is in neither."""
    projects = "policies/cloudresourcemanager.googleapis.com%2Fprojects%2F"
    names = [f"{projects}a/denypolicies/x", deny()["name"], f"{projects}b/denypolicies/x"]
    policies = [deny(rule(), name=name) for name in names]
    report = audit_google([source(policies)], Question((USER, "nobody")))
    judged = [(one.severity, one.reason.partition("enies ")[0]) for one in report.findings[::2]]
    assert judged == [
        ("high", "In project a only: d"),
        ("critical", "D"),
        ("high", "In project b only: d"),
    ]
    assert {one.reason[:4] for one in report.findings[1::2]} == {"This"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_place_of_a_finding_is_in_the_file(case: Case) -> None:
    """A reader who follows the pointer arrives, or at the object where the field is missing."""
    value: object = json.loads(source(list(case.policies)).content)
    steps = case.finding().path.partition("#")[2].split("/")[1:]
    for number, step in enumerate(steps):
        if isinstance(value, list):
            value = value[int(step)]
        else:
            assert isinstance(value, dict)
            if step not in value:
                # An exception, a condition or its expression that is not there yet.
                assert number >= len(steps) - 2
                return
            value = value[step]


def test_cases_cover_every_verdict_and_have_names_of_their_own() -> None:
    """At least thirty cases, and all six verdicts."""
    assert len(CASES) >= 30
    assert {case.verdict for case in CASES} == set(get_args(Verdict))


def test_findings_come_in_the_order_of_files_policies_and_accounts() -> None:
    """One for each policy and account, and the same account is asked about once."""
    files = [source([deny(rule()), deny(name="b")], "1.json"), source(deny(name="c"), "0.json")]
    report = audit_google(files, Question(("user:b@example.com", USER, USER)))
    assert report.accounts == ("user:b@example.com", USER)
    assert [(one.policy_id.rpartition("/")[2], one.account) for one in report.findings] == [
        (policy, account) for policy in ("top", "b", "c") for account in report.accounts
    ]


def test_alike_rules_in_two_projects_are_told_apart() -> None:
    """They are judged once; where each hangs is its own."""
    hangs = "policies/cloudresourcemanager.googleapis.com%2Fprojects%2F{}/denypolicies/p"
    files = [source([deny(rule(), name=hangs.format(name)) for name in ("one", "two")])]
    found = audit_google(files, Question((USER,))).findings
    assert [one.reason[:26] for one in found] == [
        "In project one only: denie",
        "In project two only: denie",
    ]


def test_what_google_would_not_take_is_a_problem_and_no_obstacle() -> None:
    """Principals and permissions of allow policies, and conditions beyond tags, with their rule."""
    policy = deny(
        rule(
            deniedPrincipals=["user:a@example.com", "domain:example.com", "allUsers", "x"],
            exceptionPrincipals=[f"group:{GROUP}"],
            deniedPermissions=["storage.buckets.delete", "a b"],
            exceptionPermissions=["resourcemanager.googleapis.com/projects.get"],
        ),
        when("inIpRange(a, b)"),
    )
    problems = audit_google([source(policy)], Question((USER,))).problems
    assert not any(problem.fatal for problem in problems)
    said = [(problem.field, problem.message) for problem in problems]
    assert [field for field, _ in said] == ["/rules/0/denyRule"] * 8 + ["/rules/1/denyRule"]
    text = "\n".join(message for _, message in said)
    for words in (
        "write principal://goog/subject/a@example.com",
        "write principalSet://goog/cloudIdentityCustomerId/CUSTOMER-ID",
        "write principalSet://goog/public:all",
        "exempted principal 'group:",
        "perhaps storage.googleapis.com/buckets.delete",
        "write cloudresourcemanager.googleapis.com/projects.get",
        "'a b' has no service in front, as in iam.googleapis.com/roles.list.",
        "inIpRange(…)",
    ):
        assert words in text


def test_an_account_that_is_none_is_named_and_the_others_are_judged() -> None:
    """A slip in one ID must not hide what becomes of the others."""
    report = audit_google([source(deny(rule()))], Question(("nobody", MAIL)))
    assert [one.verdict for one in report.findings] == ["unknown", "blocking"]
    assert [(one.file, one.field) for one in report.problems] == [("accounts", "nobody")]


LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=8),
    st.sampled_from(["principalSet://goog/public:all", USER, "true", "!(", "'", "DENY", GROUP]),
)
KEYS = st.sampled_from(
    [
        "name",
        "kind",
        "rules",
        "denyRule",
        "deny_rule",
        "deniedPrincipals",
        "exceptionPrincipals",
        "deniedPermissions",
        "denialCondition",
        "expression",
        "details",
        "effect",
        "principals",
        "operation",
        "permissions",
        "conditions",
        "target",
        "principalSet",
        "policy",
        "groupKey",
        "accessLevels",
        "basic",
        "title",
        "spec",
        "values",
        "resource",
        "data",
        "google_iam_deny_policy",
        "policies",
        "parent",
    ]
)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=5)),
    max_leaves=20,
)
WHOLE = st.sampled_from(
    [
        deny(rule()),
        access(),
        bound(),
        boundary("x"),
        level(),
        binding("a"),
        constraint("x", spec={}),
    ]
)


@given(JSON)
def test_any_json_is_read_or_named(value: object) -> None:
    """No crash and no silence, whatever is in the file."""
    report = audit_google([source(value)], Question((USER,), (GROUP,)))
    assert report.findings or report.problems


@given(WHOLE, KEYS, JSON)
def test_any_damage_to_a_policy_is_survived(
    policy: dict[str, object], key: str, value: object
) -> None:
    """A field that is not what it should be makes no crash, at the top and inside."""
    inside = json.loads(json.dumps({**policy, key: value}))
    for part in (inside.get("rules"), [inside.get("details")]):
        for one in part if isinstance(part, list) else []:
            if isinstance(one, dict):
                one[key] = value
    report = audit_google([source([{**policy, key: value}, inside])], Question((USER,), (GROUP,)))
    assert report.findings or report.problems


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_named(content: bytes) -> None:
    """Not even JSON."""
    report = audit_google([Source("x.json", content)], Question((USER,)))
    assert report.findings or report.problems
