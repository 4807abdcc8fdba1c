"""What an emergency principal must be able to do, and on what: the measure of a lockout.

A policy that denies none of these does not keep anybody out, whatever else it forbids. The table
is meant to be replaced by an organisation that rescues itself another way (`RescueActions`).

The principal that is asked about is always the caller. Who assumes an emergency role is another
principal, and must be asked about by itself.

sts:GetCallerIdentity is left out on purpose: AWS answers it even under an explicit deny (AWS STS
API reference, GetCallerIdentity). Sign-in with a password has no action that a policy could deny;
the `signin:` actions are the command line's sign-in with console credentials.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

SIGN_IN = "sign in from the command line"
ASSUME_ROLE = "assume a role"
ORGANIZATION = "repair the organization's policies"
IAM = "repair IAM policies"
SUPPORT = "work on a support case"
IDENTITY_CENTER = "repair Identity Center access"
# What an organisation adds to the table.
OTHERS = "other actions"

ROLE = "arn:{partition}:iam::{account}:role/*"
USER = "arn:{partition}:iam::{account}:user/*"
POLICY = "arn:{partition}:iam::{account}:policy/*"
# Organizations' own resources belong to the management account, whose number is not always known.
ORGANIZATION_POLICY = "arn:{partition}:organizations::*:policy/*"
ORGANIZATION_TARGETS = (
    "arn:{partition}:organizations::*:root/*",
    "arn:{partition}:organizations::*:ou/*",
    "arn:{partition}:organizations::*:account/*",
)
SSO_TARGETS = ("arn:{partition}:sso:::instance/*", "arn:{partition}:sso:::permissionSet/*/*")

# Services whose resources a resource control policy can reach, as far as published RCPs and the
# AWS Control Tower guide name them; an RCP does nothing about other services.
RCP_SERVICES = frozenset(
    {
        "aoss",
        "cognito-identity",
        "cognito-idp",
        "dynamodb",
        "ecr",
        "kms",
        "logs",
        "s3",
        "secretsmanager",
        "sqs",
        "sts",
    }
)

# IAM, Organizations and Support have one endpoint for a whole partition, and aws:RequestedRegion
# is that endpoint's Region (IAM User Guide, aws:RequestedRegion).
ONE_ENDPOINT = frozenset({"iam", "organizations", "support"})
REGION_OF_PARTITION = {"aws": "us-east-1", "aws-us-gov": "us-gov-west-1"}
# Here the caller takes the Region that he likes. Identity Center is not among them: it lives in
# the one Region where it was switched on.
FREE_REGION = frozenset({"signin", "sts"})


@dataclass(frozen=True, slots=True)
class RescueAction:
    """One action that a rescue needs.

    `targets` are the ARNs that it is done to: `{partition}`, `{account}` and `{self}` stand for
    those of the principal asked about, `*` for whichever. A denial counts when it covers one of
    them entirely. `picked` says that the rescue may need one very target (the policy that locks
    you out), so that a denial on some targets leaves the question open.
    """

    name: str
    group: str
    targets: tuple[str, ...] = ("*",)
    picked: bool = False

    @property
    def service(self) -> str:
        """The prefix before the colon, in lower case."""
        return self.name.partition(":")[0].lower()


@dataclass(frozen=True, slots=True)
class RescueActions:
    """The set of actions that an audit asks about, in the order in which they are reported.

    `essential` are the groups without which nobody gets back in; losing one of them whole is
    severe. Of the others, those in `minor` have a way around. Those in `delegated` only the
    management account and the accounts that it delegates them to can do.
    """

    actions: tuple[RescueAction, ...]
    essential: frozenset[str] = frozenset({ASSUME_ROLE, ORGANIZATION, IAM, OTHERS})
    minor: frozenset[str] = frozenset({SIGN_IN})
    delegated: frozenset[str] = frozenset({ORGANIZATION})

    def of_account(self, *, management: bool) -> RescueActions:
        """What they weigh for an account of which it is known whether it is the management's."""
        if management:
            return replace(self, delegated=frozenset())
        return replace(
            self, essential=self.essential - self.delegated, minor=self.minor | self.delegated
        )

    @property
    def at_home(self) -> bool:
        """Whether all that an RCP can deny of it is done to resources of the caller's account."""
        return all("*" not in one.targets for one in self.actions if one.service in RCP_SERVICES)

    @classmethod
    def named(cls, names: Iterable[str]) -> RescueActions:
        """A set of one's own; `default` stands for all of `DEFAULT`.

        Known actions keep their targets, others stand for any target.
        """
        known = {action.name.lower(): action for action in DEFAULT.actions}
        found: dict[str, RescueAction] = {}
        for name in names:
            if name == "default":
                found.update(known)
            else:
                found[name.lower()] = known.get(name.lower(), RescueAction(name, OTHERS))
        return cls(tuple(found.values()))


def _actions(group: str, targets: tuple[str, ...], names: str) -> tuple[RescueAction, ...]:
    return tuple(RescueAction(name, group, targets) for name in names.split())


DEFAULT = RescueActions(
    (
        *_actions(SIGN_IN, ("*",), "signin:AuthorizeOAuth2Access signin:CreateOAuth2Token"),
        *_actions(
            ASSUME_ROLE, ("{self}", "arn:{partition}:iam::{account}:role/*"), "sts:AssumeRole"
        ),
        *(
            RescueAction(f"organizations:{name}", ORGANIZATION, targets, picked=True)
            for name, targets in (
                ("ListPoliciesForTarget", ORGANIZATION_TARGETS),
                ("DescribePolicy", (ORGANIZATION_POLICY,)),
                ("UpdatePolicy", (ORGANIZATION_POLICY,)),
                ("DetachPolicy", (ORGANIZATION_POLICY, *ORGANIZATION_TARGETS)),
                ("AttachPolicy", (ORGANIZATION_POLICY, *ORGANIZATION_TARGETS)),
                ("MoveAccount", ORGANIZATION_TARGETS),
            )
        ),
        *_actions(
            IAM,
            (ROLE,),
            "iam:PutRolePolicy iam:DeleteRolePolicy iam:AttachRolePolicy iam:DetachRolePolicy "
            "iam:DeleteRolePermissionsBoundary iam:UpdateAssumeRolePolicy",
        ),
        *_actions(
            IAM,
            (USER,),
            "iam:PutUserPolicy iam:DeleteUserPolicy iam:AttachUserPolicy iam:DetachUserPolicy "
            "iam:DeleteUserPermissionsBoundary",
        ),
        *_actions(IAM, (POLICY,), "iam:CreatePolicyVersion iam:SetDefaultPolicyVersion"),
        *_actions(
            SUPPORT,
            ("*",),
            "support:CreateCase support:AddCommunicationToCase support:AddAttachmentsToSet "
            "support:DescribeCases support:DescribeCommunications support:DescribeServices "
            "support:DescribeSeverityLevels support:ResolveCase",
        ),
        *_actions(
            IDENTITY_CENTER,
            SSO_TARGETS,
            "sso:ListInstances sso:ListPermissionSets sso:DescribePermissionSet "
            "sso:CreateAccountAssignment sso:PutInlinePolicyToPermissionSet "
            "sso:AttachManagedPolicyToPermissionSet sso:ProvisionPermissionSet",
        ),
    )
)
