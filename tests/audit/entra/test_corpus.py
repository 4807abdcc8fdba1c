"""Real policies of public repositories: each is judged, and each corrected policy holds.

They lie beside the checkout and are not part of the repository; without them there is nothing to
say here.
"""

from __future__ import annotations

import json
from functools import cache

import pytest

from bot.audit.entra.run import audit_entra
from bot.audit.model import Finding, Question, Report, Source
from tests.audit.entra.policies import GROUP, ONE, STRANGER, TWO
from tests.corpus import corpus

# The exclusion groups of the repositories, by what their own files say.
GROUPS = (
    "2802b872-ccfb-4b29-a9a9-459808dfb11b",
    "8072f500-ee01-4cc9-accc-230f11be2d5e",
    "<EmergencyAccessAccountsGroup>",
)


@cache
def sources() -> tuple[Source, ...]:
    """All files."""
    folder = corpus("azure")
    return tuple(
        Source(path.relative_to(folder).as_posix(), path.read_bytes())
        for path in sorted(folder.rglob("*.json"))
    )


def switched_on(source: Source) -> Source:
    """The same file with every policy in force, none of its groups known to be ours."""
    text = source.content.decode("utf-16" if source.content[:2] == b"\xff\xfe" else "utf-8-sig")
    for state in ('"disabled"', '"enabledForReportingButNotEnforced"'):
        text = text.replace(state, '"enabled"')
    return Source(source.name, text.encode())


@cache
def asked(question: Question | None = None) -> Report:
    """What the audit says of everything."""
    return audit_entra(sources(), question or Question((ONE, TWO), GROUPS))


def strict_question() -> Question:
    """An exclusion group that no policy has heard of, and every other group is empty."""
    named: dict[str, tuple[str, ...]] = {GROUP: (ONE, TWO)}
    for source in sources():
        for policy in policies_of(source):
            users = policy["conditions"]["users"]
            for field in ("includeGroups", "excludeGroups"):
                named |= dict.fromkeys(users.get(field) or (), ())
    return Question((ONE, TWO), (GROUP,), named)


def policies_of(source: Source) -> list[dict[str, dict[str, dict[str, list[str]]]]]:
    """The policies of a file, read without the audit."""
    value = json.loads(switched_on(source).content)
    listed = value if isinstance(value, list) else [value]
    return [one for one in listed if "conditions" in one]


def test_every_file_gives_findings_or_is_named() -> None:
    """None is passed over; the one that says something twice is not read."""
    said = asked()
    seen = {finding.path.partition("#")[0] for finding in said.findings}
    named = {problem.file for problem in said.problems}
    assert {source.name for source in sources()} <= seen | named
    (broken,) = [problem for problem in said.problems if problem.fatal]
    assert broken.message.startswith("The key “sessionControls” occurs twice")
    policies = sum(len(policies_of(one)) for one in sources() if one.name != broken.file)
    assert len(said.findings) == 2 * policies > 500


def test_every_verdict_of_real_policies_has_its_reason_and_its_place() -> None:
    """The path leads to something in the file."""
    values = {source.name: json.loads(switched_on(source).content) for source in sources()}
    for finding in asked().findings:
        assert finding.reason.endswith(".")
        name, _, pointer = finding.path.partition("#")
        here = values[name]
        for step in pointer.split("/")[1:]:
            here = here[int(step)] if isinstance(here, list) else here[step]


@pytest.mark.parametrize(
    ("policy", "verdict", "says"),
    [
        # The repository says: the group of break-glass accounts, excluded everywhere.
        ("CA001-Global-AttackSurfaceReduction-AnyApp-AnyPlatform-BLOCK", "excluded", "BreakGlass"),
        # It targets these accounts and demands what a key gives.
        ("110 - RING - Admin protection - All apps Require Strong", "satisfiable", "Phishing"),
        # It is switched off, so its demand for a key is nobody's today.
        ("CA400-CSB-L1-BreakGlass-IdentityProtection", "not_in_scope", "switched off"),
        ("700 - RING - Workload Protection", "not_in_scope", "service principals"),
        ("CA503-Agents-BaseProtection", "not_in_scope", "agents"),
        ("CA013-restrict-directory-sync", "not_in_scope", "other roles"),
        ("CA001-block-legacy", "unknown", "xxxxxxxx-xxxx"),
        ("401 - RING - Application protection", "excluded", "EmergencyAccess"),
        # The template leaves its application open ("None"): nothing is guarded yet.
        ("600 - RING - Compliance", "not_in_scope", "guards no application"),
    ],
)
def test_a_real_policy_is_judged_as_a_reader_would(policy: str, verdict: str, says: str) -> None:
    """Some that were read by hand."""
    question = Question((ONE, TWO), GROUPS, methods=frozenset({"fido2"}))
    found = [one for one in asked(question).findings if f"/{policy}" in one.path]
    assert found
    assert {(one.verdict, says in one.reason) for one in found} == {(verdict, True)}


def kept_out(report: Report) -> list[Finding]:
    """The findings that want a correction."""
    return [one for one in report.findings if one.verdict in ("blocking", "pending")]


def test_every_corrected_policy_excludes_the_accounts_and_nobody_else() -> None:
    """All real policies switched on, with no account exempted: the hardest day.

    One that was aimed at the accounts on purpose would be the exception; no real one is here,
    for the group that they name is not asked about.
    """
    question = strict_question()
    stranger = Question((STRANGER,), (), question.members)
    files = [switched_on(source) for source in sources()]
    before = {one.path.rpartition("/")[0]: one for one in audit_entra(files, stranger).findings}
    # What lies beside the policies gives its names to the reasons.
    beside = [one for one in files if not policies_of(one)]
    wanted = kept_out(audit_entra(files, question))
    assert len(wanted) > 200
    fixes = {id(one.fix): one for one in wanted}
    for finding in fixes.values():
        assert finding.fix is not None
        corrected = Source(finding.path.partition("#")[0], finding.fix.corrected.encode())
        again = audit_entra([corrected], question).findings
        assert {one.verdict for one in again} == {"excluded"}
        (other,) = audit_entra([corrected, *beside], stranger).findings
        same = [
            one
            for one in before.values()
            if one.policy_name == other.policy_name and one.reason == other.reason
        ]
        assert same


def test_a_correction_of_a_real_policy_is_a_few_lines() -> None:
    """The rest of the file stays as it was written."""
    files = [switched_on(source) for source in sources()]
    for finding in kept_out(audit_entra(files, strict_question())):
        assert finding.fix is not None
        changed = [line for line in finding.fix.diff.split("\n")[3:] if line.startswith(("+", "-"))]
        assert 2 <= len(changed) <= 5, finding.fix.diff
