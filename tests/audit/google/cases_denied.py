"""Deny and access policies by what they take away, and under which condition."""

from __future__ import annotations

from tests.audit.google.case import (
    EVERYBODY,
    GROUP_SET,
    OTHERS,
    SET_POLICY,
    Case,
    access,
    deny,
    rule,
    when,
)

PLACE = "policies/cloudresourcemanager.googleapis.com%2F"
TAG = "resource.matchTag('123456789012/env', 'prod')"


def permitted(*permissions: str, **more: object) -> tuple[dict[str, object], ...]:
    """A policy that denies everybody these permissions."""
    return (deny(rule(deniedPermissions=list(permissions), **more)),)


WHAT = [
    Case(
        "nothing that a rescue needs",
        permitted("compute.googleapis.com/instances.delete"),
        "not_in_scope",
    ),
    Case(
        "a whole service",
        permitted("cloudresourcemanager.googleapis.com/*.*"),
        "blocking",
        severity="critical",
    ),
    Case(
        "a verb of all resources",
        permitted("iam.googleapis.com/*.update"),
        "blocking",
        ("denypolicies.update",),
    ),
    Case(
        "a resource of a service",
        permitted("cloudsupport.googleapis.com/techCases.*"),
        "blocking",
        severity="high",
    ),
    Case(
        "reading only",
        permitted("iam.googleapis.com/denypolicies.list"),
        "blocking",
        severity="medium",
    ),
    Case(
        "a permission that is excepted",
        permitted(
            "cloudresourcemanager.googleapis.com/projects.*",
            exceptionPermissions=["cloudresourcemanager.googleapis.com/projects.*", "x"],
        ),
        "not_in_scope",
    ),
    Case(
        "a permission without its service",
        permitted("resourcemanager.projects.setIamPolicy"),
        "unknown",
        ("by permissions that Google does not take as they are written",),
    ),
    Case(
        "a permission with a letter missing",
        permitted("iam.googleapis.com/denypolicies.updat"),
        "unknown",
        ("(iam.googleapis.com/denypolicies.update), by permissions that Google does not take",),
    ),
    Case(
        "a permission in the plural",
        permitted("cloudresourcemanager.googleapis.com/organizations.setIamPolicies"),
        "unknown",
        ("organizations.setIamPolicy)",),
    ),
    Case(
        "a permission that is near none",
        permitted("cloudresourcemanager.googleapis.com/organizations.createPolicyBinding"),
        "not_in_scope",
    ),
    Case(
        "a permission of a service that is called otherwise",
        permitted("resourcemanager.googleapis.com/projects.setIamPolicy"),
        "unknown",
    ),
    Case(
        "in one project",
        (deny(rule(), name=f"{PLACE}projects%2Fsandbox/denypolicies/p"),),
        "blocking",
        ("In project sandbox only: denies user",),
        severity="high",
    ),
    Case(
        "in one project, of a group of which nothing is known",
        (
            deny(
                rule(deniedPrincipals=[OTHERS]),
                rule(deniedPermissions=["x.googleapis.com/y.z"]),
                name=f"{PLACE}projects%2Fsandbox/denypolicies/p",
            ),
        ),
        "unknown",
        ("In project sandbox only: denies what a rescue needs;",),
        severity="medium",
    ),
    Case(
        "in one folder, as Terraform writes it",
        (
            {
                "parent": f"{PLACE.removeprefix('policies/')}folders%2F42",
                "name": "p",
                "rules": [
                    {
                        "deny_rule": [
                            {
                                "denied_principals": [EVERYBODY],
                                "denied_permissions": [SET_POLICY],
                            }
                        ]
                    }
                ],
            },
        ),
        "blocking",
        ("In folder 42 only: denies user",),
        severity="critical",
    ),
    Case(
        "in one project, where it denies nothing that a rescue needs",
        (
            deny(
                rule(deniedPermissions=["x.googleapis.com/y.z"]),
                name=f"{PLACE}projects%2Fsandbox/denypolicies/p",
            ),
        ),
        "not_in_scope",
        ("Denies none",),
    ),
    Case(
        "in the organization",
        (deny(rule()),),
        "blocking",
        ("Denies user",),
        severity="critical",
    ),
    Case("no permission at all", permitted("all of them"), "not_in_scope"),
    Case("no rule", (deny(),), "not_in_scope", ("no rule that denies",)),
]

CONDITIONS = [
    Case("true", (deny(when("true")),), "blocking"),
    Case("never", (deny(when(f"{TAG} && !{TAG}")),), "not_in_scope", ("never true",)),
    Case("false", (deny(when("false")),), "not_in_scope"),
    Case(
        "all but some tag",
        (deny(when(f"!{TAG}")),),
        "blocking",
        ("without any exception, on every resource without the tag",),
    ),
    Case("some tag only", (deny(when(TAG)),), "unknown", ("the tags on what must be repaired",)),
    Case(
        "an address",
        (deny(when("!inIpRange(origin.ip, ['203.0.113.0/24'])")),),
        "blocking",
        ("any exception; its condition (inIpRange(…)) cannot be computed, so the rule applies.",),
    ),
    Case(
        "a resource's name",
        (deny(when("resource.name.startsWith('x')")),),
        "blocking",
        ("resource.name.startsWith",),
    ),
    Case("no function", (deny(when("request.time > 5")),), "blocking", ("'request.time > 5'",)),
    Case("a tag and an address", (deny(when(f"{TAG} && inIpRange(a, b)")),), "unknown"),
]

ACCESS = [
    Case("denies everybody", (access(),), "blocking", severity="critical"),
    Case("only allows", (access(effect="ALLOW"),), "not_in_scope"),
    Case("excludes the group", (access(excludedPrincipals=[GROUP_SET]),), "excluded"),
    Case(
        "excludes the permission",
        (access(operation={"permissions": [SET_POLICY], "excludedPermissions": [SET_POLICY]}),),
        "not_in_scope",
    ),
    Case(
        "under a condition by tags",
        (access(conditions={"iam.googleapis.com": {"expression": f"!{TAG}"}}),),
        "blocking",
    ),
    Case(
        "under a condition that is not by tags",
        (access(conditions={"iam.googleapis.com": {"expression": "a > b"}}),),
        "unknown",
        ("not computed here",),
    ),
    Case(
        "under a condition of another service",
        (access(conditions={"eventarc.googleapis.com": {"expression": "true"}}),),
        "unknown",
        ("eventarc",),
    ),
    Case(
        "without the frame around its rules",
        (
            {
                "rules": [
                    {
                        "effect": "DENY",
                        "principals": [EVERYBODY],
                        "operation": {"permissions": [SET_POLICY]},
                    }
                ]
            },
        ),
        "blocking",
    ),
]
