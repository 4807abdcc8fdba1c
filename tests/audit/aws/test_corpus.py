"""Real policies: each is read or named, and each correction is one."""

import json
from collections import Counter
from dataclasses import replace

import pytest

from bot.audit.aws.run import audit_aws
from bot.audit.model import Finding, Question, Source
from tests.audit.aws import corpus
from tests.audit.aws.case import OTHERS, PATHED, PERMISSION_SET, ROLE, ROOT, USER

ACCOUNTS = (ROLE, PATHED, USER, ROOT, PERMISSION_SET)
NAMES = ("PRIVILEGED_ROLE", "ACCELERATOR_PREFIX", "MANAGEMENT_ACCOUNT_ACCESS_ROLE")


def filled(source: Source) -> Source:
    """The file with its placeholders filled in, so that its exemptions are for somebody else."""
    text = source.content.decode("utf-8-sig")
    for name in (*NAMES, "ORG_ADMIN_ROLE", "ACCELERATOR_NAME", "ACCELERATOR_PREFIX_ND"):
        text = text.replace(f"${{{name}}}", "landing-zone").replace(f"[{name}]", "landing-zone")
    text = text.replace("${PARTITION}", "aws").replace("${Account}", "*")
    return replace(source, content=text.encode())


def test_every_file_is_read_or_named_as_a_problem() -> None:
    """No crash and no silence: 240 policies, and 23 files of YAML that are not read."""
    sources = corpus.read()
    report = audit_aws(sources, Question((ROLE,)))
    read = Counter(finding.policy_id for finding in report.findings)
    named = {problem.file for problem in report.problems}
    assert {source.name for source in sources} == set(read) | named
    assert all(name.endswith(".yaml") for name in named)
    assert set(read.values()) == {1}
    assert len(read) >= 240


@pytest.mark.parametrize("account", ACCOUNTS)
@pytest.mark.parametrize("fill", [False, True])
def test_a_corrected_policy_exempts_the_account_and_nobody_else(
    account: str,
    fill: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """Apply and audit again: excluded; every other principal has the verdict that he had."""
    sources = [filled(source) if fill else source for source in corpus.read()]
    strangers = tuple(other for other in (*OTHERS, *ACCOUNTS) if other != account)
    blocked = corrections(sources, Question((account,)))
    assert blocked
    again = audit_aws(blocked, Question((account,)))
    assert {finding.verdict for finding in again.findings} == {"excluded"}
    names = {source.name for source in blocked}
    before = audit_aws([one for one in sources if one.name in names], Question(strangers))
    after = audit_aws(blocked, Question(strangers))
    assert [kept(finding) for finding in before.findings] == [
        kept(finding) for finding in after.findings
    ]


def corrections(sources: list[Source], question: Question) -> list[Source]:
    """The corrected files of all that block the account."""
    return [
        Source(finding.policy_id, finding.fix.corrected.encode())
        for finding in audit_aws(sources, question).findings
        if finding.fix
    ]


def kept(finding: Finding) -> tuple[str, str, str, str]:
    """What a correction must not change for others."""
    return finding.policy_id, finding.account, finding.verdict, finding.severity


def test_a_correction_only_adds() -> None:
    """Every character of the file is still there, in its order; and only what blocks has one."""
    files = {source.name: source for source in map(filled, corpus.read())}
    for finding in audit_aws(list(files.values()), Question(ACCOUNTS)).findings:
        assert (finding.fix is not None) is (finding.verdict == "blocking")
        if finding.fix:
            left = iter(finding.fix.corrected)
            assert all(letter in left for letter in files[finding.policy_id].content.decode())
            assert json.loads(finding.fix.corrected)


def test_a_real_quarantine_lets_its_own_roles_through_and_nobody_else() -> None:
    """The same policy is a true positive for one role and a true negative for another."""
    found = [filled(one) for one in corpus.read() if one.name.endswith("/quarantine.json")]
    exempt = "arn:aws:iam::111122223333:role/landing-zone-pipeline"
    report = audit_aws(found[:1], Question((ROLE, exempt)))
    assert [(one.verdict, one.severity) for one in report.findings] == [
        ("blocking", "critical"),
        ("excluded", "info"),
    ]
