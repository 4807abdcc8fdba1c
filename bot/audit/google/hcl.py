"""A deny policy as Terraform's `google_iam_deny_policy`.

Templates in strings are escaped, so that what a policy says stays what it says.
https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/iam_deny_policy
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from bot.audit.google.parse import Policy
from bot.audit.google.shape import Json, child, objects_of, text_of, texts_of

# Made once: json.dumps makes one each time.
_ENCODE = json.JSONEncoder(ensure_ascii=False).encode
_LABEL = re.compile(r"[^A-Za-z0-9_]+")
_LISTS = {
    "denied_principals": "deniedPrincipals",
    "exception_principals": "exceptionPrincipals",
    "denied_permissions": "deniedPermissions",
    "exception_permissions": "exceptionPermissions",
}


def hcl(policy: Policy, corrected: Json) -> str:
    """The resource block. What the file does not say is left to be filled in."""
    name = policy.id.rpartition("/denypolicies/")[2].rpartition("/")[2]
    parent = policy.id.removeprefix("policies/").partition("/")[0] if "/" in policy.id else "PARENT"
    label = _LABEL.sub("_", name).strip("_").lower() or "policy"
    if label[0].isdigit():
        label = f"policy_{label}"
    lines = [
        f'resource "google_iam_deny_policy" "{label}" {{',
        f"  parent       = {_text(parent)}",
        f"  name         = {_text(name)}",
        f"  display_name = {_text(text_of(corrected, 'displayName'))}",
    ]
    for outer, _ in objects_of(corrected, "rules"):
        lines += ["", "  rules {", *_rule(outer), "  }"]
    return "\n".join([*lines, "}", ""])


def _rule(outer: Json) -> list[str]:
    rule, _ = child(outer, "denyRule")
    description = text_of(outer, "description")
    lines = [f"    description = {_text(description)}"] if description else []
    lines.append("    deny_rule {")
    for written, field in _LISTS.items():
        values = texts_of(rule, field)
        if values:
            lines += _list(written, values)
    condition, _ = child(rule, "denialCondition")
    if condition:
        lines += ["      denial_condition {"]
        for field in ("title", "description", "expression"):
            value = text_of(condition, field)
            if value:
                lines.append(f"        {field} = {_text(value)}")
        lines.append("      }")
    return [*lines, "    }"]


def _list(name: str, values: Sequence[str]) -> list[str]:
    return [
        f"      {name} = [",
        *[f"        {_text(value)}," for value in values],
        "      ]",
    ]


def _text(value: str) -> str:
    return _ENCODE(value).replace("${", "$${").replace("%{", "%%{")
