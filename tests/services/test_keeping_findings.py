"""What a fact keeps of a report is what is open, the worst first, and bounded."""

from __future__ import annotations

from dataclasses import replace

from bot.audit.model import Command, Finding, Fix, Report, Severity, Verdict
from bot.core.errors import Problem
from bot.core.events import payload_of
from bot.core.timeline import canonical_json
from bot.services.keeping_findings import (
    ALL_TEXTS,
    LONGEST_TEXT,
    MOST_ACCOUNTS,
    MOST_POLICIES,
    counts_of,
    findings_of,
    policies_in,
)
from tests.core.audits import answer

FIX = Fix("{corrected}", "+ group", (Command("Run", "edit it"),), warnings=("Owned by code",))


def finding(
    policy: str, verdict: Verdict, account: str = "a-1", severity: Severity = "high"
) -> Finding:
    """A verdict with a correction."""
    return Finding(
        policy, f"Name of {policy}", account, verdict, severity, "Why.", f"{policy}.json#/x", FIX
    )


def report(*findings: Finding, problems: tuple[Problem, ...] = ()) -> Report:
    """Of one provider."""
    return Report("entra", ("a-1", "a-2"), findings, problems)


def names(*findings: Finding, waived: frozenset[str] = frozenset()) -> list[str]:
    """The policies that are kept, in order."""
    kept, _ = findings_of(report(*findings), waived=lambda one: one.policy_id in waived)
    return [one.policy_id for one in kept]


def test_only_what_is_open_is_kept_the_worst_first() -> None:
    """By verdict, then by severity, else as the audit found them."""
    assert names(
        finding("p-1", "unknown"),
        finding("p-2", "excluded"),
        finding("p-3", "blocking", severity="low"),
        finding("p-4", "pending"),
        finding("p-5", "blocking", severity="critical"),
        finding("p-6", "satisfiable"),
        finding("p-7", "not_in_scope"),
    ) == ["p-5", "p-3", "p-4", "p-1"]


def test_a_policy_has_one_entry_for_all_accounts_and_one_correction() -> None:
    """What frees one of them frees the other."""
    found = report(
        finding("p-1", "pending"), finding("p-1", "blocking", "a-2"), finding("p-2", "excluded")
    )
    ((policy,), left_out) = findings_of(found)
    assert [(one.account, one.verdict) for one in policy.standings] == [
        ("a-2", "blocking"),
        ("a-1", "pending"),
    ]
    (edit,) = policy.corrections
    assert (edit.diff, edit.content, edit.file, edit.cut) == ("+ group", "", "", False)
    assert edit.warnings == ("Owned by code",)
    assert left_out == 0
    assert (policies_in(found), counts_of(found)) == (
        2,
        {"pending": 1, "blocking": 1, "excluded": 1},
    )


def test_a_policy_without_a_name_or_a_correction_is_kept_all_the_same() -> None:
    """Known by the place where it was found."""
    bare = replace(finding("", "blocking"), policy_name="", fix=None, path="x.json#/0")
    ((policy,), _) = findings_of(report(bare))
    assert (policy.policy_id, policy.policy_name, policy.corrections) == ("x.json#/0", "", ())


def test_a_command_that_reads_a_file_brings_what_must_be_in_it() -> None:
    """Or it could not be run as it is."""
    for text in ("--content file://p-1.json", "--policy-file=p-1.json", "--data @p-1.json 'url'"):
        edit = replace(FIX, commands=(Command("Save", text),))
        ((policy,), _) = findings_of(report(replace(finding("p-1", "blocking"), fix=edit)))
        assert (policy.corrections[0].file, policy.corrections[0].content) == (
            "p-1.json",
            "{corrected}",
        )


def test_a_long_diff_is_left_out_and_the_commands_stay() -> None:
    """A mark says so."""
    edit = replace(FIX, diff="+" * (LONGEST_TEXT + 1))
    ((policy,), _) = findings_of(report(replace(finding("p-1", "blocking"), fix=edit)))
    (kept,) = policy.corrections
    assert (kept.diff, kept.cut) == ("", True)
    assert [one.text for one in kept.commands] == ["edit it"]


def test_a_command_is_never_cut_in_the_middle() -> None:
    """Somebody would paste the half of it."""
    edit = replace(FIX, commands=(Command("Run", "x" * (LONGEST_TEXT + 1)),))
    ((policy,), _) = findings_of(report(replace(finding("p-1", "blocking"), fix=edit)))
    (kept,) = policy.corrections
    assert (kept.commands, kept.cut) == ((), True)


def test_accounts_that_do_not_fit_are_counted_with_the_worst_of_them() -> None:
    """Or a waiver would cover what nobody saw."""
    many = [finding("p-1", "blocking", f"a-{number}") for number in range(MOST_ACCOUNTS)]
    ((whole,), _) = findings_of(report(*many))
    assert [one.account for one in whole.standings] == [one.account for one in many]
    hidden = (finding("p-1", "pending", "b"), finding("p-1", "unknown", "c", severity="critical"))
    ((policy,), _) = findings_of(report(*many[:-1], *hidden))
    last = policy.standings[-1]
    assert (last.account, last.verdict, last.severity) == ("2 more accounts", "pending", "critical")


def test_a_fact_stays_small_however_large_the_tenant_is() -> None:
    """Policies beyond the bound are counted; texts beyond it are marked as missing."""
    large = replace(FIX, diff="+" * LONGEST_TEXT)
    many = [
        replace(finding(f"p-{number}", "blocking", f"a-{account}"), fix=large, reason="r" * 9_000)
        for number in range(MOST_POLICIES + 5)
        for account in range(MOST_ACCOUNTS + 5)
    ]
    kept, left_out = findings_of(report(*many))
    assert (len(kept), left_out) == (MOST_POLICIES, 5)
    assert {len(policy.standings) for policy in kept} == {MOST_ACCOUNTS}
    assert {policy.standings[-1].account for policy in kept} == {"6 more accounts"}
    texts = [len(one.diff) for policy in kept for one in policy.corrections]
    assert sum(texts) <= ALL_TEXTS
    assert texts[0] == LONGEST_TEXT
    assert kept[-1].corrections[0].cut
    size = len(canonical_json(payload_of(answer(1, *kept))))
    assert size < 1_000_000


def test_what_was_waived_never_hides_what_is_open() -> None:
    """It is left out first."""
    found = [finding(f"p-{number}", "blocking") for number in range(3)]
    assert names(*found, waived=frozenset({"p-0"})) == ["p-1", "p-2", "p-0"]


def test_each_thing_that_could_not_be_read_has_an_entry() -> None:
    """Warnings have none."""
    problems = (
        Problem("broken.json", 3, "", "It is no JSON."),
        Problem("groups", 0, "members", "Not allowed."),
        Problem("fine.json", 0, "", "Only a warning.", fatal=False),
    )
    kept, _ = findings_of(report(problems=problems))
    assert [one.policy_name for one in kept] == [
        "Not read: broken.json",
        "Not read: groups members",
    ]
    assert kept[0].worst == "unknown"
    assert kept[0].standings[0].reason == "It could not be read: It is no JSON."
    assert counts_of(report(problems=problems)) == {"unread": 2}
