"""Google texts with a code or a fixed wording, and what must be read in each."""

from tests.diagnosis.case import UNIQUE, Case

GOOGLE = (
    Case(
        "the 2SV page",
        "Your sign-in settings don\u2019t meet your organization\u2019s 2-Step Verification"
        " policy. Contact your admin for more info.",
        "google",
        "2sv-policy",
        (25,),
    ),
    Case(
        "the 2SV page, British",
        "Your sign-in settings don't meet your organisation's 2-Step Verification policy",
        "google",
        "2sv-policy",
        (25,),
    ),
    Case(
        "the context-aware page",
        "Your organization's policy is blocking access to this app",
        "google",
        "context-aware-access",
        (26, 31),
    ),
    Case(
        "the context-aware page in the console",
        "console.cloud.google.com: Your organization's policy is blocking access to this app",
        "google",
        "context-aware-access",
        (31, 26),
    ),
    Case(
        "a gcloud error",
        "ERROR: (gcloud.projects.delete) PERMISSION_DENIED: The caller does not have permission",
        "google",
        "PERMISSION_DENIED",
        (29,),
        {"error_code": "PERMISSION_DENIED"},
    ),
    Case(
        "an older gcloud error",
        "ERROR: (gcloud.projects.get-iam-policy) User [admin@example.com] does not have permission"
        " to access projects instance [my-project-1] (or it may not exist): The caller does not"
        " have permission",
        "google",
        "PERMISSION_DENIED",
        (29,),
        {"principal": "admin@example.com", "project": "my-project-1", "resource": "my-project-1"},
    ),
    Case(
        "an error with its details",
        '{"error": {"code": 403, "message": "Permission'
        " \\u0027resourcemanager.projects.delete\\u0027"
        " denied on resource '//cloudresourcemanager.googleapis.com/projects/my-project-1' (or it"
        ' may not exist).", "status": "PERMISSION_DENIED", "details": [{"@type":'
        ' "type.googleapis.com/google.rpc.ErrorInfo", "reason": "IAM_PERMISSION_DENIED", "domain":'
        ' "iam.googleapis.com", "metadata": {"permission": "resourcemanager.projects.delete",'
        ' "resource": "projects/my-project-1"}}]}}',
        "google",
        "IAM_PERMISSION_DENIED",
        (29,),
        {
            "error_code": "IAM_PERMISSION_DENIED",
            "permission": "resourcemanager.projects.delete",
            "resource": "//cloudresourcemanager.googleapis.com/projects/my-project-1",
            "project": "my-project-1",
        },
    ),
    Case(
        "a Terraform error",
        "╷\n│ Error: Error creating Bucket: googleapi: Error 403: Permission"
        " 'logging.buckets.create'"
        ' denied on resource (or it may not exist).\n│ Details:\n│ [\n│   {\n│     "metadata": {\n'
        '│       "permission": "logging.buckets.create"\n│     },\n│     "reason":'
        ' "IAM_PERMISSION_DENIED"\n│   }\n│ ]\n╵',
        "google",
        "IAM_PERMISSION_DENIED",
        (29,),
        {"permission": "logging.buckets.create"},
    ),
    Case(
        "an organization policy permission",
        "ERROR: (gcloud.org-policies.set-policy) PERMISSION_DENIED: Permission"
        " 'orgpolicy.policies.update' denied on resource '//orgpolicy.googleapis.com/organizations/"
        "123456789012/policies/iam.x' (or it may not exist).",
        "google",
        "PERMISSION_DENIED",
        (30, 29),
        {"organization": "123456789012", "permission": "orgpolicy.policies.update"},
    ),
    Case(
        "a perimeter",
        "ERROR: (gcloud.storage.ls) Request is prohibited by organization's policy."
        f" vpcServiceControlsUniqueIdentifier: {UNIQUE}",
        "google",
        "vpc-service-controls",
        (29,),
        {"unique_identifier": UNIQUE},
    ),
    Case(
        "a perimeter without its identifier",
        "Request is prohibited by organization's policy.",
        "google",
        "vpc-service-controls",
        (29,),
    ),
    Case(
        "a constraint",
        "Operation denied by org policy on resource 'projects/my-project-1':"
        " [constraints/iam.disableServiceAccountKeyCreation]",
        "google",
        "org-policy",
        (29,),
        {"project": "my-project-1"},
    ),
    Case(
        "a deny policy by name",
        "Permission iam.roles.update denied by deny policy policies/cloudresourcemanager.googleapis"
        ".com%2Forganizations%2F123456789012/denypolicies/top for"
        " principalSet://goog/group/ops@example.com",
        "google",
        "deny-policy",
        (29,),
        {
            "deny_policy": "policies/cloudresourcemanager.googleapis.com%2Forganizations"
            "%2F123456789012/denypolicies/top",
            "organization": "123456789012",
            "principal": "principalSet://goog/group/ops@example.com",
        },
    ),
    Case(
        "a helper of another domain",
        "ERROR: (gcloud.organizations.add-iam-policy-binding) FAILED_PRECONDITION: One or more"
        " users named in the policy do not belong to a permitted customer.",
        "google",
        "iam.allowedPolicyMemberDomains",
        (32,),
        {"error_code": "FAILED_PRECONDITION"},
    ),
    Case(
        "a helper of another domain, details",
        "User helper@example.net is not in permitted organization. type:"
        " constraints/iam.allowedPolicyMemberDomains subject: orgpolicy:organizations/123456789012",
        "google",
        "iam.allowedPolicyMemberDomains",
        (32,),
        {"organization": "123456789012"},
    ),
    Case(
        "the name of the code and a chosen provider",
        "PERMISSION_DENIED",
        "google",
        "PERMISSION_DENIED",
        (29,),
        hint="google",
    ),
    Case(
        "a recovery under way",
        "Google recovery form sent, reference number: 8-123456789, the super admin left us",
        "google",
        None,
        (28,),
        {"reference_number": "8-123456789"},
    ),
)
