"""Objects that lie beside the policies in an export: what they are, and what can be used of them.

Groups tell their name and how they are kept; authentication strengths tell their combinations;
named locations tell their name. The rest is named and left aside.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.audit.entra.shape import Json, key_of, text_of, texts_of, value_of

GROUP = "a group"
STRENGTH = "an authentication strength"
LOCATION = "a named location"
OTHER = "no Conditional Access policy"

# What gives an object away, most telling first.
_SIGNS: tuple[tuple[str, str], ...] = (
    ("ipRanges", LOCATION),
    ("countriesAndRegions", LOCATION),
    ("compliantNetworkType", LOCATION),
    ("allowedCombinations", STRENGTH),
    ("groupTypes", GROUP),
    ("securityEnabled", GROUP),
    ("isAvailable", "an authentication context"),
    ("userPrincipalName", "a user"),
    ("appId", "an application"),
    ("Objects", "a table of names for an import"),
    ("error", "an error that Graph answered, no export"),
    ("statement", "an AWS policy"),
)


@dataclass(frozen=True, slots=True)
class Group:
    """A group as Graph describes it. None where the file does not say."""

    group_id: str
    name: str
    dynamic: bool
    synced: bool
    deleted: bool
    role_assignable: bool | None
    restricted: bool | None


def kind_of(value: Json) -> str:
    """What an object that is no policy is, with its article: 'a named location'."""
    odata = text_of(value, "@odata.type").casefold()
    if odata.endswith("namedlocation"):
        return LOCATION
    if odata.endswith(".group"):
        return GROUP
    for sign, kind in _SIGNS:
        if key_of(value, sign):
            return kind
    return OTHER


def read_group(value: Json) -> Group:
    """A group's name and how it is kept."""
    types = [one.casefold() for one in texts_of(value, "groupTypes")]
    return Group(
        group_id=text_of(value, "id"),
        name=text_of(value, "displayName"),
        dynamic="dynamicmembership" in types or bool(text_of(value, "membershipRule")),
        synced=value_of(value, "onPremisesSyncEnabled") is True,
        deleted=value_of(value, "deletedDateTime") is not None,
        role_assignable=_flag(value, "isAssignableToRole"),
        restricted=_flag(value, "isManagementRestricted"),
    )


def _flag(value: Json, name: str) -> bool | None:
    found = value_of(value, name)
    return found if isinstance(found, bool) else None
