"""What is pasted into a shell does the edit, and nothing that a file smuggles in."""

from __future__ import annotations

import json
import shlex

from hypothesis import given
from hypothesis import strategies as st

from bot.audit.entra.commands import NO_ID, commands
from tests.audit.entra.policies import APP, GROUP, ONE, OTHER

UNION = {"excludeGroups": (OTHER, GROUP)}
ADDED = {"excludeGroups": (GROUP,)}


def test_graph_is_sent_the_union_of_the_exclusions() -> None:
    """It replaces the whole list, so what was excluded stays in it."""
    graph, _, _ = commands(APP, UNION, ADDED)
    head, body = graph.text.split("\n\n")
    assert head.startswith(
        f"PATCH https://graph.microsoft.com/v1.0/identity/conditionalAccess/policies/{APP}\n"
    )
    assert json.loads(body) == {"conditions": {"users": {"excludeGroups": [OTHER, GROUP]}}}


def test_az_sends_the_same_body() -> None:
    """Word for word, as one argument of the shell."""
    graph, az, _ = commands(APP, UNION, ADDED)
    words = shlex.split(az.text)
    assert words[:4] == ["az", "rest", "--method", "patch"]
    assert words[-1] == graph.text.split("\n\n")[1]


def test_the_titles_say_that_one_of_them_is_enough() -> None:
    """Pasted one after the other, the same edit would run three times."""
    titles = [one.title for one in commands(APP, UNION, ADDED)]
    assert len(titles) == 3
    assert all(title.startswith("One of three ways: ") for title in titles)


def test_powershell_reads_the_list_again_before_it_writes() -> None:
    """And adds each field by itself."""
    added = {"excludeGroups": (GROUP,), "excludeUsers": (ONE,)}
    text = commands(APP, added, added)[2].text
    assert f"@($policy.Conditions.Users.ExcludeGroups) + @('{GROUP}')" in text
    assert f"@($policy.Conditions.Users.ExcludeUsers) + @('{ONE}')" in text
    assert "Policy.ReadWrite.ConditionalAccess" in text
    assert text.splitlines()[-1].startswith("Update-MgIdentityConditionalAccessPolicy")


def test_a_policy_without_an_id_leaves_a_place_for_it() -> None:
    """In all three."""
    assert all(NO_ID in command.text for command in commands("", UNION, ADDED))


def test_quotes_in_a_file_do_not_end_a_quote_in_powershell() -> None:
    """Straight or typographic: PowerShell takes both for quotes."""
    text = commands("x'; Remove-Item *; '", UNION, {"excludeGroups": ("a\u2019b",)})[2].text
    assert "$id = 'x''; Remove-Item *; '''" in text
    assert "'a\u2019\u2019b'" in text


@given(identity=st.text(), group=st.text())
def test_whatever_the_ids_are_the_shell_gets_them_as_one_word(identity: str, group: str) -> None:
    """A name in an export never becomes a command."""
    union = {"excludeGroups": (group,)}
    try:
        identity.encode()
    except UnicodeEncodeError:
        identity = ""
    words = shlex.split(commands(identity, union, union)[1].text)
    assert len(words) == 10
    assert json.loads(words[-1])["conditions"]["users"]["excludeGroups"] == [group]
