"""Cases by hand: what a policy is about at all, and what cannot be told without more data."""

from tests.audit.aws.case import ROLE, ROOT, USER, Case, allow, deny, unless

REGION = "aws:RequestedRegion"
MFA = "aws:MultiFactorAuthPresent"
GLOBAL = ["iam:*", "organizations:*", "support:*", "sts:*", "sso:*", "signin:*"]


def region(operator: str, values: object, **more: object) -> dict[str, object]:
    """A region deny."""
    return deny(Condition={operator: {REGION: values}}, **more)


OUT_OF_SCOPE = [
    Case(
        "no rescue action", deny(Action=["ec2:*", "s3:Delete*"]), "not_in_scope", ("denies none",)
    ),
    Case(
        "only the root user",
        unless("ArnLike", "arn:aws:iam::*:root"),
        "not_in_scope",
        ("does not reach",),
    ),
    Case("only users", unless("StringLike", "arn:aws:iam::*:user/*"), "not_in_scope"),
    Case(
        "only specific roles",
        deny(Action="iam:*", Resource="arn:aws:iam::*:role/audit-*"),
        "not_in_scope",
        ("reaches no target", "audit-*"),
    ),
    Case(
        "only calls of services",
        unless("Bool", "true", "aws:PrincipalIsAWSService"),
        "not_in_scope",
    ),
    Case(
        "only calls through a service", unless("Bool", [True], "aws:ViaAWSService"), "not_in_scope"
    ),
    Case(
        "only calls in the clear",
        unless("BoolIfExists", "false", "aws:SecureTransport"),
        "not_in_scope",
    ),
    Case(
        "only requests with tags",
        unless("ForAnyValue:StringLike", "*", "aws:TagKeys"),
        "not_in_scope",
    ),
    Case(
        "only AssumeRoot sessions",
        unless("Null", "false", "aws:AssumedRoot"),
        "not_in_scope",
        account=ROOT,
    ),
    Case(
        "another service's key",
        unless("Bool", "true", "ram:RequestedAllowsExternalPrincipals"),
        "not_in_scope",
    ),
    Case("all but the rescue's services", deny(NotAction=GLOBAL), "not_in_scope"),
    Case("all but the rescue's targets", deny(Action="iam:*", NotResource="*"), "not_in_scope"),
    Case(
        "the management account",
        deny(),
        "not_in_scope",
        ("never apply to the management account",),
        management="111122223333",
    ),
    Case(
        "an RCP, for the management account",
        {**deny(Action="sts:*"), "Principal": "*"},
        "not_in_scope",
        ("RCPs never apply to resources of the management account",),
        management="111122223333",
    ),
    Case(
        "an identity policy, for a root user",
        deny(),
        "not_in_scope",
        ("No identity policy applies to a root user",),
        account=ROOT,
        file="iam-policies/a.json",
    ),
    Case(
        "a permissions boundary, for a root user",
        allow(Action="s3:*"),
        "not_in_scope",
        ("No permissions boundary applies to a root user",),
        account=ROOT,
        file="boundaries/b.json",
    ),
    Case(
        "assuming a role, which no root user can",
        {**deny(Action="sts:*"), "Principal": "*"},
        "not_in_scope",
        account=ROOT,
    ),
    Case(
        "a service-linked role",
        deny(),
        "not_in_scope",
        ("service-linked",),
        account="arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX",
    ),
    Case(
        "an identity policy that grants little",
        allow(Action="s3:Get*"),
        "not_in_scope",
        file="iam-policies/reader.json",
    ),
    Case(
        "a delegation that only allows",
        {**allow(), "Principal": {"AWS": "111122223333"}},
        "not_in_scope",
    ),
    Case(
        "a resource policy about others",
        {**deny(), "Principal": {"AWS": "444455556666"}},
        "not_in_scope",
        ("about other principals",),
    ),
    Case(
        "a resource policy about services",
        {**deny(), "Principal": {"Service": "x.amazonaws.com"}},
        "not_in_scope",
    ),
    Case(
        "an RCP about other services than it can reach",
        {**deny(Action="iam:*"), "Principal": "*"},
        "not_in_scope",
        ("This RCP denies none",),
    ),
    Case(
        "sts:GetCallerIdentity is answered anyway",
        deny(Action="sts:GetCallerIdentity"),
        "not_in_scope",
    ),
    Case(
        "global services in the allowed Region, the rest left out",
        region("StringNotEquals", ["us-east-1"], NotAction=["sts:*", "sso:*", "signin:*"]),
        "not_in_scope",
    ),
    Case("everything is allowed", allow(), "not_in_scope"),
]

BLOCKING = [
    Case(
        "numbers and truth values where AWS also takes them",
        deny(Condition={"StringNotEquals": {"aws:PrincipalAccount": [444455556666, "5", False]}}),
        "blocking",
        ("444455556666 or 5 or false",),
    ),
    Case(
        "an action in other letters",
        deny(Action="STS:assumerole"),
        "blocking",
        ("sts:AssumeRole",),
        severity="high",
    ),
    Case(
        "some actions, by name",
        deny(Action=["iam:PutRolePolicy", "support:CreateCase"]),
        "blocking",
        ("2 of 37", "iam:PutRolePolicy", "support:CreateCase"),
        severity="medium",
    ),
    Case(
        "Identity Center",
        deny(Action="sso:*"),
        "blocking",
        ("repair Identity Center access",),
        severity="medium",
    ),
    Case(
        "one permission of Identity Center",
        deny(Action="sso:ListInstances"),
        "blocking",
        severity="low",
    ),
    Case("the command line's sign-in", deny(Action="signin:*"), "blocking", severity="low"),
    Case(
        "all ways back in",
        deny(NotAction=["support:*", "sso:*", "signin:*"]),
        "blocking",
        severity="critical",
    ),
    Case(
        "organization policies, in an account of which nobody knows more",
        deny(Action="organizations:*"),
        "blocking",
        ("organization's policies, which only the management account and delegated",),
        severity="high",
    ),
    Case(
        "organization policies, in a member account",
        deny(Action="organizations:*"),
        "blocking",
        ("organization's policies, which only the management account and delegated",),
        severity="low",
        management="999988887777",
    ),
    Case(
        "organization policies, by an identity policy in the management account",
        deny(Action="organizations:*"),
        "blocking",
        ("(all that is needed to repair the organization's policies)",),
        file="iam-policies/a.json",
        severity="high",
        management="111122223333",
    ),
    Case(
        "IAM and roles are all that a member account repairs with",
        deny(Action=["iam:*", "sts:*"]),
        "blocking",
        severity="critical",
        management="999988887777",
    ),
    Case(
        "its own role as the target",
        deny(Action="sts:*", Resource=ROLE),
        "blocking",
        ("sts:AssumeRole",),
    ),
    Case(
        "all roles but one",
        deny(Action="iam:*", NotResource="arn:aws:iam::*:role/audit"),
        "blocking",
    ),
    Case(
        "the global services' Region is not allowed",
        region("StringNotEquals", "eu-central-1"),
        "blocking",
        ("always go to us-east-1", "repair IAM policies"),
    ),
    Case(
        "the root user",
        unless("ArnLike", "arn:aws:iam::*:root"),
        "blocking",
        ("this root user every rescue action",),
        account=ROOT,
        severity="critical",
    ),
    Case(
        "all that a root user can repair",
        deny(Action=["iam:*", "organizations:*"]),
        "blocking",
        ("19 of 36 rescue actions",),
        account=ROOT,
        severity="critical",
    ),
    Case(
        "a missing source organization, IfExists",
        unless("StringNotEqualsIfExists", "o-example", "aws:SourceOrgID"),
        "blocking",
    ),
    Case(
        "an RCP for everybody",
        {**deny(Action="sts:*"), "Principal": "*"},
        "blocking",
        ("This RCP",),
    ),
    Case(
        "a resource policy about its account",
        {**deny(), "Principal": {"AWS": "arn:aws:iam::111122223333:root"}},
        "blocking",
        ("This resource policy",),
    ),
    Case(
        "a permissions boundary that lists too little",
        allow(Action=["sts:*", "iam:*"]),
        "blocking",
        ("permissions boundary", ": it does not allow them, and what"),
        file="iam-policies/boundary.json",
    ),
    Case(
        "a permissions boundary that denies as well",
        [allow(Action="s3:*"), deny(Action="iam:*")],
        "blocking",
        ("and by what it does not allow",),
        file="iam-policies/boundary.json",
    ),
]

CHOICE = [
    Case(
        "a Region can be chosen",
        region("StringNotEquals", ["eu-west-1"], Action="sts:*"),
        "satisfiable",
        ("calls a Region where it does not apply", "eu-west-1"),
    ),
    Case(
        "a denied Region can be left",
        region("StringEquals", "eu-west-1", Action="sts:*"),
        "satisfiable",
    ),
    Case(
        "a user with a key signs in with it",
        unless("BoolIfExists", "false", MFA),
        "satisfiable",
        ("MFA device",),
        account=USER,
        methods=frozenset({"fido2"}),
    ),
    Case(
        "a root user with a key signs in with it",
        unless("BoolIfExists", "false", MFA),
        "satisfiable",
        ("MFA device",),
        account=ROOT,
        methods=frozenset({"fido2"}),
    ),
]

OPEN = [
    Case(
        "the Region of Identity Center",
        region("StringNotEquals", "eu-west-1", Action="sso:*"),
        "unknown",
        ("home Region",),
        severity="low",
    ),
    Case(
        "MFA of a role's session",
        unless("BoolIfExists", "false", MFA),
        "unknown",
        ("began with MFA",),
        severity="high",
    ),
    Case(
        "MFA of a user of whom no method is known",
        unless("Bool", "false", MFA),
        "unknown",
        account=USER,
    ),
    Case(
        "a certificate is no MFA for AWS",
        unless("Bool", "false", MFA),
        "unknown",
        account=USER,
        methods=frozenset({"certificate"}),
    ),
    Case(
        "tags that nobody named",
        unless("StringNotEqualsIfExists", "x", "aws:PrincipalTag/team"),
        "unknown",
        ("the tags of this role", "missing key counts as not exempt"),
    ),
    Case(
        "where the call comes from",
        unless("NotIpAddress", "203.0.113.0/24", "aws:SourceIp"),
        "unknown",
        ("aws:SourceIp",),
    ),
    Case(
        "an organization that nobody named",
        unless("StringNotEquals", "o-example", "aws:PrincipalOrgID"),
        "unknown",
        ("organization's ID",),
    ),
    Case(
        "what time it is",
        unless("DateGreaterThan", "2030-01-01T00:00:00Z", "aws:CurrentTime"),
        "unknown",
    ),
    Case("the identity provider of a role", unless("StringEquals", "x", "saml:sub"), "unknown"),
    Case(
        "a key of the service that is called",
        deny(
            Action="iam:*",
            Condition={"StringNotEquals": {"iam:PermissionsBoundary": "arn:aws:iam::1:policy/b"}},
        ),
        "unknown",
        ("iam:PermissionsBoundary",),
    ),
    Case(
        "a template's variable in the exemption",
        unless("ArnNotLike", "arn:aws:iam::*:role/${PREFIX}*"),
        "unknown",
        ("the value of ${PREFIX}, which nobody filled in",),
    ),
    Case(
        "a placeholder in brackets",
        unless("ArnNotLike", "arn:aws:iam::*:role/[PRIVILEGED_ROLE]"),
        "unknown",
        ("[PRIVILEGED_ROLE]",),
    ),
    Case(
        "a placeholder for the organization",
        unless("StringNotEquals", "<my-org-id>", "aws:PrincipalOrgID"),
        "unknown",
        ("<my-org-id>",),
    ),
    Case(
        "CloudFormation's account ID is none of IAM's variables",
        unless("ArnNotLike", "arn:aws:iam::${AWS::AccountId}:role/break-glass"),
        "unknown",
        ("${AWS::AccountId}",),
    ),
    Case(
        "a function of CloudFormation",
        unless("ArnNotLike", {"Fn::Sub": "arn:…"}),
        "unknown",
        ("Fn··Sub",),
    ),
    Case(
        "a placeholder among the resources",
        deny(Action="iam:*", Resource="arn:aws:iam::*:${WHAT}/*"),
        "unknown",
        ("${WHAT}",),
    ),
    Case(
        "a placeholder among the actions", deny(Action="${SERVICE}:*"), "unknown", ("${SERVICE}",)
    ),
    Case(
        "a placeholder for the principal",
        {**deny(), "Principal": {"AWS": "${ADMIN}"}},
        "unknown",
        ("${ADMIN}",),
    ),
    Case(
        "a policy variable of unknown value",
        unless("ArnNotLike", "arn:aws:iam::*:role/${aws:PrincipalTag/role}"),
        "unknown",
        ("aws:PrincipalTag/role",),
    ),
    Case(
        "one pattern of two is no ARN",
        unless("ArnNotEquals", ["arn:aws:iam::*:role/other", "x"], "aws:PrincipalARN"),
        "unknown",
        ("depends on what AWS makes of “x”, which is no ARN.",),
    ),
    Case(
        "a pattern that is no ARN",
        unless("ArnNotLike", "*"),
        "unknown",
        ("depends on what AWS makes of “*”, which is no ARN.",),
    ),
    Case(
        "one policy of the organization",
        deny(
            Action="organizations:*",
            Resource="arn:aws:organizations::999988887777:policy/o-example/service_control_policy/p-guard",
        ),
        "unknown",
        ("whether a rescue needs",),
    ),
    Case(
        "an allow-list alone",
        allow(Action=["ec2:*", "iam:*"]),
        "unknown",
        ("which other SCPs are attached",),
    ),
    Case(
        "an allow-list by Region",
        allow(Condition={"StringEquals": {REGION: "eu-west-1"}}),
        "unknown",
    ),
    Case(
        "many unknowns are counted",
        deny(
            Condition={
                "StringEquals": {
                    "aws:SourceVpc": "a",
                    "aws:SourceVpce": "b",
                    "aws:UserAgent": "c",
                    "aws:Referer": "d",
                }
            }
        ),
        "unknown",
        ("and 1 more",),
    ),
    Case(
        "a statement that AWS refuses",
        [deny(Action="ec2:*"), {"Effect": "deny"}],
        "unknown",
        ("AWS refuses the policy",),
    ),
    Case("no ARN", deny(), "unknown", ("no ARN of one role or user",), account="break-glass"),
    Case(
        "an ARN with a star",
        deny(),
        "unknown",
        ("no ARN of one",),
        account="arn:aws:iam::111122223333:role/*",
    ),
    Case(
        "a session",
        deny(),
        "unknown",
        ("is a session",),
        account="arn:aws:sts::111122223333:assumed-role/break-glass/me",
    ),
]

CASES = OUT_OF_SCOPE + BLOCKING + CHOICE + OPEN
