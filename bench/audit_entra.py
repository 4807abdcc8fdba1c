"""How long the Entra audit takes, against the time that reading the same JSON takes.

Run it as `python bench/audit_entra.py [FOLDER]`: the policies of the folder are repeated up to
10,000 files. Without a folder one made-up policy is. Prints the best of three runs.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bot.audit.entra.run import audit_entra
from bot.audit.model import Question, Source

POLICIES = 10_000
GROUPS = 5_000
ACCOUNTS = tuple(f"{n:08x}-0000-4000-8000-000000000000" for n in range(1, 6))
GROUP = "abcdef00-0000-4000-8000-000000000000"


def best(work: Callable[[], object]) -> float:
    """The least of three runs, in seconds of processor time: others may be at work here too."""
    took = []
    for _ in range(3):
        start = time.process_time()
        work()
        took.append(time.process_time() - start)
    return min(took)


def say(line: str) -> None:
    """One line of the result."""
    sys.stdout.write(f"{line}\n")


def made_up(number: int) -> bytes:
    """A policy for all users, as Graph writes it; every second one keeps the accounts out."""
    users: dict[str, object] = {
        "includeUsers": ["All"],
        "excludeUsers": [],
        "includeGroups": [],
        "excludeGroups": [f"{number:08x}-1111-4111-8111-111111111111"] if number % 2 else [],
        "includeRoles": [],
        "excludeRoles": [f"{n:08x}-4444-4444-8444-444444444444" for n in range(14)],
        "includeGuestsOrExternalUsers": None,
        "excludeGuestsOrExternalUsers": None,
    }
    policy = {
        "id": f"{number:08x}-2222-4222-8222-222222222222",
        "templateId": None,
        "displayName": f"Policy {number}",
        "createdDateTime": "2030-01-01T00:00:00Z",
        "modifiedDateTime": None,
        "state": "enabled",
        "conditions": {
            "clientAppTypes": ["all"],
            "userRiskLevels": [],
            "signInRiskLevels": [],
            "servicePrincipalRiskLevels": [],
            "insiderRiskLevels": None,
            "clientApplications": None,
            "authenticationFlows": None,
            "devices": None,
            "platforms": None,
            "applications": {
                "includeApplications": ["All"],
                "excludeApplications": [],
                "includeUserActions": [],
                "includeAuthenticationContextClassReferences": [],
                "applicationFilter": None,
            },
            "users": users,
            "locations": {"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]},
        },
        "grantControls": {
            "operator": "OR",
            "builtInControls": ["block"],
            "customAuthenticationFactors": [],
            "termsOfUse": [],
            "authenticationStrength": None,
        },
        "sessionControls": None,
    }
    return json.dumps(policy, indent=2).encode()


def files_of(folder: str | None) -> list[bytes]:
    """The files to repeat: those of a folder that hold JSON, or made-up ones."""
    if folder is None:
        return [made_up(number) for number in range(100)]
    return [path.read_bytes() for path in sorted(Path(folder).rglob("*.json"))]


def nested_groups() -> dict[str, tuple[str, ...]]:
    """A chain of groups with the accounts in the innermost, and a cycle back to the first."""
    names = [f"{n:08x}-3333-4333-8333-333333333333" for n in range(GROUPS)]
    members: dict[str, tuple[str, ...]] = {
        name: (inner,) for name, inner in zip(names, [*names[1:], names[0]], strict=True)
    }
    members[names[-1]] = (names[0], *ACCOUNTS)
    members[GROUP] = (names[0],)
    return members


def main(folder: str | None) -> None:
    """Measure both promises and print them."""
    files = files_of(folder)
    texts = [files[n % len(files)] for n in range(POLICIES)]
    sources = [Source(f"{n}.json", text) for n, text in enumerate(texts)]
    for accounts in (ACCOUNTS[:1], ACCOUNTS):
        question = Question(accounts, (GROUP,), methods=frozenset({"fido2"}))
        loads = best(lambda: [json.loads(text) for text in texts])
        audit = best(partial(audit_entra, sources, question))
        report = audit_entra(sources, question)
        fixes = len({id(finding.fix) for finding in report.findings if finding.fix})
        say(
            f"{POLICIES} files, {len(accounts)} accounts, {fixes} corrected policies:"
            f" json.loads {loads:.2f} s, audit {audit:.2f} s, factor {audit / loads:.1f}"
        )
        say(f"  {dict(Counter(finding.verdict for finding in report.findings))}")
    members = nested_groups()
    tenant = json.dumps({"value": [json.loads(made_up(n)) for n in range(200)]}).encode()
    question = Question(ACCOUNTS, (GROUP,), members, frozenset({"fido2"}))
    took = best(lambda: audit_entra([Source("tenant.json", tenant)], question))
    say(f"200 policies, {len(ACCOUNTS)} accounts, {GROUPS} nested groups: {took:.3f} s")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
