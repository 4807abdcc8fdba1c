"""What one statement does to one principal, action by action.

A deny that cannot be decided is never taken for one that does not apply, and the other way round:
every action ends up denied, exempt, open (and on what), or left alone. Verdicts over whole
policies are `verdicts.py`'s.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.audit.aws.condition import Test, holds, open_on
from bot.audit.aws.pattern import Truth, any_of, match, negate, placeholders
from bot.audit.aws.principal import TAG, Facts, Principal, Request
from bot.audit.aws.rescue import RescueAction
from bot.audit.aws.statement import Coverage, Statement

# holds: it applies. exempt: it would, but for who calls. elsewhere: it is about other principals
# or other circumstances. choice: the caller can see to it that it does not apply. open: unknown.
Outcome = Literal["holds", "exempt", "elsewhere", "choice", "open"]

# Keys that say who calls; under a negated operator they are exemptions.
_WHO = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:principaltype",
        "aws:userid",
        "aws:username",
    }
)
# What stands for any one resource in an ARN of the rescue table. No policy names it.
_ANY = "\x04"
_REMEMBERED = 1 << 14


def says_who(test: Test) -> bool:
    """Whether a test is about who calls."""
    return test.folded in _WHO or test.folded.startswith(TAG)


@dataclass(slots=True)
class Ruling:
    """What a statement does, as bits of the rescue actions, and the tests that made it so.

    `applies`: the statement takes effect. `open`: unknown, on what `needs` names. `choice`: only
    as the caller chooses, on the keys in `chosen`. `exempt`: an exemption takes the caller out.
    `elsewhere` is why it does nothing at all to this caller, if it does nothing: it is about other
    principals, other resources, or its condition is not met (`unmet`).
    """

    statement: Statement
    applies: int = 0
    open: int = 0
    choice: int = 0
    exempt: int = 0
    needs: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()
    exemption: Test | None = None
    elsewhere: Literal["", "who", "what", "when"] = ""
    unmet: Test | None = None

    @property
    def reaches(self) -> bool:
        """Whether it can take effect for any rescue action."""
        return bool(self.applies | self.open | self.choice)


@dataclass(slots=True)
class Caller:
    """A principal with what its calls look like to each service that a rescue needs."""

    principal: Principal
    facts: Facts
    coverage: Coverage
    requests: tuple[tuple[int, Request], ...] = field(init=False)
    _targets: Mapping[str, tuple[int, int]] = field(init=False)
    _covered: dict[tuple[tuple[str, ...], bool], tuple[int, int]] = field(
        default_factory=dict, init=False
    )

    def __post_init__(self) -> None:
        self.requests = tuple(
            (mask, Request(self.principal, self.facts, service))
            for service, mask in self.coverage.services.items()
        )
        targets: dict[str, tuple[int, int]] = {}
        for bit, action in enumerate(self.coverage.rescue.actions):
            for target in _targets(action, self.principal):
                every, picked = targets.get(target, (0, 0))
                targets[target] = every | 1 << bit, picked | (action.picked << bit)
        self._targets = targets

    def covered(self, statement: Statement) -> tuple[int, int]:
        """The actions whose target is among the statement's resources for sure, or perhaps."""
        key = (statement.resources, statement.other_resources)
        if key not in self._covered:
            self._covered[key] = self._cover(statement)
        return self._covered[key]

    def _cover(self, statement: Statement) -> tuple[int, int]:
        sure = maybe = 0
        touches = _touches(statement)
        for target, (every, picked) in self._targets.items():
            found = _covers(statement, target, self.requests[0][1])
            if found:
                sure |= every
            elif found is None:
                maybe |= every
            elif touches:
                maybe |= picked
        return sure, maybe & ~sure


def _targets(action: RescueAction, principal: Principal) -> Iterator[str]:
    for target in action.targets:
        if target == "{self}":
            if principal.kind == "role":
                yield principal.arn
        else:
            named = target.replace("{partition}", principal.partition)
            yield named.replace("{account}", principal.account).replace("*", _ANY)


def _covers(statement: Statement, target: str, request: Request) -> Truth:
    found = any_of(match(target, one, "glob", request) for one in statement.resources)
    return negate(found) if statement.other_resources else found


def _touches(statement: Statement) -> bool:
    return not statement.other_resources and any(
        ":organizations:" in one for one in statement.resources
    )


def rule(statement: Statement, caller: Caller, relevant: int) -> Ruling:
    """What the statement does to the caller, among the relevant actions."""
    ruling = Ruling(statement)
    who = _names(statement, caller.principal)
    if who is False:
        if "NotPrincipal" in statement.raw:
            ruling.exempt = (statement.sure | statement.maybe) & relevant
        ruling.elsewhere = "who"
        return ruling
    _rule_services(ruling, caller, relevant, certain=who is True)
    if not ruling.elsewhere and not (ruling.reaches or ruling.exempt):
        ruling.elsewhere = "what"
    return ruling


def _rule_services(ruling: Ruling, caller: Caller, relevant: int, *, certain: bool) -> None:
    statement = ruling.statement
    sure, maybe = statement.sure & relevant, statement.maybe & relevant
    if statement.resources != ("*",) or statement.other_resources:
        sure, maybe = _by_resource(statement, caller, sure, maybe)
    if not certain:
        sure, maybe = 0, sure | maybe
    if not statement.by_service and sure | maybe:
        request = caller.requests[0][1]
        _enter(ruling, _decide(statement, request), request, (sure, maybe))
        return
    for service, request in caller.requests:
        if (sure | maybe) & service:
            bits = (sure & service, maybe & service)
            _enter(ruling, _decide(statement, request), request, bits)


def _by_resource(statement: Statement, caller: Caller, sure: int, maybe: int) -> tuple[int, int]:
    covered, perhaps = caller.covered(statement)
    certain = sure & covered
    return certain, (sure | maybe) & (covered | perhaps) & ~certain


def _enter(
    ruling: Ruling,
    decided: tuple[Outcome, tuple[Test, ...]],
    request: Request,
    bits: tuple[int, int],
) -> None:
    """Write down what was decided about some actions, and on account of which tests."""
    outcome, tests = decided
    sure, maybe = bits
    if outcome == "exempt":
        ruling.exempt |= sure | maybe
        ruling.exemption = tests[0]
    elif outcome == "elsewhere":
        ruling.elsewhere, ruling.unmet = "when", tests[0]
    elif outcome == "choice":
        ruling.choice |= sure | maybe
        ruling.chosen = _joined(ruling.chosen, [test.folded for test in tests])
    elif outcome == "open" or maybe:
        ruling.open |= maybe | (sure if outcome == "open" else 0)
        ruling.applies |= 0 if outcome == "open" else sure
        keys = [key for test in tests for key in open_on(test, request)]
        if maybe:
            keys += _unfilled(ruling.statement)
        ruling.needs = _joined(ruling.needs, keys)
    else:
        ruling.applies |= sure


def _decide(statement: Statement, request: Request) -> tuple[Outcome, tuple[Test, ...]]:
    """Whether the condition holds for a call, and the tests that decide."""
    pending = []
    exempting = []
    for test in statement.tests:
        found = _holds(test, request)
        if found is None:
            pending.append(test)
        elif not found:
            if not (says_who(test) and test.operator.negated):
                return "elsewhere", (test,)
            exempting.append(test)
    if exempting:
        return "exempt", tuple(exempting)
    choices = tuple(test for test in pending if test.folded in request.free)
    if choices:
        return "choice", choices
    return ("open", tuple(pending)) if pending else ("holds", ())


def _holds(test: Test, request: Request) -> Truth:
    """`holds`, remembered: policies of one organization ask the same."""
    known = request.found
    try:
        return known[test]
    except KeyError:
        found = holds(test, request)
    if len(known) > _REMEMBERED:
        known.clear()
    known[test] = found
    return found


def _names(statement: Statement, principal: Principal) -> Truth:
    """Whether Principal (or NotPrincipal) takes the caller in; it does where there is none."""
    others = "NotPrincipal" in statement.raw
    raw = statement.raw.get("NotPrincipal" if others else "Principal")
    if raw is None:
        return True
    if isinstance(raw, dict):
        # Services and identity providers are no emergency accounts.
        raw = raw.get("AWS", ())
    texts = [raw] if isinstance(raw, str) else [one for one in raw if isinstance(one, str)]
    found = any_of(_is(text, principal) for text in texts)
    return negate(found) if others else found


def _is(text: str, principal: Principal) -> Truth:
    if text in {"*", principal.arn, principal.account}:
        return True
    if text == f"arn:{principal.partition}:iam::{principal.account}:root":
        return True
    found = match(principal.arn, text, "exact", lambda _: None)
    return None if found is None else False


def _joined(already: tuple[str, ...], more: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*already, *more)))


def _unfilled(statement: Statement) -> list[str]:
    """What decides whether a statement names an action, a resource or the caller."""
    raw = statement.raw
    texts = [*_flat(raw.get("Action")), *_flat(raw.get("NotAction")), *statement.resources]
    principals = raw.get("Principal", raw.get("NotPrincipal"))
    texts += _flat(principals.get("AWS") if isinstance(principals, dict) else principals)
    found = [name for text in texts for name in placeholders(text)]
    if not found and statement.resources != ("*",):
        found = [f"whether a rescue needs {', '.join(statement.resources)}"]
    return found


def _flat(raw: object) -> list[str]:
    if isinstance(raw, str):
        return [raw]
    return [one for one in raw if isinstance(one, str)] if isinstance(raw, list) else []
