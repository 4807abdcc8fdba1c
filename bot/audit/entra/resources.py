"""What a policy guards: the sign-in to resources, the enrolment of a method, or neither.

An emergency account needs portals, Graph and command lines, and the list of applications behind
these is Microsoft's to change. So a policy for single applications narrows, it is not out of scope.
https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-cloud-apps
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.audit.entra.narrowing import listed
from bot.audit.entra.policy import Policy
from bot.audit.entra.shape import Json, child, key_of, text_of, texts_of

APPLICATIONS = ("conditions", "applications")
_ENROL = "urn:user:registersecurityinfo"
# All resources, the admin portals, and Azure Service Management, behind the command lines.
_BROAD = {"all", "microsoftadminportals", "797f4846-ba00-4fd7-ba43-dac1f8f63013"}
# Applications of Microsoft that policies name by their ID, the same in every tenant.
# https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in
_NAMES = {
    "797f4846-ba00-4fd7-ba43-dac1f8f63013": "Windows Azure Service Management API",
    "00000003-0000-0000-c000-000000000000": "Microsoft Graph",
    "00000002-0000-0000-c000-000000000000": "Windows Azure Active Directory",
    "00000002-0000-0ff1-ce00-000000000000": "Office 365 Exchange Online",
    "00000003-0000-0ff1-ce00-000000000000": "Office 365 SharePoint Online",
}
_NOTHING = {"none", "allagentidresources"}

# sign_in: a way into something; enrol: registering a method; none: nothing that a user signs in
# to; unknown: the file does not say.
Guarded = Literal["sign_in", "enrol", "none", "unknown"]


@dataclass(frozen=True, slots=True)
class Resource:
    """What is guarded. `when` narrows it, `words` says why it is none or unknown."""

    guarded: Guarded
    when: tuple[str, ...] = ()
    words: str = ""
    broad: bool = True


def resource(policy: Policy) -> Resource:
    """What a policy's applications, actions and contexts come to."""
    if key_of(policy.conditions, "applications") is None:
        return Resource("unknown", words="which applications it guards: the file does not say")
    applications = child(policy.conditions, "applications")
    included = tuple(
        [
            one
            for one in texts_of(applications, "includeApplications")
            if one.casefold() not in _NOTHING
        ]
    )
    if included or _filter(applications):
        return _applications(applications, included)
    return _actions(applications)


def _filter(applications: Json) -> tuple[str, ...]:
    """The filter on applications as half a sentence, if there is one."""
    found = child(applications, "applicationFilter")
    rule = text_of(found, "rule")
    if not rule:
        return ()
    left_out = text_of(found, "mode").casefold() == "exclude"
    return (f"the application {'does not match' if left_out else 'matches'} [{rule}]",)


def _applications(applications: Json, included: tuple[str, ...]) -> Resource:
    excluded = {one.casefold() for one in texts_of(applications, "excludeApplications")}
    left = tuple([one for one in included if one.casefold() not in excluded])
    if included and not left:
        words = "every application that it names is taken out again"
        return Resource("none", words=words)
    every = any(one.casefold() == "all" for one in left)
    labels = tuple([_label(one) for one in left])
    named = (f"the sign-in is to {listed(labels)}",) if left and not every else ()
    narrowed = _filter(applications)
    broad = any(one.casefold() in _BROAD for one in left) and not narrowed
    return Resource("sign_in", named + narrowed, broad=broad)


def _label(application: str) -> str:
    name = _NAMES.get(application.casefold())
    return f"{name} ({application})" if name else application


def _actions(applications: Json) -> Resource:
    actions = [one.casefold() for one in texts_of(applications, "includeUserActions")]
    if _ENROL in actions:
        return Resource("enrol")
    if actions:
        words = f"it guards {listed(tuple(actions))}, which no sign-in needs"
        return Resource("none", words=words)
    contexts = texts_of(applications, "includeAuthenticationContextClassReferences")
    if contexts:
        words = (
            f"it applies only where {listed(contexts)} is asked for"
            " (a protected action or a role activation, not the sign-in)"
        )
        return Resource("none", words=words)
    for name in ("globalSecureAccess", "networkAccess"):
        profiles = texts_of(child(applications, name), "includeTrafficProfiles")
        if profiles:
            when = (f"it goes as {listed(profiles)} traffic through Global Secure Access",)
            return Resource("sign_in", when, broad=False)
    return Resource("none", words="it guards no application that a user signs in to")
