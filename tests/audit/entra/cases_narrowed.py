"""Conditions of a sign-in: they narrow a policy and exempt nobody."""

from tests.audit.entra.case import REPORT_ONLY, Case, controls
from tests.audit.entra.policies import PLACE

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
        severity="medium",
    ),
    Case(
        "old clients and browsers",
        {"conditions.clientAppTypes": ["browser", "other"]},
        "blocking",
        "only when the client is browser or other",
        severity="high",
    ),
    Case(
        "clients that PowerShell could not write",
        {"conditions.clientAppTypes": "System.Object[]"},
        "blocking",
        "only when the client is System.Object[]",
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
        severity="medium",
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
