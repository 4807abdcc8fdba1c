"""Authentication methods and strengths: which combinations prove what.

The words are Graph's `authenticationMethodModes`; a combination is a set of them, written
`password,sms`. The built-in strengths are read-only in every tenant.
https://learn.microsoft.com/graph/api/resources/authenticationmethodmodes
https://learn.microsoft.com/entra/identity/authentication/concept-authentication-strengths
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

Combination = frozenset[str]

_PHISHING_RESISTANT = ("windowsHelloForBusiness", "fido2", "x509CertificateMultiFactor")
_PASSWORDLESS = (*_PHISHING_RESISTANT, "deviceBasedPush")
_MULTIFACTOR = (
    *_PASSWORDLESS,
    "temporaryAccessPassOneTime",
    "temporaryAccessPassMultiUse",
    "federatedMultiFactor",
    *[f"password,{second}" for second in ("microsoftAuthenticatorPush", "sms", "voice")],
    *[f"password,{second}" for second in ("softwareOath", "hardwareOath")],
    *[f"microsoftAuthenticatorPush,{first}" for first in ("federatedSingleFactor",)],
    *[f"{second},federatedSingleFactor" for second in ("softwareOath", "hardwareOath")],
    *[f"{second},federatedSingleFactor" for second in ("sms", "voice")],
)
_MODES = {
    mode.casefold(): mode
    for combination in (*_MULTIFACTOR, "email", "x509CertificateSingleFactor", "qrCodePin")
    for mode in combination.split(",")
}
# Short words for a command line.
_SHORT = {
    "certificate": "x509CertificateMultiFactor",
    "passkey": "fido2",
    "windowshello": "windowsHelloForBusiness",
    "authenticator": "microsoftAuthenticatorPush",
}


def combination(written: str) -> Combination:
    """`password,sms` as a set of modes in lower case."""
    return frozenset(mode.strip().casefold() for mode in written.split(",") if mode.strip())


def _strength(written: Iterable[str]) -> tuple[Combination, ...]:
    return tuple([combination(one) for one in written])


MULTIFACTOR = _strength(_MULTIFACTOR)
_BUILT_IN_ID = "00000000-0000-0000-0000-00000000000"
BUILT_IN: dict[str, tuple[str, tuple[Combination, ...]]] = {
    f"{_BUILT_IN_ID}2": ("Multifactor authentication", MULTIFACTOR),
    f"{_BUILT_IN_ID}3": ("Passwordless MFA", _strength(_PASSWORDLESS)),
    f"{_BUILT_IN_ID}4": ("Phishing-resistant MFA", _strength(_PHISHING_RESISTANT)),
}


@dataclass(frozen=True, slots=True)
class Registered:
    """What the accounts have registered, in lower case; `unheard_of` are words nobody knows."""

    modes: frozenset[str]
    unheard_of: tuple[str, ...] = ()

    def proves(self, wanted: Iterable[Combination]) -> list[Combination]:
        """Those of the wanted combinations that are registered in full."""
        return [one for one in wanted if one and one <= self.modes]

    def in_words(self) -> str:
        """What is registered, for a sentence."""
        return ", ".join(sorted(_MODES.get(mode, mode) for mode in self.modes)) or "none is named"


def registered(methods: Iterable[str]) -> Registered:
    """Methods as a person names them: Graph's words, a short word, or several joined by + or ,.

    A word that is not known stays a method (it may be the ID of a custom control), and is listed
    in `unheard_of` as well. Nothing is added: `sms` without `password` proves nothing.
    """
    modes: set[str] = set()
    unheard_of = []
    for method in sorted(methods):
        for word in method.replace("+", ",").split(","):
            name = word.strip().casefold()
            if not name:
                continue
            mode = _SHORT.get(name, name).casefold()
            modes.add(mode)
            if mode not in _MODES:
                unheard_of.append(word.strip())
    return Registered(frozenset(modes), tuple(unheard_of))


def did_you_mean(word: str) -> str:
    """The known method that comes nearest to a word; empty if none does."""
    known = {**{mode: mode for mode in _SHORT}, **_MODES}
    near = get_close_matches(word.casefold(), known, n=1)
    return known[near[0]] if near else ""
