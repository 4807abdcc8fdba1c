"""What a policy asks of whoever it covers, and whether an emergency account can meet it.

An emergency account lies in a safe: it has no managed device, no enrolled app, no accepted terms
of use, and it cannot change its password on demand. It has the methods that were named, no other.
`block` wins over everything; OR asks for one of the controls, AND for all of them.
https://learn.microsoft.com/graph/api/resources/conditionalaccessgrantcontrols
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.audit.entra.methods import BUILT_IN, MULTIFACTOR, Combination, Registered, combination
from bot.audit.entra.policy import Policy
from bot.audit.entra.shape import Json, child, text_of, texts_of, value_of
from bot.audit.model import Severity

_OUT_OF_REACH = {
    "compliantdevice": "a compliant device",
    "domainjoineddevice": "a hybrid-joined device",
    "approvedapplication": "an approved app",
    "compliantapplication": "an app with a protection policy",
    "compliantnetwork": "the compliant network",
    "passwordchange": "a password change",
}
_NOT_MADE = "which an emergency account cannot make on demand"
GRANT = "grantControls"
BUILT_IN_CONTROLS = (GRANT, "builtInControls")
STRENGTH = (GRANT, "authenticationStrength")


@dataclass(frozen=True, slots=True)
class Ask:
    """One control. `met` is None when that cannot be said; `why` completes 'asks for …, '."""

    words: str
    met: bool | None
    why: str
    where: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Demand:
    """All that a policy asks: `words` after 'It …', `why` it is met or not, and where it says so.

    `severity` is that of a policy in force which this account cannot meet.
    """

    met: bool | None
    words: str
    why: str
    where: tuple[str, ...]
    severity: Severity


class Controls:
    """Answers for one set of registered methods. `strengths` are combinations by lower-case ID."""

    def __init__(
        self,
        methods: Registered,
        strengths: Mapping[str, Sequence[str]],
        restricted: Mapping[str, Json],
    ) -> None:
        self._methods = methods
        self._strengths = strengths
        self._restricted = restricted

    def demand(self, policy: Policy) -> Demand:
        """What the policy asks, and whether the accounts can meet it."""
        grant = child(policy.raw, GRANT)
        controls = texts_of(grant, "builtInControls")
        if any(control.casefold() == "block" for control in controls):
            return Demand(
                met=False, words="blocks", why="", where=BUILT_IN_CONTROLS, severity="critical"
            )
        asks = self._asks(grant, controls)
        if not asks:
            return _session_only(policy)
        # Without an operator the stricter reading holds.
        either = text_of(grant, "operator").casefold() == "or"
        return _either(asks) if either else _every(asks)

    def _asks(self, grant: Json, controls: Sequence[str]) -> list[Ask]:
        asks = [self._built_in(control) for control in controls]
        strength = child(grant, "authenticationStrength")
        if strength:
            asks.append(self._strength(strength))
        asks += [self._custom(factor) for factor in texts_of(grant, "customAuthenticationFactors")]
        if texts_of(grant, "termsOfUse"):
            why = "which nobody has accepted with it"
            asks.append(Ask("terms of use", met=False, why=why, where=(GRANT, "termsOfUse")))
        return asks

    def _built_in(self, control: str) -> Ask:
        name = control.casefold()
        if name == "mfa":
            return self._proof("multifactor authentication", MULTIFACTOR, BUILT_IN_CONTROLS)
        if name in _OUT_OF_REACH:
            why = (
                _NOT_MADE if name == "passwordchange" else "which an emergency account cannot show"
            )
            return Ask(_OUT_OF_REACH[name], met=False, why=why, where=BUILT_IN_CONTROLS)
        why = "and whether an emergency account can meet that is not known"
        return Ask(f"the control {control}", met=None, why=why, where=BUILT_IN_CONTROLS)

    def _custom(self, factor: str) -> Ask:
        wanted = (combination(factor),)
        return self._proof(
            f"the custom control {factor}", wanted, (GRANT, "customAuthenticationFactors")
        )

    def _proof(self, words: str, wanted: Sequence[Combination], where: tuple[str, ...]) -> Ask:
        if self._methods.proves(wanted):
            return Ask(words, met=True, why=f"with {self._methods.in_words()}", where=where)
        why = f"for which no registered method is known ({self._methods.in_words()})"
        return Ask(words, met=False, why=why, where=where)

    def _strength(self, strength: Json) -> Ask:
        named = text_of(strength, "id").casefold()
        title, built_in = BUILT_IN.get(named, ("", ()))
        title = text_of(strength, "displayName") or title or text_of(strength, "id")
        words = f"authentication strength {title}".strip()
        wanted = (
            [combination(one) for one in _combinations(strength)]
            or [combination(one) for one in self._strengths.get(named, ())]
            or built_in
        )
        if not wanted:
            why = "and which methods that allows is not known"
            return Ask(words, met=None, why=why, where=STRENGTH)
        ask = self._proof(words, wanted, STRENGTH)
        narrowed = _narrowed(strength) | _narrowed(self._restricted.get(named, {}))
        if ask.met and all(one & narrowed for one in self._methods.proves(wanted)):
            why = "which allows only certain keys or certificates, and whether yours is one of"
            return Ask(words, met=None, why=f"{why} them is not known", where=STRENGTH)
        return ask


def _combinations(strength: Json) -> list[str]:
    found = value_of(strength, "allowedCombinations")
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def _narrowed(strength: Json) -> frozenset[str]:
    """The modes for which a strength accepts only certain keys (AAGUID) or issuers."""
    found = value_of(strength, "combinationConfigurations")
    configured = found if isinstance(found, list) else []
    return frozenset(
        mode
        for one in configured
        if isinstance(one, dict)
        for written in texts_of(one, "appliesToCombinations")
        for mode in combination(written)
    )


def _session_only(policy: Policy) -> Demand:
    session = child(policy.raw, "sessionControls")
    if value_of(child(session, "secureSignInSession"), "isEnabled") is True:
        why = "it lets everybody sign in, but the session holds only on a registered device"
    elif session:
        why = "it only shapes the session, which can be cut short but not refused"
    else:
        why = "it asks for nothing"
    return Demand(met=True, words="", why=why, where=("sessionControls",), severity="info")


def _either(asks: Sequence[Ask]) -> Demand:
    words = f"asks for {' or '.join(ask.words for ask in asks)}"
    for wanted in (True, None):
        for ask in asks:
            if ask.met is wanted:
                return Demand(
                    ask.met,
                    f"asks for {ask.words}" if wanted else words,
                    ask.why,
                    ask.where,
                    "high",
                )
    why = asks[0].why if len(asks) == 1 else "none of which the account is known to meet"
    return Demand(met=False, words=words, why=why, where=asks[0].where, severity="high")


def _every(asks: Sequence[Ask]) -> Demand:
    for wanted in (False, None):
        failing = [ask for ask in asks if ask.met is wanted]
        if failing:
            words, why = _with_causes(failing)
            return Demand(wanted, f"asks for {words}", why, failing[0].where, "high")
    words = f"asks for {' and '.join(ask.words for ask in asks)}"
    return Demand(met=True, words=words, why=asks[0].why, where=asks[0].where, severity="high")


def _with_causes(asks: Sequence[Ask]) -> tuple[str, str]:
    """The controls, each with its own cause, but for the last cause, which comes apart.

    Neighbours with one cause share it.
    """
    said: list[tuple[list[str], str]] = []
    for ask in asks:
        if said and said[-1][1] == ask.why:
            said[-1][0].append(ask.words)
        else:
            said.append(([ask.words], ask.why))
    *earlier, (words, why) = [(" and ".join(words), why) for words, why in said]
    return ", and ".join([*[f"{one}, {cause}" for one, cause in earlier], words]), why
