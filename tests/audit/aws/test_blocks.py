"""Statements in the words of Terraform's modules are judged as what they make."""

from __future__ import annotations

import json
from typing import Any

from bot.audit.aws.blocks import body_of, is_block
from bot.audit.aws.run import audit_aws
from bot.audit.model import Question, Source
from tests.audit.aws.case import ROLE, USER

BLOCK: dict[str, Any] = {
    "sid": "Regions",
    "effect": "Deny",
    "not_actions": ["s3:*"],
    "resources": ["*"],
    "condition": [{"test": "ArnNotLike", "variable": "aws:PrincipalArn", "values": [USER]}],
}


def test_a_block_is_the_statement_that_terraform_makes_of_it() -> None:
    """Words, conditions, and Terraform's own default for the effect."""
    (statement,) = body_of([BLOCK])["Statement"]
    assert statement == {
        "Sid": "Regions",
        "Effect": "Deny",
        "NotAction": ["s3:*"],
        "Resource": ["*"],
        "Condition": {"ArnNotLike": {"aws:PrincipalArn": [USER]}},
    }
    assert body_of([{"actions": ["s3:*"]}])["Statement"] == [
        {"Action": ["s3:*"], "Effect": "Allow"}
    ]
    assert not is_block({"Effect": "Deny", "Action": "*"})


def test_a_list_of_blocks_is_one_policy() -> None:
    """Its verdicts are at the block that decides; a correction is the whole policy in JSON."""
    content = json.dumps([{"sid": "Other", "effect": "Deny", "actions": ["s3:*"]}, BLOCK])
    report = audit_aws([Source("catalog/scp.yaml", content.encode())], Question((ROLE, USER)))
    blocked, exempt = report.findings
    assert (blocked.verdict, exempt.verdict) == ("blocking", "excluded")
    assert blocked.path.startswith("catalog/scp.yaml#/1")
    assert blocked.fix is not None
    again = audit_aws([Source("scp.json", blocked.fix.corrected.encode())], Question((ROLE,)))
    assert [one.verdict for one in again.findings] == ["excluded"]


def test_a_condition_of_another_form_is_a_problem() -> None:
    """Two tests of one key must both hold, and a text is no test: neither is dropped."""
    test = BLOCK["condition"][0]
    for condition in ([test, test], "always", [{"test": "Bool"}]):
        block = {**BLOCK, "condition": condition}
        report = audit_aws([Source("a.json", json.dumps([block]).encode())], Question((ROLE,)))
        assert [one.message for one in report.problems] == ["Condition must be an object"]
        assert [one.verdict for one in report.findings] == ["unknown"]
