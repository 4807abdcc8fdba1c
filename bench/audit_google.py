"""How long the Google audit takes, against the time that reading the same JSON takes.

Run it as `python bench/audit_google.py [FOLDER]`. Two tenants of 10,000 files are made up: one as
they are, with every kind of policy, and one in which each policy needs a correction. With a folder,
its files are repeated as another. A correction is written when it is looked at, so both times are
given, without and with that. Prints the best of three runs in turns.
"""

from __future__ import annotations

import itertools
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from bot.audit.google.run import audit_google
from bot.audit.model import Question, Source

POLICIES = 10_000
GROUPS = 5_000
ACCOUNTS = tuple(f"user:emergency-{n}@example.com" for n in range(1, 6))
GROUP = "sg-break-glass-admins@example.com"
EVERYBODY = "principalSet://goog/public:all"
ORGANIZATION = "organizations/123456789012"
_RESOURCES = "cloudresourcemanager.googleapis.com"
_PERMISSIONS = (
    f"{_RESOURCES}/projects.delete",
    f"{_RESOURCES}/organizations.setIamPolicy",
    "iam.googleapis.com/roles.create",
    "iam.googleapis.com/serviceAccountKeys.create",
    "compute.googleapis.com/instances.delete",
    "storage.googleapis.com/buckets.delete",
)
Json = dict[str, object]


def deny(number: int, principals: list[str], exceptions: list[str], permissions: list[str]) -> Json:
    """A deny policy as REST gives it, with one rule."""
    rule: Json = {"deniedPrincipals": principals, "deniedPermissions": permissions}
    if exceptions:
        rule["exceptionPrincipals"] = exceptions
    attached = f"policies/{_RESOURCES}%2Fprojects%2F{number + 100000}"
    return {
        "name": f"{attached}/denypolicies/guard-rail-{number}",
        "uid": f"{number:08x}-2222-4222-8222-222222222222",
        "kind": "DenyPolicy",
        "displayName": f"Guard rail {number}",
        "etag": "MTgxNTIxODE2NDI0MzY2MzI4MzI=",
        "createTime": "2030-01-01T00:00:00.000000Z",
        "updateTime": "2030-01-01T00:00:00.000000Z",
        "rules": [{"description": "Nobody but platform engineers", "denyRule": rule}],
    }


def access(number: int) -> Json:
    """A v3 access policy that denies everybody something that a rescue needs."""
    rule = {
        "effect": "DENY",
        "principals": [EVERYBODY],
        "operation": {"permissions": list(_PERMISSIONS[:3])},
    }
    return {
        "name": f"{ORGANIZATION}/locations/global/accessPolicies/strict-{number}",
        "displayName": f"Strict {number}",
        "etag": f"e{number}",
        "details": {"rules": [rule]},
    }


def binding(number: int, boundary: int) -> Json:
    """A boundary bound to everybody of the organization."""
    return {
        "name": f"{ORGANIZATION}/locations/global/policyBindings/everybody-{number}",
        "displayName": f"Everybody {number}",
        "etag": f"e{number}",
        "target": {"principalSet": f"//{_RESOURCES}/{ORGANIZATION}"},
        "policyKind": "PRINCIPAL_ACCESS_BOUNDARY",
        "policy": f"{ORGANIZATION}/locations/global/principalAccessBoundaryPolicies/b{boundary}",
    }


def boundary(number: int, *, wide: bool) -> Json:
    """A boundary that opens some projects, or the organization too."""
    resources = [f"//{_RESOURCES}/projects/{n}" for n in range(3)]
    return {
        "name": f"{ORGANIZATION}/locations/global/principalAccessBoundaryPolicies/b{number}",
        "displayName": f"Boundary {number}",
        "etag": f"e{number}",
        "details": {
            "rules": [
                {
                    "description": "Ours",
                    "effect": "ALLOW",
                    "resources": [*resources, *[f"//{_RESOURCES}/{ORGANIZATION}"] * wide],
                }
            ],
            "enforcementVersion": "1",
        },
    }


def level(number: int) -> Json:
    """An access level that asks for an address."""
    return {
        "name": f"accessPolicies/42/accessLevels/l{number}",
        "title": f"Level {number}",
        "basic": {"conditions": [{"ipSubnetworks": ["203.0.113.0/24"], "regions": ["DE"]}]},
    }


def user_access(number: int) -> Json:
    """An access binding; every third assigns a level that is gone."""
    return {
        "name": f"{ORGANIZATION}/gcpUserAccessBindings/b{number}",
        "groupKey": GROUP if number % 4 == 0 else f"{number:015x}",
        "accessLevels": [f"accessPolicies/42/accessLevels/{'x' if number % 3 else 'l'}{number}"],
    }


def constraint(number: int) -> Json:
    """An organization policy."""
    names = ("compute.requireOsLogin", "iam.allowedPolicyMemberDomains", "gcp.resourceLocations")
    return {
        "name": f"projects/{number}/policies/{names[number % 3]}",
        "etag": f"e{number}",
        "spec": {
            "etag": f"e{number}",
            "updateTime": "2030-01-01T00:00:00.000000Z",
            "rules": [{"values": {"allowedValues": ["is:C01example", "in:eu-locations"]}}],
        },
    }


def mixed(number: int) -> Json:
    """What a tenant holds: mostly deny and organization policies, and something of each kind."""
    group = f"principalSet://goog/group/team-{number % 50}@example.com"
    exempt = [f"principalSet://goog/group/{GROUP}"]
    kinds: tuple[Callable[[], Json], ...] = (
        lambda: deny(number, [EVERYBODY], exempt, list(_PERMISSIONS)),
        lambda: deny(number, [EVERYBODY], [group], list(_PERMISSIONS)),
        lambda: deny(number, [group], [], list(_PERMISSIONS)),
        lambda: deny(number, [EVERYBODY], [group], list(_PERMISSIONS[2:])),
        lambda: constraint(number),
        lambda: constraint(number + 1),
        lambda: access(number),
        lambda: binding(number, number + 1),
        lambda: boundary(number, wide=number % 20 == 8),
        lambda: level(number) if number % 20 == 9 else user_access(number),
    )
    return kinds[number % len(kinds)]()


def worst(number: int) -> Json:
    """Everything keeps the accounts out, and each policy needs a correction."""
    if number % 4 == 1:
        return access(number)
    if number % 4 == 2:
        return binding(number, 0)
    return deny(
        number,
        [EVERYBODY],
        [f"principalSet://goog/group/team-{n % 50}@example.com" for n in (number, number + 7)],
        list(_PERMISSIONS),
    )


def small(number: int) -> Json:
    """The worst of the worst: nothing in the file but what needs the correction."""
    rule = {"deniedPrincipals": [EVERYBODY], "deniedPermissions": [_PERMISSIONS[1]]}
    return {"name": f"policies/p/denypolicies/d{number}", "rules": [{"denyRule": rule}]}


def say(line: str) -> None:
    """One line of the result."""
    sys.stdout.write(f"{line}\n")


def best(*works: Callable[[], object]) -> list[float]:
    """The least of three runs of each, in seconds of processor time: others may be at work too."""
    took = [float("inf")] * len(works)
    for _ in range(3):
        for number, work in enumerate(works):
            start = time.process_time()
            work()
            took[number] = min(took[number], time.process_time() - start)
    return took


def measure(title: str, texts: list[bytes]) -> None:
    """Both times and their ratio, for one account and for five."""
    sources = [Source(f"{n}.json", text) for n, text in enumerate(texts)]
    members = {GROUP: ACCOUNTS, "others@example.com": ()}
    members |= {f"team-{n}@example.com": () for n in range(50)}
    for accounts in (ACCOUNTS[:1], ACCOUNTS):
        question = Question(accounts, (GROUP,), members)
        loads, audit = best(
            lambda: [json.loads(text) for text in texts],
            lambda q=question: audit_google(sources, q),  # type: ignore[misc]
        )
        report = audit_google(sources, question)
        fixes = len({id(one.fix) for one in report.findings if one.fix})
        size = sum(map(len, texts)) / 1e6
        say(
            f"{title}: {len(texts)} files ({size:.1f} MB), {len(accounts)} accounts, {fixes}"
            f" corrected: json.loads {loads:.3f} s, audit {audit:.3f} s, factor {audit / loads:.1f}"
        )
        (written,) = best(
            lambda q=question: [f.fix.diff for f in audit_google(sources, q).findings if f.fix]  # type: ignore[misc]
        )
        say(f"  with every correction written out: {written:.3f} s, factor {written / loads:.1f}")
        say(f"  {dict(Counter(one.verdict for one in report.findings))}")


def nested() -> None:
    """200 policies for a group at the end of a chain of 5,000."""
    names = [f"g{n}@example.com" for n in range(GROUPS)]
    members: dict[str, tuple[str, ...]] = {
        name: (f"group:{inner}",) for name, inner in itertools.pairwise(names)
    }
    members[names[-1]] = ACCOUNTS
    aimed = [f"principalSet://goog/group/{names[0]}"]
    policies = [deny(n, aimed, [], list(_PERMISSIONS)) for n in range(200)]
    source = Source("tenant.json", json.dumps({"policies": policies}).encode())
    question = Question(ACCOUNTS, (GROUP,), members)
    (took,) = best(lambda: audit_google([source], question))
    say(f"200 policies, {len(ACCOUNTS)} accounts, {GROUPS} nested groups: {took:.3f} s")


def main(folder: str | None) -> None:
    """Measure and print."""
    for title, kind in (
        ("mixed", mixed),
        ("all need a fix", worst),
        ("small, all need a fix", small),
    ):
        texts = [json.dumps(kind(n), indent=2).encode() for n in range(POLICIES)]
        if kind is worst:
            texts[0] = json.dumps(boundary(0, wide=False), indent=2).encode()
        measure(title, texts)
    if folder:
        found = [path.read_bytes() for path in sorted(Path(folder).rglob("*.json"))]
        valid = [text for text in found if text.lstrip()[:1] in (b"{", b"[")]
        measure(folder, [valid[n % len(valid)] for n in range(POLICIES)])
    nested()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
