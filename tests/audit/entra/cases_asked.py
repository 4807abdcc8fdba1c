"""What a policy asks: controls, and how they are joined."""

from tests.audit.entra.case import Case, controls, users
from tests.audit.entra.policies import APP, BUILT_IN, OTHER

ASKED = [
    Case(
        "MFA, no method known",
        controls("mfa"),
        "blocking",
        "no registered method is known (none is named)",
        "/builtInControls",
        "high",
    ),
    Case(
        "MFA, a key",
        controls("mfa"),
        "satisfiable",
        "can meet with fido2",
        "/builtInControls",
        "low",
        ("fido2",),
    ),
    Case(
        "MFA, a certificate",
        controls("mfa"),
        "satisfiable",
        "x509CertificateMultiFactor",
        methods=("certificate",),
    ),
    Case(
        "MFA, Windows Hello",
        controls("mfa"),
        "satisfiable",
        "windowsHelloForBusiness",
        methods=("windowsHelloForBusiness",),
    ),
    Case(
        "MFA, password and a text message",
        controls("mfa"),
        "satisfiable",
        "can meet",
        methods=("password+sms",),
    ),
    Case(
        "MFA, a password alone",
        controls("mfa"),
        "blocking",
        "is known (password)",
        methods=("password",),
    ),
    Case(
        "MFA, a text message alone", controls("mfa"), "blocking", "is known (sms)", methods=("sms",)
    ),
    Case(
        "a compliant device",
        controls("compliantDevice"),
        "blocking",
        "asks for a compliant device, which an emergency account cannot show",
        severity="high",
        methods=("fido2",),
    ),
    Case("a hybrid-joined device", controls("domainJoinedDevice"), "blocking", "hybrid-joined"),
    Case("an approved app", controls("approvedApplication"), "blocking", "an approved app"),
    Case("a protected app", controls("compliantApplication"), "blocking", "a protection policy"),
    Case(
        "the compliant network", controls("compliantNetwork"), "blocking", "the compliant network"
    ),
    Case(
        "a new password",
        controls("mfa", "passwordChange", operator="AND"),
        "blocking",
        "asks for a password change, which an emergency account cannot make on demand;",
        methods=("fido2",),
    ),
    Case(
        "MFA and a new password, neither met",
        controls("mfa", "passwordChange", operator="AND"),
        "blocking",
        "asks for multifactor authentication, for which no registered method is known (none is"
        " named), and a password change, which an emergency account cannot make on demand; it",
    ),
    Case(
        "two kinds of device and MFA, none met",
        controls("compliantDevice", "domainJoinedDevice", "mfa", operator="AND"),
        "blocking",
        "asks for a compliant device and a hybrid-joined device, which an emergency account cannot"
        " show, and multifactor authentication, for which no registered method is known (",
    ),
    Case(
        "two controls that nobody knows",
        controls("bloodSample", "riddle", operator="AND"),
        "unknown",
        "it asks for the control bloodSample and the control riddle, and whether an emergency"
        " account can meet that is not known.",
    ),
    Case(
        "terms of use",
        controls(termsOfUse=[APP]),
        "blocking",
        "which nobody has accepted",
        "/grantControls/termsOfUse",
    ),
    Case(
        "a custom control",
        controls(customAuthenticationFactors=["DuoMfa"]),
        "blocking",
        "the custom control DuoMfa",
        "/customAuthenticationFactors",
    ),
    Case(
        "a custom control that is registered",
        controls(customAuthenticationFactors=["DuoMfa"]),
        "satisfiable",
        "the custom control DuoMfa",
        methods=("DuoMfa",),
    ),
    Case(
        "risk remediation",
        controls("riskRemediation"),
        "unknown",
        "asks for the control riskRemediation, and whether",
        "/builtInControls",
        "low",
    ),
    Case(
        "a control of tomorrow, while on some platform",
        {**controls("bloodSample"), "conditions.platforms": {"includePlatforms": ["linux"]}},
        "unknown",
        "only when the device runs linux, and whether",
    ),
    Case(
        "MFA or a compliant device",
        controls("mfa", "compliantDevice"),
        "satisfiable",
        "asks for multifactor authentication",
        methods=("fido2",),
    ),
    Case(
        "MFA or a compliant device, no method known",
        controls("compliantDevice", "mfa"),
        "blocking",
        "a compliant device or multifactor authentication, none of which",
    ),
    Case(
        "MFA and a compliant device",
        controls("mfa", "compliantDevice", operator="AND"),
        "blocking",
        "asks for a compliant device",
        methods=("fido2",),
    ),
    Case(
        "two controls and no operator",
        {"grantControls": {"builtInControls": ["mfa", "compliantDevice"]}},
        "blocking",
        "a compliant device",
        methods=("fido2",),
    ),
    Case(
        "MFA and a key, both met",
        controls("mfa", operator="AND", authenticationStrength={"id": f"{BUILT_IN}4"}),
        "satisfiable",
        "multifactor authentication and authentication strength Phishing",
        methods=("fido2",),
    ),
    Case(
        "a compliant device or something unknown",
        controls("compliantDevice", "bloodSample"),
        "unknown",
        "a compliant device or the control bloodSample",
    ),
    Case(
        "a compliant device and something unknown",
        controls("bloodSample", "compliantDevice", operator="AND"),
        "blocking",
        "asks for a compliant device",
    ),
    Case(
        "MFA and something unknown",
        controls("mfa", "bloodSample", operator="AND"),
        "unknown",
        "asks for the control bloodSample",
        methods=("fido2",),
    ),
    Case(
        "block beside MFA",
        controls("mfa", "block"),
        "blocking",
        "The policy blocks;",
        severity="critical",
        methods=("fido2",),
    ),
    Case(
        "only the session",
        {
            "grantControls": None,
            "sessionControls": {
                "signInFrequency": {"isEnabled": True, "value": 4, "type": "hours"}
            },
        },
        "satisfiable",
        "only shapes the session",
        "/sessionControls",
        "info",
    ),
    Case(
        "only the session, whoever is covered",
        {
            **users(excludeGroups=[OTHER]),
            "grantControls": None,
            "sessionControls": {"persistentBrowser": {"mode": "never", "isEnabled": True}},
        },
        "satisfiable",
        "may cover the account; it only shapes",
    ),
    Case(
        "token protection",
        {"grantControls": None, "sessionControls": {"secureSignInSession": {"isEnabled": True}}},
        "satisfiable",
        "on a registered device",
    ),
    Case("nothing at all", {"grantControls": None}, "satisfiable", "it asks for nothing"),
    Case(
        "MFA, whoever is covered",
        {**users(excludeGroups=[OTHER]), **controls("mfa")},
        "satisfiable",
        "The policy may cover the account and asks",
        methods=("fido2",),
    ),
]
