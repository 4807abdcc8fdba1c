"""A policy as Terraform says what the policy says, and names what it cannot say."""

from __future__ import annotations

from bot.audit.entra.hcl import hcl
from tests.audit.entra.policies import APP, BUILT_IN, GROUP, HELPDESK, ONE, PLACE, pascal, policy

FULL = policy(
    {
        "displayName": '100% of "all" ${users}',
        "conditions.clientAppTypes": [],
        "conditions.signInRiskLevels": ["high"],
        "conditions.insiderRiskLevels": "elevated",
        "conditions.applications.excludeApplications": [APP],
        "conditions.applications.applicationFilter": {"mode": "Exclude", "rule": "app.a -eq 1"},
        "conditions.applications.includeAuthenticationContextClassReferences": ["c1"],
        "conditions.users.excludeGroups": [GROUP],
        "conditions.users.excludeUsers": [ONE],
        "conditions.users.includeRoles": [HELPDESK],
        "conditions.users.includeGuestsOrExternalUsers": {
            "guestOrExternalUserTypes": "internalGuest,serviceProvider",
            "externalTenants": {"membershipKind": "enumerated", "members": [APP]},
        },
        "conditions.platforms": {"includePlatforms": ["all"], "excludePlatforms": ["iOS"]},
        "conditions.locations": {"includeLocations": ["All"], "excludeLocations": [PLACE]},
        "conditions.devices": {"deviceFilter": {"mode": "include", "rule": 'device.x -eq "y"'}},
        "conditions.clientApplications": {"includeServicePrincipals": [APP]},
        "conditions.authenticationFlows": {"transferMethods": "deviceCodeFlow"},
        "grantControls": {
            "operator": "or",
            "builtInControls": [],
            "termsOfUse": [APP],
            "authenticationStrength": {"id": f"{BUILT_IN}4"},
        },
        "sessionControls": {
            "applicationEnforcedRestrictions": {"isEnabled": True},
            "cloudAppSecurity": {"isEnabled": True, "cloudAppSecurityType": "blockDownloads"},
            "persistentBrowser": {"isEnabled": True, "mode": "never"},
            "disableResilienceDefaults": True,
            "signInFrequency": {
                "isEnabled": True,
                "value": 4,
                "type": "hours",
                "frequencyInterval": "timeBased",
                "authenticationType": "primaryAndSecondaryAuthentication",
            },
            "secureSignInSession": {"isEnabled": True},
        },
    }
)

WRITTEN = f"""\
# terraform import azuread_conditional_access_policy.policy_100_of_all_users \
"/identity/conditionalAccess/policies/{APP}"
# The provider has no argument for authenticationFlows; add it by hand.
# The provider has no argument for includeAuthenticationContextClassReferences; add it by hand.
# The provider has no argument for secureSignInSession; add it by hand.
resource "azuread_conditional_access_policy" "policy_100_of_all_users" {{
  display_name = "100% of \\"all\\" $${{users}}"
  state        = "enabled"
  conditions {{
    client_app_types = ["all"]
    sign_in_risk_levels = ["high"]
    insider_risk_levels = "elevated"
    applications {{
      included_applications = ["All"]
      excluded_applications = ["{APP}"]
      filter {{
        mode = "exclude"
        rule = "app.a -eq 1"
      }}
    }}
    client_applications {{
      included_service_principals = ["{APP}"]
    }}
    devices {{
      filter {{
        mode = "include"
        rule = "device.x -eq \\"y\\""
      }}
    }}
    locations {{
      included_locations = ["All"]
      excluded_locations = ["{PLACE}"]
    }}
    platforms {{
      included_platforms = ["all"]
      excluded_platforms = ["iOS"]
    }}
    users {{
      included_users = ["All"]
      excluded_users = ["{ONE}"]
      excluded_groups = ["{GROUP}"]
      included_roles = ["{HELPDESK}"]
      included_guests_or_external_users {{
        guest_or_external_user_types = ["internalGuest", "serviceProvider"]
        external_tenants {{
          membership_kind = "enumerated"
          members = ["{APP}"]
        }}
      }}
    }}
  }}
  grant_controls {{
    operator = "OR"
    terms_of_use = ["{APP}"]
    authentication_strength_policy_id = \
"/policies/authenticationStrengthPolicies/{BUILT_IN}4"
  }}
  session_controls {{
    application_enforced_restrictions_enabled = true
    disable_resilience_defaults = true
    persistent_browser_mode = "never"
    cloud_app_security_policy = "blockDownloads"
    sign_in_frequency = 4
    sign_in_frequency_period = "hours"
    sign_in_frequency_interval = "timeBased"
    sign_in_frequency_authentication_type = "primaryAndSecondaryAuthentication"
  }}
}}
"""


def test_every_part_of_a_policy_has_its_argument_or_is_named() -> None:
    """Nothing is dropped in silence, and a template sign in a name is not run."""
    assert hcl(FULL, APP) == WRITTEN


def test_keys_in_pascal_case_come_to_the_same() -> None:
    """Terraform has one way to write it."""
    assert hcl(pascal(FULL), APP) == WRITTEN


def test_a_policy_in_short_is_short() -> None:
    """No empty blocks; a block without an operator asks for everything, as it is judged."""
    written = hcl(
        policy(
            {
                "displayName": "Über alles",
                "state": "EnabledForReportingButNotEnforced",
                "grantControls": {"builtInControls": ["mfa"]},
                "sessionControls": {"signInFrequency": {"isEnabled": True, "value": None}},
            }
        ),
        "",
    )
    assert "session_controls" not in written
    assert 'operator = "AND"' in written
    assert 'state        = "enabledForReportingButNotEnforced"' in written
    assert '"azuread_conditional_access_policy" "ber_alles"' in written
    assert "POLICY-ID" in written


def test_a_policy_without_controls_or_name_still_gets_a_block() -> None:
    """A label must be a word."""
    written = hcl(policy({"displayName": "***", "grantControls": None}), "")
    assert '"azuread_conditional_access_policy" "policy"' in written
    assert "grant_controls" not in written


def test_a_session_without_a_frequency_has_none() -> None:
    """Only what is switched on is written."""
    browser = {"persistentBrowser": {"isEnabled": True, "mode": "never"}}
    written = hcl(policy({"sessionControls": browser}), APP)
    assert 'persistent_browser_mode = "never"' in written
    assert "sign_in_frequency" not in written
