"""What is known about AWS: forms of denial messages, symptoms, scenarios 16 to 24.

Only data. To add a form of message, add a line to `FORMS`. The wordings are those of the IAM
User Guide; the form with the ARN of the policy at its end is newer and reads the same.
"""

from typing import Final

from bot.diagnosis.aws_symptoms import HINTS, SCP_CODES, SYMPTOMS
from bot.diagnosis.pick import GUID, MOMENT, labelled, titled
from bot.diagnosis.table import Code, Field, Form, Tables, rule, rules

_DENIED = "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html"
_SCP = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html"
_DECODE = "https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html"

_EXPLICIT = r"explicit deny in an? "
_ALLOWS = r"because no "
_GRANT = "Add the missing allow to that layer, or use a principal that has it."
_SCP_CAUSE = (
    "A service control policy (SCP) denied the call. AWS may say so even when the denial is"
    " implicit. SCPs never bind the management account, but they do bind the root user of a"
    " member account."
)


def _deny(layer: str, name: str, meaning: str, rows: tuple[int, ...]) -> Form:
    code = Code(f"explicit-deny-{name}", meaning, rows, _DENIED)
    return Form(rule(f"{_EXPLICIT}{layer}"), code)


def _missing(
    layer: str, name: str, meaning: str, rows: tuple[int, ...] = (), branch: str = ""
) -> Form:
    code = Code(f"implicit-deny-{name}", meaning, rows, _DENIED, branch)
    return Form(rule(f"{_ALLOWS}{layer} (?:policy |policies )?allows?"), code)


FORMS: Final = (
    _deny(
        r"vpc endpoint policy\s?\(?transitively through a service control polic",
        "scp-via-vpc-endpoint",
        "A VPC endpoint policy denied the call through a service control policy.",
        (24, 16),
    ),
    Form(
        rule(f"{_EXPLICIT}(?:service control polic(?:y|ies)|scp\\b)"),
        Code(SCP_CODES[0], _SCP_CAUSE, (16, 17), _SCP),
    ),
    Form(
        rule(f"{_ALLOWS}service control polic(?:y|ies) allows?"),
        Code(SCP_CODES[1], _SCP_CAUSE, (16, 17), _SCP),
    ),
    _deny("resource control polic", "rcp", "A resource control policy (RCP) denied it.", (24,)),
    _missing("resource control", "rcp", "No resource control policy (RCP) allows it.", (24,)),
    _deny("vpc endpoint polic", "vpc-endpoint", "A VPC endpoint policy denied the call.", (24,)),
    _missing("vpc endpoint", "vpc-endpoint", "No VPC endpoint policy allows the call.", (24,)),
    _deny(
        "permissions? boundar",
        "permissions-boundary",
        "A permissions boundary on this user or role denied the call.",
        (24,),
    ),
    _missing(
        "permissions? boundary",
        "permissions-boundary",
        "The permissions boundary on this user or role does not allow the call.",
        (24,),
    ),
    _deny("sessions? polic", "session-policy", "A session policy denied the call.", (24,)),
    _missing("sessions?", "session-policy", "No session policy allows the call.", (24,)),
    _deny(
        "resource-based polic",
        "resource-policy",
        "A policy on the resource itself, such as a bucket or queue, denied the call.",
        (22,),
    ),
    _missing(
        "resource-based",
        "resource-policy",
        "No policy on the resource allows the call. This alone is no lockout.",
        branch=_GRANT,
    ),
    _deny(
        "identity-based polic",
        "identity-policy",
        "A policy on this user or role denied the call. A policy that demands MFA does so for"
        " access keys and roles.",
        (20,),
    ),
    _missing(
        "identity-based",
        "identity-policy",
        "No policy on this user or role allows the call.",
        (19,),
    ),
    _deny("role trust polic", "role-trust", "The trust policy of the role denied it.", (21,)),
    _missing("role trust", "role-trust", "The trust policy of the role does not allow it.", (21,)),
    Form(
        rule(r"not authorized to perform[^\n]{0,400}? with an explicit deny(?! in)"),
        Code(
            "explicit-deny",
            "A policy denied the call, but the message does not say which kind of policy.",
            (),
            _DENIED,
            "Look up this call in CloudTrail and check the policies of every kind.",
        ),
        generic=True,
    ),
    Form(
        rule(
            r"UnauthorizedOperation[^\n]{0,900}?encoded authorization failure message"
            r"|encoded authorization failure message:"
        ),
        Code(
            "UnauthorizedOperation",
            "AWS denied the call. The reason is in the encoded message.",
            (),
            _DECODE,
            "Decode the whole message with 'aws sts decode-authorization-message', from a"
            " principal that may still do so.",
        ),
        generic=True,
    ),
    Form(
        rule(
            r"an error occurred \((?:AccessDenied|UnauthorizedOperation|AuthorizationError)"
            r"(?:Exception)?\) when calling"
            r"|<Code>\s?AccessDenied\s?</Code>|\"errorCode\"\s?:\s?\"(?:Client\.)?"
            r"(?:AccessDenied|UnauthorizedOperation)|AccessDenied(?:Exception)?: User: arn:aws"
            r"|User: arn:aws[^\s]{1,300} is not authorized to perform"
        ),
        Code(
            "AccessDenied",
            "AWS denied the call, but the message does not say which policy did.",
            (),
            _DENIED,
            "Look up this call in CloudTrail and check the policies of every kind.",
        ),
        generic=True,
    ),
)

_ARN = (
    r"(arn:aws[a-z-]{0,12}:[a-z0-9-]{1,32}:[a-z0-9-]{0,24}:[0-9a-z*-]{0,20}"
    r":[^\s\"',;)\]}<>]{1,512})"
)
_WHO = r"arn:aws[a-z-]{0,12}:(?:iam|sts)::"
_REGION = (
    r"((?:us|eu|ap|sa|ca|me|af|il|mx|cn)(?:-gov)?"
    r"-(?:north|south|east|west|central|northeast|southeast|northwest|southwest)-[1-9])(?![0-9a-z])"
)
_POLICY = r"arn:aws[a-z-]{0,12}:organizations::[0-9a-z]{0,20}:policy/"

_FIELDS = (
    Field(
        "error_code",
        rules(
            r"an error occurred \(([a-z.]{3,60})\) when calling",
            r"\"errorCode\"\s?:\s?\"([a-z.]{3,60})\"",
            r"(?<![a-z0-9.])(AccessDenied(?:Exception)?|UnauthorizedOperation)(?![a-z0-9])",
        ),
    ),
    Field(
        "principal_arn",
        rules(
            rf"\buser:\s{_ARN}",
            titled("principal(?: arn)?", _ARN),
            rf"\"arn\"\s?:\s?\"{_ARN}\"",
            rf"({_WHO}[0-9]{{12}}:(?:root|(?:user|role|assumed-role|federated-user)"
            r"/[^\s\"',;)\]}<>]{1,256}))",
        ),
    ),
    Field("action", rules(r"to perform:\s([a-z0-9-]{2,40}:[a-z0-9*]{1,80})")),
    Field(
        "resource_arn",
        rules(rf"on resource:\s[\"']?{_ARN}", titled(r"resource(?: ?arn)?", _ARN)),
    ),
    Field(
        "account_id",
        rules(
            rf"{_WHO}([0-9]{{12}}):",
            titled(
                r"(?:aws\s)?(?:recipient)?account[\s_-]?(?:id|number|no\.?)?",
                r"([0-9]{12}|[0-9]{4}-[0-9]{4}-[0-9]{4})(?![0-9])",
            ),
            r"\baccount\s([0-9]{12})(?![0-9])",
        ),
    ),
    Field(
        "organization_id",
        rules(
            rf"{_POLICY}(o-[a-z0-9]{{4,32}})/", r"(?<![a-z0-9-])(o-[a-z0-9]{10,32})(?![a-z0-9-])"
        ),
    ),
    Field(
        "scp_id",
        rules(
            r"service_control_policy/(p-[0-9a-z_]{4,128})",
            r"\b(?:polic(?:y|ies)|scp)(?:\s?id)?[\s:=\"'(]{1,4}(p-[0-9a-z_]{8,128})(?![0-9a-z-])",
        ),
    ),
    Field("policy_id", rules(rf"explicit deny in an? [a-z -]{{3,40}}:\s{_ARN}")),
    Field("cloudtrail_event_id", rules(labelled(r"event[\s_-]?id", GUID))),
    Field(
        "request_id",
        rules(
            labelled(r"request[\s_-]?id", GUID),
            titled(r"request[\s_-]?id", r"([0-9a-z]{16,64})(?![0-9a-z-])"),
        ),
    ),
    Field("timestamp", rules(titled(r"event\s?time", MOMENT))),
    Field(
        "region",
        rules(
            titled(r"(?:aws)?region", _REGION),
            rf"--region[\s=]{_REGION}",
            rf"arn:aws[a-z-]{{0,12}}:[a-z0-9-]{{1,32}}:{_REGION}:",
            rf"(?<![a-z0-9-]){_REGION}",
        ),
    ),
    Field("ip_address", rules(titled("sourceIPAddress", r"([0-9a-f:.]{2,45})(?![0-9a-z])"))),
    Field(
        "encoded_message",
        rules(r"encoded authorization failure message:\s([a-z0-9_-]{8,24})"),
    ),
)

TABLES: Final = Tables(
    provider="aws",
    named=rule(
        r"\baws\b|amazon web services|arn:aws|service control polic|\biam identity center\b"
        r"|\bidentity center\b|\bs3 bucket|\bsqs queue|cloudtrail|administratoraccess"
    ),
    forms=FORMS,
    symptoms=SYMPTOMS,
    hints=HINTS,
    fields=_FIELDS,
    after="Then try again: AWS names only one of the kinds of policy that deny.",
)
