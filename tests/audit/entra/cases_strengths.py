"""Authentication strengths, and whether a policy is in force."""

from tests.audit.entra.case import REPORT_ONLY, Case, controls, strength, users
from tests.audit.entra.policies import APP, BUILT_IN, GONE, GROUP, STRENGTH

STRENGTHS = [
    Case(
        "the MFA strength",
        strength(f"{BUILT_IN}2"),
        "satisfiable",
        "strength Multifactor authentication",
        "/authenticationStrength",
        methods=("password", "softwareOath"),
    ),
    Case(
        "the passwordless strength",
        strength(f"{BUILT_IN}3"),
        "satisfiable",
        "strength Passwordless MFA",
        methods=("deviceBasedPush",),
    ),
    Case(
        "the passwordless strength, a password",
        strength(f"{BUILT_IN}3"),
        "blocking",
        "no registered method is known",
        methods=("password+sms",),
    ),
    Case(
        "the phishing-resistant strength, a key",
        strength(f"{BUILT_IN}4"),
        "satisfiable",
        "Phishing-resistant MFA",
        methods=("passkey",),
    ),
    Case(
        "the phishing-resistant strength, a phone",
        strength(f"{BUILT_IN}4"),
        "blocking",
        "asks for authentication strength Phishing-resistant MFA, for which no registered",
        "/authenticationStrength",
        "high",
        ("deviceBasedPush",),
    ),
    Case(
        "a custom strength that the policy spells out",
        strength(STRENGTH, displayName="Keys", allowedCombinations=["fido2"]),
        "satisfiable",
        "strength Keys",
        methods=("fido2",),
    ),
    Case(
        "a custom strength that leaves the method out",
        strength(STRENGTH, displayName="Keys", allowedCombinations=["fido2"]),
        "blocking",
        "strength Keys",
        methods=("certificate",),
    ),
    Case(
        "a custom strength that nobody spelled out",
        strength(STRENGTH),
        "unknown",
        "and which methods that allows is not known",
        "/authenticationStrength",
        methods=("fido2",),
    ),
    Case(
        "a custom strength for certain keys",
        strength(
            STRENGTH,
            allowedCombinations=["fido2"],
            combinationConfigurations=[
                {"appliesToCombinations": ["fido2"], "allowedAAGUIDs": [APP]},
                "odd",
            ],
        ),
        "unknown",
        "only certain keys or certificates",
        methods=("fido2",),
    ),
    Case(
        "certain keys, or any certificate",
        strength(
            STRENGTH,
            allowedCombinations=["fido2", "x509CertificateMultiFactor"],
            combinationConfigurations=[{"appliesToCombinations": ["fido2"]}],
        ),
        "satisfiable",
        "can meet",
        methods=("fido2", "certificate"),
    ),
]


STATES = [
    Case(
        "report-only",
        REPORT_ONLY,
        "pending",
        "Report-only today; this is what it does once",
        "/builtInControls",
        "high",
    ),
    Case(
        "report-only, Microsoft-managed",
        {**REPORT_ONLY, "displayName": "Microsoft-managed: Block everybody"},
        "pending",
        "Microsoft switches it on by itself",
    ),
    Case(
        "report-only, from a template",
        {**REPORT_ONLY, "templateId": APP},
        "pending",
        "made from a Microsoft template",
    ),
    Case(
        "report-only and excluded",
        {**REPORT_ONLY, **users(excludeGroups=[GROUP])},
        "excluded",
        "which the account is in",
    ),
    Case(
        "report-only and satisfiable",
        {**REPORT_ONLY, **controls("mfa")},
        "satisfiable",
        "can meet with fido2",
        methods=("fido2",),
    ),
    Case("off", {"state": "disabled"}, "not_in_scope", "switched off", "/state"),
    Case("off, in PowerShell's spelling", {"state": "Disabled"}, "not_in_scope", "switched off"),
    Case(
        "deleted",
        {"deletedDateTime": "2030-01-01T00:00:00Z"},
        "not_in_scope",
        "if somebody restores it",
        "/deletedDateTime",
    ),
    Case("no state", {"state": GONE}, "unknown", "its state is not in this file"),
    Case(
        "a state of tomorrow",
        {"state": "enabledOnFridays"},
        "unknown",
        "its state is enabledonfridays",
        "/state",
    ),
]
