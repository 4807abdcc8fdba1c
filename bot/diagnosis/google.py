"""What is known about Google Workspace and Google Cloud: messages, symptoms, scenarios 25 to 32.

Only data. To add a message, add a line to `FORMS`.
"""

from typing import Final

from bot.diagnosis.google_symptoms import CAA_CODE, DENIED_CODES, HINTS, SYMPTOMS
from bot.diagnosis.pick import EMAIL, labelled, titled
from bot.diagnosis.table import Code, Field, Form, Tables, rule, rules

_HELP = "https://support.google.com/a/answer"
_IAM = "https://cloud.google.com/iam/docs"
_PERIMETER = "https://cloud.google.com/vpc-service-controls/docs/violation-analyzer"
_DOMAINS = (
    "https://cloud.google.com/resource-manager/docs/organization-policy/domain-restricted-sharing"
)
_ORG_POLICY = "https://cloud.google.com/resource-manager/docs/super-admin-best-practices"

_SHARING = "An organization policy allows only members of certain domains in IAM policies."

_DENIED = Code(
    DENIED_CODES[1],
    "Google Cloud denied the request: no role grants it, or a deny policy, a boundary or"
    " an organization policy takes it away.",
    (29,),
    f"{_IAM}/permission-error-messages",
)

FORMS: Final = (
    Form(
        rule(r"sign-?in settings (?:don't|do not) meet your organi[sz]ation's 2-step verification"),
        Code(
            "2sv-policy",
            "The account does not satisfy the 2-Step Verification policy. Admins cannot bypass"
            " the one that Google enforces.",
            (25,),
            f"{_HELP}/16271818",
        ),
    ),
    Form(
        rule(r"your organi[sz]ation's policy is blocking access to this app"),
        Code(
            CAA_CODE,
            "Context-Aware Access blocks this app.",
            (26, 31),
            f"{_HELP}/11560430",
        ),
    ),
    Form(
        rule(
            r"iam\.(?:managed\.)?allowedPolicyMember(?:Domain)?s"
            r"|users? named in the policy do(?:es)? not belong to a permitted customer"
            r"|is not in permitted organi[sz]ation"
        ),
        Code("iam.allowedPolicyMemberDomains", _SHARING, (32,), _DOMAINS),
    ),
    Form(
        rule(r"vpcServiceControlsUniqueIdentifier|\bVPC_SERVICE_CONTROLS\b"),
        Code(
            "vpc-service-controls",
            "A VPC Service Controls perimeter refused the request.",
            (29,),
            _PERIMETER,
            "Look the unique identifier up in the violation analyzer. Let an Access Context"
            " Manager admin correct the perimeter or access level.",
        ),
    ),
    Form(
        rule(r"request is prohibited by organi[sz]ation's policy"),
        Code(
            "vpc-service-controls",
            "The organization's policy prohibits the request. This wording belongs to VPC Service"
            " Controls.",
            (29,),
            _PERIMETER,
        ),
        generic=True,
    ),
    Form(
        rule(r"constraints/(?!iam\.(?:managed\.)?allowedPolicyMember)[a-z]"),
        Code(
            "org-policy",
            "An organization policy constraint refused the request.",
            (29,),
            _ORG_POLICY,
            "Let somebody with the Organization Policy Administrator role correct the constraint."
            " A super admin can grant the role.",
        ),
    ),
    Form(
        rule(r"/denypolicies/|denied by (?:an? )?(?:iam )?deny policy"),
        Code("deny-policy", "An IAM deny policy is at work.", (29,), f"{_IAM}/deny-overview"),
    ),
    Form(
        rule(r"\bIAM_PERMISSION_DENIED\b"),
        Code(
            DENIED_CODES[0],
            "Google Cloud denied a permission: no role grants it, or a deny policy or boundary"
            " takes it away.",
            (29,),
            f"{_IAM}/permission-error-messages",
        ),
    ),
    Form(
        rule(
            r"\(gcloud[a-z._-]{0,120}\) \[?PERMISSION_DENIED|\"PERMISSION_DENIED\""
            r"|PERMISSION_DENIED: (?:the caller does not have permission|permission '"
            r"|permission denied on resource)"
            r"|permission '[a-z0-9.]{3,120}' denied (?:on|for) "
            r"|googleapi: error 403|does not have permission to access [a-z ]{1,60}instance \["
            r"|does not have (?:permission )?[\"'\[]?[a-z]{2,40}\.[a-z]{2,60}\.[a-z]{2,60}[\"'\]]?"
            r" access"
        ),
        _DENIED,
        generic=True,
    ),
    Form(
        rule(r"\bPERMISSION_DENIED\b"),
        _DENIED,
        generic=True,
        need="named",
    ),
)

_PERMISSION = r"([a-z][a-z0-9]{1,40}(?:\.[a-z][a-z0-9]{0,60}){2,4})"
_PROJECT = r"([a-z0-9][a-z0-9-]{3,28}[a-z0-9])(?![a-z0-9-])"
_RESOURCE = r"((?!arn:)[a-z/][^\s\"'\]]{2,300})"

_FIELDS = (
    Field(
        "error_code",
        rules(
            r"(?<![a-z0-9_])(IAM_PERMISSION_DENIED)",
            r"(?<![a-z0-9_])(PERMISSION_DENIED|FAILED_PRECONDITION)(?![a-z0-9_])",
            r"\b(failedPrecondition)\b",
        ),
    ),
    Field(
        "permission",
        rules(
            rf"permission\s'{_PERMISSION}'",
            titled("permissions?", _PERMISSION),
            rf"(?:does not have|required|missing|lacks)\s[\"'\[]?{_PERMISSION}[\"'\]]?"
            r"\s(?:access|permission)",
        ),
    ),
    Field(
        "resource",
        rules(
            rf"on resource:?\s[\"'\[]?{_RESOURCE}",
            titled("resource(?: ?name)?", _RESOURCE),
            r"instance\s\[([^\]\s]{1,200})\]",
        ),
    ),
    Field(
        "project",
        rules(
            rf"projects/{_PROJECT}",
            rf"projects instance\s\[{_PROJECT}\]",
            titled(r"project(?:[\s_-]?id)?", _PROJECT),
        ),
    ),
    Field(
        "organization",
        rules(
            r"organizations(?:/|%2F)([0-9]{3,20})",
            titled(r"organi[sz]ation(?:[\s_-]?id)?", r"([0-9]{6,20})(?![0-9a-z-])"),
        ),
    ),
    Field(
        "deny_policy",
        rules(r"(?<![a-z0-9])(policies/[^\s\"']{3,200}/denypolicies/[a-z0-9._-]{1,63})"),
    ),
    Field(
        "principal",
        rules(
            r"((?:principal|principalset)://[^\s\"',;)\]}]{3,200})",
            titled(r"principal(?:\s?email)?", EMAIL),
            rf"\b(?:user|account)\s\[{EMAIL}\]",
            rf"\b(?:user|serviceAccount|group):{EMAIL}",
            rf"\b(?:user|account|caller)\s'?{EMAIL}'?\s(?:does not|is not|lacks)",
        ),
    ),
    Field(
        "unique_identifier",
        rules(
            titled("vpcServiceControlsUniqueIdentifier", r"([a-z0-9_-]{10,200})"),
            labelled(r"unique (?:id|identifier)", r"([a-z0-9_-]{20,200})"),
        ),
    ),
    Field(
        "reference_number",
        rules(
            labelled(
                r"(?:reference|case)\s(?:number|no\.?|id)",
                r"((?=[a-z-]{0,20}[0-9])[a-z0-9-]{4,30})(?![a-z0-9-])",
            )
        ),
    ),
)

TABLES: Final = Tables(
    provider="google",
    named=rule(
        r"\bgoogle\b(?! (?:authenticator|chrome|it|search|maps|play|for\b))|\bgcp\b|\bgcloud\b"
        r"|googleapis?\b|google\.rpc|admin\.google\.com|2-step verification|\b2sv\b"
    ),
    forms=FORMS,
    symptoms=SYMPTOMS,
    hints=HINTS,
    fields=_FIELDS,
)
