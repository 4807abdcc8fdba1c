"""Does a principal access boundary leave an account out of the organization that it must repair.

A boundary takes effect through its bindings, and a principal may reach what any boundary that is
bound to it lists. So the binding is judged, with the other bindings among the files; which single
permissions a boundary blocks depends on its enforcement version and is not judged.
https://cloud.google.com/iam/docs/principal-access-boundary-policies
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bot.audit.google.expression import TEXT, Expression, Value
from bot.audit.google.judgement import Judged
from bot.audit.google.membership import Membership
from bot.audit.google.parse import Policy
from bot.audit.google.principal import TYPES, Account
from bot.audit.google.shape import child, objects_of, text_of, texts_of
from bot.audit.jsontext import Path

_ORGANIZATION = "//cloudresourcemanager.googleapis.com/organizations/"
_WORKSPACE = "//iam.googleapis.com/locations/global/workspace/"
_COMPARED = re.compile(rf"principal\.(subject|type)\s*(==|!=)\s*({TEXT})", re.DOTALL)
_CALLED = re.compile(rf"principal\.subject\.(startsWith|endsWith)\s*\(\s*({TEXT})\s*\)", re.DOTALL)

BY_BINDING = "Takes effect only through its bindings, which are judged one by one."
UNBOUND = "To whom this boundary is bound is not among the files; its policy bindings would tell."
OTHER = "Binds another kind of policy than a principal access boundary; that policy is judged."


class Binding(NamedTuple):
    """Which policy is bound, to which principal set, and on what condition.

    `condition` is empty if there is none; `path` is where its expression stands, or would.
    """

    name: str
    policy: str
    held: str
    condition: str
    path: Path


def read_binding(policy: Policy) -> Binding:
    """What a policy binding says."""
    target, _ = child(policy.raw, "target")
    condition, at = child(policy.raw, "condition")
    return Binding(
        policy.name,
        text_of(policy.raw, "policy"),
        text_of(target, "principalSet"),
        text_of(condition, "expression"),
        (*at, "expression"),
    )


class Bounds:
    """The boundaries and bindings of one audit, looked up by what they name.

    `boundaries` are by resource name.
    """

    def __init__(
        self, boundaries: Mapping[str, Policy], bindings: Sequence[Binding], membership: Membership
    ) -> None:
        self.boundaries = boundaries
        self.membership = membership
        self.bound = {one.policy for one in bindings}
        self._wide = [one for one in bindings if self._is_wide(one)]
        self._widened: dict[str, Binding | None] = {}

    def widened(self, account: Account) -> Binding | None:
        """The first binding that opens an organization to the account."""
        if account.name not in self._widened:
            reaching = (
                one
                for one in self._wide
                if _targets(one, account, self.membership) and _applies(one, account)
            )
            self._widened[account.name] = next(reaching, None)
        return self._widened[account.name]

    def _is_wide(self, binding: Binding) -> bool:
        listed = self.boundaries.get(binding.policy)
        return listed is not None and _opens_organization(_resources(listed))


def judge_boundary(policy: Policy, bounds: Bounds) -> Judged:
    """A boundary by itself keeps nobody in."""
    if policy.id in bounds.bound:
        return Judged("not_in_scope", "info", BY_BINDING)
    return Judged("unknown", "medium", UNBOUND)


def judge_binding(binding: Binding, bounds: Bounds, account: Account) -> Judged:
    """Whether the account still reaches an organization."""
    if "/principalAccessBoundaryPolicies/" not in binding.policy:
        return Judged("not_in_scope", "info", OTHER, ("policy",))
    covered = _targets(binding, account, bounds.membership)
    if covered is False:
        return Judged("not_in_scope", "info", f"Is not bound to {account}.", ("target",))
    applies = _applies(binding, account)
    if applies is False:
        reason = f"Would bound {account}, but its condition takes the account out."
        return Judged("excluded", "info", reason, binding.path)
    if covered is None or applies is None:
        missing = "whom its principal set holds" if covered is None else "its condition"
        reason = f"Bounds {account} or not; what is at hand does not tell ({missing})."
        return Judged("unknown", "medium", reason, ("target",) if covered is None else binding.path)
    return _reach(binding, bounds, account)


def _reach(binding: Binding, bounds: Bounds, account: Account) -> Judged:
    named = binding.policy
    if named not in bounds.boundaries:
        reason = f"Bounds {account} to what {named} lists, and that policy is not among the files."
        return Judged("unknown", "medium", reason, ("policy",))
    own = _resources(bounds.boundaries[named])
    if _opens_organization(own):
        reason = f"Bounds {account} to {_some(own)}, which holds what must be repaired."
        return Judged("satisfiable", "info", reason, ("policy",))
    other = bounds.widened(account)
    if other:
        reason = f"Bounds {account} narrowly, but {other.name} bounds it to an organization too."
        return Judged("satisfiable", "info", reason, ("policy",))
    reason = (
        f"Leaves {account} only {_some(own)}: no organization is in it, so policies of the"
        " organization are out of reach."
    )
    return Judged("blocking", "critical", reason, ("policy",), (binding.path,))


def _opens_organization(resources: Sequence[str]) -> bool:
    return any(one.startswith(_ORGANIZATION) for one in resources)


def _resources(boundary: Policy) -> list[str]:
    details, _ = child(boundary.raw, "details")
    return [one for rule, _ in objects_of(details, "rules") for one in texts_of(rule, "resources")]


def _some(resources: list[str]) -> str:
    if not resources:
        return "nothing"
    more = f" and {len(resources) - 1} more" if len(resources) > 1 else ""
    return resources[0].rpartition(".com/")[2] + more


def _targets(binding: Binding, account: Account, membership: Membership) -> bool | None:
    """Whether the bound principal set holds the account."""
    held = binding.held
    if held.startswith(_WORKSPACE):
        if account.kind != "user":
            return False
        mine = membership.customer.lower()
        return held.removeprefix(_WORKSPACE).lower() == mine if mine else None
    if account.kind == "user":
        # An organization's set holds all identities of its domains; no smaller one holds people.
        return True if held.startswith(_ORGANIZATION) else (None if not held else False)
    return None


def _applies(binding: Binding, account: Account) -> Value:
    """Whether the condition holds for the account. None: not computed here."""
    if not binding.condition:
        return True
    return Expression(binding.condition, lambda words: _said(words, account)).value({})


def _said(words: str, account: Account) -> bool | None:
    compared = _COMPARED.fullmatch(words)
    if compared:
        mine = account.name if compared[1] == "subject" else TYPES[account.kind]
        return (mine == compared[3][1:-1]) is (compared[2] == "==")
    called = _CALLED.fullmatch(words)
    if called and account.kind != "workforce identity":
        part = called[2][1:-1]
        ends = called[1] == "endsWith"
        return account.name.endswith(part) if ends else account.name.startswith(part)
    return None
