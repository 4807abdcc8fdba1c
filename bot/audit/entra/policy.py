"""One Conditional Access policy as the rules read it: who it names, and the rest as it is written.

Microsoft's page of the resource:
https://learn.microsoft.com/graph/api/resources/conditionalaccesspolicy
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.audit.entra.shape import Json, child, is_guid, pointer, text_of, texts_of, value_of
from bot.audit.terraform import Resource

# Where an export that was cut off shows a text or a number instead of an object.
_OBJECTS = ("conditions", "grantControls", "sessionControls")
_CONDITIONS = (
    "users",
    "applications",
    "clientApplications",
    "agents",
    "locations",
    "platforms",
    "devices",
    "authenticationFlows",
)

CUT_OFF = (
    "{where} is cut off in this file. Export it again with all levels"
    " (PowerShell: ConvertTo-Json -Depth 10)."
)
NOBODY_NAMED = "conditions names neither users nor client applications; the export is incomplete."


@dataclass(frozen=True, slots=True)
class Users:
    """Whom a policy names: object IDs, role template IDs, placeholders and Graph's own words."""

    include_users: tuple[str, ...]
    exclude_users: tuple[str, ...]
    include_groups: tuple[str, ...]
    exclude_groups: tuple[str, ...]
    include_roles: tuple[str, ...]
    exclude_roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy of a file. `place` is its JSON pointer there, `state` is in lower case.

    Of one that Terraform keeps (`terraform`), `raw` is in Graph's words, not in the file's.
    """

    file: str
    place: str
    raw: Json
    policy_id: str
    name: str
    state: str
    users: Users
    conditions: Json = field(repr=False)
    terraform: Resource | None = None

    def path(self, *names: str) -> str:
        """Where a field stands: the file's name and a JSON pointer in the file's key case.

        Of a policy that Terraform keeps, where the policy stands.
        """
        if self.terraform:
            return f"{self.file}#{self.place}"
        return f"{self.file}#{self.place}{pointer(self.raw, *names)}"

    def has_guests(self) -> bool:
        """Whether the policy names guests or external users."""
        users = child(self.conditions, "users")
        return (
            value_of(users, "includeGuestsOrExternalUsers") is not None
            or "GuestsOrExternalUsers" in self.users.include_users
        )


def is_policy(value: Json) -> bool:
    """Whether an object is meant as a Conditional Access policy, whole or not."""
    return "conditions" in value or "Conditions" in value


def read_policy(
    file: str, place: str, value: Json, terraform: Resource | None = None
) -> Policy | str:
    """A policy, or one sentence that says why this object cannot be judged."""
    cut = _cut_off(value)
    if cut:
        return CUT_OFF.format(where=cut)
    conditions = child(value, "conditions")
    users = child(conditions, "users")
    if not users and not for_workloads(conditions):
        return NOBODY_NAMED
    name = text_of(value, "displayName")
    return Policy(
        file=file,
        place=place,
        raw=value,
        policy_id=text_of(value, "id"),
        name=name or file.rpartition("/")[2],
        state=text_of(value, "state").casefold(),
        users=Users(
            texts_of(users, "includeUsers"),
            texts_of(users, "excludeUsers"),
            texts_of(users, "includeGroups"),
            texts_of(users, "excludeGroups"),
            texts_of(users, "includeRoles"),
            texts_of(users, "excludeRoles"),
        ),
        conditions=conditions,
        terraform=terraform,
    )


def for_workloads(conditions: Json) -> bool:
    """Whether a policy names service principals or agent identities."""
    return bool(child(conditions, "clientApplications") or child(conditions, "agents"))


def _cut_off(value: Json) -> str:
    for name in _OBJECTS:
        if _is_scalar(value_of(value, name)):
            return name
    conditions = child(value, "conditions")
    for name in _CONDITIONS:
        if _is_scalar(value_of(conditions, name)):
            return f"conditions.{name}"
    return ""


def _is_scalar(found: object) -> bool:
    # Some exporters write an empty list or an empty text for null.
    return found is not None and not isinstance(found, dict) and bool(found)


def same_object(entry: str, wanted: str) -> bool | None:
    """Whether two IDs name one object; None if one is an ID and the other a placeholder or name.

    GUIDs are compared without regard to case.
    """
    if entry.casefold() == wanted.casefold():
        return True
    return False if is_guid(entry) == is_guid(wanted) else None
