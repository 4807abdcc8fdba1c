"""The audit says of each policy and account what a careful person would say."""

from __future__ import annotations

import json
from bisect import bisect

import pytest

from bot.audit.entra.decode import Unreadable, decode
from bot.audit.entra.run import audit_entra
from bot.audit.model import Question, Source
from tests.audit.entra.case import Case
from tests.audit.entra.cases import CASES
from tests.audit.entra.policies import (
    APP,
    GROUP,
    ONE,
    OTHER,
    STRANGER,
    STRENGTH,
    TWO,
    first,
    pascal,
    policy,
    question,
    report,
    source,
)


def asked(case: Case) -> Question:
    """The question that a case was labelled for."""
    return question(case.accounts, case.groups, case.members, case.methods)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_policy_is_judged_as_it_was_labelled_by_hand(case: Case) -> None:
    """Verdict, the words that give the reason, the field that decides, and how bad it is."""
    finding = first(policy(case.changes), asked(case))
    assert (finding.verdict, case.says in finding.reason) == (case.verdict, True), finding.reason
    assert finding.path.endswith(case.at), finding.path
    assert case.severity in (None, finding.severity)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_keys_in_pascal_case_change_no_verdict(case: Case) -> None:
    """What PowerShell wrote means what Graph wrote."""
    finding = first(pascal(policy(case.changes)), asked(case))
    assert (finding.verdict, case.says in finding.reason) == (case.verdict, True), finding.reason
    assert finding.path.lower().endswith(case.at.lower())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_reason_is_a_sentence_that_names_no_other_verdict(case: Case) -> None:
    """It begins with a capital letter, ends with a full stop and is on one line."""
    reason = first(policy(case.changes), asked(case)).reason
    assert reason[0].isupper()
    assert reason.endswith(".")
    assert "\n" not in reason
    assert ".." not in reason
    assert "  " not in reason


def test_there_are_enough_labelled_cases() -> None:
    """Each has its own name, and every verdict is among them."""
    assert len({case.name for case in CASES}) == len(CASES) > 100
    assert len({case.verdict for case in CASES}) == 6


def test_each_policy_and_account_has_one_finding_in_the_order_given() -> None:
    """Files, then policies of a file, then accounts; an account named twice counts once."""
    files = [
        source({"value": [policy({"displayName": "b"}), policy({"displayName": "a"})]}, "2.json"),
        source(policy({"displayName": "c"}), "1.json"),
    ]
    said = audit_entra(files, question((TWO, ONE, TWO.upper())))
    assert [(finding.policy_name, finding.account) for finding in said.findings] == [
        (name, account) for name in "bac" for account in (TWO.upper(), ONE)
    ]
    assert said.accounts == (TWO.upper(), ONE)
    assert said.provider == "entra"
    assert said == audit_entra(files, question((TWO, ONE, TWO.upper())))


def test_a_path_leads_to_the_policy_in_its_file() -> None:
    """The name of the file, then a JSON pointer with the place in a list."""
    said = report({"Value": [policy(), policy({"state": "disabled"})]})
    assert [finding.path for finding in said.findings[::2]] == [
        "policy.json#/Value/0/grantControls/builtInControls",
        "policy.json#/Value/1/state",
    ]


def test_a_broken_file_does_not_keep_the_others_from_being_judged() -> None:
    """It is named as a fatal problem, with its line."""
    said = audit_entra(
        [Source("broken.json", b'{\n "a": ]'), source(policy(), "good.json")], question()
    )
    assert [finding.path.partition("#")[0] for finding in said.findings] == ["good.json"] * 2
    (problem,) = [one for one in said.problems if one.fatal]
    assert (problem.file, problem.line) == ("broken.json", 2)


def test_a_policy_without_a_name_is_called_after_its_file() -> None:
    """Something must stand in the list."""
    finding = report(policy({"displayName": "", "id": None})).findings[0]
    assert (finding.policy_name, finding.policy_id) == ("policy.json", "")


def test_hidden_characters_in_a_name_are_written_out() -> None:
    """A name in an export cannot turn the reading direction of a report, or break its line."""
    finding = first(policy({"displayName": "All\u202eusers\nhere"}))
    assert finding.policy_name == "All\\u202eusers here"
    for path in ("conditions.users.excludeGroups", "conditions.users.includeUsers"):
        said = report(policy({path: ["a\u202eb"]}), question(members={}))
        texts = [one.reason for one in said.findings] + [one.message for one in said.problems]
        assert not any("\u202e" in text for text in texts)


def test_a_group_file_gives_its_name_to_the_reason() -> None:
    """People know the name, machines know the ID; both are said."""
    group = {"id": GROUP, "displayName": "Emergency access", "groupTypes": []}
    files = [
        source(group, "group.json"),
        source(policy({"conditions.users.excludeGroups": [GROUP]})),
    ]
    finding = audit_entra(files, question()).findings[0]
    assert f"group Emergency access ({GROUP})" in finding.reason


@pytest.mark.parametrize(
    ("asked_group", "field", "added"),
    [(GROUP, "excludeUsers", [ONE, TWO]), (OTHER, "excludeGroups", [GROUP, OTHER])],
)
@pytest.mark.parametrize("members", [None, {GROUP: (ONE, TWO)}])
def test_a_deleted_group_takes_nobody_out(
    asked_group: str, field: str, added: list[str], members: dict[str, tuple[str, ...]] | None
) -> None:
    """Also when it is the exclusion group, or an older list still has its members."""
    group = {"id": GROUP, "groupTypes": [], "deletedDateTime": "2030-01-01T00:00:00Z"}
    files = [
        source(policy({"conditions.users.excludeGroups": [GROUP]})),
        source(group, "group.json"),
    ]
    finding = audit_entra(files, question(groups=(asked_group,), members=members)).findings[0]
    assert finding.verdict == "blocking"
    assert finding.reason.endswith(f"nothing takes this account out (group {GROUP} is deleted).")
    assert finding.fix is not None
    assert json.loads(finding.fix.corrected)["conditions"]["users"][field] == added


def test_a_location_file_gives_its_name_to_the_reason() -> None:
    """Where a policy names it by its ID; one without a name stays an ID."""
    unnamed = {"id": OTHER, "countriesAndRegions": ["FI"]}
    named = {"id": APP.upper(), "displayName": "Head office", "ipRanges": []}
    where = {"includeLocations": [APP, OTHER], "excludeLocations": []}
    files = [
        source([named, unnamed], "places.json"),
        source(policy({"conditions.locations": where})),
    ]
    said = audit_entra(files, question())
    assert (
        f"comes from named location Head office ({APP}) or named location {OTHER};"
        in said.findings[0].reason
    )
    assert said.problems[0].message == "Is a named location (2 of them): its name is used."


ASKS = policy(
    {"grantControls": {"builtInControls": [], "authenticationStrength": {"id": STRENGTH}}}
)
KEYS = {"id": STRENGTH.upper(), "displayName": "Keys", "allowedCombinations": ["fido2"]}


def test_a_strength_among_the_files_is_used() -> None:
    """The policy that names it can then be judged."""
    files = [source(ASKS), source(KEYS, "strength.json")]
    finding = audit_entra(files, question(methods=("fido2",))).findings[0]
    assert finding.verdict == "satisfiable"


def test_a_strength_among_the_files_that_takes_certain_keys_only_leaves_it_unknown() -> None:
    """Whether the key in the safe is one of them is in no export."""
    keys = {**KEYS, "combinationConfigurations": [{"appliesToCombinations": ["fido2"]}]}
    files = [source(ASKS), source(keys, "strength.json")]
    finding = audit_entra(files, question(methods=("fido2",))).findings[0]
    assert finding.verdict == "unknown"


def test_a_strength_that_is_given_goes_before_a_file() -> None:
    """Who asks may know better than an old export."""
    files = [source(ASKS), source(KEYS, "strength.json")]
    given = {STRENGTH: ["password,sms"]}
    finding = audit_entra(files, question(methods=("fido2",)), strengths=given).findings[0]
    assert finding.verdict == "blocking"


def test_without_accounts_there_are_no_findings() -> None:
    """And the report says that two are wanted."""
    said = report(policy(), question(accounts=()))
    assert said.findings == ()
    assert any("Fewer than two" in problem.message for problem in said.problems)


def test_a_member_of_one_group_is_not_a_member_of_the_other() -> None:
    """Each account is judged by its own groups."""
    members = {OTHER: (ONE, APP), GROUP: (ONE, TWO)}
    said = report(policy({"conditions.users.excludeGroups": [OTHER]}), question(members=members))
    assert [finding.verdict for finding in said.findings] == ["excluded", "blocking"]


def test_thousands_of_nested_groups_are_no_trouble() -> None:
    """A chain that ends in itself is walked once, not once for each policy."""
    names = [f"{n:08x}-3333-4333-8333-333333333333" for n in range(5000)]
    members: dict[str, tuple[str, ...]] = {
        name: (inner,) for name, inner in zip(names, [*names[1:], names[0]], strict=True)
    }
    members[names[-1]] = (names[0], ONE)
    changed = policy({"conditions.users.excludeGroups": [names[0]]})
    said = report([changed] * 50, question(members=members))
    assert [finding.verdict for finding in said.findings] == ["excluded", "blocking"] * 50


def test_the_members_of_a_group_may_be_written_in_any_case() -> None:
    """An ID is an ID."""
    members = {OTHER.upper(): (ONE.upper(), STRANGER)}
    finding = first(policy({"conditions.users.excludeGroups": [OTHER]}), question(members=members))
    assert finding.verdict == "excluded"


def nested(depth: int) -> bytes:
    """A policy with lists in lists beside what it says."""
    nest = "[" * depth + "]" * depth
    return (json.dumps(policy())[:-1] + f', "extra": {nest}}}').encode()


def test_deeply_nested_json_is_judged_or_named() -> None:
    """No file makes the audit fail; at worst a policy has no corrected text."""
    depths = range(1_000_000)
    deepest = bisect(depths, x=False, key=lambda depth: isinstance(read(depth), Unreadable))
    for depth in (10, *range(deepest - 20, deepest + 2), 200_000):
        said = audit_entra([Source("deep.json", nested(depth))], question())
        assert len(said.findings) == 2 or any(one.fatal for one in said.problems)


def test_a_policy_that_is_nested_beyond_reason_has_no_corrected_text() -> None:
    """The verdict is given all the same."""
    fixes = []
    for depth in (50, 300):
        finding = audit_entra([Source("deep.json", nested(depth))], question()).findings[0]
        assert finding.verdict == "blocking"
        fixes.append(finding.fix is not None)
    assert fixes == [True, False]


def read(depth: int) -> object:
    """What reading such a file gives."""
    return decode("deep.json", nested(depth))
