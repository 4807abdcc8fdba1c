"""A corrected policy takes the emergency accounts out, and changes nothing for anybody else."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from bot.audit.entra import fix
from bot.audit.entra.run import audit_entra
from bot.audit.model import Finding, Fix, Question, Source
from tests.audit.entra.case import Case
from tests.audit.entra.cases import CASES
from tests.audit.entra.policies import (
    GROUP,
    ONE,
    OTHER,
    STRANGER,
    TWO,
    first,
    pascal,
    policy,
    question,
    report,
    source,
)

Shape = Callable[[Mapping[str, Any]], dict[str, Any]]

KEPT_OUT = [case for case in CASES if case.verdict in ("blocking", "pending")]


def fix_of(finding: Finding) -> Fix:
    """The fix that a finding must have."""
    assert finding.fix is not None
    return finding.fix


def added_by(made: Fix) -> Mapping[str, Any]:
    """What the patch excludes."""
    body: dict[str, Any] = json.loads(made.commands[0].text.split("\n\n")[1])
    users: dict[str, Any] = body["conditions"]["users"]
    return users


@pytest.mark.parametrize("case", KEPT_OUT, ids=lambda case: case.name)
@pytest.mark.parametrize("shape", [policy, lambda changes: pascal(policy(changes))])
def test_a_corrected_policy_excludes_whom_it_kept_out(case: Case, shape: Shape) -> None:
    """Or it is aimed at the emergency accounts on purpose, and the reason says what to do."""
    asked = Question(case.accounts, case.groups, case.members, frozenset(case.methods))
    found = report(shape(case.changes), asked).findings
    for number, finding in enumerate(found):
        if finding.fix is None:
            assert finding.verdict not in ("blocking", "pending") or (
                "aimed at the emergency accounts alone" in finding.reason
            )
            continue
        again = audit_entra([Source("x.json", finding.fix.corrected.encode())], asked)
        assert again.findings[number].verdict == "excluded"


def test_the_exclusion_group_goes_in_where_the_account_is_in_one() -> None:
    """One entry for all accounts, behind what is excluded already."""
    made = fix_of(
        first(
            policy({"conditions.users.excludeGroups": [OTHER]}),
            question(members={OTHER: (STRANGER,)}),
        )
    )
    assert added_by(made) == {"excludeGroups": [OTHER, GROUP]}
    assert f'+        "{GROUP}"' in made.diff
    assert GROUP in made.hcl
    assert fix.SINGLE not in made.warnings


def test_an_account_that_is_in_no_exclusion_group_goes_in_itself() -> None:
    """The group would not help it."""
    found = report(policy(), question(members={GROUP: (TWO,)})).findings
    assert added_by(fix_of(found[0])) == {"excludeGroups": [GROUP], "excludeUsers": [ONE]}
    assert found[0].fix is found[1].fix
    assert fix.SINGLE in fix_of(found[0]).warnings


def test_without_a_group_the_accounts_go_in_one_by_one() -> None:
    """Only those that the policy keeps out."""
    made = fix_of(
        report(policy({"conditions.users.excludeUsers": [TWO]}), question(groups=())).findings[0]
    )
    assert added_by(made) == {"excludeUsers": [TWO, ONE]}


def test_a_finding_that_keeps_nobody_out_has_no_fix() -> None:
    """Beside one that does, in the same policy."""
    found = report(policy({"conditions.users.excludeUsers": [TWO]}), question(groups=())).findings
    assert found[1].fix is None


def test_a_policy_in_a_list_is_corrected_by_itself_and_found_by_its_line() -> None:
    """The corrected text is that policy, the difference points into the file."""
    value = {"value": [policy({"state": "disabled"}), policy()]}
    file = source(value)
    made = fix_of(audit_entra([file], question()).findings[2])
    assert json.loads(made.corrected) == policy({"conditions.users.excludeGroups": [GROUP]})
    line = int(made.diff.split("@@ -")[1].partition(",")[0])
    assert made.diff.split("\n")[3][1:] == file.content.decode().split("\n")[line - 1]


def test_two_files_of_one_name_are_not_mixed_up() -> None:
    """The text is that of another policy then, so the policy is laid out anew."""
    files = [source(policy({"displayName": "one"})), source(policy({"displayName": "two"}))]
    found = audit_entra(files, question()).findings
    assert [json.loads(fix_of(one).corrected)["displayName"] for one in found[::2]] == [
        "one",
        "two",
    ]


def test_a_policy_whose_text_cannot_be_found_is_laid_out() -> None:
    """Another list with the same name stands before it."""
    value = {"x": {"value": []}, "value": [policy()]}
    made = fix_of(first(value))
    assert made.corrected.startswith('{\n  "id"')
    assert made.diff.startswith("--- a/policy.json\n+++ b/policy.json\n@@ -")


def test_what_to_know_before_applying_it_is_said() -> None:
    """A missing ID, a Microsoft-managed policy, a placeholder, an edit that is taken back."""
    changes = {"id": None, "displayName": "Microsoft-managed: Block"}
    made = fix_of(first(policy(changes), question(groups=("<EmergencyAccounts>",))))
    assert made.warnings == (
        fix.READ_AGAIN,
        fix.TERRAFORM,
        fix.NO_ID,
        fix.MANAGED,
        fix.PLACEHOLDER.format("<EmergencyAccounts>"),
    )


@pytest.mark.parametrize("case", KEPT_OUT, ids=lambda case: case.name)
def test_a_corrected_policy_means_the_same_for_a_stranger(case: Case) -> None:
    """Neither the group nor the accounts say anything about somebody else."""
    asked = Question(case.accounts, case.groups, case.members, frozenset(case.methods))
    finding = first(policy(case.changes), asked)
    if finding.fix is None:
        return
    members = {GROUP: (ONE, TWO), **(case.members or {})}
    stranger = Question((STRANGER,), (), members, frozenset(case.methods))
    before = audit_entra([source(policy(case.changes))], stranger).findings[0]
    after = audit_entra([Source("policy.json", finding.fix.corrected.encode())], stranger)
    assert after.findings[0].verdict == before.verdict
