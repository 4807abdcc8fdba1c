"""The audit of AWS policies says what an expert would sign, in words that say why."""

import json
from typing import get_args

import pytest

from bot.audit.aws.rescue import RescueActions
from bot.audit.aws.run import audit_aws
from bot.audit.model import Question, Source, Verdict
from bot.core.errors import Invalid
from tests.audit.aws import cases_exemptions, cases_scope, cases_tree
from tests.audit.aws.case import OTHERS, ROLE, USER, Case, allow, deny, source, unless

CASES = cases_exemptions.CASES + cases_scope.CASES + cases_tree.CASES


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_policy_is_judged_as_an_expert_would(case: Case) -> None:
    """Verdict, severity where it was labelled, and the words that carry the reason."""
    finding = case.finding()
    assert finding.verdict == case.verdict, finding.reason
    assert finding.severity == (case.severity or finding.severity)
    for words in case.words:
        assert words in finding.reason


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_reason_is_one_sentence_with_a_place(case: Case) -> None:
    """It ends with a full stop, and points into the file where that place exists."""
    finding = case.finding()
    assert finding.reason.endswith(".")
    assert "\n" not in finding.reason
    file, _, pointer = finding.path.partition("#")
    assert file == case.file
    found = json.loads(source(case.statement).content)
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        found = found[int(key)] if isinstance(found, list) else found[key]


def test_the_labelled_cases_are_many_and_of_every_verdict() -> None:
    """Sixty at least; AWS knows nothing that is not in force, so that none is pending."""
    assert len(CASES) >= 60
    assert len({case.name for case in CASES}) == len(CASES)
    assert {case.verdict for case in CASES} == set(get_args(Verdict)) - {"pending"}


def test_there_is_one_finding_for_each_policy_and_account_in_order() -> None:
    """Policies in the order of the files, accounts in the order of the question."""
    accounts = (ROLE, *OTHERS, "no ARN")
    report = audit_aws([source(deny(), "b.json"), source(allow(), "a.json")], Question(accounts))
    assert [(one.policy_name, one.account) for one in report.findings] == [
        (name, account) for name in ("b", "a") for account in accounts
    ]
    assert report.provider == "aws"
    assert report.accounts == accounts
    assert [problem.field for problem in report.problems] == ["no ARN"]


def test_a_rescue_of_ones_own_is_what_is_asked_about() -> None:
    """An organisation that rescues itself by one action is kept out by its denial."""
    rescue = RescueActions.named(["s3:PutBucketPolicy", "IAM:putrolepolicy"])
    question = Question((ROLE,))
    (found,) = audit_aws([source(deny(Action="s3:*"))], question, rescue=rescue).findings
    assert found.verdict == "blocking"
    assert "1 of 2 rescue actions (s3:PutBucketPolicy)" in found.reason
    (spared,) = audit_aws([source(deny(Action="sts:*"))], question, rescue=rescue).findings
    assert spared.verdict == "not_in_scope"


def test_an_rcp_can_keep_the_management_account_out_of_other_accounts() -> None:
    """RCPs do not touch its own resources, but a rescue of one's own may be done to others."""
    rescue = RescueActions.named(["s3:PutBucketPolicy", "sts:AssumeRole"])
    rcp = source({**deny(), "Principal": "*"})
    report = audit_aws([rcp], Question((ROLE,)), rescue=rescue, management_account="111122223333")
    assert [one.verdict for one in report.findings] == ["blocking"]


def test_a_tree_of_another_form_is_refused_with_every_mistake() -> None:
    """`Invalid` names the places, and nothing is audited with half a tree."""
    with pytest.raises(Invalid) as caught:
        audit_aws([], Question((ROLE,)), tree={"root": {"policy": []}, "roots": 1})
    assert {problem.field for problem in caught.value.problems} == {"root.policy", "roots"}


def test_neighbours_on_a_node_answer_for_each_other() -> None:
    """What one allow-list leaves out, another one on the node may allow."""
    sources = [
        source(allow(Action=["sts:*", "iam:*", "signin:*"]), "first.json"),
        source(allow(NotAction=["sts:*", "iam:*", "signin:*"]), "second.json"),
    ]
    node = {"policies": ["first", "second"], "accounts": ["111122223333"]}
    whole = {"root": {"policies": ["p-FullAWSAccess"], "children": [node]}}
    # AWS attaches full access to an account by itself; here the list of accounts says: nothing.
    node["accounts"] = {"111122223333": ["p-FullAWSAccess"]}  # type: ignore[assignment]
    report = audit_aws(sources, Question((ROLE,)), tree=whole)
    assert [one.verdict for one in report.findings] == ["not_in_scope", "not_in_scope"]


def test_a_neighbour_that_is_no_scp_allows_nothing() -> None:
    """An RCP on the node says nothing about what principals may do."""
    rcp = {**deny(Action="s3:*"), "Principal": "*"}
    full = ["p-FullAWSAccess"]
    node = {"policies": ["list", "rcp"], "accounts": {"111122223333": full}}
    report = audit_aws(
        [source(allow(Action="ec2:*"), "list.json"), source(rcp, "rcp.json")],
        Question((ROLE,)),
        tree={"root": {**node, "name": "Root"}},
    )
    assert [one.verdict for one in report.findings] == ["blocking", "not_in_scope"]


def test_an_account_without_registered_methods_is_told_apart_from_one_with() -> None:
    """What is registered counts for users, whose sessions then carry it."""
    policy = source(unless("BoolIfExists", "false", "aws:MultiFactorAuthPresent"))
    report = audit_aws([policy], Question((ROLE, USER), methods=frozenset({"totp"})))
    assert [one.verdict for one in report.findings] == ["unknown", "satisfiable"]


def test_copies_of_a_policy_are_told_apart_by_their_files() -> None:
    """What is the same is judged once, and yet each finding is about its own file and kind."""
    deny = {"Statement": {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}}
    content = json.dumps(deny).encode()
    names = ("a/guard.json", "b/guard.json", "boundaries/guard.json")
    sources = [Source(name, content) for name in names]
    alone = [audit_aws([one], Question((ROLE,))).findings[0] for one in sources]
    together = audit_aws(sources, Question((ROLE,))).findings
    assert list(together) == alone
    assert [one.policy_id for one in together] == list(names)
    assert "permissions boundary" in together[2].reason


def test_what_a_principal_has_is_said_by_the_tree() -> None:
    """A boundary is about those who have it, and open for those of whom nobody told."""
    deny = {"Statement": {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}}
    edge = Source("boundaries/edge.json", json.dumps(deny).encode())
    has = "arn:aws:iam::111122223333:role/a"
    has_not, untold = has[:-1] + "b", has[:-1] + "c"
    elsewhere = "arn:aws:iam::444455556666:role/a"
    tree = {"root": {}, "principals": {has: ["boundaries/edge.json"], has_not: []}}
    report = audit_aws([edge], Question((has, has_not, untold, elsewhere)), tree=tree)
    assert [one.verdict for one in report.findings] == [
        "blocking",
        "not_in_scope",
        "unknown",
        "not_in_scope",
    ]
    assert "which policies this role has" in report.findings[2].reason
