"""Other Microsoft texts with a code or a fixed wording, and what must be read in each."""

from tests.diagnosis.case import AZ_CLI, AZURE, CORRELATION, POLICY, REQUEST, TENANT, Case
from tests.diagnosis.cases_panel import BLOCKED, PANELS

ENTRA = (
    *PANELS,
    Case(
        "the error of az login",
        "ERROR: AADSTS50076: Due to a configuration change made by your administrator, or because"
        f" you moved to a new location, you must use multi-factor authentication to access"
        f" '{AZURE}'. Trace ID: {REQUEST} Correlation ID: {CORRELATION} Timestamp: 2026-11-22"
        " 02:41:07Z\nInteractive authentication is needed. Please run:\naz login",
        "entra",
        "AADSTS50076",
        (4, 8),
        {
            "error_code": "AADSTS50076",
            "trace_id": REQUEST,
            "correlation_id": CORRELATION,
            "timestamp": "2026-11-22T02:41:07Z",
            "resource_id": AZURE,
        },
    ),
    Case(
        "the JSON of the sign-in library",
        '{"error":"interaction_required","error_description":"AADSTS53003: Access has been blocked'
        " by Conditional Access policies. The access policy does not allow token issuance."
        f"\\r\\nTrace ID: {REQUEST}\\r\\nCorrelation ID: {CORRELATION}\\r\\nTimestamp:"
        f' 2026-11-22 02:41:07Z","error_codes":[53003],"trace_id":"{REQUEST}",'
        f'"correlation_id":"{CORRELATION}"}}',
        "entra",
        "AADSTS53003",
        BLOCKED,
        {
            "error_code": "AADSTS53003",
            "trace_id": REQUEST,
            "correlation_id": CORRELATION,
            "timestamp": "2026-11-22T02:41:07Z",
        },
    ),
    Case(
        "JSON with numbers only",
        '{"error":"invalid_grant","error_codes":[50079]}',
        "entra",
        "AADSTS50079",
        (4, 10),
        {"error_code": "50079"},
    ),
    Case(
        "an entry of the sign-in log",
        f'{{"createdDateTime": "2026-11-22T02:41:07.5031234Z", "userPrincipalName":'
        f' "admin@example.com", "userId": "{TENANT}", "appDisplayName": "Azure Portal",'
        f' "ipAddress": "203.0.113.7", "correlationId": "{CORRELATION}", "status":'
        ' {"errorCode": 53003, "failureReason": "Blocked"},'
        ' "appliedConditionalAccessPolicies": [{"id": "' + POLICY + '", "displayName":'
        ' "CA001: Block, all users", "enforcedGrantControls": ["Block"], "result": "failure"}]}',
        "entra",
        "AADSTS53003",
        BLOCKED,
        {
            "timestamp": "2026-11-22T02:41:07Z",
            "user_principal_name": "admin@example.com",
            "object_id": TENANT,
            "app_name": "Azure Portal",
            "ip_address": "203.0.113.7",
            "correlation_id": CORRELATION,
            "policy_id": POLICY,
            "policy_name": "CA001: Block, all users",
        },
    ),
    Case(
        "labels of a support form",
        f"Tenant ID: {TENANT}\nPolicy name: CA002 - Require MFA\nPolicy ID: {POLICY}\nObject ID:"
        f" {REQUEST}\nUPN: bg1@example.onmicrosoft.com\nResource ID: {AZURE}\nError code: 50074",
        "entra",
        "AADSTS50074",
        (4, 8),
        {
            "tenant_id": TENANT,
            "policy_name": "CA002 - Require MFA",
            "policy_id": POLICY,
            "object_id": REQUEST,
            "user_principal_name": "bg1@example.onmicrosoft.com",
            "resource_id": AZURE,
        },
    ),
    Case(
        "MFA with a lost phone", "AADSTS50076 and I lost my phone", "entra", "AADSTS50076", (8, 4)
    ),
    Case("MFA must be set up", "AADSTS50072: must enroll", "entra", "AADSTS50072", (4, 10)),
    Case("MFA too old", "AADSTS50078: expired", "entra", "AADSTS50078", (4, 8)),
    Case(
        "security defaults and a service account",
        "AADSTS50079 for our service account since security defaults",
        "entra",
        "AADSTS50079",
        (10, 4),
    ),
    Case(
        "security defaults",
        "AADSTS530035: Access has been blocked by security defaults.",
        "entra",
        "AADSTS530035",
        (10,),
    ),
    Case(
        "security defaults in words",
        "Access has been blocked by security defaults.",
        "entra",
        "security-defaults",
        (10,),
    ),
    Case(
        "not compliant",
        "AADSTS53000: Device is not in required device state",
        "entra",
        "AADSTS53000",
        (3,),
    ),
    Case("not joined", "AADSTS53001", "entra", "AADSTS53001", (3,)),
    Case(
        "managed device",
        "ERROR: AADSTS530003: Your device is required to be managed to access this resource.",
        "entra",
        "AADSTS530003",
        (3,),
    ),
    Case(
        "the page for devices",
        "You can\u2019t get there from here",
        "entra",
        "device-not-managed",
        (3,),
    ),
    Case(
        "the page without a code",
        "You cannot access this right now",
        "entra",
        "blocked-by-policy",
        (1, 5, 3, 13, 14, 2),
    ),
    Case(
        "external challenge",
        "AADSTS50158 External security challenge not satisfied",
        "entra",
        "AADSTS50158",
        (6,),
    ),
    Case("external claims", "AADSTS50161", "entra", "AADSTS50161", (6,)),
    Case(
        "realm",
        "AADSTS50107: The requested federation realm object does not exist.",
        "entra",
        "AADSTS50107",
        (7,),
    ),
    Case(
        "pass-through agent",
        "AADSTS80001: Unable to connect to Active Directory",
        "entra",
        "AADSTS80001",
        (7,),
    ),
    Case("registration at risk", "Error Code: 53004", "entra", "AADSTS53004", (11,)),
    Case("registration from here", "AADSTS53010", "entra", "AADSTS53010", (11,)),
    Case(
        "account locked",
        "AADSTS50053: The account is locked for user 'bg1@example.com'",
        "entra",
        "AADSTS50053",
        (12,),
        {"user_principal_name": "bg1@example.com"},
    ),
    Case("account disabled", "AADSTS50057", "entra", "AADSTS50057", (12,)),
    Case("password expired", "AADSTS50055", "entra", "AADSTS50055", (12,)),
    Case("password expired at home", "AADSTS50144", "entra", "AADSTS50144", (12,)),
    Case("delegated admin", "AADSTS530034", "entra", "AADSTS530034", (15,)),
    Case("home risk", "AADSTS53011", "entra", "AADSTS53011", (15,)),
    Case(
        "not assigned",
        "AADSTS50105: The signed in user 'user@example.com' is not assigned to a role for the"
        f" application '{AZ_CLI}'(Tool).",
        "entra",
        "AADSTS50105",
        (),
        {"user_principal_name": "user@example.com", "app_id": AZ_CLI},
    ),
    Case(
        "sign-in frequency",
        "AADSTS70043: The refresh token has expired",
        "entra",
        "AADSTS70043",
        (),
    ),
    Case("outbound", "AADSTS500212", "entra", "AADSTS500212", ()),
    Case("inbound", "AADSTS500213", "entra", "AADSTS500213", ()),
    Case("device first", "AADSTS50097", "entra", "AADSTS50097", ()),
    Case("device failed", "AADSTS50155", "entra", "AADSTS50155", ()),
    Case("policy decision", "AADSTS50131", "entra", "AADSTS50131", ()),
    Case("approved app", "AADSTS53002", "entra", "AADSTS53002", ()),
    Case("protected app", "AADSTS53009", "entra", "AADSTS53009", ()),
    Case(
        "a number nobody knows",
        "AADSTS9999123: Something new",
        "entra",
        "AADSTS9999123",
        (),
        {"error_code": "AADSTS9999123"},
    ),
    Case(
        "two codes, the second a lockout",
        "first AADSTS50105, then AADSTS53003",
        "entra",
        "AADSTS53003",
        BLOCKED,
    ),
    Case(
        "two lockout codes",
        "first AADSTS50076, then AADSTS53003",
        "entra",
        "AADSTS50076",
        (4, 8, *BLOCKED),
    ),
    Case(
        "no lockout code, but a lost phone",
        "AADSTS70043. I lost my phone with the Authenticator, I am the only Global Admin",
        "entra",
        "AADSTS70043",
        (8,),
    ),
)
