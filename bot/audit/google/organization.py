"""What organization policies have to do with a rescue: little, and never with an exemption.

They limit how resources are set up, not who gets in, and know no exception for a principal: only a
condition by resource tags, or putting the policy back. A few can refuse a grant or a service that a
rescue needs; these are `unknown`, not guessed.
https://cloud.google.com/resource-manager/docs/organization-policy/overview
"""

from __future__ import annotations

from bot.audit.google.judgement import Judged
from bot.audit.google.parse import Policy
from bot.audit.google.shape import child, objects_of, texts_of, value_of

NO_EXCEPTION = "no exception for a principal exists here, only a tag condition or a reset"
NOT_ABOUT_PEOPLE = (
    f"An organization policy limits how resources are set up, not who gets in; {NO_EXCEPTION}."
)
# Constraints that can stand in the way of a rescue, and what would decide.
CONSTRAINTS = {
    "iam.allowedPolicyMemberDomains": (
        "Can refuse to grant a role to the account; the customer that it belongs to would tell"
    ),
    "iam.managed.allowedPolicyMembers": (
        "Can refuse to grant a role to the account; its allowed members would tell"
    ),
    "gcp.restrictServiceUsage": (
        "Can switch off a service that a rescue needs; its list of services would tell"
    ),
}


def judge_organization(policy: Policy, customer: str) -> Judged:
    """`customer` is the accounts' own Google customer ID, empty when nobody said."""
    constraint = policy.id.rpartition("/")[2].removeprefix("constraints/")
    if constraint not in CONSTRAINTS:
        return Judged("not_in_scope", "info", NOT_ABOUT_PEOPLE)
    spec, at = child(policy.raw, "spec")
    allowed = []
    for rule, _ in objects_of(spec, "rules"):
        if value_of(rule, "allowAll") is True:
            return Judged("not_in_scope", "info", f"Allows everything; {NO_EXCEPTION}.", at)
        values, _ = child(rule, "values")
        allowed += [one.removeprefix("is:").lower() for one in texts_of(values, "allowedValues")]
    if constraint == "iam.allowedPolicyMemberDomains" and customer and customer.lower() in allowed:
        return Judged("satisfiable", "info", "Allows grants to your own customer.", at)
    dry = "" if spec else "In a dry run so far: "
    reason = f"{CONSTRAINTS[constraint]}; {NO_EXCEPTION}."
    if dry:
        reason = dry + reason[0].lower() + reason[1:]
    return Judged("unknown", "medium", reason, at if spec else ())
