"""Principal access boundaries: what they leave, and whether they are bound to the account."""

from __future__ import annotations

from tests.audit.google.case import (
    BOUNDARY,
    MAIL,
    ORGANIZATION,
    POOL,
    SERVICE,
    Case,
    bound,
    boundary,
)

OWN = "//iam.googleapis.com/locations/global/workspace/"
PROJECT = "//cloudresourcemanager.googleapis.com/projects/sandbox"
WORKER = f"principal://{POOL}/subject/somebody"

BOUNDARIES = [
    Case("leaves a project only", (bound(), boundary(PROJECT)), "blocking", ("projects/sandbox",)),
    Case(
        "leaves several projects",
        (bound(), boundary(PROJECT, f"{PROJECT}-2")),
        "blocking",
        ("and 1 more",),
    ),
    Case("leaves nothing", (bound(), boundary()), "blocking", ("only nothing",)),
    Case("leaves the organization", (bound(), boundary(ORGANIZATION)), "satisfiable"),
    Case(
        "another binding leaves the organization",
        (
            bound(),
            boundary(PROJECT),
            bound(policy=f"{BOUNDARY}2", displayName="Wide"),
            boundary(ORGANIZATION, name=f"{BOUNDARY}2"),
        ),
        "satisfiable",
        ("Wide bounds it",),
    ),
    Case(
        "another binding does not",
        (
            bound(),
            boundary(PROJECT),
            bound(policy=f"{BOUNDARY}2", condition="false"),
            boundary(ORGANIZATION, name=f"{BOUNDARY}2"),
            bound(policy="missing"),
        ),
        "blocking",
    ),
    Case("a boundary that is not at hand", (bound(),), "unknown", ("not among the files",)),
    Case(
        "all but the account",
        (bound(condition=f"principal.subject != '{MAIL}'"), boundary(PROJECT)),
        "excluded",
    ),
    Case(
        "service accounts only",
        (
            bound(condition="principal.type == 'iam.googleapis.com/ServiceAccount'"),
            boundary(PROJECT),
        ),
        "excluded",
    ),
    Case(
        "by the end of the address",
        (bound(condition="!principal.subject.endsWith('@example.com')"), boundary(PROJECT)),
        "excluded",
    ),
    Case(
        "by its beginning",
        (bound(condition="principal.subject.startsWith('emergency')"), boundary(PROJECT)),
        "blocking",
    ),
    Case(
        "a condition that is not computed",
        (bound(condition="request.time > 5"), boundary(PROJECT)),
        "unknown",
        ("its condition",),
    ),
    Case("bound to a project", (bound(to=PROJECT), boundary(PROJECT)), "not_in_scope"),
    Case(
        "bound to nobody",
        (bound(to=""), boundary(PROJECT)),
        "unknown",
        ("whom its principal set holds",),
    ),
    Case(
        "bound to its customer",
        (bound(to=f"{OWN}C01example"), boundary(PROJECT)),
        "blocking",
        customer="C01example",
    ),
    Case(
        "bound to another customer",
        (bound(to=f"{OWN}C09other"), boundary(PROJECT)),
        "not_in_scope",
        customer="C01example",
    ),
    Case("bound to some customer", (bound(to=f"{OWN}C01example"), boundary(PROJECT)), "unknown"),
    Case(
        "bound to a customer, for a service account",
        (bound(to=f"{OWN}C01example"), boundary(PROJECT)),
        "not_in_scope",
        account=SERVICE,
    ),
    Case(
        "bound to an organization, for a service account",
        (bound(), boundary(PROJECT)),
        "unknown",
        account=SERVICE,
    ),
    Case(
        "a workforce identity by the end of its subject",
        (bound(condition="principal.subject.endsWith('x')"), boundary(PROJECT)),
        "unknown",
        account=WORKER,
    ),
    Case(
        "a binding of another kind",
        (bound(policy="organizations/1/locations/global/accessPolicies/a"),),
        "not_in_scope",
    ),
    Case(
        "the boundary itself",
        (boundary(PROJECT), bound()),
        "not_in_scope",
        ("through its bindings",),
    ),
    Case("the boundary without bindings", (boundary(PROJECT),), "unknown", ("To whom",)),
]
