"""Names of files that commands refer to."""

import pytest

from bot.audit.google.commands import commands, file_of
from bot.audit.google.hcl import hcl
from tests.audit.google.case import deny, rule
from tests.audit.google.test_rules import policy_of


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("policies/x/denypolicies/Top Level", "top-level.json"),
        ("policies/x/denypolicies/../../etc/passwd", "passwd.json"),
        ("policies/x/denypolicies/$(reboot)", "reboot.json"),
        ("policies/x/denypolicies/--", "policy.json"),
    ],
)
def test_a_file_is_named_after_the_policy(name: str, file: str) -> None:
    """And holds nothing that a shell or a path would take for more than a name."""
    policy = policy_of(deny(rule(), name=name))
    assert file_of(policy) == file
    assert f"--policy-file={file}" in commands(policy, policy.raw)[1].text


def test_a_quote_in_a_name_does_not_end_a_string_of_terraform() -> None:
    """It is escaped."""
    policy = policy_of({**deny(rule()), "displayName": 'a" b'})
    assert '  display_name = "a\\" b"\n' in hcl(policy, policy.raw)
