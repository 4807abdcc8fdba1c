"""A correction comes ready to use: text, diff, commands, Terraform, and what to know before."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.audit.aws.fix import NEWER_QUOTA, OLDER_QUOTA, OWNED_BY_AWS, unified_diff
from bot.audit.aws.run import audit_aws
from bot.audit.model import Fix, Question, Source
from tests.audit.aws.case import ROLE, USER, allow, deny, source, unless

PATTERN = "arn:aws:iam::*:role/break-glass"


def fix_of(given: Source, *accounts: str, groups: tuple[str, ...] = ()) -> Fix:
    """The correction of a policy that blocks the first account."""
    report = audit_aws([given], Question(accounts or (ROLE,), groups))
    assert report.findings[0].fix
    return report.findings[0].fix


def described(
    statement: object, kind: str = "SERVICE_CONTROL_POLICY", name: str = "Guard"
) -> Source:
    """What `aws organizations describe-policy` prints."""
    content = json.dumps({"Version": "2012-10-17", "Statement": statement})
    summary = {"Id": "p-example1", "Name": name, "Type": kind}
    wrapped = {"Policy": {"PolicySummary": summary, "Content": content}}
    return Source("described.json", json.dumps(wrapped).encode())


def test_every_blocked_account_is_exempt_and_no_other() -> None:
    """One correction for the policy; who was exempt before is not named again."""
    report = audit_aws([source(unless("ArnNotLike", USER))], Question((ROLE, USER)))
    blocked, exempt = report.findings
    assert exempt.fix is None
    assert blocked.fix
    condition = json.loads(blocked.fix.corrected)["Statement"]["Condition"]
    assert condition == {"ArnNotLike": {"aws:PrincipalArn": [USER, ROLE]}}


def test_a_pattern_of_the_question_stands_for_the_accounts_that_it_matches() -> None:
    """A group that is no pattern, or matches others, is not used."""
    groups = ("break-glass-group", "arn:aws:iam::*:role/others", PATTERN)
    fix = fix_of(source(deny()), groups=groups)
    assert json.loads(fix.corrected)["Statement"]["Condition"] == {
        "ArnNotLike": {"aws:PrincipalArn": [PATTERN]}
    }


def test_every_deny_that_can_reach_the_account_is_corrected() -> None:
    """Also the one that only might; a half correction would be another lockout."""
    maybe = unless("StringNotEquals", "x", "aws:PrincipalTag/team")
    given = source([deny(Action="iam:*"), maybe, deny(Action="ec2:*")])
    corrected = fix_of(given).corrected
    assert [
        "ArnNotLike" in statement.get("Condition", {})
        for statement in json.loads(corrected)["Statement"]
    ] == [True, True, False]
    (again,) = audit_aws([Source("scp.json", corrected.encode())], Question((ROLE,))).findings
    assert again.verdict == "excluded"


def test_what_an_allow_list_leaves_out_is_allowed_for_the_account_alone() -> None:
    """There is no exempting from silence: the correction allows, by name, what a rescue needs."""
    given = source(allow(Action=["iam:*", "sso:*"]), "iam-policies/boundary.json")
    fix = fix_of(given, ROLE, USER)
    added = json.loads(fix.corrected)["Statement"][1]
    assert added["Effect"] == "Allow"
    assert "sts:AssumeRole" in added["Action"]
    assert "iam:PutRolePolicy" not in added["Action"]
    assert added["Condition"] == {"ArnLike": {"aws:PrincipalArn": [ROLE, USER]}}
    corrected = Source(given.name, fix.corrected.encode())
    again = audit_aws([corrected], Question((ROLE, USER, PATTERN.replace("*", "444455556666"))))
    assert [one.verdict for one in again.findings] == ["excluded", "excluded", "blocking"]


def test_a_policy_of_the_organization_is_replaced_by_its_id() -> None:
    """With the ID that AWS gave, the command is ready; without it, one finds it first."""
    (update,) = fix_of(described(deny())).commands
    assert update.text == (
        "aws organizations update-policy --policy-id p-example1 --content file://guard.json"
    )
    find, replace = fix_of(source(deny(), "it's mine.json")).commands
    assert "list-policies --filter SERVICE_CONTROL_POLICY" in find.text
    assert "'Policies[?Name==`it'\"'\"'s mine`].Id'" in find.text
    assert "--policy-id p-… --content file://it-s-mine.json" in replace.text


def test_other_kinds_have_their_own_command_or_say_so() -> None:
    """IAM policies get a new version; a resource's policy belongs to its service."""
    (version,) = fix_of(source(deny(), "iam-policies/a.json")).commands
    assert "create-policy-version" in version.text
    fix = fix_of(source({**deny(NotResource="arn:aws:s3:::x"), "Principal": {"AWS": "*"}}))
    assert fix.commands == ()
    assert fix.hcl == ""
    assert "service that owns" in fix.warnings[0]


@pytest.mark.parametrize(
    ("around", "command"),
    [
        (
            {"PolicyArn": "arn:aws:iam::111122223333:policy/edge"},
            "aws iam create-policy-version --policy-arn arn:aws:iam::111122223333:policy/edge ",
        ),
        (
            {"UserName": "emergency"},
            "aws iam put-user-policy --user-name emergency --policy-name 'my own' ",
        ),
        ({"PolicyArn": "arn:aws:iam::aws:policy/AWSDenyAll"}, ""),
    ],
)
def test_what_iam_says_of_itself_makes_the_command_whole(
    around: dict[str, str], command: str
) -> None:
    """An ARN or an inline policy's place; AWS's own policies have no command but a way around."""
    wrapped = {**around, "PolicyName": "my own", "PolicyDocument": {"Statement": [deny()]}}
    fix = fix_of(Source("iam.json", json.dumps(wrapped).encode()))
    if command:
        assert fix.commands[0].text.startswith(command)
    else:
        assert fix.commands == ()
        assert fix.warnings == (OWNED_BY_AWS,)


def test_terraform_gets_the_policy_with_iams_own_variables_escaped() -> None:
    """`${aws:…}` is AWS's; what the template has yet to fill in stays Terraform's."""
    statement = deny(
        Action="iam:*", Resource=["*", "arn:aws:iam::*:user/${aws:username}", "%{x}${*}"]
    )
    statement["Condition"] = {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:s3:::${prefix}"}}
    hcl = fix_of(described(statement, name="my guard")).hcl
    assert hcl.startswith(
        'resource "aws_organizations_policy" "my_guard" {\n  name    = "my guard"\n'
    )
    assert 'type    = "SERVICE_CONTROL_POLICY"' in hcl
    assert "$${aws:username}" in hcl
    assert "%%{x}$${*}" in hcl
    assert "s3:::${prefix}" in hcl
    rcp = described({**deny(Action="sts:*"), "Principal": "*"}, "RESOURCE_CONTROL_POLICY")
    assert 'type    = "RESOURCE_CONTROL_POLICY"' in fix_of(rcp).hcl
    assert 'resource "aws_iam_policy" "a" {' in fix_of(source(deny(), "iam-policies/a.json")).hcl


@pytest.mark.parametrize(
    ("file", "padding", "blanks", "words"),
    [
        ("scp.json", 10, 0, ""),
        ("scp.json", OLDER_QUOTA, 0, "older documents"),
        ("scp.json", NEWER_QUOTA, 0, "Split the policy first"),
        ("scp.json", 10, OLDER_QUOTA, "the command line sends white space too"),
        ("iam-policies/a.json", 10, 0, ""),
        ("iam-policies/a.json", 5_500, 0, ""),
        ("iam-policies/a.json", 7_000, 0, "6,144"),
    ],
)
def test_the_size_is_compared_with_what_aws_takes(
    file: str, padding: int, blanks: int, words: str
) -> None:
    """Both figures for SCPs, each with how sure it is; white space counts on the command line."""
    given = source(deny(Sid="a" * padding), file)
    given = Source(given.name, given.content + b" " * blanks)
    assert words in "".join(fix_of(given).warnings)
    assert bool(fix_of(given).warnings) is bool(words)


def test_a_policy_that_is_part_of_a_file_is_corrected_as_a_file_of_its_own() -> None:
    """Out of a list comes one policy, and its diff is against that one."""
    many = json.dumps([json.loads(source(deny()).content)] * 2).encode()
    fix = fix_of(Source("many.json", many))
    assert json.loads(fix.corrected)["Statement"]["Condition"]
    assert fix.diff.startswith("--- a/many.json")


LINES = st.lists(st.sampled_from(["a", "b", "c\r", "", "\x0b"]), max_size=30).map("\n".join)


def patched(original: str, diff: str, folder: Path) -> str:
    """What `git apply` makes of the file."""
    file = folder / "f"
    file.write_bytes(original.encode())
    subprocess.run(
        ["git", "apply", "--unidiff-zero", "-"], cwd=folder, input=diff.encode(), check=True
    )
    return file.read_bytes().decode()


@given(LINES, LINES, LINES, LINES)
def test_a_diff_turns_the_one_into_the_other(top: str, one: str, two: str, end: str) -> None:
    """Hunk by hunk, with the line numbers taken at their word."""
    original, corrected = f"{top}\n{one}\n{end}", f"{top}\n{two}\n{end}"
    diff = unified_diff(original, corrected, "f")
    assert bool(diff) is (original != corrected)
    assert replay(original, diff) == corrected


def replay(original: str, diff: str) -> str:
    """A very small `patch`, which takes the line numbers at their word."""
    lines = original.split("\n")
    if not lines[-1]:
        lines.pop()
    made, at, ends = [], 0, original.endswith("\n")
    body = diff.replace("\n\\ No newline at end of file\n", "\x00\n").split("\n")
    for line in body[2:-1]:
        if line.startswith("@@"):
            start, _, count = line.split()[1][1:].partition(",")
            begin = int(start) - (count != "0")
            made += lines[at:begin]
            at = begin
            continue
        text = line[1:].removesuffix("\x00")
        if line[0] in " -":
            assert lines[at] == text
            at += 1
        if line[0] in " +":
            made.append(text)
            ends = not line.endswith("\x00")
    rest = lines[at:]
    made += rest
    if rest:
        ends = original.endswith("\n")
    return "\n".join(made) + ("\n" if ends and made else "")


def test_git_takes_the_diff(tmp_path: Path) -> None:
    """With and without a line feed at the end of the file."""
    assert shutil.which("git")
    policy = json.loads(source([deny(Action="ec2:*"), deny()]).content)
    for end in ("", "\n"):
        text = json.dumps(policy, indent=2) + end
        fix = fix_of(Source("f", text.encode()))
        assert patched(text, fix.diff, tmp_path) == fix.corrected
