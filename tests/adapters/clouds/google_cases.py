"""The tenant that the tests of the reader share, and policies as Google writes them."""

from __future__ import annotations

from typing import Any

from bot.core.organisation import GoogleTenant
from tests.adapters.clouds.google_stand_in import NUMBER, ORGANIZATION

MAIL = "emergency-1@example.com"
GROUP = "sg-break-glass-admins@example.com"
EVERYBODY = "principalSet://goog/public:all"
WHEN = "2026-11-20T10:00:00.123456789Z"
Json = dict[str, Any]


def tenant(**more: object) -> GoogleTenant:
    """One emergency account, and the exclusion group."""
    given: dict[str, object] = {
        "id": "google-example",
        "name": "Example (Google)",
        "provider": "google",
        "primary_domain": "example.com",
        "organization_id": NUMBER,
        "customer_id": "C01example",
        "support": {"plan": "Enhanced Support", "phone": "+1 555 0152"},
        "group": {"name": "sg-break-glass-admins", "id": GROUP},
        "emergency_accounts": [
            {"name": MAIL, "email": MAIL, "custody": "Safe", "methods": ["security key"]}
        ],
        **more,
    }
    return GoogleTenant.model_validate(given)


def deny(name: str, place: str = ORGANIZATION, **rule: object) -> Json:
    """A deny policy for everybody that takes away setting who may do what."""
    attached = f"cloudresourcemanager.googleapis.com/{place}".replace("/", "%2F")
    return {
        "name": f"policies/{attached}/denypolicies/{name}",
        "uid": "7a3f",
        "kind": "DenyPolicy",
        "displayName": name.title(),
        "etag": "MTc1MTkyMjA4MjE=",
        "createTime": WHEN,
        "updateTime": WHEN,
        "rules": [
            {
                "denyRule": {
                    "deniedPrincipals": [EVERYBODY],
                    "deniedPermissions": [
                        "cloudresourcemanager.googleapis.com/organizations.setIamPolicy"
                    ],
                    **rule,
                }
            }
        ],
    }


def level(name: str, **basic: object) -> Json:
    """An access level of policy 42 that asks for an address in a range."""
    return {
        "name": f"accessPolicies/42/accessLevels/{name}",
        "title": name,
        "basic": {"conditions": [basic or {"ipSubnetworks": ["203.0.113.0/24"]}]},
    }


def user_access(group: str, level_name: str) -> Json:
    """An access binding: one group, one level."""
    return {
        "name": f"{ORGANIZATION}/gcpUserAccessBindings/b1",
        "groupKey": group,
        "accessLevels": [f"accessPolicies/42/accessLevels/{level_name}"],
    }


def boundary(*resources: str) -> Json:
    """A principal access boundary that opens these resources."""
    return {
        "name": f"{ORGANIZATION}/locations/global/principalAccessBoundaryPolicies/narrow",
        "displayName": "Narrow",
        "etag": "b1",
        "updateTime": WHEN,
        "details": {"rules": [{"effect": "ALLOW", "resources": list(resources)}]},
    }


def binding() -> Json:
    """Bound to everybody of the organization."""
    return {
        "name": f"{ORGANIZATION}/locations/global/policyBindings/everybody",
        "displayName": "Everybody",
        "etag": "b2",
        "updateTime": WHEN,
        "target": {"principalSet": f"//cloudresourcemanager.googleapis.com/{ORGANIZATION}"},
        "policyKind": "PRINCIPAL_ACCESS_BOUNDARY",
        "policy": f"{ORGANIZATION}/locations/global/principalAccessBoundaryPolicies/narrow",
    }


def constraint(name: str, **spec: object) -> Json:
    """An organization policy that is set at the organization."""
    return {
        "name": f"{ORGANIZATION}/policies/{name}",
        "etag": "o1",
        "spec": {"etag": "o1", "updateTime": WHEN, **spec},
    }
