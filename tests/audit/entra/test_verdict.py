"""The six verdicts keep their places towards each other, whatever a policy says."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.audit.entra.verdict import is_microsoft_managed
from tests.audit.entra.policies import (
    APP,
    GLOBAL_ADMINISTRATOR,
    GROUP,
    HELPDESK,
    ONE,
    OTHER,
    STRANGER,
    first,
    policy,
    question,
)
from tests.audit.entra.test_scope import read

SAFE = {"excluded", "not_in_scope", "satisfiable"}


def some(*entries: str) -> st.SearchStrategy[list[str]]:
    """A few of these."""
    return st.lists(st.sampled_from(entries), max_size=2, unique=True)


POLICIES = st.fixed_dictionaries(
    {
        "state": st.sampled_from(
            ["enabled", "disabled", "enabledForReportingButNotEnforced", "soon"]
        ),
        "conditions.users.includeUsers": some("All", "None", ONE, STRANGER, "<Somebody>"),
        "conditions.users.includeGroups": some(GROUP, OTHER, "<Group>"),
        "conditions.users.includeRoles": some(GLOBAL_ADMINISTRATOR, HELPDESK),
        "conditions.users.excludeUsers": some(ONE, STRANGER, "<Somebody>"),
        "conditions.users.excludeGroups": some(OTHER, "<Group>"),
        "conditions.users.excludeRoles": some(HELPDESK),
        "conditions.applications.includeApplications": some("All", "None", APP),
        "conditions.signInRiskLevels": some("high"),
        "conditions.platforms": st.sampled_from(
            [None, {"includePlatforms": ["iOS"], "excludePlatforms": ["iOS"]}]
        ),
        "grantControls.builtInControls": some("block", "mfa", "compliantDevice", "tomorrow"),
    }
)


@given(changes=POLICIES)
def test_whoever_is_in_an_excluded_group_is_never_kept_out(changes: dict[str, Any]) -> None:
    """Exclude beats include, and every doubt."""
    groups = [*changes["conditions.users.excludeGroups"], GROUP]
    changed = policy({**changes, "conditions.users.excludeGroups": groups})
    assert first(changed).verdict in {"excluded", "not_in_scope"}


@given(changes=POLICIES)
def test_only_a_policy_in_force_blocks_and_only_one_in_waiting_is_pending(
    changes: dict[str, Any],
) -> None:
    """A policy that is off is out of scope, whatever it says."""
    verdict = first(policy(changes)).verdict
    assert verdict != "blocking" or changes["state"] == "enabled"
    assert verdict != "pending" or changes["state"] == "enabledForReportingButNotEnforced"
    assert changes["state"] != "disabled" or verdict == "not_in_scope"


@given(changes=POLICIES)
def test_knowing_more_only_ever_settles_what_was_unknown(changes: dict[str, Any]) -> None:
    """An answer that was certain stays, when members of the groups are given."""
    before = first(policy(changes)).verdict
    members = {GROUP: (ONE,), OTHER: (STRANGER,), "<Group>": ()}
    after = first(policy(changes), question(members=members)).verdict
    assert before in {after, "unknown"} or {before, after} <= SAFE


@given(changes=POLICIES)
def test_a_fix_comes_with_what_wants_one_and_with_nothing_else(changes: dict[str, Any]) -> None:
    """And with nothing that is aimed at the accounts on purpose."""
    finding = first(policy(changes))
    wanted = finding.verdict in {"blocking", "pending"}
    assert (finding.fix is not None) == (
        wanted and "aimed at the emergency accounts" not in finding.reason
    )


def test_a_microsoft_managed_policy_is_known_by_its_name() -> None:
    """Nothing else in an export gives it away; a template ID alone does not."""
    assert is_microsoft_managed(read({"displayName": "Microsoft-Managed: MFA"}))
    assert not is_microsoft_managed(read({"displayName": "MFA", "templateId": APP}))
