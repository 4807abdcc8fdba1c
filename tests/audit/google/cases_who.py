"""Deny policies by whom they name: the account, its groups, its customer, or everybody else."""

from __future__ import annotations

from tests.audit.google.case import (
    GROUP,
    GROUP_SET,
    MAIL,
    OTHERS,
    POOL,
    ROBOT,
    SERVICE,
    SUBJECT,
    Case,
    deny,
    rule,
)

SUPPORT = "cloudsupport.googleapis.com/techCases.create"
CUSTOMER = "principalSet://goog/cloudIdentityCustomerId/"
NESTED = {GROUP: ("inner@example.com",), "inner@example.com": (MAIL,)}
ELSEWHERE = "principalSet://cloudresourcemanager.googleapis.com/"
WORKER = f"principal://{POOL}/subject/somebody"


def denied(*principals: str, **more: object) -> tuple[dict[str, object], ...]:
    """A policy that denies these principals."""
    return (deny(rule(deniedPrincipals=list(principals), **more)),)


def exempted(*principals: str) -> tuple[dict[str, object], ...]:
    """A policy that denies everybody but these principals."""
    return (deny(rule(exceptionPrincipals=list(principals))),)


WHO = [
    Case("everybody, no exception", (deny(rule()),), "blocking", ("everybody", "without any")),
    Case("the account itself", denied(SUBJECT), "blocking", ("the account itself",)),
    Case(
        "its address in capitals",
        denied(SUBJECT.upper().replace("PRINCIPAL://GOOG/SUBJECT", "principal://goog/subject")),
        "blocking",
    ),
    Case("another account", denied("principal://goog/subject/other@example.com"), "not_in_scope"),
    Case("an account that was deleted", denied(f"deleted:{SUBJECT}?uid=1"), "not_in_scope"),
    Case("a group that holds it", denied(GROUP_SET), "blocking", (f"group {GROUP}",)),
    Case(
        "a group of which nothing is known", denied(OTHERS), "unknown", ("members of group others",)
    ),
    Case(
        "a group that is listed without it",
        denied(OTHERS),
        "not_in_scope",
        members={"others@example.com": ()},
    ),
    Case(
        "a group in which an unlisted group is nested",
        denied(OTHERS),
        "unknown",
        ("far@example.com",),
        members={"others@example.com": ("group:far@example.com",)},
    ),
    Case("its own customer", denied(f"{CUSTOMER}C01example"), "blocking", customer="C01Example"),
    Case("another customer", denied(f"{CUSTOMER}C09other"), "not_in_scope", customer="C01example"),
    Case(
        "a customer, its own unknown",
        denied(f"{CUSTOMER}C01example"),
        "unknown",
        (f"whether user {MAIL} is meant depends on whether it belongs to customer C01",),
    ),
    Case(
        "service accounts only",
        denied(f"{ELSEWHERE}projects/1/type/ServiceAccount"),
        "not_in_scope",
    ),
    Case(
        "a service account among those of a project",
        denied(f"{ELSEWHERE}projects/1/type/ServiceAccount"),
        "unknown",
        account=SERVICE,
    ),
    Case(
        "a service account by its address",
        denied(SERVICE),
        "blocking",
        account=f"serviceAccount:{ROBOT}",
    ),
    Case(
        "a workload pool",
        denied(
            "principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/*"
        ),
        "not_in_scope",
    ),
    Case("all of a workforce pool", denied(f"principalSet://{POOL}/*"), "blocking", account=WORKER),
    Case(
        "a group of its workforce pool",
        denied(f"principalSet://{POOL}/group/g"),
        "unknown",
        account=WORKER,
    ),
    Case("a workforce pool, for a user", denied(f"principalSet://{POOL}/*"), "not_in_scope"),
    Case(
        "another workforce pool",
        denied(f"principalSet://{POOL}2/*"),
        "not_in_scope",
        account=WORKER,
    ),
    Case("a set that nobody knows", denied("principalSet://elsewhere/x"), "unknown"),
    Case(
        "the form of allow policies, meant for it",
        denied(f"user:{MAIL}"),
        "unknown",
        ("write principal://goog/subject/",),
    ),
    Case(
        "the form of allow policies, meant for others",
        denied("user:other@example.com"),
        "not_in_scope",
    ),
    Case("the form of allow policies, a domain", denied("domain:example.com"), "unknown"),
    Case("allUsers", denied("allUsers"), "unknown", ("form that Google does not take",)),
    Case("no form at all", denied("everyone"), "unknown", ("what 'everyone' stands for",)),
    Case(
        "an authority that does not exist",
        denied(f"principal://googl/subject/{MAIL}"),
        "unknown",
        (f"what 'principal://googl/subject/{MAIL}' stands for, which is no form",),
    ),
    Case(
        "a group without a name",
        denied("principalSet://goog/group/"),
        "unknown",
        ("which is no form of a principal",),
    ),
    Case(
        "an exception in no form at all",
        exempted(f"principal://goog/user/{MAIL}"),
        "blocking",
        ("; its exception exempts nobody as it is written: it is no form of a principal.",),
    ),
    Case(
        "all agents of an organization",
        denied("principalSet://agents.global.org-123456789012.system.id.goog/*"),
        "not_in_scope",
    ),
    Case(
        "an account that is a group",
        (deny(rule()),),
        "unknown",
        ("names a group",),
        account=f"group:{GROUP}",
    ),
    Case(
        "no account at all",
        (deny(rule()),),
        "unknown",
        ("no Google account",),
        account="user:nobody",
    ),
]

EXEMPT = [
    Case("the group is excepted", exempted(GROUP_SET), "excluded", (f"group {GROUP}",)),
    Case("the account is excepted", exempted(SUBJECT), "excluded"),
    Case(
        "the group is excepted, and does not hold it",
        exempted(GROUP_SET),
        "blocking",
        members={GROUP: ()},
    ),
    Case(
        "through a nested group",
        exempted(GROUP_SET),
        "excluded",
        ("nested members",),
        members=NESTED,
    ),
    Case(
        "an excepted group of which nothing is known",
        exempted(OTHERS),
        "unknown",
        ("unless exempted",),
    ),
    Case(
        "another group is excepted",
        exempted(OTHERS),
        "blocking",
        ("no exception takes",),
        members={"others@example.com": ("other@example.com",)},
    ),
    Case(
        "an exception in the form of allow policies",
        exempted(f"user:{MAIL}"),
        "blocking",
        ("exempts nobody as it is written",),
    ),
    Case(
        "one rule excepts, the next does not",
        (deny(rule(exceptionPrincipals=[GROUP_SET]), rule()),),
        "blocking",
    ),
    Case(
        "two rules deny",
        (deny(rule(), rule(deniedPermissions=[SUPPORT])),),
        "blocking",
        ("1 more of its rules",),
        severity="critical",
    ),
]
