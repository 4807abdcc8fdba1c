"""The organisation file is read in one go, or refused with every mistake at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from pydantic import BaseModel

import bot
from bot.adapters.organisation_file import load_organisation
from bot.core import organisation
from bot.core.errors import Invalid

EXAMPLE = Path(bot.__file__).parent / "resources" / "organisation.example.yaml"
TODAY = date(2026, 11, 22)

WRONG = """\
name: Example
exercise: false
egress:
  - address: 10.0.0.1
  - address: 300.0.0.1
people:
  - {id: one, name: One, roles: [responder], slack: U0SAME1}
  - {id: two, name: Two, roles: [respondr], slack: U0SAME1}
tenants:
  - id: main
    name: Main
    provider: entra
    tenant_id: 1234
    initial_domain: example.onmicrosoft.com
    suport: {plan: Unified}
    support: {plan: Unified}
    support: {plan: Premier}
    support_user: {name: s, custodian: ghost, sealed_at: Safe, last_test: 2026-11-01}
    emergency_accounts:
      - {name: one, custody: Safe, object_id: not-a-guid, last_test: 2026-01-01}
"""


def _write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "organisation.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def _problems(tmp_path: Path, text: str) -> list[tuple[int, bool, str]]:
    with pytest.raises(Invalid) as caught:
        load_organisation(_write(tmp_path, text), today=TODAY)
    return [(problem.line, problem.fatal, problem.message) for problem in caught.value.problems]


def test_the_example_loads_and_warns_of_nothing_but_the_exercise() -> None:
    """`lockout init` writes this file, and the first walk needs no editing."""
    example, warnings = load_organisation(EXAMPLE, today=TODAY)
    assert [(warning.field, warning.fatal) for warning in warnings] == [("exercise", False)]
    assert [tenant.id for tenant in example.tenants] == [
        "entra-example",
        "aws-example",
        "google-example",
    ]


def test_the_example_has_what_a_whole_walk_needs() -> None:
    """Two emergency accounts and a recently changed policy a tenant, two approvers, call-backs."""
    example, _ = load_organisation(EXAMPLE, today=TODAY)
    for tenant in example.tenants:
        assert len(tenant.emergency_accounts) == 2
        assert 3 <= len(tenant.policies) <= 4
        assert tenant.support_user is not None
        newest = tenant.newest_policies()[0].changed_at
        assert newest is not None
        assert (TODAY - newest.date()).days <= 1
    assert len(example.people_with("approver")) == 2
    assert {person.id for person in example.people_with("custodian")} == {"safe-keeper"}
    assert example.known_addresses() == [
        ("203.0.113.10", "Office and VPN"),
        ("2001:db8:10::/48", "Office, IPv6"),
    ]


def test_the_example_grows_old_with_warnings_only() -> None:
    """A forgotten test is a warning on the next day, not a bot that does not start."""
    _, warnings = load_organisation(EXAMPLE, today=date(2027, 6, 1))
    assert len([one for one in warnings if "days ago" in one.message]) == 9


def test_today_is_the_calendar_s_when_nobody_says_otherwise() -> None:
    """A surface need not know how old a test may be."""
    example, warnings = load_organisation(EXAMPLE)
    assert example.exercise
    assert not any(warning.fatal for warning in warnings)


def test_the_example_shows_every_key_there_is() -> None:
    """A newcomer finds out what can be said by reading one file."""
    parts: list[type[BaseModel]] = [
        organisation.Organisation,
        organisation.SlackSettings,
        organisation.SnapshotSettings,
        organisation.Egress,
        organisation.Person,
        organisation.EntraTenant,
        organisation.AwsTenant,
        organisation.GoogleTenant,
        organisation.Support,
        organisation.Group,
        organisation.EntraAccount,
        organisation.AwsAccountPrincipal,
        organisation.GoogleAccount,
        organisation.SupportUser,
        organisation.KnownPolicy,
    ]
    lines = [line.strip() for line in EXAMPLE.read_text(encoding="utf-8").splitlines()]
    # Some are there to be switched on: behind a '#'.
    keys = [line.removeprefix("# ").strip() for line in lines]
    shown = {line.removeprefix("- ").partition(":")[0] for line in keys}
    assert {name for part in parts for name in part.model_fields} <= shown


def test_all_problems_come_at_once_in_line_order(tmp_path: Path) -> None:
    """Mistakes of YAML, of form and of sense are mended in one go; warnings come along."""
    found = _problems(tmp_path, WRONG)
    assert [(line, fatal) for line, fatal, _ in found if fatal] == [
        (4, True),  # a private address
        (5, True),  # no address at all
        (8, True),  # the role
        (8, True),  # the Slack ID
        (13, True),  # the tenant ID
        (15, True),  # the unknown key
        (17, True),  # the key written twice
        (18, True),  # the custodian
        (20, True),  # the object ID
    ]
    assert [line for line, _, _ in found] == sorted(line for line, _, _ in found)
    messages = [message for _, _, message in found]
    assert "unknown key 'suport'; did you mean 'support'?" in messages
    assert "'support' is written twice; first on line 16" in messages
    assert [line for line, fatal, message in found if not fatal and "days ago" in message] == [20]


def test_a_wrong_rescue_action_is_named_at_its_line(tmp_path: Path) -> None:
    """Each for itself, and so is a list without any."""
    text = EXAMPLE.read_text(encoding="utf-8")
    one, other = "    rescue_actions:\n      - default\n      - iam:*", "    rescue_actions: []"
    start = "    rescue_actions: [default]"
    found = _problems(tmp_path, text.replace(start, one, 1).replace(start, other, 1))
    lines = text.splitlines()
    first, second = (n for n, line in enumerate(lines, start=1) if line.startswith(start))
    (wrong, said), (empty, none) = [(line, message) for line, fatal, message in found if fatal]
    assert (wrong, empty) == (first + 2, second + 2)
    assert said.startswith("'iam:*' is not an AWS action without wildcards, for example iam:Put")
    assert none == "needs at least one entry"


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("    custody: 'password: Tr0ub4dor-3'", "password"),
        (
            "    # the AWS one: aws_secret_access_key = " + "wJalrXUtnFEMI" * 3,
            "AWS secret access key",
        ),
        ("    object_id: xoxb-1234567890-abcdefghij", "Slack token"),
        ("    otp: otpauth://totp/example?secret=ABC", "one-time password seed"),
    ],
)
def test_what_looks_like_a_credential_is_refused_and_never_quoted(
    tmp_path: Path, line: str, name: str
) -> None:
    """Not in a value, not under an unknown key, and not in a comment."""
    text = EXAMPLE.read_text(encoding="utf-8").replace(
        "    initial_domain:", f"{line}\n    initial_domain:", 1
    )
    secret = line.partition(": ")[2] or line
    found = _problems(tmp_path, text)
    at = text.splitlines().index(line) + 1
    assert [(number, fatal) for number, fatal, _ in found if fatal] == [(at, True)]
    assert f"this looks like a {name}. No credential belongs in this file" in found[-1][2]
    assert all(secret not in message for _, _, message in found)


def test_a_file_that_cannot_be_read_is_invalid_not_a_crash(tmp_path: Path) -> None:
    """Missing files, broken YAML and lists at the top are an author's mistakes."""
    with pytest.raises(Invalid, match="cannot be opened"):
        load_organisation(tmp_path / "none.yaml", today=TODAY)
    assert _problems(tmp_path, "- a\n") == [(1, True, "must be 'key: value' lines at the top")]
    assert _problems(tmp_path, "a: 'b\n")[0][:2] == (1, True)
