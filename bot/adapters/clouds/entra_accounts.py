"""The emergency accounts: which groups they are in, and what they have registered.

https://learn.microsoft.com/graph/api/user-list-transitivememberof
https://learn.microsoft.com/graph/api/authentication-list-methods
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.adapters.clouds.entra_groups import NEEDS as NEEDS_MEMBERSHIP
from bot.adapters.clouds.graph import Absent, Graph, Json, Misled, Place
from bot.audit.asking import method_of
from bot.audit.entra.shape import text_of
from bot.core.errors import Broken, Problem, Unavailable
from bot.core.organisation import EntraAccount

PART: Final = "accounts"
NEEDS_METHODS = "UserAuthenticationMethod.Read.All"
GONE = "Graph knows no account with this object ID: it is deleted, or the ID is mistyped."

_CERTIFICATE = "certificate"
# What Graph calls a method → the modes it can prove. A Temporary Access Pass expires, and an
# e-mail address proves nothing at a sign-in, so neither counts.
_MODES: dict[str, tuple[str, ...]] = {
    "emailAuthenticationMethod": (),
    "fido2AuthenticationMethod": ("fido2",),
    "hardwareOathAuthenticationMethod": ("hardwareOath",),
    # Whether it may also sign in without a password, the list does not say.
    "microsoftAuthenticatorAuthenticationMethod": ("microsoftAuthenticatorPush",),
    "passwordAuthenticationMethod": ("password",),
    "passwordlessMicrosoftAuthenticatorAuthenticationMethod": ("deviceBasedPush",),
    # Microsoft counts both as one: concept-authentication-strengths.
    "platformCredentialAuthenticationMethod": ("windowsHelloForBusiness",),
    "qrCodePinAuthenticationMethod": ("qrCodePin",),
    "softwareOathAuthenticationMethod": ("softwareOath",),
    "temporaryAccessPassAuthenticationMethod": (),
    "windowsHelloForBusinessAuthenticationMethod": ("windowsHelloForBusiness",),
    "x509CertificateAuthenticationMethod": (_CERTIFICATE,),
}


async def read_memberships(
    graph: Graph, accounts: Sequence[str], problems: list[Problem]
) -> dict[str, frozenset[str]] | None:
    """Account → all groups it is in, through any nesting; None when one could not be read."""
    found: dict[str, frozenset[str]] = {}
    for account in accounts:
        place = Place(
            f"v1.0/users/{account}/transitiveMemberOf",
            f"the groups of account {account}",
            NEEDS_MEMBERSHIP,
            {"$select": "id", "$top": "999"},
        )
        try:
            groups = await graph.entries(place)
            found[account] = frozenset(text_of(one, "id").casefold() for one in groups)
        except Misled:
            raise
        except Absent:
            problems.append(Problem(PART, 0, account, GONE, fatal=False))
            found[account] = frozenset()
        except (Broken, Unavailable) as error:
            message = f"{error.reason}. Whether it is in a group that a policy names is unknown."
            problems.append(Problem(PART, 0, account, message, fatal=False))
    return found if len(found) == len(accounts) else None


async def read_methods(
    graph: Graph, accounts: Sequence[EntraAccount], problems: list[Problem]
) -> dict[str, tuple[str, ...]]:
    """Account → what it has registered, in the audit's words; one that is not there is unknown.

    A certificate is not always in Graph's list, since it is bound by a rule of the tenant; where
    the organisation file names one, it counts.
    """
    found = {}
    for account in accounts:
        named = account.object_id
        place = Place(
            f"v1.0/users/{named}/authentication/methods",
            f"the methods of account {named}",
            NEEDS_METHODS,
        )
        try:
            listed = await graph.entries(place)
        except Misled:
            raise
        except (Broken, Unavailable) as error:
            message = f"{error.reason}. What it has registered is taken from the organisation file."
            problems.append(Problem(PART, 0, named, message, fatal=False))
            continue
        modes = {mode for one in listed for mode in _modes(one, named, problems)}
        modes |= {_CERTIFICATE for word in account.methods if method_of(word) == _CERTIFICATE}
        found[named] = tuple(sorted(modes))
    return found


def _modes(method: Json, account: str, problems: list[Problem]) -> tuple[str, ...]:
    kind = text_of(method, "@odata.type").rpartition(".")[2]
    if kind == "phoneAuthenticationMethod":
        # Text messages go to the main mobile number alone.
        return ("sms", "voice") if text_of(method, "phoneType") == "mobile" else ("voice",)
    if kind not in _MODES:
        message = f"Has a method that this release does not know, and that is not counted: {kind}."
        problems.append(Problem(PART, 0, account, message, fatal=False))
    return _MODES.get(kind, ())
