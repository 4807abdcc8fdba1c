"""Cases by hand: a policy, an account, and the verdict that an expert signs."""

from __future__ import annotations

from tests.audit.google.case import (
    BOUNDARY,
    EVERYBODY,
    GROUP,
    GROUP_SET,
    MAIL,
    ORGANIZATION,
    OTHERS,
    POOL,
    ROBOT,
    SERVICE,
    SET_POLICY,
    SUBJECT,
    Case,
    access,
    binding,
    bound,
    boundary,
    constraint,
    deny,
    level,
    rule,
    when,
)

PLACE = "policies/cloudresourcemanager.googleapis.com%2F"
TAG = "resource.matchTag('123456789012/env', 'prod')"
SUPPORT = "cloudsupport.googleapis.com/techCases.create"
CUSTOMER = "principalSet://goog/cloudIdentityCustomerId/"
OWN = "//iam.googleapis.com/locations/global/workspace/"
NESTED = {GROUP: ("inner@example.com",), "inner@example.com": (MAIL,)}
ELSEWHERE = "principalSet://cloudresourcemanager.googleapis.com/"
PROJECT = "//cloudresourcemanager.googleapis.com/projects/sandbox"
WORKER = f"principal://{POOL}/subject/somebody"


def denied(*principals: str, **more: object) -> tuple[dict[str, object], ...]:
    """A policy that denies these principals."""
    return (deny(rule(deniedPrincipals=list(principals), **more)),)


def permitted(*permissions: str, **more: object) -> tuple[dict[str, object], ...]:
    """A policy that denies everybody these permissions."""
    return (deny(rule(deniedPermissions=list(permissions), **more)),)


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
        severity="low",
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

OFFICE = level("office", "AND", {"ipSubnetworks": ["203.0.113.0/24"]})
NAMED = {"members": [f"user:{MAIL}"]}
MANAGED = {"devicePolicy": {"requireCorpOwned": True}}

BINDINGS = [
    Case("a place", (binding("office"), OFFICE), "unknown", ("from where one signs in",)),
    Case(
        "a level that was deleted",
        (binding("gone"), OFFICE),
        "blocking",
        ("a deleted level stays assigned", "take the account out"),
        severity="critical",
    ),
    Case(
        "a level that is not at hand",
        (binding("office"),),
        "unknown",
        ("its definition would tell",),
    ),
    Case(
        "a managed device",
        (binding("office"), level("office", "AND", MANAGED)),
        "blocking",
        ("managed device",),
    ),
    Case(
        "a managed device, in a dry run",
        (
            binding(dryRunAccessLevels=["accessPolicies/1/accessLevels/office"]),
            level("office", "AND", MANAGED),
        ),
        "pending",
        ("In a dry run",),
        severity="high",
    ),
    Case(
        "a managed device, or the account by name",
        (binding("office"), level("office", "OR", MANAGED, NAMED)),
        "satisfiable",
        ("Access level office names the account",),
    ),
    Case(
        "a managed device, and the account by name",
        (binding("office"), level("office", "AND", NAMED, MANAGED)),
        "blocking",
    ),
    Case(
        "other accounts by name",
        (binding("office"), level("office", "AND", {"members": ["user:other@example.com"]})),
        "blocking",
        ("other accounts only",),
    ),
    Case(
        "not the account by name",
        (binding("office"), level("office", "AND", {**NAMED, "negate": True})),
        "blocking",
        ("turns round",),
    ),
    Case(
        "not a managed device",
        (binding("office"), level("office", "AND", {**MANAGED, "negate": True})),
        "satisfiable",
    ),
    Case(
        "not a place",
        (binding("office"), level("office", "AND", {"regions": ["DE"], "negate": True})),
        "unknown",
    ),
    Case(
        "another level in it",
        (
            binding("outer"),
            level(
                "outer", "AND", {"requiredAccessLevels": ["accessPolicies/1/accessLevels/office"]}
            ),
            OFFICE,
        ),
        "unknown",
        ("an address",),
    ),
    Case(
        "a level in itself",
        (
            binding("office"),
            level(
                "office", "AND", {"requiredAccessLevels": ["accessPolicies/1/accessLevels/office"]}
            ),
        ),
        "unknown",
        ("too many",),
    ),
    Case(
        "a level without conditions",
        (binding("office"), level("office", "AND")),
        "unknown",
        ("no conditions",),
    ),
    Case(
        "an empty condition",
        (binding("office"), level("office", "AND", {"devicePolicy": {}})),
        "unknown",
    ),
    Case(
        "a custom level",
        (
            binding("office"),
            {
                "name": "accessPolicies/1/accessLevels/office",
                "title": "o",
                "custom": {"expr": {"expression": "true"}},
            },
        ),
        "unknown",
        ("custom expression",),
    ),
    Case("no level", (binding(),), "satisfiable", ("signing in again",)),
    Case(
        "a level for one application",
        (
            binding(
                scopedAccessSettings=[
                    {"activeSettings": {"accessLevels": ["accessPolicies/1/accessLevels/office"]}}
                ]
            ),
            level("office", "AND", MANAGED),
        ),
        "blocking",
    ),
    Case(
        "another group, listed",
        (binding("gone", group="01d520gv4vjcrht"), OFFICE),
        "not_in_scope",
        members={"01d520gv4vjcrht": ()},
    ),
    Case(
        "another group, by its ID",
        (binding("gone", group="01d520gv4vjcrht"), OFFICE),
        "unknown",
        ("--members with that group",),
    ),
    Case("the level itself", (OFFICE,), "not_in_scope", ("by itself",)),
]

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

CASES = [*WHO, *EXEMPT, *WHAT, *CONDITIONS, *ACCESS, *BOUNDARIES, *BINDINGS, *ORGANIZATIONS]
