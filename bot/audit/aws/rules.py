"""What one statement does to one principal, action by action.

A deny that cannot be decided is never taken for one that does not apply, and the other way round:
every action ends up denied, exempt, open (and on what), or left alone. Verdicts over whole
policies are `verdicts.py`'s.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.audit.aws.condition import Test, holds, open_on
from bot.audit.aws.pattern import Truth, any_of, match, placeholders
from bot.audit.aws.principal import MFA, REGION, TAG, Facts, Principal, Request
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
CHOICES = frozenset({MFA, REGION})


def says_who(test: Test) -> bool:
    """Whether a test is about who calls."""
    return test.folded in _WHO or test.folded.startswith(TAG)


@dataclass(slots=True)
class Ruling:
    """What a statement does, as bits of the rescue actions, and the tests that made it so.

    `applies`: the statement takes effect. `open`: unknown, on what `needs` names. `choice`: only
    as the caller chooses, on the keys in `chosen`. `exempt`: an exemption takes the caller out.
    `elsewhere` is why it is not about this caller at all, if it is not.
    """

    statement: Statement
    applies: int = 0
    open: int = 0
    choice: int = 0
    exempt: int = 0
    needs: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()
    exemption: Test | None = None
    elsewhere: str = ""

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
    _targets: Mapping[int, tuple[str, ...]] = field(init=False)

    def __post_init__(self) -> None:
        self.requests = tuple(
            (mask, Request(self.principal, self.facts, service))
            for service, mask in self.coverage.services.items()
        )
        self._targets = {
            bit: tuple(_targets(action, self.principal))
            for bit, action in enumerate(self.coverage.rescue.actions)
        }

    def covered(self, statement: Statement, bit: int) -> Truth:
        """Whether the statement's resources take in an action's target, whichever it is."""
        found = any_of(
            _covers(statement, target, self.requests[0][1]) for target in self._targets[bit]
        )
        if found is False and self.coverage.rescue.actions[bit].picked and _touches(statement):
            return None
        return found


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
    if statement.other_resources:
        return None if found is None else not found
    return found


def _touches(statement: Statement) -> bool:
    return not statement.other_resources and any(
        ":organizations:" in one for one in statement.resources
    )


def rule(statement: Statement, caller: Caller, relevant: int) -> Ruling:
    """What the statement does to the caller, among the relevant actions."""
    ruling = Ruling(statement)
    named = (statement.sure | statement.maybe) & relevant
    who = names(statement, caller.principal)
    if who is False or not named:
        ruling.elsewhere = "" if who else "it names other principals"
        return ruling
    decided: tuple[Outcome, tuple[Test, ...]] | None = None
    everything = statement.resources == ("*",) and not statement.other_resources
    for service, request in caller.requests:
        here = named & service
        if not here:
            continue
        if decided is None or statement.by_service:
            decided = _decide(statement, request)
        sure, maybe = (here & statement.sure, here & statement.maybe)
        if not everything:
            sure, maybe = _by_resource(statement, caller, sure, maybe)
        if who is None:
            sure, maybe = 0, sure | maybe
        _enter(ruling, decided, request, (sure, maybe))
    if not ruling.elsewhere and not (ruling.reaches or ruling.exempt):
        ruling.elsewhere = f"it is only about {_short(statement)}"
    return ruling


def _by_resource(statement: Statement, caller: Caller, sure: int, maybe: int) -> tuple[int, int]:
    certain = perhaps = 0
    for bit in caller.coverage.bits(sure | maybe):
        covered = caller.covered(statement, bit)
        if covered and sure >> bit & 1:
            certain |= 1 << bit
        elif covered is not False:
            perhaps |= 1 << bit
    return certain, perhaps


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
        ruling.elsewhere = ruling.elsewhere or f"it is only about {_about(tests[0])}"
    elif outcome == "choice":
        ruling.choice |= sure | maybe
        ruling.chosen = _joined(ruling.chosen, [test.folded for test in tests])
    elif outcome == "open" or maybe:
        ruling.open |= maybe | (sure if outcome == "open" else 0)
        ruling.applies |= 0 if outcome == "open" else sure
        keys = [key for test in tests for key in open_on(test, request)]
        ruling.needs = _joined(ruling.needs, keys or _unfilled(ruling.statement))
    else:
        ruling.applies |= sure


def _decide(statement: Statement, request: Request) -> tuple[Outcome, tuple[Test, ...]]:
    """Whether the condition holds for a call, and the tests that decide."""
    pending = []
    exempting = []
    for test in statement.tests:
        found = holds(test, request)
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
