"""Made-up policies of each provider, no two alike, as many as wanted; and real ones told apart.

`mixed` is what a tenant holds: most policies do not touch the accounts, or exempt them. `worst` is
a tenant in which every policy keeps the accounts out, so that each needs a correction.
"""

from __future__ import annotations

import json
import re
from itertools import cycle, islice
from pathlib import Path

from bot.audit.model import Source
from bot.core.events import Provider

CORPUS = Path(__file__).parent.parent / "../shared/corpus"
FOLDERS: dict[Provider, str] = {"entra": "azure", "aws": "aws", "google": "gcp"}
COUNT = 10_000
Json = dict[str, object]

ENTRA_GROUP = "abcdef00-0000-4000-8000-000000000000"
GOOGLE_GROUP = "sg-break-glass-admins@example.com"
AWS_PATTERN = "arn:aws:iam::*:role/break-glass"
ACCOUNTS: dict[Provider, tuple[str, ...]] = {
    "entra": tuple(f"{n:08x}-0000-4000-8000-000000000000" for n in range(1, 6)),
    "aws": tuple(f"arn:aws:iam::{111122223333 + n}:role/break-glass" for n in range(5)),
    "google": tuple(f"user:emergency-{n}@example.com" for n in range(1, 6)),
}
# Files are all distinct; the people and roles in them recur, as they do in a large company.
TEAMS = 1_000
ENTRA_TEAMS = [f"{n:08x}-1111-4111-8111-111111111111" for n in range(TEAMS)]
GOOGLE_TEAMS = [f"team-{n}@example.com" for n in range(TEAMS)]
_RESOURCES = "cloudresourcemanager.googleapis.com"
_ORGANIZATION = "organizations/123456789012"
_EVERYBODY = "principalSet://goog/public:all"
_PERMISSIONS = [
    f"{_RESOURCES}/projects.delete",
    f"{_RESOURCES}/organizations.setIamPolicy",
    "iam.googleapis.com/roles.create",
    "iam.googleapis.com/serviceAccountKeys.create",
    "compute.googleapis.com/instances.delete",
    "storage.googleapis.com/buckets.delete",
]


def entra(number: int, kind: int) -> Json:
    """A Conditional Access policy as Graph writes it; of every four kinds one blocks."""
    others, mine = ENTRA_TEAMS[number % TEAMS], kind % 4
    controls = {2: ["mfa"], 3: ["compliantDevice"]}.get(mine, ["block"])
    users = {
        "includeUsers": ["None"] if mine == 2 else ["All"],
        "excludeUsers": [],
        "includeGroups": [others] if mine == 2 else [],
        "excludeGroups": [others, *[ENTRA_GROUP] * (mine in (1, 3))],
        "includeRoles": [],
        "excludeRoles": [f"{n:08x}-4444-4444-8444-444444444444" for n in range(6)],
        "includeGuestsOrExternalUsers": None,
        "excludeGuestsOrExternalUsers": None,
    }
    return {
        "id": f"{number:08x}-2222-4222-8222-222222222222",
        "templateId": None,
        "displayName": f"CA{number:05} - all users",
        "createdDateTime": "2030-01-01T00:00:00Z",
        "modifiedDateTime": None,
        "state": "disabled" if kind % 8 == 6 else "enabled",
        "conditions": {
            "clientAppTypes": ["exchangeActiveSync", "other"] if kind % 3 == 1 else ["all"],
            "userRiskLevels": ["high"] if kind % 5 == 1 else [],
            "signInRiskLevels": [],
            "servicePrincipalRiskLevels": [],
            "insiderRiskLevels": None,
            "clientApplications": None,
            "authenticationFlows": None,
            "devices": None,
            "platforms": None,
            "applications": {
                "includeApplications": [others] if kind % 5 == 2 else ["All"],
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
            "builtInControls": controls,
            "customAuthenticationFactors": [],
            "termsOfUse": [],
            "authenticationStrength": None,
        },
        "sessionControls": None,
    }


def aws(number: int, kind: int) -> Json:
    """An SCP of two statements, in the manner of AWS's examples; of every four kinds one blocks."""
    exempt = f"arn:aws:iam::*:role/platform-{number % TEAMS}"
    patterns = [exempt, *[AWS_PATTERN] * (kind % 4 == 1)]
    regions = {"StringNotEquals": {"aws:RequestedRegion": ["eu-central-1", f"eu-west-{number}"]}}
    denies: tuple[Json, ...] = (
        {
            "NotAction": ["iam:*", "sts:*", "organizations:*", "support:*", f"x{number}:*"],
            "Condition": {**regions, "ArnNotLike": {"aws:PrincipalARN": patterns}},
        },
        {
            "Action": ["iam:*", f"ec2:Delete{number}"],
            "Condition": {"ArnNotLike": {"aws:PrincipalARN": patterns}},
        },
        {"Action": [f"ec2:Delete{n}" for n in range(10)], "Condition": regions},
        {
            "Action": ["iam:AttachRolePolicy", "iam:DeleteRole", "iam:UpdateAssumeRolePolicy"],
            "Resource": f"arn:aws:iam::*:role/pipeline-{number}",
        },
    )
    chosen = (denies[1], denies[1]) if kind % 4 == 0 else (denies[kind % 4 - 1], denies[2])
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": f"Guard{number}n{n}", "Effect": "Deny", "Resource": "*", **one}
            for n, one in enumerate(chosen)
        ],
    }


def google(number: int, kind: int) -> Json:
    """A deny policy (mostly), an access policy, a binding, or an organization policy."""
    team = f"principalSet://goog/group/{GOOGLE_TEAMS[number % TEAMS]}"
    mine, name = kind % 8, f"guard-rail-{number}"
    head: Json = {"displayName": name, "etag": f"MTgxNTIxODE2NDI0MzY2M{number}"}
    place = f"{_ORGANIZATION}/locations/global"
    if mine == 5:
        rule: Json = {"effect": "DENY", "principals": [_EVERYBODY]}
        rule["operation"] = {"permissions": _PERMISSIONS[:3]}
        return {"name": f"{place}/accessPolicies/{name}", **head, "details": {"rules": [rule]}}
    if mine == 6:
        return {
            "name": f"{place}/policyBindings/{name}",
            **head,
            "target": {"principalSet": f"//{_RESOURCES}/{_ORGANIZATION}"},
            "policyKind": "PRINCIPAL_ACCESS_BOUNDARY",
            "policy": f"{place}/principalAccessBoundaryPolicies/b{number}",
        }
    if mine == 7:
        spec = {**head, "rules": [{"values": {"allowedValues": [f"is:C{number}"]}}]}
        return {"name": f"projects/{number}/policies/compute.requireOsLogin", "spec": spec}
    exceptions = [team, *[f"principalSet://goog/group/{GOOGLE_GROUP}"] * (mine in (1, 2))]
    rule = {
        "deniedPrincipals": [team] if mine == 3 else [_EVERYBODY],
        "exceptionPrincipals": exceptions,
        "deniedPermissions": _PERMISSIONS[4:] if mine == 4 else _PERMISSIONS,
    }
    return {
        "name": f"policies/{_RESOURCES}%2Fprojects%2F{number}/denypolicies/{name}",
        "uid": f"{number:08x}-2222-4222-8222-222222222222",
        "kind": "DenyPolicy",
        **head,
        "createTime": "2030-01-01T00:00:00.000000Z",
        "updateTime": "2030-01-01T00:00:00.000000Z",
        "rules": [{"description": "Nobody but platform engineers", "denyRule": rule}],
    }


_MADE = {"entra": entra, "aws": aws, "google": google}


def made_up(provider: Provider, count: int = COUNT, *, worst: bool = False) -> list[Source]:
    """That many files with one policy each."""
    make = _MADE[provider]
    return [
        Source(f"{n}.json", json.dumps(make(n, 0 if worst else n), indent=2).encode())
        for n in range(count)
    ]


def real(provider: Provider, count: int = COUNT) -> list[Source]:
    """The corpus repeated, each copy with names and numbers of its own; empty without a corpus."""
    paths = sorted((CORPUS / FOLDERS[provider]).rglob("*.json"))
    texts = [path.read_text("utf-8-sig", "replace") for path in paths]
    valid = [text for text in texts if _is_json(text)]
    return [
        Source(f"{n}.json", _told_apart(text, n).encode())
        for n, text in enumerate(islice(cycle(valid), count))
    ]


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


_NAMES = re.compile(r'("(?:Sid|Id|id|displayName|name|uid|etag)":\s*")|(:role/|team-|group/)')


def _told_apart(text: str, number: int) -> str:
    """Another text in each name, role and group; and the number in white space, for the rest."""
    blank = f"{number:b}".replace("0", " ").replace("1", "\t")
    return _NAMES.sub(lambda found: f"{found[0]}{number}-", text) + blank
