"""The edit of a policy as something to paste: Graph, az and PowerShell.

Graph replaces a list as a whole, so what is sent is the union of what the file shows and what is
added; PowerShell reads the list again right before it writes. Every value from a file is quoted
for the place it goes to: a name in an export must not become a command.
https://learn.microsoft.com/graph/api/conditionalaccesspolicy-update
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from bot.audit.entra.shape import PASCAL
from bot.audit.model import Command

_GRAPH = "https://graph.microsoft.com/v1.0/identity/conditionalAccess/policies"
_SCOPES = "Policy.Read.All,Policy.ReadWrite.ConditionalAccess,Application.Read.All"
NO_ID = "POLICY-ID"
_ONE_OF = "One of three ways: "


def commands(
    policy_id: str, union: Mapping[str, Sequence[object]], added: Mapping[str, Sequence[str]]
) -> tuple[Command, ...]:
    """The same edit three times; one is enough.

    `union` and `added` are by field: `excludeGroups` → IDs.
    """
    body = json.dumps({"conditions": {"users": {name: [*ids] for name, ids in union.items()}}})
    url = f"{_GRAPH}/{quote(policy_id or NO_ID, safe='')}"
    return (
        Command(
            f"{_ONE_OF}Microsoft Graph, as an HTTP request",
            f"PATCH {url}\nContent-Type: application/json\n\n{body}",
        ),
        Command(
            f"{_ONE_OF}Azure CLI",
            f"az rest --method patch --url {shlex.quote(url)}"
            f" --headers Content-Type=application/json --body {shlex.quote(body)}",
        ),
        Command(f"{_ONE_OF}PowerShell", _powershell(policy_id or NO_ID, added)),
    )


def _powershell(policy_id: str, added: Mapping[str, Sequence[str]]) -> str:
    lines = [
        f"Connect-MgGraph -Scopes {_SCOPES}",
        f"$id = {_quoted(policy_id)}",
        "$policy = Get-MgIdentityConditionalAccessPolicy -ConditionalAccessPolicyId $id",
        "$users = @{}",
    ]
    for field, ids in added.items():
        new = ", ".join(_quoted(one) for one in ids)
        lines.append(
            f"$users.{field} = @(@($policy.Conditions.Users.{PASCAL[field]}) + @({new})"
            " | Where-Object { $_ } | Select-Object -Unique)"
        )
    lines.append(
        "Update-MgIdentityConditionalAccessPolicy -ConditionalAccessPolicyId $id"
        " -BodyParameter @{ conditions = @{ users = $users } }"
    )
    return "\n".join(lines)


def _quoted(text: str) -> str:
    # PowerShell takes the typographic quotes for quotes too.
    for mark in "'\u2018\u2019\u201a\u201b":
        text = text.replace(mark, mark * 2)
    return f"'{text}'"
