"""The corrected policy: smallest, complete, and safe to paste."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pytest

from bot.audit.google.run import audit_google
from bot.audit.model import Finding, Fix, Question, Source
from tests.audit.google import corpus
from tests.audit.google.case import (
    EVERYBODY,
    GROUP,
    GROUP_SET,
    MAIL,
    NAME,
    SET_POLICY,
    SUBJECT,
    USER,
    Case,
    access,
    bound,
    boundary,
    deny,
    rule,
    source,
)
from tests.audit.google.cases import CASES

CORRECTED = [case for case in CASES if case.finding().fix]
STRANGERS = Question(
    ("user:stranger@example.com", "serviceAccount:other@p.iam.gserviceaccount.com"),
    members={GROUP: (MAIL,)},
)


def fix_of(policy: object, question: Question | None = None) -> Fix:
    """The correction of the only finding of a file."""
    report = audit_google([source(policy)], question or Question((USER,), (GROUP,)))
    fix = report.findings[0].fix
    assert fix
    return fix


@pytest.mark.parametrize("case", CORRECTED, ids=lambda case: case.name)
def test_after_the_correction_the_account_is_excluded(case: Case) -> None:
    """Apply it and audit again; and for everybody else nothing changes."""
    fix = case.finding().fix
    assert fix
    policies = list(case.policies)
    after = [json.loads(fix.corrected), *policies[1:]]
    again = audit_google([source(after)], case.question(), customer=case.customer)
    assert again.findings[0].verdict == "excluded"
    verdicts = [
        [(one.verdict, one.severity) for one in audit_google([source(which)], STRANGERS).findings]
        for which in (policies, after)
    ]
    assert verdicts[0] == verdicts[1]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_blocking_policy_has_a_correction_where_one_exists(case: Case) -> None:
    """Only a binding of an access level knows no exception, and its reason says what to do."""
    finding = case.finding()
    if finding.fix:
        assert finding.verdict == "blocking"
    elif finding.verdict in ("blocking", "pending"):
        assert "take the account out of" in finding.reason


def test_the_correction_is_the_edit_and_nothing_else() -> None:
    """The etag, the order and the spaces stay; the diff is one line."""
    policy = {
        **deny(rule(exceptionPrincipals=["principalSet://goog/group/a@example.com"])),
        "etag": "e1",
    }
    question = Question((USER,), (GROUP,), {"a@example.com": (), GROUP: (MAIL,)})
    fix = fix_of(policy, question)
    changed = [line for line in fix.diff.splitlines()[3:] if line[0] in "+-"]
    assert changed == [
        '-          "principalSet://goog/group/a@example.com"',
        '+          "principalSet://goog/group/a@example.com",',
        f'+          "{GROUP_SET}"',
    ]
    corrected = json.loads(fix.corrected)
    assert corrected["etag"] == "e1"
    assert len(fix.warnings) == 1


def test_a_correction_exempts_all_accounts_that_are_kept_out() -> None:
    """The group for those who are in it, the account itself for others; each once."""
    question = Question(
        (USER, "user:b@example.com", "user:c@example.com"), (GROUP,), {GROUP: (MAIL,)}
    )
    report = audit_google([source(deny(rule(), rule()))], question)
    first = report.findings[0].fix
    assert first
    assert all(finding.fix == first for finding in report.findings)
    for one in json.loads(first.corrected)["rules"]:
        assert one["denyRule"]["exceptionPrincipals"] == [
            GROUP_SET,
            "principal://goog/subject/b@example.com",
            "principal://goog/subject/c@example.com",
        ]


def test_a_group_by_its_id_is_no_exception_of_a_deny_policy() -> None:
    """An ID is what a binding of access levels names; a deny policy wants an address."""
    assert SUBJECT in fix_of(deny(rule()), Question((USER,), ("01d520gv4vjcrht",))).corrected


def test_the_commands_of_a_deny_policy_name_it_and_where_it_hangs() -> None:
    """Quoted, whatever is in the name."""
    fix = fix_of(deny(rule(), name=f"{NAME}top;reboot"))
    see, update = (shlex.split(command.text) for command in fix.commands)
    where = [
        "top;reboot",
        "--attachment-point=cloudresourcemanager.googleapis.com/organizations/123456789012",
        "--kind=denypolicies",
    ]
    assert see == ["gcloud", "iam", "policies", "get", *where, "--format=json"]
    assert update == [
        "gcloud",
        "iam",
        "policies",
        "update",
        *where,
        "--policy-file=top-reboot.json",
    ]
    assert "etag" in fix.warnings[0]


def test_commands_without_a_name_have_a_place_for_it() -> None:
    """A file that is only the rules, as `gcloud … --policy-file` takes it."""
    assert (
        "POLICY-ID --attachment-point=ATTACHMENT-POINT"
        in fix_of({"rules": [rule()]}).commands[1].text
    )
    nameless = {key: value for key, value in access().items() if key != "name"}
    assert fix_of(nameless).commands[0].text.endswith("/v3/POLICY-NAME")
    loose = {key: value for key, value in bound().items() if key != "name"}
    assert (
        "update BINDING --organization=ORGANIZATION"
        in fix_of([loose, boundary("x")]).commands[0].text
    )


def test_an_access_policy_is_replaced_over_rest() -> None:
    """There is an API for it; a command of gcloud is not known here."""
    text = fix_of(access()).commands[0].text
    assert "https://iam.googleapis.com/v3/organizations/123456789012/locations/global/" in text
    assert "--data @strict.json" in text


def test_the_condition_of_a_binding_takes_the_account_out() -> None:
    """What stood there stays, in brackets; the etag goes with it."""
    kept = "principal.type != 'x' || principal.subject == 'y'"
    policies = [bound(condition=kept, etag="e 1"), boundary("//x/projects/p")]
    fix = fix_of(policies)
    words = shlex.split(fix.commands[0].text)
    assert f"--condition-expression=({kept}) && principal.subject != '{MAIL}'" in words
    assert "--organization=123456789012" in words
    assert "--etag=e 1" in words
    assert fix.hcl == ""
    assert "no boundary is bound to" in fix.warnings[0]


def test_the_terraform_form_says_the_same() -> None:
    """And a template in a string stays text."""
    policy = deny(
        {
            "description": "All",
            **rule(
                deniedPermissions=[SET_POLICY, "${x}"],
                denialCondition={"title": "T", "expression": "!resource.hasTagKey('%{y}')"},
            ),
        },
        name=f"{NAME}1-top",
    )
    block = fix_of(policy).hcl
    assert block.startswith('resource "google_iam_deny_policy" "policy_1_top" {\n')
    assert (
        '  parent       = "cloudresourcemanager.googleapis.com%2Forganizations%2F123456789012"\n'
        in block
    )
    assert '  name         = "1-top"\n' in block
    assert '    description = "All"\n' in block
    assert f'      exception_principals = [\n        "{GROUP_SET}",\n      ]\n' in block
    assert '        "$${x}",\n' in block
    assert "        expression = \"!resource.hasTagKey('%%{y}')\"\n" in block
    assert block.count("{") == block.count("}")
    assert '  parent       = "PARENT"\n' in fix_of({"rules": [rule()]}).hcl
    assert '"google_iam_deny_policy" "policy" {' in fix_of({"name": "--", "rules": [rule()]}).hcl


TERRAFORM: dict[str, Any] = {
    "parent": "cloudresourcemanager.googleapis.com%2Fprojects%2Fp",
    "name": "top",
    "display_name": "Top",
    "rules": [
        {
            "deny_rule": [
                {"denied_principals": [EVERYBODY], "denied_permissions": [SET_POLICY]},
            ]
        }
    ],
}


@pytest.mark.parametrize(
    "file",
    [
        {"resource": {"google_iam_deny_policy": {"top": TERRAFORM}}},
        {"resource": {"google_iam_deny_policy": {"top": [TERRAFORM]}}},
        {
            "planned_values": {
                "root_module": {"child_modules": [{"resources": [{"values": TERRAFORM}]}]}
            }
        },
    ],
)
def test_a_deny_policy_of_terraform_is_corrected_in_its_own_words(file: dict[str, Any]) -> None:
    """Snake case and blocks, as in `.tf.json`, a plan and a state."""
    finding = audit_google([source(file)], Question((USER,), (GROUP,))).findings[0]
    assert finding.policy_id == (
        "policies/cloudresourcemanager.googleapis.com%2Fprojects%2Fp/denypolicies/top"
    )
    assert finding.policy_name == "Top"
    assert finding.fix
    mended = json.loads(finding.fix.corrected)
    assert mended["rules"][0]["deny_rule"][0]["exception_principals"] == [GROUP_SET]


def broadened(one: Source) -> Source:
    """A real policy that keeps everybody from repairing: the tag and the exceptions are dropped."""
    policy = json.loads(one.content)
    for outer in policy["rules"]:
        outer["denyRule"]["deniedPermissions"].append(SET_POLICY)
        outer["denyRule"].pop("denialCondition", None)
        outer["denyRule"].pop("exceptionPrincipals", None)
    return Source(one.name, json.dumps(policy, indent=1).encode())


def test_every_real_deny_policy_is_corrected() -> None:
    """Natural positives are rare, so that real ones are broadened; each correction is one."""
    derived = [
        one for one in corpus.read() if "/derived/" in one.name and one.name.endswith("json")
    ]
    question = Question((USER,), (GROUP,))
    before = audit_google([broadened(one) for one in derived], question)
    assert len(before.findings) == 12
    assert {finding.verdict for finding in before.findings} == {"blocking"}
    after = audit_google(
        [Source(one.policy_id, _fix(one).corrected.encode()) for one in before.findings], question
    )
    assert {finding.verdict for finding in after.findings} == {"excluded"}


def _fix(finding: Finding) -> Fix:
    assert finding.fix
    return finding.fix


def test_every_real_file_is_read_or_named() -> None:
    """No crash and no silence: 12 deny policies, and YAML that is said how to convert."""
    sources = corpus.read()
    report = audit_google(sources, Question((USER,), (GROUP,)))
    read = {finding.path.partition("#")[0] for finding in report.findings}
    fatal = {problem.file: problem.message for problem in report.problems if problem.fatal}
    assert {one.name for one in sources} == read | fatal.keys()
    assert len(read) == 12
    assert all("--format=json" in said for name, said in fatal.items() if name.endswith(".yaml"))


def test_a_real_policy_excepts_its_own_break_glass_group() -> None:
    """The pair from one repository: with its group and without."""
    pair = [one for one in corpus.read() if "/top-iam-deny-policy." in one.name]
    report = audit_google(pair, Question((USER,), ("gcp-breakglass-admins@example.com",)))
    assert [finding.verdict for finding in report.findings] == ["unknown", "excluded"]
