"""The organization: which policies hang on the way from the root to an account.

The form of a tree, as JSON (only `root` is needed; every list may be left out):

    {
      "organization": "o-exampleorgid",
      "tags": {"arn:aws:iam::111122223333:role/break-glass": {"team": "emergency"}},
      "principals": {"arn:aws:iam::111122223333:role/break-glass": ["boundary.json"]},
      "root": {
        "id": "r-examplerootid", "name": "Root", "policies": ["p-FullAWSAccess"],
        "accounts": {"111122223333": ["p-examplepolicyid"]},
        "children": [
          {"id": "ou-examplerootid-1", "name": "Prod", "policies": [...], "accounts": {...}}
        ]
      }
    }

A policy is named by its ID, its name, or its file's name with or without the folder and `.json`.
`accounts` maps the accounts that hang on a node to the policies attached to each; a list of
account IDs says that none is attached to them. `p-FullAWSAccess` and `p-RCPFullAWSAccess`, AWS's
own, are known. `tags` are all the tags of a principal, `organization` is the organization's ID.
`principals` are all identity policies and boundaries of a principal; one that it does not list is
not about that principal.

What is in force is the policy of every node on the way, each node for itself (AWS Organizations
User Guide, SCP evaluation): a node must allow, and no node may deny.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.audit.aws.document import Policy
from bot.audit.aws.pattern import ARN_PARTS
from bot.core.errors import Invalid, Problem

# AWS's own policies that allow everything, by ID and by name.
FULL_ACCESS = frozenset(
    {"p-fullawsaccess", "fullawsaccess", "p-rcpfullawsaccess", "rcpfullawsaccess"}
)
_AWS_OWN = ":iam::aws:policy/"
Names = tuple[str, ...]


class _Node(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = ""
    name: str = ""
    policies: Names = ()
    accounts: dict[str, Names] | Names = ()
    children: tuple[_Node, ...] = ()


class _Tree(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    root: _Node
    organization: str = ""
    tags: dict[str, dict[str, str]] = {}
    principals: dict[str, Names] = {}


@dataclass(frozen=True, slots=True)
class Step:
    """A node on the way to an account: its name for people, and what is attached to it."""

    name: str
    policies: frozenset[str]

    def holds(self, policy: Policy) -> bool:
        """Whether the policy is attached here."""
        return not self.policies.isdisjoint(names_of(policy))


@dataclass(frozen=True, slots=True)
class Tree:
    """The ways from the root to every account: `ways[account ID]` begins at the root.

    `principals` are the identity policies and boundaries that each principal has.
    """

    ways: Mapping[str, tuple[Step, ...]]
    organization: str
    tags: Mapping[str, Mapping[str, str]]
    principals: Mapping[str, frozenset[str]]

    def has(self, arn: str, policy: Policy) -> bool | None:
        """Whether a principal has this identity policy or boundary, as it has where nobody is told.

        None when somebody else has it, and nobody said what this principal has.
        """
        names = names_of(policy)
        if arn in self.principals:
            return not names.isdisjoint(self.principals[arn])
        holders = [one for one, listed in self.principals.items() if not names.isdisjoint(listed)]
        if not holders:
            return True
        # Only AWS's own policies can be had in several accounts.
        shared = _AWS_OWN in policy.id or any(_account(one) == _account(arn) for one in holders)
        return None if shared else False


def _account(arn: str) -> str:
    return arn.split(":")[4] if arn.count(":") >= ARN_PARTS - 1 else ""


def parse_tree(raw: Mapping[str, object]) -> Tree:
    """The tree in this form (see above). Raises `Invalid` with everything that is wrong in it."""
    try:
        tree = _Tree.model_validate(raw)
    except ValidationError as error:
        raise Invalid(
            [
                Problem("tree", 0, ".".join(str(part) for part in one["loc"]), one["msg"])
                for one in error.errors()
            ]
        ) from error
    return Tree(
        ways=dict(_ways(tree.root, ())),
        organization=tree.organization,
        tags=tree.tags,
        principals={arn: _folded(names) for arn, names in tree.principals.items()},
    )


def _ways(node: _Node, above: tuple[Step, ...]) -> Iterator[tuple[str, tuple[Step, ...]]]:
    here = (*above, Step(node.name or node.id or "root", _folded(node.policies)))
    accounts = node.accounts
    own = accounts if isinstance(accounts, dict) else dict.fromkeys(accounts, ())
    for account, policies in own.items():
        yield account, (*here, Step(f"account {account}", _folded(policies)))
    for child in node.children:
        yield from _ways(child, here)


def _folded(names: Names) -> frozenset[str]:
    return frozenset(name.lower() for name in names)


def names_of(policy: Policy) -> frozenset[str]:
    """Every name that a tree may use for a policy, in lower case."""
    file = PurePosixPath(policy.place.partition("#")[0])
    return frozenset(
        name.lower() for name in (policy.id, policy.name, str(file), file.name, file.stem)
    )
