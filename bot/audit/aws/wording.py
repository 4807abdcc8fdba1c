"""The one sentence of a finding, and how bad it is.

Nothing is decided here; everything that is said stands in the judgement.
"""

from __future__ import annotations

from functools import lru_cache

from bot.audit.aws.condition import Test
from bot.audit.aws.document import Policy
from bot.audit.aws.exemption import why_not
from bot.audit.aws.principal import MFA, REGION, TAG
from bot.audit.aws.rescue import OTHERS
from bot.audit.aws.rules import Caller, Ruling
from bot.audit.aws.statement import Coverage, escape
from bot.audit.aws.verdicts import Judgement
from bot.audit.model import Severity

KINDS = {
    "scp": "SCP",
    "rcp": "RCP",
    "identity": "identity policy",
    "boundary": "permissions boundary",
    "resource": "resource policy",
}
# How a placeholder begins.
_SLOTS = ("$", "[", "<", "{")
# More would make no sentence.
_NAMED_AT_MOST = 3
MANAGEMENT = "SCPs never apply to the management account, so this one cannot keep it out."
MANAGEMENT_RCP = (
    "RCPs never apply to resources of the management account, so this one cannot keep it out."
)
# Where it is not known, or known not to be so, that the account is the management account.
_DELEGATED = ", which only the management account and delegated administrators can"
SERVICE_LINKED = "A service-linked role is never under SCPs or RCPs."

_SEVERITY_IF_DENIED: dict[Severity, Severity] = {
    "critical": "high",
    "high": "medium",
    "medium": "low",
}
_NEEDS = {
    REGION: "the Region of the call (aws:RequestedRegion; for Identity Center, its home Region)",
    MFA: "whether its session began with MFA (aws:MultiFactorAuthPresent)",
    "aws:sourceip": "the address that the call comes from (aws:SourceIp)",
    "aws:principalorgid": "the organization's ID (aws:PrincipalOrgID)",
}


@lru_cache(maxsize=1 << 10)
def severity(mask: int, coverage: Coverage) -> Severity:
    """How bad it is to lose these actions: everything, a way back in, parts of one, or others."""
    if mask == coverage.every:
        return "critical"
    lost, hurt = set(), set()
    for group, whole in coverage.groups.items():
        if mask & whole == whole:
            lost.add(group)
        elif mask & whole:
            hurt.add(group)
    essential = coverage.rescue.essential & coverage.groups.keys()
    if lost & essential:
        return "critical" if essential <= lost else "high"
    return "medium" if hurt & essential or lost - coverage.rescue.minor else "low"


def judged_severity(judgement: Judgement, coverage: Coverage) -> Severity:
    """The severity of a judgement; what is unknown counts one step less than if it were so."""
    if judgement.blocked:
        return severity(judgement.blocked, coverage)
    if judgement.open:
        return _SEVERITY_IF_DENIED.get(severity(judgement.open, coverage), "low")
    return "low" if judgement.choice else "info"


@lru_cache(maxsize=1 << 10)
def name_actions(mask: int, coverage: Coverage) -> str:
    """The actions of a mask: whole groups by what they are for, others one by one."""
    if mask == coverage.every:
        return "every rescue action"
    names = []
    for group, whole in coverage.groups.items():
        if mask & whole == whole and len(coverage.bits(whole)) > 1 and group != OTHERS:
            who = _DELEGATED if group in coverage.rescue.delegated else ""
            names.append(f"all that is needed to {group}{who}")
        else:
            names += [coverage.rescue.actions[bit].name for bit in coverage.bits(mask & whole)]
    count = f"{mask.bit_count()} of {coverage.every.bit_count()} rescue actions"
    return f"{count} ({', '.join(names)})"


def say(policy: Policy, judgement: Judgement, caller: Caller) -> tuple[str, str]:
    """The reason in one sentence, and the JSON pointer to what decides."""
    verdict = judgement.verdict
    if verdict == "blocking":
        return _say_blocking(policy, judgement, caller)
    if verdict == "unknown":
        return _say_unknown(policy, judgement, caller)
    if verdict == "satisfiable":
        return _say_choice(policy, judgement, caller)
    if verdict == "excluded":
        return _say_excluded(policy, judgement, caller)
    return _say_elsewhere(policy, judgement, caller)


def _first(rulings: list[Ruling], attribute: str) -> Ruling | None:
    """The ruling with the most actions of a sort, the first of equals."""
    found = [one for one in rulings if getattr(one, attribute)]
    return max(found, key=lambda one: getattr(one, attribute).bit_count(), default=None)


def _say_blocking(policy: Policy, judgement: Judgement, caller: Caller) -> tuple[str, str]:
    noun = caller.principal.noun
    actions = name_actions(judgement.blocked, caller.coverage)
    start = f"This {KINDS[policy.kind]} denies this {noun} {actions}"
    ruling = _first(judgement.rulings, "applies")
    if ruling is None:
        node = judgement.node
        silent = f"no SCP of node {node} allows them" if node else "it does not allow them"
        return f"{start}: {silent}, and what is not allowed is denied.", "/Statement"
    statement = ruling.statement
    request = caller.requests[0][1]
    why = why_not(statement.tests, caller.principal, request)
    closing = f"; {why}." if why else f", and exempts nobody{_where(ruling, caller)}."
    silence = " and by what it does not allow" if judgement.implied else ""
    sentence = f"{start} in statement {statement.label}{silence}{closing}"
    return sentence, _pointer(ruling, why=bool(why))


def _where(ruling: Ruling, caller: Caller) -> str:
    """A Region deny also hits the services that have one Region only."""
    if all(test.folded != REGION for test in ruling.statement.tests):
        return ""
    regions = {
        found[0]
        for mask, request in caller.requests
        if mask & ruling.applies and (found := request(REGION))
    }
    return f"; these calls always go to {', '.join(sorted(regions))}" if regions else ""


def _pointer(ruling: Ruling, *, why: bool) -> str:
    if not why:
        return ruling.statement.pointer
    return f"{ruling.statement.pointer}/Condition"


def _say_unknown(policy: Policy, judgement: Judgement, caller: Caller) -> tuple[str, str]:
    actions = name_actions(judgement.open, caller.coverage)
    shown = _need_all(judgement.needs, caller)
    sentence = (
        f"Whether this {KINDS[policy.kind]} denies this {caller.principal.noun} {actions} "
        f"depends on {shown}"
    )
    ruling = _first(judgement.rulings, "open")
    if ruling is None:
        return f"{sentence}.", "/Statement"
    trap = _trap(ruling)
    return f"{sentence}{trap}.", ruling.statement.pointer


def _need_all(needs: tuple[str, ...], caller: Caller) -> str:
    """What would decide: facts first, then the placeholders that nobody filled in."""
    unfilled = [one for one in needs if one.startswith(_SLOTS)]
    facts = [_need(one, caller) for one in needs if not one.startswith(_SLOTS)]
    parts = []
    for named, before, after in (
        (facts, "", ""),
        (unfilled, "the value of ", ", which nobody filled in"),
    ):
        more = len(named) - _NAMED_AT_MOST
        shown = ", ".join(named[:_NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")
        parts += [f"{before}{shown}{after}"] if named else []
    return ", and ".join(parts)


def _need(what: str, caller: Caller) -> str:
    """What would decide, in words for a key of the request."""
    folded = what.lower()
    if folded in _NEEDS:
        return _NEEDS[folded]
    if folded.startswith(TAG):
        return f"the tags of this {caller.principal.noun} ({what})"
    return what


def _trap(ruling: Ruling) -> str:
    """…IfExists under a negated operator reads like an exemption and works like none."""
    for test in ruling.statement.tests:
        if test.operator.negated and test.operator.if_exists and test.key in ruling.needs:
            return f"; under {test.operator.name} a missing key counts as not exempt"
    return ""


def _say_choice(policy: Policy, judgement: Judgement, caller: Caller) -> tuple[str, str]:
    ruling = max(judgement.rulings, key=lambda one: one.choice.bit_count())
    kind, noun = KINDS[policy.kind], caller.principal.noun
    actions = name_actions(judgement.choice, caller.coverage)
    test = next(one for one in ruling.statement.tests if one.folded in ruling.chosen)
    how = "signs in with its MFA device first"
    if REGION in ruling.chosen:
        how = f"calls a Region where it does not apply ({_asked(test)})"
    sentence = f"This {kind} can deny this {noun} {actions}, but not where the {noun} {how}."
    return sentence, _test_pointer(ruling, test)


def _say_excluded(policy: Policy, judgement: Judgement, caller: Caller) -> tuple[str, str]:
    noun = caller.principal.noun
    ruling = _first(judgement.rulings, "exempt")
    if ruling is None:
        kind = KINDS[policy.kind]
        return f"This {kind} lists too little, but allows this {noun} by name.", "/Statement"
    label = ruling.statement.label
    start = f"This {noun} is exempt from statement {label}"
    if ruling.exemption is None:
        return f"{start} by NotPrincipal.", f"{ruling.statement.pointer}/NotPrincipal"
    sentence = f"{start} by {_asked(ruling.exemption)}."
    return sentence, _test_pointer(ruling, ruling.exemption)


def _say_elsewhere(policy: Policy, judgement: Judgement, caller: Caller) -> tuple[str, str]:
    kind, noun = KINDS[policy.kind], caller.principal.noun
    if not judgement.rulings:
        return f"This {kind} denies none of the {noun}'s rescue actions.", "/Statement"
    ruling = judgement.rulings[0]
    label = ruling.statement.label
    if ruling.unmet:
        sentence = (
            f"Statement {label} does not reach this {noun}: "
            f"{_asked(ruling.unmet)} does not hold for it."
        )
        return sentence, _test_pointer(ruling, ruling.unmet)
    if ruling.elsewhere == "who":
        return f"Statement {label} is about other principals.", ruling.statement.pointer
    about = ", ".join(ruling.statement.resources[:_NAMED_AT_MOST])
    sentence = f"Statement {label} reaches no target of a rescue, only {about}."
    return sentence, ruling.statement.pointer


def _asked(test: Test) -> str:
    return f"{test.operator.name} {test.key} {', '.join(test.values[:5])}"


def _test_pointer(ruling: Ruling, test: Test) -> str:
    place = f"{ruling.statement.pointer}/Condition/{escape(test.operator.name)}"
    return f"{place}/{escape(test.key)}"
