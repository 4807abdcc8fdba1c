"""A policy that Terraform keeps (`azuread_conditional_access_policy`), in Graph's words and back.

The other way round, to Terraform's own language, is `hcl`.
https://registry.terraform.io/providers/hashicorp/azuread/latest/docs/resources/conditional_access_policy
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from bot.audit.entra.shape import Json, is_guid
from bot.audit.terraform import Resource

KIND = "azuread_conditional_access_policy"
DYNAMIC = (
    "Has dynamic blocks, which only Terraform can fill in. Give the plan as JSON:"
    " terraform show -json."
)
OTHER_KIND = "Sets up {}, which is not read. Export the policies from Microsoft Graph instead."
NONE_IN_IT = "Is Terraform without a Conditional Access policy: skipped."
_LABEL = re.compile(KIND + r"\.([\w-]+)")
_SIDE = re.compile(r"^(in|ex)cluded_")
_WORD = re.compile(r"_([a-z])")
# Deeper than the provider nests.
_DEEPEST = 8


def is_foreign(resource: Resource) -> bool:
    """Whether another provider of Terraform keeps a Conditional Access policy here."""
    return resource.kind != KIND and "conditional_access_policy" in resource.kind


def graph_of(resource: Resource) -> Json | str:
    """The policy as Graph would show it, or one sentence that says why it cannot be told."""
    made = _in_camel_case(resource.values)
    if made is None:
        return DYNAMIC
    conditions = _block(made, "conditions")
    for parent, word in (("applications", "applicationFilter"), ("devices", "deviceFilter")):
        inner = _block(conditions, parent)
        if "filter" in inner:
            inner[word] = inner.pop("filter")
    grant = _block(made, "grantControls")
    strength = grant.pop("authenticationStrengthPolicyId", None)
    if isinstance(strength, str) and strength:
        grant["authenticationStrength"] = {"id": strength.rpartition("/")[2]}
    named = str(made.get("id", "")).rpartition("/")[2]
    return {**made, "id": named if is_guid(named) else ""}


def _block(parent: Json, name: str) -> Json:
    found = parent.get(name)
    return found if isinstance(found, dict) else {}


def _in_camel_case(block: Mapping[str, object], depth: int = 0) -> Json | None:
    """None where a part can only be filled in by Terraform, or is nested beyond reason."""
    if "dynamic" in block or depth > _DEEPEST:
        return None
    made: Json = {}
    for key, value in block.items():
        # A plan shows a block as a list of one.
        inner = value[0] if isinstance(value, list) and len(value) == 1 else value
        if isinstance(inner, dict):
            inside = _in_camel_case(inner, depth + 1)
            if inside is None:
                return None
            made[_camel(key)] = inside
        else:
            made[_camel(key)] = value
    return made


def _camel(key: str) -> str:
    return _WORD.sub(lambda found: found[1].upper(), _SIDE.sub(r"\1clude_", key))


def in_json_syntax(resource: Resource, added: Mapping[str, tuple[str, ...]]) -> str:
    """The resource in Terraform's JSON syntax (`.tf.json`), with IDs added to its exclusions.

    `added` is by Graph's word: `excludeGroups` → IDs.
    """
    found = _LABEL.search(resource.address)
    label = found[1] if found else "policy"
    values = {**resource.values}
    conditions = {**_inside(values, "conditions")}
    users = {**_inside(conditions, "users")}
    for field, ids in added.items():
        word = field.replace("exclude", "excluded_").lower()
        present = users.get(word)
        present = present if isinstance(present, list) else [present] if present else []
        users[word] = [*present, *ids]
    written = {**values, "conditions": {**conditions, "users": users}}
    return json.dumps({"resource": {KIND: {label: written}}}, indent=2, ensure_ascii=False)


def _inside(parent: Json, name: str) -> Json:
    found = parent.get(name)
    found = found[0] if isinstance(found, list) and found else found
    return found if isinstance(found, dict) else {}
