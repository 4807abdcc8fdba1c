"""The edit as something to paste: gcloud, or REST where gcloud has no command.

Every value from a file is quoted for the shell: a name in an export must not become a command.
https://cloud.google.com/sdk/gcloud/reference/iam/policies/update
https://cloud.google.com/sdk/gcloud/reference/iam/policy-bindings/update
"""

from __future__ import annotations

import re
import shlex
from urllib.parse import quote, unquote

from bot.audit.google.parse import Policy
from bot.audit.google.shape import Json, child, text_of
from bot.audit.model import Command

_DENY = re.compile(r"policies/(?P<parent>[^/]+)/denypolicies/(?P<id>[^/]+)")
_BINDING = re.compile(
    r"(?P<level>organization|folder|project)s/(?P<parent>[^/]+)/locations/(?P<location>[^/]+)"
    r"/policyBindings/(?P<id>[^/]+)"
)
_BOUNDS = re.compile(r"[^A-Za-z0-9]+")


def file_of(policy: Policy) -> str:
    """The name under which the corrected policy is to be saved."""
    last = policy.id.rpartition("/")[2].removesuffix(".json")
    return f"{_BOUNDS.sub('-', last).strip('-').lower() or 'policy'}.json"


def commands(policy: Policy, corrected: Json) -> tuple[Command, ...]:
    """What to run in order; the policy's name is a placeholder where the file has none."""
    if policy.kind == "deny":
        return _deny(policy)
    return _access(policy) if policy.kind == "access" else _binding(policy, corrected)


def _deny(policy: Policy) -> tuple[Command, ...]:
    found = _DENY.fullmatch(policy.id)
    name = shlex.quote(found["id"]) if found else "POLICY-ID"
    attached = shlex.quote(unquote(found["parent"])) if found else "ATTACHMENT-POINT"
    where = f"{name} --attachment-point={attached} --kind=denypolicies"
    return (
        Command(
            "See what is there now, with its etag", f"gcloud iam policies get {where} --format=json"
        ),
        Command(
            f"Save the corrected policy as {file_of(policy)}, then replace it",
            f"gcloud iam policies update {where} --policy-file={file_of(policy)}",
        ),
    )


def _access(policy: Policy) -> tuple[Command, ...]:
    name = quote(policy.id, safe="/") if "/accessPolicies/" in policy.id else "POLICY-NAME"
    url = shlex.quote(f"https://iam.googleapis.com/v3/{name}")
    return (
        Command(
            f"Save the corrected policy as {file_of(policy)}, then replace it",
            'curl -X PATCH -H "Authorization: Bearer $(gcloud auth print-access-token)"'
            f" -H 'Content-Type: application/json' --data @{file_of(policy)} {url}",
        ),
    )


def _binding(policy: Policy, corrected: Json) -> tuple[Command, ...]:
    found = _BINDING.fullmatch(policy.id)
    where = "BINDING --organization=ORGANIZATION --location=global"
    if found:
        where = (
            f"{shlex.quote(found['id'])} --{found['level']}={shlex.quote(found['parent'])}"
            f" --location={shlex.quote(found['location'])}"
        )
    condition, _ = child(corrected, "condition")
    etag = text_of(corrected, "etag")
    return (
        Command(
            "Take the accounts out of the binding",
            f"gcloud iam policy-bindings update {where}"
            f" --condition-title={shlex.quote(text_of(condition, 'title'))}"
            f" --condition-expression={shlex.quote(text_of(condition, 'expression'))}"
            + (f" --etag={shlex.quote(etag)}" if etag else ""),
        ),
    )
