"""From what statements do to what a policy does: denied, denied by silence, open, exempt.

An allow-list denies what it does not list, but not alone: the other policies of the same node may
list it (SCPs), or nobody else can (a permissions boundary). An identity policy that grants too
little keeps nobody out; another may grant it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.audit.aws.document import Policy
from bot.audit.aws.rescue import RCP_SERVICES
from bot.audit.aws.rules import Caller, Ruling, rule, says_who
from bot.audit.aws.tree import FULL_ACCESS, Step, Tree, names_of
from bot.audit.model import Verdict

OTHER_POLICIES = "which other SCPs are attached to the same node (give the organization's tree)"


@dataclass(slots=True)
class Judgement:
    """What a policy does to a caller, as bits of the rescue actions, and whose doing it is.

    `implied` is what an allow-list denies by not naming it, at the node `node`; `granted` what it
    allows for this caller in particular. `needs` is what would decide the open ones.
    """

    denied: int = 0
    implied: int = 0
    open: int = 0
    choice: int = 0
    exempt: int = 0
    granted: int = 0
    node: str = ""
    needs: tuple[str, ...] = ()
    rulings: list[Ruling] = field(default_factory=list)

    @property
    def blocked(self) -> int:
        """Every action that is denied for sure."""
        return self.denied | self.implied

    @property
    def reaches(self) -> bool:
        """Whether it can take anything away."""
        return bool(self.blocked | self.open | self.choice)

    @property
    def verdict(self) -> Verdict:
        """The worst that the policy does to any rescue action."""
        if self.blocked:
            return "blocking"
        if self.open:
            return "unknown"
        if self.choice:
            return "satisfiable"
        return "excluded" if self.exempt | self.granted else "not_in_scope"


@dataclass(frozen=True, slots=True)
class Grants:
    """What Allow statements give: to anybody, to this caller by a condition on who calls, perhaps.

    `lists` says whether there is any Allow at all.
    """

    plain: int = 0
    by_who: int = 0
    open: int = 0
    needs: tuple[str, ...] = ()
    lists: bool = False

    def __or__(self, other: Grants) -> Grants:
        return Grants(
            self.plain | other.plain,
            self.by_who | other.by_who,
            self.open | other.open,
            tuple(dict.fromkeys((*self.needs, *other.needs))),
            self.lists or other.lists,
        )


class Organization:
    """The tree, if there is one, with the policies that hang on it."""

    def __init__(self, tree: Tree | None, policies: Iterable[Policy]) -> None:
        self.tree = tree
        self._by_name: dict[str, Policy] = {}
        for policy in policies if tree else ():
            self._by_name.update(dict.fromkeys(names_of(policy), policy))

    def way(self, account: str) -> tuple[Step, ...] | None:
        """The nodes from the root to the account; None when nobody said."""
        return self.tree.ways.get(account) if self.tree else None

    def grants(self, step: Step, caller: Caller) -> Grants:
        """What the SCPs of a node allow together; one that is not at hand may allow anything."""
        every = caller.coverage.every
        found = Grants()
        for name in step.policies:
            policy = self._by_name.get(name)
            if name in FULL_ACCESS:
                found |= Grants(plain=every, lists=True)
            elif policy is None:
                found |= Grants(open=every, needs=(f"what policy {name} says",), lists=True)
            elif policy.kind == "scp":
                found |= grants(policy, caller)
        return found


def judge(policy: Policy, caller: Caller, organization: Organization) -> Judgement:
    """What the policy does to the caller. Where it is attached is not asked here."""
    every = caller.coverage.every
    relevant = every
    if policy.kind == "rcp":
        services = caller.coverage.services
        relevant = sum(mask for service, mask in services.items() if service in RCP_SERVICES)
    judgement = Judgement()
    for statement in policy.statements:
        if statement.effect == "Deny" and (statement.sure | statement.maybe) & relevant:
            _add(judgement, rule(statement, caller, relevant))
    if policy.kind == "boundary":
        _imply(judgement, grants(policy, caller), every, "")
    elif policy.kind == "scp":
        _imply_by_nodes(judgement, policy, caller, organization)
    if policy.broken:
        judgement.open |= every & ~judgement.blocked
        judgement.needs = (f"what is meant: AWS refuses the policy as it is, {policy.broken}",)
    return judgement


def _add(judgement: Judgement, ruling: Ruling) -> None:
    judgement.rulings.append(ruling)
    judgement.denied |= ruling.applies
    judgement.open |= ruling.open
    judgement.choice |= ruling.choice
    judgement.exempt |= ruling.exempt
    if ruling.needs:
        judgement.needs = tuple(dict.fromkeys((*judgement.needs, *ruling.needs)))


def grants(policy: Policy, caller: Caller) -> Grants:
    """What the Allow statements of one policy give the caller."""
    plain = by_who = maybe = 0
    needs: tuple[str, ...] = ()
    for statement in policy.statements:
        if statement.effect != "Allow":
            continue
        ruling = rule(statement, caller, caller.coverage.every)
        if any(says_who(test) for test in statement.tests):
            by_who |= ruling.applies
        else:
            plain |= ruling.applies
        maybe |= ruling.open | ruling.choice
        needs += ruling.needs + ruling.chosen
    return Grants(plain, by_who, maybe, needs, policy.allows)


def _imply(judgement: Judgement, given: Grants, every: int, node: str) -> None:
    judgement.implied |= every & ~(given.plain | given.by_who | given.open)
    judgement.granted |= given.by_who & ~given.plain
    judgement.node = judgement.node or node
    still_open = given.open & ~(given.plain | given.by_who)
    judgement.open |= still_open
    if still_open:
        judgement.needs += given.needs


def _imply_by_nodes(
    judgement: Judgement, policy: Policy, caller: Caller, organization: Organization
) -> None:
    way = organization.way(caller.principal.account)
    if way is None:
        if policy.allows:
            own = grants(policy, caller)
            missing = caller.coverage.every & ~(own.plain | own.by_who)
            judgement.granted |= own.by_who & ~own.plain
            judgement.open |= missing
            judgement.needs += own.needs + ((OTHER_POLICIES,) if missing else ())
        return
    for step in way:
        if not step.holds(policy):
            continue
        given = organization.grants(step, caller)
        # Of several policies on a node, the silence is that of those which list something.
        if policy.allows or not given.lists:
            # Who writes a tree by hand forgets AWS's own policy first.
            listed = "" if given.lists else " (not even p-FullAWSAccess, as the tree has it)"
            _imply(judgement, given, caller.coverage.every, step.name + listed)
