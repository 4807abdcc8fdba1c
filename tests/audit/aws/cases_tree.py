"""Cases by hand: where a policy is attached, and what its neighbours on a node allow."""

from typing import Any

from tests.audit.aws.case import ROLE, Case, allow, deny

ACCOUNT = "111122223333"
FULL = "p-FullAWSAccess"


def tree(root: list[str], unit: list[str], account: list[str], **more: object) -> dict[str, Any]:
    """Root, one organizational unit in it, and the account in that."""
    return {
        "root": {
            "id": "r-1",
            "policies": root,
            "children": [
                {"id": "ou-1", "name": "Prod", "policies": unit, "accounts": {ACCOUNT: account}}
            ],
        },
        **more,
    }


LISTED = allow(Action=["ec2:*", "sts:*"])
FOR_ROLE = allow(Condition={"ArnLike": {"aws:PrincipalArn": ROLE}})

CASES = [
    Case("attached to the root", deny(), "blocking", tree=tree([FULL, "scp"], [FULL], [FULL])),
    Case(
        "attached to the unit, by its file",
        deny(),
        "blocking",
        tree=tree([FULL], [FULL, "scp.json"], [FULL]),
    ),
    Case("attached to the account", deny(), "blocking", tree=tree([FULL], [FULL], [FULL, "SCP"])),
    Case(
        "attached to nothing above it",
        deny(),
        "not_in_scope",
        ("attached to no node",),
        tree=tree([FULL], [FULL], [FULL]),
    ),
    Case(
        "an account that the tree does not have",
        deny(),
        "unknown",
        ("does not say where account",),
        tree={"root": {"policies": ["scp"], "accounts": ["444455556666"]}},
    ),
    Case(
        "an account that the tree does not have, of a policy that denies nothing",
        deny(Action="ec2:*"),
        "not_in_scope",
        ("denies none",),
        tree={"root": {}},
    ),
    Case(
        "an allow-list alone on its node",
        LISTED,
        "blocking",
        ("no SCP of node Prod allows them",),
        tree=tree([FULL], ["scp"], [FULL]),
    ),
    Case(
        "an allow-list beside full access",
        LISTED,
        "not_in_scope",
        tree=tree([FULL], ["scp", FULL], [FULL]),
    ),
    Case(
        "an allow-list beside a policy that is not at hand",
        LISTED,
        "unknown",
        ("what policy p-other says",),
        tree=tree([FULL], ["scp", "p-other"], [FULL]),
    ),
    Case(
        "nothing on the node allows anything",
        deny(Action="ec2:*"),
        "blocking",
        ("no SCP of node r-1 (not even p-FullAWSAccess, as the tree has it) allows them",),
        tree=tree(["scp"], [FULL], [FULL]),
    ),
    Case(
        "a deny-list beside an allow-list is not to blame",
        deny(Action="ec2:*"),
        "not_in_scope",
        tree=tree([FULL], ["scp", "p-list"], [FULL]),
    ),
    Case(
        "an allow-list that names the role",
        [LISTED, FOR_ROLE],
        "excluded",
        ("allows this role by name",),
        tree=tree([FULL], ["scp"], [FULL]),
    ),
    Case("the same without a tree", [LISTED, FOR_ROLE], "excluded", ("allows this role by name",)),
    Case(
        "full access is no policy of its own",
        allow(),
        "not_in_scope",
        tree=tree(["scp"], [FULL], [FULL]),
    ),
    Case(
        "an identity policy hangs on no node",
        deny(),
        "blocking",
        tree={"root": {}},
        file="iam-policies/a.json",
    ),
]
