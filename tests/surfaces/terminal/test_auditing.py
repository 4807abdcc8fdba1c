"""`lockout audit`, over real small files of each provider."""

from __future__ import annotations

import json
import zipfile
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.adapters.organisation_file import load_organisation
from bot.audit.run import YAML_IS_JSON
from tests.corpus import corpus
from tests.surfaces.terminal.stage import FakeWiring, run

OBJECT_ID = "33333333-0000-0000-0000-000000000001"
GROUP_ID = "22222222-0000-0000-0000-000000000001"
ROLE = "arn:aws:iam::444455556666:role/break-glass-1"
MAIL = "user:emergency-1@example.com"
GROUP = "sg-break-glass-admins@example.com"

ENTRA: dict[str, Any] = {
    "id": "44444444-0000-0000-0000-000000000001",
    "displayName": "CA001: Block everybody",
    "state": "enabled",
    "conditions": {
        "users": {"includeUsers": ["All"], "excludeGroups": []},
        "applications": {"includeApplications": ["All"]},
        "clientAppTypes": ["all"],
    },
    "grantControls": {"operator": "OR", "builtInControls": ["block"]},
}
AWS: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [{"Sid": "All", "Effect": "Deny", "Action": "*", "Resource": "*"}],
}
GOOGLE: dict[str, Any] = {
    "name": "policies/cloudresourcemanager.googleapis.com%2Forganizations%2F1/denypolicies/top",
    "rules": [
        {
            "denyRule": {
                "deniedPrincipals": ["principalSet://goog/public:all"],
                "deniedPermissions": ["iam.googleapis.com/denypolicies.update"],
            }
        }
    ],
}
POLICIES = {"entra": ENTRA, "aws": AWS, "google": GOOGLE}
ASKED = {
    "entra": ["--account", OBJECT_ID, "--group", GROUP_ID],
    "aws": ["--account", ROLE],
    "google": ["--account", MAIL, "--group", GROUP],
}
PROVIDERS = list(POLICIES)


def policy_file(folder: Path, provider: str, name: str = "policy.json") -> Path:
    """A policy that keeps everybody out."""
    path = folder / name
    path.write_text(json.dumps(POLICIES[provider], indent=2))
    return path


def example() -> FakeWiring:
    """The shipped organisation file as the one that is named."""
    with as_file(files("bot") / "resources" / "organisation.example.yaml") as path:
        return FakeWiring(found=load_organisation(path)[0])


@pytest.mark.parametrize("provider", PROVIDERS)
def test_help_has_an_example(provider: str) -> None:
    """Whole, as it is to be pasted; and what an ID is."""
    said = run(FakeWiring(), "audit", provider, "--help").stdout
    assert f"  Example:\n    lockout audit {provider} " in said
    words = " ".join(said.split())
    assert "--account and --group take object IDs" in words or "--account takes" in words


@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_would_lock_out_is_said_and_turns_a_pipeline_red(
    provider: str, tmp_path: Path
) -> None:
    """Exit code 1, the reason, the line, and the edit."""
    path = policy_file(tmp_path, provider)
    result = run(FakeWiring(), "audit", provider, str(path), *ASKED[provider])
    assert result.exit_code == 1, result.stdout
    assert "BLOCKING - would keep the account out now" in result.stdout
    assert f"place     {path.as_posix()}:" in result.stdout
    assert "      +" in result.stdout
    assert "1 policy, 1 account: 1 blocking." in result.stdout


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_corrected_policy_audits_clean(provider: str, tmp_path: Path) -> None:
    """Written where it was asked for, for its owner only, with the commands."""
    path, fixed = policy_file(tmp_path, provider), tmp_path / "new" / "fixed"
    result = run(FakeWiring(), "audit", provider, str(path), *ASKED[provider], "--fix", str(fixed))
    assert "Read commands.txt there first" in result.stderr
    written = {one.name: one for one in fixed.iterdir()}
    assert {one.stat().st_mode & 0o777 for one in written.values()} == {0o600}
    (corrected,) = [one for name, one in written.items() if name.endswith(".json")]
    assert corrected.name in written["commands.txt"].read_text()
    again = run(FakeWiring(), "audit", provider, str(corrected), *ASKED[provider], "--strict")
    assert again.exit_code == 0, again.stdout
    assert "1 excluded" in again.stdout


@pytest.mark.parametrize("provider", PROVIDERS)
def test_json_is_as_promised(provider: str, tmp_path: Path) -> None:
    """One finding for each policy and account, in the order of files and of accounts."""
    second = {
        "entra": "33333333-0000-0000-0000-000000000002",
        "aws": f"{ROLE}2",
        "google": f"{MAIL}.org",
    }
    for name in ("b.json", "a.json"):
        policy_file(tmp_path, provider, name)
    asked = [*ASKED[provider], "--account", second[provider]]
    result = run(FakeWiring(), "audit", provider, str(tmp_path), *asked, "--format", "json")
    said = json.loads(result.stdout)
    assert (said["provider"], len(said["findings"])) == (provider, 4)
    assert [Path(one["path"].partition("#")[0]).name for one in said["findings"]] == [
        "a.json",
        "a.json",
        "b.json",
        "b.json",
    ]
    assert [one["account"] for one in said["findings"]] == said["accounts"] * 2
    assert said["findings"][0]["fix"]["commands"]


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    ("output", "start"), [("sarif", "{"), ("markdown", "# Audit"), ("json", "{")]
)
def test_a_report_goes_into_a_file(provider: str, output: str, start: str, tmp_path: Path) -> None:
    """The screen says where, and what came out; the exit code is the same."""
    policy, report = policy_file(tmp_path, provider), tmp_path / "report"
    asked = [*ASKED[provider], "--format", output, "-o", str(report)]
    result = run(FakeWiring(), "audit", provider, str(policy), *asked)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert f"Written: {report}. 1 policy, 1 account: 1 blocking." in result.stderr
    assert report.read_text().startswith(start)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_broken_file_is_named_and_the_others_are_audited(provider: str, tmp_path: Path) -> None:
    """In a zip as well; and with --strict what was not read is no reason to be green."""
    harmless = {"entra": {**ENTRA, "state": "disabled"}, "google": {**GOOGLE, "rules": []}}
    harmless["aws"] = {"Version": "2012-10-17", "Statement": []}
    with zipfile.ZipFile(tmp_path / "e.zip", "w") as archive:
        archive.writestr("good.json", json.dumps(harmless[provider]))
        archive.writestr("broken.json", "{")
    report = tmp_path / "report.txt"
    asked = ["audit", provider, str(tmp_path / "e.zip"), str(tmp_path / "gone"), *ASKED[provider]]
    result = run(FakeWiring(), *asked, "-o", str(report))
    assert result.exit_code == 0, result.stderr
    assert "2 problems: what they hide was NOT audited" in result.stderr
    assert f"{(tmp_path / 'e.zip').as_posix()}/broken.json" in report.read_text()
    assert run(FakeWiring(), *asked, "--strict").exit_code == 1


@pytest.mark.parametrize("provider", PROVIDERS)
def test_nothing_to_audit_is_not_green(provider: str, tmp_path: Path) -> None:
    """A path that is wrong by a letter must not let every pull request through."""
    result = run(FakeWiring(), "audit", provider, str(tmp_path / "gone"), *ASKED[provider])
    assert result.exit_code == 2
    assert "There is no such file or folder" in result.stdout


def test_strict_counts_what_is_not_known(tmp_path: Path) -> None:
    """And a policy that is only reported so far."""
    path = tmp_path / "pending.json"
    path.write_text(json.dumps({**ENTRA, "state": "enabledForReportingButNotEnforced"}))
    asked = ["audit", "entra", str(path), *ASKED["entra"]]
    assert run(FakeWiring(), *asked).exit_code == 0
    assert run(FakeWiring(), *asked, "--strict").exit_code == 1


def test_members_say_who_is_in_the_group(tmp_path: Path) -> None:
    """A group that is listed without the account exempts nobody."""
    excluding = json.loads(json.dumps(ENTRA))
    excluding["conditions"]["users"]["excludeGroups"] = [GROUP_ID]
    path, members = tmp_path / "p.json", tmp_path / "m.json"
    path.write_text(json.dumps(excluding))
    asked = ["audit", "entra", str(path), *ASKED["entra"]]
    assert run(FakeWiring(), *asked).exit_code == 0
    members.write_text(json.dumps({GROUP_ID: []}))
    assert run(FakeWiring(), *asked, "--members", str(members)).exit_code == 1
    members.write_text("[]")
    wrong = run(FakeWiring(), *asked, "--members", str(members))
    assert (wrong.exit_code, "Write one JSON object" in wrong.stderr) == (2, True)
    missing = run(FakeWiring(), *asked, "--members", str(tmp_path / "gone"))
    assert (missing.exit_code, "No such file" in missing.stderr) == (2, True)


def test_methods_decide_what_can_be_met(tmp_path: Path) -> None:
    """Nothing named, nothing assumed."""
    asks = {**ENTRA, "grantControls": {"operator": "OR", "builtInControls": ["mfa"]}}
    path = tmp_path / "p.json"
    path.write_text(json.dumps(asks))
    asked = ["audit", "entra", str(path), *ASKED["entra"]]
    assert run(FakeWiring(), *asked).exit_code == 1
    assert run(FakeWiring(), *asked, "--methods", "fido2, certificate").exit_code == 0


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_organisation_file_says_whose_way_in(provider: str, tmp_path: Path) -> None:
    """All emergency accounts of the provider's tenants, beside those that are typed."""
    wiring, path = example(), policy_file(tmp_path, provider)
    asked = ["audit", provider, str(path), "--organisation", "o.yaml", "--format", "json"]
    said = json.loads(run(wiring, *asked).stdout)
    (tenant,) = wiring.found.tenants_of(provider)  # type: ignore[arg-type]
    assert said["accounts"] == [one.identifier for one in tenant.emergency_accounts]
    assert wiring.asked_files == [Path("o.yaml")]
    more = json.loads(run(wiring, *asked, *ASKED[provider]).stdout)
    assert len(more["accounts"]) == (2 if provider == "entra" else 3)


def test_the_management_account_of_the_organisation_file_is_known(tmp_path: Path) -> None:
    """No SCP binds it."""
    path = policy_file(tmp_path, "aws", "scp.json")
    result = run(example(), "audit", "aws", str(path), "--organisation", "o.yaml")
    assert result.exit_code == 0
    assert "2 not in scope" in result.stdout


@pytest.mark.parametrize(
    ("provider", "own"),
    [("aws", "s3:PutBucketPolicy"), ("google", "cloudkms.googleapis.com/cryptoKeys.setIamPolicy")],
)
def test_the_organisation_file_says_what_a_rescue_needs(
    provider: str, own: str, tmp_path: Path
) -> None:
    """Only that is asked about then, and a policy that leaves it alone keeps nobody out."""
    wiring = example()
    tenants = [
        one.model_copy(update={"rescue_actions": (own,)}) if one.provider == provider else one
        for one in wiring.found.tenants
    ]
    wiring.found = wiring.found.model_copy(update={"tenants": tuple(tenants)})
    path = tmp_path / "policy.json"
    asked = ["audit", provider, str(path), "--organisation", "o.yaml", *ASKED[provider]]
    text = json.dumps(POLICIES[provider]).replace('"Action": "*"', '"Action": "iam:*"')
    path.write_text(text)
    assert run(wiring, *asked).exit_code == 0
    path.write_text(
        text.replace("iam:*", own).replace("iam.googleapis.com/denypolicies.update", own)
    )
    assert run(wiring, *asked).exit_code == 1


def test_nobody_is_asked_about(tmp_path: Path) -> None:
    """Then there is nothing to say, and that is an error of use."""
    path = policy_file(tmp_path, "aws")
    result = run(FakeWiring(), "audit", "aws", str(path))
    assert (result.exit_code, "Say whose way in" in result.stderr) == (2, True)
    none = run(FakeWiring(), "audit", "aws", str(path), "--organisation", "o.yaml")
    assert (none.exit_code, "Names no emergency account" in none.stderr) == (2, True)


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    """With exit code 2: 1 would say that something is blocking."""
    path = policy_file(tmp_path, "google")
    asked = ["audit", "google", str(path), *ASKED["google"]]
    file = run(FakeWiring(), *asked, "-o", str(tmp_path / "no" / "such"))
    assert (file.exit_code, "could not be written" in file.stderr) == (2, True)
    full = run(FakeWiring(), *asked, "--fix", str(tmp_path))
    assert (full.exit_code, "Is not empty" in full.stderr) == (2, True)
    blocked = run(FakeWiring(), *asked, "--fix", str(path))
    assert (blocked.exit_code, "Cannot be written" in blocked.stderr) == (2, True)


def test_nothing_to_correct_writes_nothing(tmp_path: Path) -> None:
    """An empty folder would look like work that was done."""
    path, folder = tmp_path / "p.json", tmp_path / "fixed"
    path.write_text(json.dumps({**GOOGLE, "rules": []}))
    asked = ["audit", "google", str(path), *ASKED["google"], "--fix", str(folder)]
    result = run(FakeWiring(), *asked)
    assert result.exit_code == 0
    assert "Nothing to correct" in result.stderr
    assert not folder.exists()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_name_in_a_policy_drives_no_terminal(provider: str, tmp_path: Path) -> None:
    """Colours, cursor moves and lone surrogates are written out."""
    bad = "x\x1b]0;evil\x07\ud800"
    named: dict[str, Any] = {
        "entra": {**ENTRA, "displayName": bad},
        "aws": {"Name": bad, "Content": json.dumps(AWS)},
        "google": {**GOOGLE, "displayName": bad},
    }
    path = tmp_path / "p.json"
    path.write_text(json.dumps(named[provider]))
    for output in ("text", "json", "sarif", "markdown"):
        result = run(
            FakeWiring(), "audit", provider, str(path), *ASKED[provider], "--format", output
        )
        assert result.exit_code in (0, 1), result.stderr
        assert "\x1b" not in result.stdout
        assert "\x07" not in result.stdout


@pytest.mark.parametrize(
    ("provider", "folder", "policies"),
    [("entra", "azure", 200), ("aws", "aws", 200), ("google", "gcp", 12)],
)
def test_the_real_policies_are_audited(
    provider: str, folder: str, policies: int, tmp_path: Path
) -> None:
    """Every policy of the corpus in every format, and the corrections beside it."""
    report = tmp_path / "report.json"
    command = ["audit", provider, str(corpus(folder)), *ASKED[provider]]
    result = run(
        FakeWiring(), *command, "--format", "json", "-o", str(report), "--fix", str(tmp_path / "f")
    )
    assert result.exit_code in (0, 1), result.stderr
    said = json.loads(report.read_text())
    assert len({(one["policy_id"], one["path"]) for one in said["findings"]}) >= policies
    fixed = {one["fix"]["corrected"] for one in said["findings"] if one["fix"]}
    assert bool(fixed) is (tmp_path / "f" / "commands.txt").is_file()
    for output in ("text", "sarif", "markdown"):
        assert run(FakeWiring(), *command, "--format", output).exit_code == result.exit_code


def test_a_tree_says_where_policies_hang(tmp_path: Path) -> None:
    """What hangs elsewhere keeps nobody out."""
    file = policy_file(tmp_path, "aws", "guard.json")
    tree = tmp_path / "tree.json"
    account = ROLE.split(":")[4]
    command = ["audit", "aws", str(file), "--account", ROLE, "--tree", str(tree)]
    for policies, code in ((["guard"], 1), ([], 0)):
        tree.write_text(json.dumps({"root": {"policies": policies, "accounts": [account]}}))
        done = run(FakeWiring(), *command)
        assert done.exit_code == code, done.stdout
        assert ("NOT IN SCOPE" in done.stdout) is (code == 0)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "tree.json:1: Is no JSON."),
        ("[]", "tree.json: An object with 'root' is expected."),
        ('{"root": {"policies": [1]}}', "tree.json: root.policies.0: "),
        ("\udcff", "tree.json: Is no JSON."),
    ],
)
def test_a_tree_that_is_wrong_is_named_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    """Exit code 2: nothing was audited."""
    tree = tmp_path / "tree.json"
    tree.write_bytes(text.encode("utf-8", "surrogateescape"))
    file = policy_file(tmp_path, "aws", "guard.json")
    done = run(FakeWiring(), "audit", "aws", str(file), "--account", ROLE, "--tree", str(tree))
    assert done.exit_code == 2
    assert told in done.stdout + done.stderr


def test_a_tree_is_awss_alone(tmp_path: Path) -> None:
    """The other providers have none."""
    file = str(policy_file(tmp_path, "entra"))
    done = run(FakeWiring(), "audit", "entra", file, *ASKED["entra"], "--tree", file)
    assert done.exit_code == 2
    assert "--tree" in done.stderr


@pytest.mark.parametrize("provider", PROVIDERS)
def test_yaml_is_audited_like_json(tmp_path: Path, provider: str) -> None:
    """The alert stands on the line of the YAML, and the correction says that it is JSON."""
    file = tmp_path / "policy.yaml"
    file.write_text("# a comment\n" + yaml.safe_dump(POLICIES[provider], sort_keys=False))
    done = run(FakeWiring(), "audit", provider, str(file), *ASKED[provider], "--format", "sarif")
    assert done.exit_code == 1, done.stdout + done.stderr
    (result,) = json.loads(done.stdout)["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"].endswith("policy.yaml")
    assert 1 < place["region"]["startLine"] <= len(file.read_text().splitlines())
    told = run(FakeWiring(), "audit", provider, str(file), *ASKED[provider], "--format", "json")
    (finding,) = json.loads(told.stdout)["findings"]
    assert YAML_IS_JSON in finding["fix"]["warnings"]
