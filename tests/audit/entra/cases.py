"""Policies labelled by hand: what each does to the first emergency account, and why.

Each case is the base policy (enabled, all users, all applications, block) with a few changes.
`says` must stand in the reason; `at` is the end of the path to the field that decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.audit.model import Severity, Verdict
from tests.audit.entra.policies import (
    APP,
    BUILT_IN,
    GLOBAL_ADMINISTRATOR,
    GONE,
    GROUP,
    HELPDESK,
    INNER,
    ONE,
    OTHER,
    OUTER,
    PLACE,
    STRANGER,
    STRENGTH,
    TWO,
)


@dataclass(frozen=True)
class Case:
    """One policy, one account, one label."""

    name: str
    changes: dict[str, Any]
    verdict: Verdict
    says: str
    at: str = ""
    severity: Severity | None = None
    methods: tuple[str, ...] = ()
    groups: tuple[str, ...] = (GROUP,)
    members: Mapping[str, tuple[str, ...]] | None = None
    accounts: tuple[str, ...] = field(default=(ONE, TWO))


def users(**lists: Any) -> dict[str, Any]:
    """Changes to `conditions.users`."""
    return {f"conditions.users.{name}": value for name, value in lists.items()}


def nobody_but(**lists: Any) -> dict[str, Any]:
    """As `users`, with 'All' taken out."""
    return users(includeUsers=[], **lists)


def controls(*names: str, operator: str = "OR", **more: Any) -> dict[str, Any]:
    """Other grant controls instead of block."""
    return {"grantControls": {"operator": operator, "builtInControls": list(names), **more}}


def strength(identity: str, **more: Any) -> dict[str, Any]:
    """An authentication strength instead of block."""
    return controls(authenticationStrength={"id": identity, **more})


REPORT_ONLY = {"state": "enabledForReportingButNotEnforced"}
GUESTS = {"guestOrExternalUserTypes": "b2bCollaborationGuest,internalGuest"}

WHO = [
    Case("all users", {}, "blocking", "covers all users, and nothing takes", "/builtInControls"),
    Case(
        "the account itself",
        users(includeUsers=[ONE, STRANGER]),
        "blocking",
        "covers the account itself",
    ),
    Case(
        "the account in capitals",
        users(includeUsers=[ONE.upper(), STRANGER]),
        "blocking",
        "covers the account itself",
    ),
    Case(
        "somebody else",
        users(includeUsers=[STRANGER]),
        "not_in_scope",
        "other users, groups or roles",
        "/conditions/users",
        "info",
    ),
    Case("nobody", users(includeUsers=["None"]), "not_in_scope", "covers nobody"),
    Case(
        "guests, the old word",
        users(includeUsers=["GuestsOrExternalUsers"]),
        "not_in_scope",
        "guests and external users only",
    ),
    Case(
        "guests, the new object",
        nobody_but(includeGuestsOrExternalUsers=GUESTS),
        "not_in_scope",
        "guests and external users only",
    ),
    Case(
        "all users but guests",
        users(excludeUsers=["GuestsOrExternalUsers"]),
        "blocking",
        "all users",
    ),
    Case(
        "all users but guests, the new object",
        users(excludeGuestsOrExternalUsers=GUESTS),
        "blocking",
        "all users",
    ),
    Case(
        "service principals",
        {
            **users(includeUsers=["None"]),
            "conditions.clientApplications": {"includeServicePrincipals": ["All"]},
        },
        "not_in_scope",
        "for service principals or agents",
    ),
    Case(
        "service principals, users left out",
        {
            "conditions.users": GONE,
            "conditions.clientApplications": {"includeServicePrincipals": ["All"]},
        },
        "not_in_scope",
        "for service principals or agents",
    ),
    Case(
        "agents",
        {**users(includeUsers=["None"]), "conditions.agents": {"includeAgentUsers": ["All"]}},
        "not_in_scope",
        "for service principals or agents",
    ),
    Case(
        "the role of the accounts",
        nobody_but(includeRoles=[HELPDESK, GLOBAL_ADMINISTRATOR]),
        "blocking",
        "covers the role Global Administrator",
    ),
    Case(
        "the role by its name",
        nobody_but(includeRoles=["Global Administrator"]),
        "blocking",
        "covers the role Global Administrator",
    ),
    Case("every role", nobody_but(includeRoles=["All"]), "blocking", "Global Administrator"),
    Case(
        "another role",
        nobody_but(includeRoles=[HELPDESK]),
        "not_in_scope",
        "presumed to hold none but Global Administrator",
    ),
    Case(
        "a role that is a placeholder",
        nobody_but(includeRoles=["<AdminRole>"]),
        "unknown",
        "which role <AdminRole> stands for",
        "/includeRoles",
    ),
    Case(
        "two placeholders for roles",
        nobody_but(includeRoles=["<One>", "<Two>"]),
        "unknown",
        "which role <One> stands for",
    ),
    Case(
        "everybody in a field for groups",
        nobody_but(includeGroups=["All"]),
        "blocking",
        "all users",
    ),
    Case(
        "an include group that nobody described",
        nobody_but(includeGroups=[OTHER]),
        "unknown",
        f"who is in group {OTHER}",
        "/includeGroups",
        "medium",
    ),
    Case(
        "two include groups that nobody described",
        nobody_but(includeGroups=[OTHER, OUTER]),
        "unknown",
        "(and 1 more group)",
    ),
    Case(
        "three include groups that nobody described",
        nobody_but(includeGroups=[OTHER, OUTER, INNER]),
        "unknown",
        "(and 2 more groups)",
    ),
    Case(
        "an include group without the account",
        nobody_but(includeGroups=[OTHER]),
        "not_in_scope",
        "other users, groups or roles",
        members={OTHER: (STRANGER,)},
    ),
    Case(
        "an include group with the account",
        nobody_but(includeGroups=[OTHER]),
        "blocking",
        f"covers group {OTHER}",
        members={OTHER: (STRANGER, ONE)},
    ),
    Case(
        "an empty include group",
        nobody_but(includeGroups=[OTHER]),
        "not_in_scope",
        "other users",
        members={OTHER: ()},
    ),
    Case(
        "an include group around the account's group",
        nobody_but(includeGroups=[OUTER]),
        "blocking",
        f"covers group {OUTER}",
        members={OUTER: (INNER,), INNER: (ONE, STRANGER)},
    ),
    Case(
        "a placeholder for a user",
        users(includeUsers=["<ServiceAccount>"]),
        "unknown",
        "whether <ServiceAccount> is this account",
        "/includeUsers",
    ),
    Case(
        "an account that is no object ID",
        users(includeUsers=[STRANGER]),
        "unknown",
        "one of the two is no object ID",
        accounts=("one@example.com", TWO),
    ),
    Case(
        "a placeholder that was asked about",
        users(includeUsers=["<Other>"]),
        "not_in_scope",
        "other users",
        accounts=("<BreakGlass1>", TWO),
    ),
    Case(
        "something that is no text",
        users(includeUsers=[7]),
        "unknown",
        "whether (int) is this account",
    ),
    Case(
        "an account written out as an object",
        users(includeUsers=[{"id": ONE}, STRANGER]),
        "blocking",
        "the account itself",
    ),
]

EXEMPTED = [
    Case(
        "the account excluded",
        users(excludeUsers=[STRANGER, ONE]),
        "excluded",
        "excludes the account itself",
        "/conditions/users/excludeUsers",
        "info",
    ),
    Case("somebody else excluded", users(excludeUsers=[STRANGER]), "blocking", "all users"),
    Case(
        "the group excluded",
        users(excludeGroups=[OTHER, GROUP]),
        "excluded",
        f"excludes group {GROUP}, which the account is in",
        "/conditions/users/excludeGroups",
    ),
    Case(
        "the group excluded, in capitals",
        users(excludeGroups=[GROUP.upper()]),
        "excluded",
        "which the account is in",
    ),
    Case(
        "a list that PowerShell unrolled to a text",
        users(excludeGroups=GROUP),
        "excluded",
        "which the account is in",
    ),
    Case(
        "a list that PowerShell joined with a space",
        users(excludeGroups=f"{OTHER} {GROUP}"),
        "excluded",
        "which the account is in",
    ),
    Case(
        "a list that PowerShell could not write",
        users(excludeGroups="System.Object[]"),
        "unknown",
        "who is in group System.Object[]",
    ),
    Case(
        "a placeholder for the group",
        users(excludeGroups=["<EmergencyAccounts>"]),
        "excluded",
        "excludes group <EmergencyAccounts>",
        groups=("<EmergencyAccounts>",),
    ),
    Case(
        "included and excluded",
        users(includeUsers=[ONE], excludeUsers=[ONE]),
        "excluded",
        "excludes the account itself",
    ),
    Case(
        "excluded, whoever is included",
        {**nobody_but(includeGroups=[OTHER]), **users(excludeGroups=[GROUP])},
        "excluded",
        "which the account is in",
    ),
    Case(
        "a group that the account is not in",
        users(excludeGroups=[OTHER]),
        "blocking",
        "nothing takes this account out",
        members={OTHER: (STRANGER,)},
    ),
    Case(
        "the exclusion group, but its list lacks the account",
        users(excludeGroups=[GROUP]),
        "blocking",
        "nothing takes this account out",
        members={GROUP: (TWO,)},
    ),
    Case(
        "the exclusion group, and its list has the account",
        users(excludeGroups=[GROUP]),
        "excluded",
        "which the account is in",
        members={GROUP: (ONE, TWO)},
    ),
    Case(
        "a group around the exclusion group",
        users(excludeGroups=[OUTER]),
        "excluded",
        f"group {OUTER}",
        members={OUTER: (INNER,), INNER: (GROUP,)},
    ),
    Case(
        "groups in a circle",
        users(excludeGroups=[OUTER]),
        "excluded",
        f"group {OUTER}",
        members={OUTER: (INNER,), INNER: (OUTER, ONE)},
    ),
    Case(
        "groups in a circle without the account",
        users(excludeGroups=[OUTER]),
        "blocking",
        "all users",
        members={OUTER: (INNER,), INNER: (OUTER, STRANGER)},
    ),
    Case(
        "two ways to one group",
        users(excludeGroups=[OUTER]),
        "excluded",
        f"group {OUTER}",
        members={OUTER: (INNER, OTHER), INNER: (GROUP,), OTHER: (GROUP,), GROUP: (ONE,)},
    ),
    Case(
        "an excluded group that nobody described",
        users(excludeGroups=[OTHER]),
        "unknown",
        f"who is in group {OTHER}, which decides whether the policy excludes",
        "/excludeGroups",
        "medium",
    ),
    Case(
        "a group that holds one that nobody described",
        users(excludeGroups=[OUTER], includeGroups=[INNER]),
        "unknown",
        f"who is in group {INNER}",
        members={OUTER: (INNER, STRANGER)},
    ),
    Case(
        "one mistyped digit",
        users(excludeGroups=[GROUP[:-1] + "b"]),
        "unknown",
        f"who is in group {GROUP[:-1]}b",
    ),
    Case(
        "a placeholder excluded",
        users(excludeUsers=["<BreakGlass1>"]),
        "unknown",
        "whether <BreakGlass1> is this account",
    ),
    Case(
        "the role excluded",
        users(excludeRoles=[GLOBAL_ADMINISTRATOR]),
        "excluded",
        "only while the account has this role as an active, permanent",
        "/excludeRoles",
        "low",
    ),
    Case("another role excluded", users(excludeRoles=[HELPDESK]), "blocking", "all users"),
    Case("the group among the users", users(excludeUsers=[GROUP]), "blocking", "all users"),
    Case("the account among the groups", users(excludeGroups=[ONE]), "blocking", "all users"),
    Case("only the other account excluded", users(excludeUsers=[TWO]), "blocking", "all users"),
    Case(
        "no exclusion group was named",
        users(excludeGroups=[GROUP]),
        "unknown",
        f"who is in group {GROUP}",
        groups=(),
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
        "asks for a password change",
        methods=("fido2",),
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

NARROWED = [
    Case(
        "outside trusted places",
        {"conditions.locations": {"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]}},
        "blocking",
        "only when the sign-in comes from anywhere but trusted places",
        severity="high",
    ),
    Case(
        "from one named place",
        {"conditions.locations": {"includeLocations": [PLACE], "excludeLocations": []}},
        "blocking",
        f"comes from named location {PLACE}",
    ),
    Case(
        "from two places but not one",
        {
            "conditions.locations": {
                "includeLocations": [PLACE, "AllTrusted"],
                "excludeLocations": [PLACE],
            }
        },
        "blocking",
        f"comes from trusted places but not named location {PLACE}",
    ),
    Case(
        "from trusted places but not from them",
        {
            "conditions.locations": {
                "includeLocations": ["AllTrusted"],
                "excludeLocations": ["AllTrusted"],
            }
        },
        "not_in_scope",
        "can never apply",
        "/conditions/locations",
    ),
    Case(
        "places as an empty list",
        {"conditions.locations": []},
        "blocking",
        "The policy blocks; it",
        severity="critical",
    ),
    Case(
        "all places and no exclusion",
        {"conditions.locations": {"includeLocations": ["All"]}},
        "blocking",
        "The policy blocks; it",
    ),
    Case(
        "on telephones",
        {"conditions.platforms": {"includePlatforms": ["android", "iOS"]}},
        "blocking",
        "only when the device runs android or iOS",
        severity="high",
    ),
    Case(
        "on anything but four systems",
        {
            "conditions.platforms": {
                "includePlatforms": ["all"],
                "excludePlatforms": ["android", "iOS", "windows", "macOS"],
            }
        },
        "blocking",
        "runs anything but android, iOS, windows or 1 more",
    ),
    Case(
        "on no platform",
        {"conditions.platforms": {"includePlatforms": ["all"], "excludePlatforms": ["all"]}},
        "not_in_scope",
        "takes out all the platforms",
    ),
    Case(
        "on a device that matches",
        {
            "conditions.devices": {
                "deviceFilter": {"mode": "include", "rule": "device.isCompliant -ne True"}
            }
        },
        "blocking",
        "the device matches [device.isCompliant -ne True]",
    ),
    Case(
        "on a device that does not match",
        {
            "conditions.devices": {
                "deviceFilter": {"mode": "exclude", "rule": "device.isCompliant -eq True"}
            }
        },
        "blocking",
        "the device does not match [device.isCompliant -eq True]",
    ),
    Case(
        "on devices in the old form",
        {"conditions.devices": {"includeDevices": ["All"], "excludeDevices": ["Compliant"]}},
        "blocking",
        "the device is anything but Compliant",
    ),
    Case(
        "on devices with empty lists",
        {"conditions.devices": {"includeDevices": []}},
        "blocking",
        "The policy blocks; it",
    ),
    Case(
        "at high sign-in risk",
        {"conditions.signInRiskLevels": ["high", "medium"]},
        "blocking",
        "only when the sign-in risk is high or medium",
        severity="high",
    ),
    Case(
        "at high user risk",
        {"conditions.userRiskLevels": ["high"]},
        "blocking",
        "only when the user risk is high",
    ),
    Case(
        "at insider risk",
        {"conditions.insiderRiskLevels": "elevated"},
        "blocking",
        "only when the insider risk is elevated",
    ),
    Case(
        "old clients",
        {"conditions.clientAppTypes": ["exchangeActiveSync", "other"]},
        "blocking",
        "only when the client is exchangeActiveSync or other",
        severity="high",
    ),
    Case(
        "device code flow",
        {
            "conditions.authenticationFlows": {
                "transferMethods": "deviceCodeFlow,authenticationTransfer"
            }
        },
        "blocking",
        "the sign-in uses deviceCodeFlow or authenticationTransfer",
    ),
    Case(
        "no flow",
        {"conditions.authenticationFlows": {"transferMethods": "none"}},
        "blocking",
        "The policy blocks; it",
    ),
    Case(
        "two conditions at once, report-only",
        {
            **REPORT_ONLY,
            "conditions.userRiskLevels": ["high"],
            "conditions.platforms": {"includePlatforms": ["linux"]},
        },
        "pending",
        "only when the user risk is high and the device runs linux",
        severity="medium",
    ),
    Case(
        "a demand under a condition",
        {**controls("compliantDevice"), "conditions.userRiskLevels": ["high"]},
        "blocking",
        "cannot show, only when the user risk is high; it covers",
        severity="medium",
    ),
]

GUARDED = [
    Case(
        "one application",
        {"conditions.applications": {"includeApplications": [APP]}},
        "blocking",
        f"only when the sign-in is to {APP}",
        severity="high",
    ),
    Case(
        "the admin portals",
        {"conditions.applications": {"includeApplications": ["MicrosoftAdminPortals"]}},
        "blocking",
        "only when the sign-in is to MicrosoftAdminPortals",
        severity="high",
    ),
    Case(
        "all but one application",
        {"conditions.applications": {"includeApplications": ["All"], "excludeApplications": [APP]}},
        "blocking",
        "The policy blocks; it",
        severity="critical",
    ),
    Case(
        "one application, taken out again",
        {
            "conditions.applications": {
                "includeApplications": [APP],
                "excludeApplications": [APP.upper()],
            }
        },
        "not_in_scope",
        "is taken out again",
        "/conditions/applications",
    ),
    Case(
        "no application",
        {"conditions.applications": {"includeApplications": ["None"]}},
        "not_in_scope",
        "guards no application",
    ),
    Case(
        "agents' resources only",
        {"conditions.applications": {"includeApplications": ["AllAgentIdResources"]}},
        "not_in_scope",
        "guards no application",
    ),
    Case(
        "applications by a filter",
        {
            "conditions.applications": {
                "includeApplications": [],
                "applicationFilter": {"mode": "include", "rule": "app.kind -eq x"},
            }
        },
        "blocking",
        "the application matches [app.kind -eq x]",
        severity="high",
    ),
    Case(
        "all applications but by a filter",
        {
            "conditions.applications": {
                "includeApplications": ["All"],
                "applicationFilter": {"mode": "exclude", "rule": "app.kind -eq x"},
            }
        },
        "blocking",
        "the application does not match [app.kind -eq x]",
        severity="high",
    ),
    Case(
        "the enrolment of a method",
        {"conditions.applications": {"includeUserActions": ["urn:user:registersecurityinfo"]}},
        "blocking",
        "it stops enrolling a new key",
        severity="medium",
    ),
    Case(
        "the enrolment of a method, with MFA",
        {
            **controls("mfa"),
            "conditions.applications": {"includeUserActions": ["urn:user:registersecurityinfo"]},
        },
        "blocking",
        "stops enrolling a new key: it asks for multifactor authentication",
    ),
    Case(
        "the enrolment of a method, met",
        {
            **controls("mfa"),
            "conditions.applications": {"includeUserActions": ["urn:user:registersecurityinfo"]},
        },
        "satisfiable",
        "can meet with fido2",
        methods=("fido2",),
    ),
    Case(
        "the enrolment of a method, report-only",
        {
            **REPORT_ONLY,
            "conditions.applications": {"includeUserActions": ["urn:user:registersecurityinfo"]},
        },
        "pending",
        "it stops enrolling a new key",
        severity="low",
    ),
    Case(
        "joining a device",
        {"conditions.applications": {"includeUserActions": ["urn:user:registerdevice"]}},
        "not_in_scope",
        "guards urn:user:registerdevice, which no sign-in needs",
    ),
    Case(
        "an authentication context",
        {"conditions.applications": {"includeAuthenticationContextClassReferences": ["c1"]}},
        "not_in_scope",
        "only where c1 is asked for",
    ),
    Case(
        "traffic of Global Secure Access",
        {"conditions.applications": {"networkAccess": {"includeTrafficProfiles": "m365"}}},
        "blocking",
        "m365 traffic through Global Secure Access",
        severity="high",
    ),
    Case(
        "applications left out of the file",
        {"conditions.applications": GONE},
        "unknown",
        "which applications it guards",
        "/conditions",
    ),
]

DELIBERATE = [
    Case(
        "aimed at the group, met",
        {**nobody_but(includeGroups=[GROUP]), **strength(f"{BUILT_IN}4")},
        "satisfiable",
        f"covers group {GROUP} and asks",
        methods=("fido2",),
    ),
    Case(
        "aimed at the group, not met",
        {**nobody_but(includeGroups=[GROUP]), **strength(f"{BUILT_IN}4")},
        "blocking",
        "aimed at the emergency accounts alone",
        severity="high",
    ),
    Case(
        "aimed at the accounts, not met",
        {**users(includeUsers=[ONE, TWO]), **controls("mfa")},
        "blocking",
        "do not exclude them: register what it asks for",
    ),
    Case(
        "aimed at the accounts, and everybody's word for nobody",
        {**users(includeUsers=["None"], includeGroups=[GROUP]), **controls("mfa")},
        "blocking",
        "do not exclude them",
    ),
    Case(
        "aimed at the accounts, report-only",
        {**REPORT_ONLY, **users(includeUsers=[ONE, TWO]), **controls("mfa")},
        "pending",
        "aimed at the emergency accounts alone",
    ),
    Case(
        "aimed at a group that holds just them",
        nobody_but(includeGroups=[OTHER]),
        "blocking",
        "aimed at the emergency accounts alone",
        members={OTHER: (ONE, TWO)},
    ),
    Case(
        "aimed at the group and somebody else",
        {**users(includeUsers=[STRANGER], includeGroups=[GROUP])},
        "blocking",
        "nothing takes this account out",
    ),
    Case(
        "aimed at the group and a role",
        nobody_but(includeGroups=[GROUP], includeRoles=[HELPDESK]),
        "blocking",
        "nothing takes this account out",
    ),
    Case(
        "aimed at the group and at guests",
        nobody_but(includeGroups=[GROUP], includeGuestsOrExternalUsers=GUESTS),
        "blocking",
        "nothing takes this account out",
    ),
]

CASES = [*WHO, *EXEMPTED, *STATES, *ASKED, *STRENGTHS, *NARROWED, *GUARDED, *DELIBERATE]
