"""Constraints of the organization policy service."""

from __future__ import annotations

from tests.audit.google.case import Case, constraint

DOMAINS = "iam.allowedPolicyMemberDomains"

DOMAINS = "iam.allowedPolicyMemberDomains"
ORGANIZATIONS = [
    Case(
        "about resources",
        (constraint("compute.requireOsLogin", spec={"rules": [{"enforce": True}]}),),
        "not_in_scope",
        ("no exception for a principal",),
    ),
    Case(
        "about who may be granted a role",
        (constraint(DOMAINS, spec={"rules": [{"values": {"allowedValues": ["is:C09other"]}}]}),),
        "unknown",
        ("no exception for a principal",),
    ),
    Case(
        "for the own customer",
        (constraint(DOMAINS, spec={"rules": [{"values": {"allowedValues": ["is:C01example"]}}]}),),
        "satisfiable",
        customer="C01example",
    ),
    Case(
        "that allows everything",
        (constraint(DOMAINS, spec={"rules": [{"allowAll": True}]}),),
        "not_in_scope",
    ),
    Case(
        "in a dry run",
        (constraint("gcp.restrictServiceUsage", dryRunSpec={"rules": []}),),
        "unknown",
        ("In a dry run so far: can switch off",),
    ),
    Case(
        "in the older form",
        ({"constraint": "constraints/compute.x", "booleanPolicy": {"enforced": True}},),
        "not_in_scope",
    ),
]
