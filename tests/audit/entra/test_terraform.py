"""A policy that Terraform keeps is judged as the same policy from Graph."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from bot.audit.entra.fix import IN_TERRAFORM
from bot.audit.entra.run import audit_entra
from bot.audit.entra.terraform import DYNAMIC, KIND, NONE_IN_IT, OTHER_KIND
from bot.audit.model import Source
from bot.audit.terraform import MODULES, UNKNOWN
from tests.audit.entra.case import Case
from tests.audit.entra.cases import CASES
from tests.audit.entra.policies import BUILT_IN, GROUP, ONE, OTHER, TWO, policy, question, source
from tests.audit.entra.test_run import asked

_UPPER = re.compile(r"(?<!^)(?=[A-Z])")
LABEL = "block_all"


def block_of(value: object, *, listed: bool) -> object:
    """Graph's words as Terraform's; `listed`: blocks are lists of one, as in a plan."""
    if not isinstance(value, dict):
        return value
    made = {}
    for key, inner in value.items():
        word = re.sub("^(in|ex)clude([A-Z])", r"\1cluded\2", key)
        word = {"applicationFilter": "filter", "deviceFilter": "filter"}.get(word, word)
        block = block_of(inner, listed=listed)
        wrapped = [block] if listed and isinstance(block, dict) else block
        made[_UPPER.sub("_", word).lower()] = wrapped
    return made


def in_syntax(value: object) -> dict[str, Any]:
    """The policy in a `.tf.json`."""
    return {"resource": {KIND: {LABEL: block_of(value, listed=False)}}}


def in_plan(value: object, **more: object) -> dict[str, Any]:
    """The policy in a plan."""
    address = f'module.ca["a.b"].{KIND}.{LABEL}[0]'
    values = block_of(value, listed=True)
    resource = {"address": address, "mode": "managed", "type": KIND, "values": values}
    module = {"child_modules": [{"resources": [resource]}]}
    return {
        "planned_values": {"root_module": module},
        "resource_changes": [{"address": address, "change": {"after_unknown": more}}],
    }


# A strength with its combinations in it is what only Graph shows.
@pytest.mark.parametrize(
    "case",
    [case for case in CASES if "combinationConfigurations" not in str(case.changes)],
    ids=lambda case: case.name,
)
def test_terraform_changes_no_verdict(case: Case) -> None:
    """In its JSON syntax, and in a plan: the same sentence."""
    wanted = audit_entra([source(policy(case.changes))], asked(case)).findings[0]
    for form in (in_syntax, in_plan):
        (found, *_) = audit_entra([source(form(policy(case.changes)))], asked(case)).findings
        assert (found.verdict, found.severity, found.reason) == (
            wanted.verdict,
            wanted.severity,
            wanted.reason,
        )


def test_the_place_is_that_of_the_resource() -> None:
    """The words below it are Terraform's, not Graph's."""
    finding = audit_entra([source(in_syntax(policy()), "ca.tf.json")], question()).findings[0]
    assert finding.path == f"ca.tf.json#/resource/{KIND}/{LABEL}"
    assert finding.policy_name == "Block everybody"


def test_the_correction_is_terraforms_and_exempts() -> None:
    """No command, since the next run of Terraform would take its edit back."""
    for form in (in_syntax, in_plan):
        before = form(policy({"conditions.users.excludeGroups": [OTHER]}))
        asking = question(members={OTHER: (), GROUP: (ONE, TWO)})
        fix = audit_entra([source(before)], asking).findings[0].fix
        assert fix is not None
        (block,) = json.loads(fix.corrected)["resource"][KIND].values()
        assert block["conditions"]["users"]["excluded_groups"] == [OTHER, GROUP]
        added = [line for line in fix.diff.splitlines() if line.startswith("+ ")]
        assert [line.strip("+ ") for line in added] == [f'"{OTHER}",', f'"{GROUP}"']
        assert fix.commands == ()
        assert fix.warnings[0].startswith(IN_TERRAFORM.partition("{")[0])
        again = audit_entra([Source("fixed.tf.json", fix.corrected.encode())], asking)
        assert [one.verdict for one in again.findings] == ["excluded"] * 2


def test_an_account_goes_in_where_there_is_no_group() -> None:
    """With the advice that a group is better."""
    fix = audit_entra([source(in_syntax(policy()))], question(groups=())).findings[0].fix
    assert fix is not None
    (block,) = json.loads(fix.corrected)["resource"][KIND].values()
    assert block["conditions"]["users"]["excluded_users"] == [ONE, TWO]
    assert len(fix.warnings) == 2


def test_an_exclusion_that_is_not_known_before_the_apply_leaves_it_unknown() -> None:
    """The group may be made in the same run, or be named by a reference."""
    unknown = {"conditions": [{"users": [{"excluded_groups": [True]}]}]}
    reference = "${azuread_group.break_glass.object_id}"
    for file, named in (
        (in_plan(policy(), **unknown), UNKNOWN),
        (in_syntax(policy({"conditions.users.excludeGroups": [reference]})), reference),
    ):
        finding = audit_entra([source(file)], question()).findings[0]
        assert finding.verdict == "unknown"
        assert f"who is in group {named}" in finding.reason


def test_a_strength_is_named_by_the_end_of_its_id() -> None:
    """Terraform writes the whole path."""
    where = f"/policies/authenticationStrengthPolicies/{BUILT_IN}4"
    grant = {"operator": "OR", "authentication_strength_policy_id": where}
    file = in_syntax(policy())
    file["resource"][KIND][LABEL]["grant_controls"] = grant
    finding = audit_entra([source(file)], question(methods=("fido2",))).findings[0]
    assert finding.verdict == "satisfiable"
    assert "Phishing-resistant MFA" in finding.reason


@pytest.mark.parametrize("kept", ["12345678-1234-4234-8234-123456789012", "kept"])
def test_an_id_is_taken_without_the_path_before_it(kept: str) -> None:
    """What is no ID is none."""
    file = in_syntax(policy({"id": f"/identity/conditionalAccess/policies/{kept}"}))
    finding = audit_entra([source(file)], question()).findings[0]
    assert finding.policy_id == (kept if "-" in kept else "")


@pytest.mark.parametrize(
    ("file", "says", "fatal"),
    [
        ({"resource": {KIND: {"a": {"dynamic": {"grant_controls": {}}}}}}, DYNAMIC, True),
        ({"resource": {KIND: {"a": {"conditions": {"dynamic": {}}}}}}, DYNAMIC, True),
        (
            {"resource": {"x_conditional_access_policy": {"a": {}}}},
            OTHER_KIND.format("x_conditional_access_policy"),
            True,
        ),
        ({"resource": {KIND: {"a": {}}}}, "conditions names neither users", True),
        ({"module": {"a": {"source": "x"}}}, MODULES, True),
        ({"resource": {"aws_iam_policy": {"a": {}}}}, NONE_IN_IT, False),
        ({"planned_values": {"root_module": {}}}, NONE_IN_IT, False),
    ],
)
def test_what_cannot_be_told_is_a_problem(file: object, says: str, *, fatal: bool) -> None:
    """A policy that is hidden must not look like none."""
    said = audit_entra([source(file)], question())
    assert said.findings == ()
    (problem,) = [one for one in said.problems if one.file == "policy.json"]
    assert problem.message.startswith(says)
    assert problem.fatal is fatal
