"""Corrected policies as files, and the commands that name them."""

from __future__ import annotations

from dataclasses import replace

from bot.audit.model import Command, Report
from bot.audit.report.fix_files import COMMANDS, HEAD, fix_files
from tests.audit.report.reports import EMPTY, FIX, REPORT, finding


def test_a_correction_is_written_once_for_all_its_accounts() -> None:
    """Policy, change and Terraform beside the commands that name them."""
    files = fix_files(REPORT)
    assert list(files) == ["one.json", "one.diff", "one.tf", COMMANDS]
    assert files["one.json"] == '{"mended": true}\n'
    said = files[COMMANDS]
    assert said.startswith(HEAD)
    assert "# blocking for user:b@example.com\n# blocking for user:a@example.com\n" in said
    assert "# note: Read it again first.\n" in said
    assert "# Save it as one.json\ntool update --policy-file=one.json\n" in said


def test_two_policies_of_one_name_do_not_overwrite_each_other() -> None:
    """And each command names its own file."""
    other = replace(FIX, corrected="{}")
    report = Report("aws", (), (finding(fix=FIX), finding(fix=other, policy_id="id-2")))
    files = fix_files(report)
    assert files["one-2.json"] == "{}\n"
    assert "# Save it as one-2.json\ntool update --policy-file=one-2.json\n" in files[COMMANDS]


def test_a_file_is_named_after_the_policy_where_no_command_names_it() -> None:
    """Nothing in a name leads out of the folder, and nothing in it ends a comment."""
    bare = replace(FIX, commands=(Command("Paste", "PATCH x"),), hcl="")
    names = ["../../etc/Cron d", "---", "x" * 200, "a\nrm -rf"]
    report = Report(
        "entra",
        (),
        tuple(finding(fix=bare, policy_name=one, path=f"{n}#") for n, one in enumerate(names)),
    )
    files = fix_files(report)
    stems = [name.removesuffix(".json") for name in files if name.endswith(".json")]
    assert stems == ["etc-cron-d", "policy", "x" * 80, "a-rm-rf"]
    assert "\nrm" not in files[COMMANDS]


def test_a_request_is_a_comment_among_the_commands() -> None:
    """Pasted into a shell it would be an error; the other ways do the same."""
    request = Command("Graph", "PATCH https://graph.example\nA: b\n\n{}")
    fix = replace(FIX, commands=(request, Command("Shell", "az rest")))
    said = fix_files(Report("entra", (), (finding(fix=fix),)))[COMMANDS]
    assert said.endswith(
        "\n# Graph\n# PATCH https://graph.example\n# A: b\n#\n# {}\n\n# Shell\naz rest\n"
    )


def test_nothing_to_correct_is_no_file() -> None:
    """An empty commands.txt would look like work that was done."""
    assert fix_files(EMPTY) == {}
