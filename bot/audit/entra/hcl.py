"""A policy as Terraform: `azuread_conditional_access_policy`, so that the edit stays made.

A policy that Terraform owns is put back at its next run, whatever was changed elsewhere. What the
provider has no argument for is named in a comment, not dropped in silence.
https://registry.terraform.io/providers/hashicorp/azuread/latest/docs/resources/conditional_access_policy
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from json.encoder import encode_basestring_ascii

from bot.audit.entra.shape import Json, child, text_of, texts_of, value_of

_UNTIDY = re.compile(r"[^a-z0-9]+")
# Graph's word for each list → the provider's.
_USERS = (
    ("includeUsers", "included_users"),
    ("excludeUsers", "excluded_users"),
    ("includeGroups", "included_groups"),
    ("excludeGroups", "excluded_groups"),
    ("includeRoles", "included_roles"),
    ("excludeRoles", "excluded_roles"),
)
_APPLICATIONS = (
    ("includeApplications", "included_applications"),
    ("excludeApplications", "excluded_applications"),
    ("includeUserActions", "included_user_actions"),
)
_CLIENTS = (
    ("includeServicePrincipals", "included_service_principals"),
    ("excludeServicePrincipals", "excluded_service_principals"),
)
_RISKS = (
    ("servicePrincipalRiskLevels", "service_principal_risk_levels"),
    ("signInRiskLevels", "sign_in_risk_levels"),
    ("userRiskLevels", "user_risk_levels"),
)
_PLATFORMS = (
    ("includePlatforms", "included_platforms"),
    ("excludePlatforms", "excluded_platforms"),
)
_LOCATIONS = (
    ("includeLocations", "included_locations"),
    ("excludeLocations", "excluded_locations"),
)
# What the provider has no argument for, with the part of a policy where it stands.
_NO_ARGUMENT = (
    (("conditions", "authenticationFlows"), ""),
    (("conditions", "agents"), ""),
    (("conditions", "agentContext"), ""),
    (("conditions", "agentIdRiskLevels"), ""),
    (("conditions", "times"), ""),
    (("conditions", "applications"), "includeAuthenticationContextClassReferences"),
    (("conditions", "applications"), "globalSecureAccess"),
    (("sessionControls",), "continuousAccessEvaluation"),
    (("sessionControls",), "secureSignInSession"),
    (("sessionControls",), "globalSecureAccessFilteringProfile"),
)


def hcl(policy: Json, policy_id: str) -> str:
    """The resource block of a policy, with the command that brings the policy under Terraform."""
    name = text_of(policy, "displayName")
    label = _UNTIDY.sub("_", name.casefold()).strip("_") or "policy"
    label = label if label[0].isalpha() else f"policy_{label}"
    state = text_of(policy, "state")
    imported = f"/identity/conditionalAccess/policies/{policy_id}" if policy_id else "POLICY-ID"
    missing = [*_without_argument(policy)]
    lines = [
        f"# terraform import azuread_conditional_access_policy.{label} {_quoted(imported)}",
        *[f"# The provider has no argument for {one}; add it by hand." for one in missing],
        f'resource "azuread_conditional_access_policy" "{label}" {{',
        f"  display_name = {_quoted(name)}",
        f"  state        = {_quoted(state[:1].lower() + state[1:])}",
        *_indented(_block("conditions", _conditions(child(policy, "conditions")))),
        *_indented(_block("grant_controls", _grant(child(policy, "grantControls")))),
        *_indented(_block("session_controls", _session(child(policy, "sessionControls")))),
        "}",
    ]
    return "\n".join(lines) + "\n"


def _without_argument(policy: Json) -> Iterable[str]:
    for parents, field in _NO_ARGUMENT:
        here = policy
        for parent in parents if field else parents[:-1]:
            here = child(here, parent)
        if value_of(here, field or parents[-1]):
            yield field or parents[-1]


def _conditions(conditions: Json) -> list[str]:
    applications = child(conditions, "applications")
    devices = child(conditions, "devices")
    users = child(conditions, "users")
    guests = [
        line
        for graph, word in (
            ("includeGuestsOrExternalUsers", "included_guests_or_external_users"),
            ("excludeGuestsOrExternalUsers", "excluded_guests_or_external_users"),
        )
        for line in _block(word, _guests(child(users, graph)))
    ]
    return [
        f"client_app_types = {_list(texts_of(conditions, 'clientAppTypes') or ('all',))}",
        *_lists(conditions, _RISKS),
        *_text("insider_risk_levels", text_of(conditions, "insiderRiskLevels")),
        *_block(
            "applications",
            [
                *_lists(applications, _APPLICATIONS),
                *_filter(child(applications, "applicationFilter")),
            ],
        ),
        *_block("client_applications", _lists(child(conditions, "clientApplications"), _CLIENTS)),
        *_block("devices", _filter(child(devices, "deviceFilter"))),
        *_block("locations", _lists(child(conditions, "locations"), _LOCATIONS)),
        *_block("platforms", _lists(child(conditions, "platforms"), _PLATFORMS)),
        *_block("users", [*_lists(users, _USERS), *guests]),
    ]


def _guests(guests: Json) -> list[str]:
    if not guests:
        return []
    tenants = child(guests, "externalTenants")
    return [
        f"guest_or_external_user_types = {_list(texts_of(guests, 'guestOrExternalUserTypes'))}",
        *_block(
            "external_tenants",
            [
                *_text("membership_kind", text_of(tenants, "membershipKind")),
                *_lists(tenants, (("members", "members"),)),
            ],
        ),
    ]


def _filter(found: Json) -> list[str]:
    rule = text_of(found, "rule")
    if not rule:
        return []
    mode = text_of(found, "mode").casefold()
    return _block("filter", [f"mode = {_quoted(mode)}", f"rule = {_quoted(rule)}"])


def _grant(grant: Json) -> list[str]:
    strength = text_of(child(grant, "authenticationStrength"), "id")
    where = f"/policies/authenticationStrengthPolicies/{strength}" if strength else ""
    asked = [
        *_lists(
            grant,
            (
                ("builtInControls", "built_in_controls"),
                ("customAuthenticationFactors", "custom_authentication_factors"),
                ("termsOfUse", "terms_of_use"),
            ),
        ),
        *_text("authentication_strength_policy_id", where),
    ]
    operator = text_of(grant, "operator").upper() or "AND"
    return [f"operator = {_quoted(operator)}", *asked] if asked else []


def _session(session: Json) -> list[str]:
    if not session:
        return []
    frequency = child(session, "signInFrequency")
    lines = []
    if value_of(child(session, "applicationEnforcedRestrictions"), "isEnabled") is True:
        lines.append("application_enforced_restrictions_enabled = true")
    if value_of(session, "disableResilienceDefaults") is True:
        lines.append("disable_resilience_defaults = true")
    browser = child(session, "persistentBrowser")
    cloud = child(session, "cloudAppSecurity")
    lines += _text("persistent_browser_mode", text_of(browser, "mode"))
    lines += _text("cloud_app_security_policy", text_of(cloud, "cloudAppSecurityType"))
    if value_of(frequency, "isEnabled") is True:
        number = value_of(frequency, "value")
        lines += [f"sign_in_frequency = {number}"] if isinstance(number, int) else []
        lines += _text("sign_in_frequency_period", text_of(frequency, "type"))
        lines += _text("sign_in_frequency_interval", text_of(frequency, "frequencyInterval"))
        lines += _text(
            "sign_in_frequency_authentication_type", text_of(frequency, "authenticationType")
        )
    return lines


def _lists(parent: Json, words: Iterable[tuple[str, str]]) -> list[str]:
    if not parent:
        return []
    return [
        f"{word} = {_list(found)}" for graph, word in words if (found := texts_of(parent, graph))
    ]


def _text(word: str, value: str) -> list[str]:
    return [f"{word} = {_quoted(value)}"] if value else []


def _list(values: Sequence[str]) -> str:
    return f"[{', '.join(_quoted(value) for value in values)}]"


def _block(word: str, lines: Sequence[str]) -> list[str]:
    return [f"{word} {{", *_indented(lines), "}"] if lines else []


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"  {line}" for line in lines]


def _quoted(text: str) -> str:
    # JSON's escapes are HCL's too; a template sign would be run, so it is doubled.
    quoted = encode_basestring_ascii(text)
    return quoted.replace("${", "$${").replace("%{", "%%{") if "{" in text else quoted
