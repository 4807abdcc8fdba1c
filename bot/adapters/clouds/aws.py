"""The policies of an AWS organization, read by its management account or a delegated administrator.

boto3 knows no asyncio, so a whole read runs in a worker thread. Nothing is ever changed there:
every call is a Get, List, Describe or Lookup, and `docs/live.md` has the policy that allows them.
Identity Center is left out, since the audit does not know permission sets; the roles that it makes
are roles like others.
"""

from __future__ import annotations

import asyncio
from typing import Any

from bot.adapters.clouds.aws_calls import Calls, Denied
from bot.adapters.clouds.aws_changes import read_changes
from bot.adapters.clouds.aws_identity import Identities, read_identities
from bot.adapters.clouds.aws_organization import WHERE, read_organization
from bot.audit.snapshot import Snapshot
from bot.core.errors import Broken, Problem, Unavailable
from bot.core.facts import AnyTenant
from bot.core.organisation import AwsTenant
from bot.services.ports import Clock


class AwsPolicySource:
    """`PolicySource` for AWS. `session` is boto3's; None: the machine's own credentials.

    SCPs and RCPs that cannot be listed are an error; any other part that is refused is a problem
    which names the action.
    """

    def __init__(self, clock: Clock, *, session: Any = None) -> None:  # noqa: ANN401 - boto3's
        self._clock = clock
        self._session = session

    async def read(self, tenant: AnyTenant) -> Snapshot:
        """Policies, the tree, the emergency accounts' own policies, and the newest changes."""
        if not isinstance(tenant, AwsTenant):
            raise Broken(f"{tenant.id} is no organization of AWS.", "Name another tenant.")
        return await asyncio.to_thread(self._read, tenant)

    def _read(self, tenant: AwsTenant) -> Snapshot:
        taken_at = self._clock.now()
        calls = Calls(tenant.principal_pattern.split(":")[1], self._session)
        account = str(calls.one("sts", "get_caller_identity")["Account"])
        problems = _check(calls, tenant)
        organization = read_organization(calls)
        arns = tuple(one.arn for one in tenant.emergency_accounts)
        identities = _identities(calls, account, arns)
        changes, unknown = read_changes(calls, organization.names, organization.wide)
        return Snapshot(
            provider="aws",
            tenant=tenant.id,
            taken_at=taken_at,
            sources=(
                *sorted(organization.sources, key=lambda one: one.name),
                *(identities.sources[name] for name in sorted(identities.sources)),
            ),
            changes=changes,
            methods=identities.methods,
            tree={
                "organization": tenant.organization_id,
                "tags": identities.tags,
                "principals": identities.principals,
                "root": organization.root,
            },
            problems=(*problems, *organization.problems, *identities.problems, *unknown),
        )


def _check(calls: Calls, tenant: AwsTenant) -> tuple[Problem, ...]:
    """Whether this is the organization that the organisation file means.

    Errors: Broken when it is another one, since every verdict would be about strangers.
    """
    try:
        told = calls.one("organizations", "describe_organization")["Organization"]
    except Denied as error:
        message = f"Whether this is {tenant.organization_id} was not checked. {error.reason}"
        return (Problem(WHERE, 0, "", message, fatal=False),)
    if told["Id"] != tenant.organization_id:
        raise Broken(
            f"These credentials are for organization {told['Id']}, not {tenant.organization_id}.",
            "Use credentials of the right organization, or correct the organisation file.",
        )
    if told["MasterAccountId"] != tenant.management_account:
        message = (
            f"The management account is {told['MasterAccountId']}, but the organisation file says "
            f"{tenant.management_account}. Correct it: no SCP binds the management account."
        )
        return (Problem(WHERE, 0, "management_account", message),)
    return ()


def _identities(calls: Calls, account: str, arns: tuple[str, ...]) -> Identities:
    """What IAM tells; that it does not answer now is no reason to throw the SCPs away."""
    try:
        return read_identities(calls, account, arns)
    except Unavailable as error:
        message = f"The accounts' own policies were not read. {error.reason}"
        return Identities(problems=[Problem("iam", 0, "", message)])
