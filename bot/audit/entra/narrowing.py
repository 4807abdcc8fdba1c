"""Under which conditions of a sign-in a policy applies. A condition narrows; it exempts nobody.

An emergency account signs in from any place, on any device, so a condition counts as a way out
only if no sign-in at all could meet it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from bot.audit.entra.policy import Policy
from bot.audit.entra.shape import Json, child, is_guid, text_of, texts_of

_SHOWN = 3
# Portals use none of these: clients of legacy authentication, and ways to hand a sign-in on.
_LEGACY = {"exchangeactivesync", "eassupported", "other"}
_HANDED_ON = {"devicecodeflow", "authenticationtransfer"}


@dataclass(frozen=True, slots=True)
class Narrowing:
    """`when` are conditions as half sentences. `impossible` names a field that nothing can meet.

    `aside`: no sign-in to a portal meets them.
    """

    when: tuple[str, ...] = ()
    impossible: str = ""
    aside: bool = False


def narrowing(policy: Policy, places: Mapping[str, str] | None = None) -> Narrowing:
    """The conditions of a policy in the order of the portal.

    `places` are the names of locations by lower-case ID.
    """
    conditions = policy.conditions
    said = [rule(conditions) for rule in _BEFORE]
    said.append(_locations(conditions, places or {}))
    said += [rule(conditions) for rule in _BEHIND]
    impossible = next((one.impossible for one in said if one.impossible), "")
    when = tuple([words for one in said for words in one.when])
    return Narrowing(when, impossible, any(one.aside for one in said))


def listed(names: tuple[str, ...], link: str = "or") -> str:
    """A few names in a sentence: 'a, b or c', 'a, b, c or 4 more'."""
    shown = [*names[:_SHOWN]]
    if len(names) > _SHOWN:
        shown.append(f"{len(names) - _SHOWN} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} {link} {shown[-1]}"


def _only(words: str) -> Narrowing:
    return Narrowing((words,))


NONE = Narrowing()


def _risks(field: str, words: str) -> Callable[[Json], Narrowing]:
    def rule(conditions: Json) -> Narrowing:
        levels = texts_of(conditions, field)
        return _only(f"the {words} is {listed(levels)}") if levels else NONE

    return rule


def _platforms(conditions: Json) -> Narrowing:
    platforms = child(conditions, "platforms")
    if not platforms:
        return NONE
    return _in_but_not(
        texts_of(platforms, "includePlatforms"),
        texts_of(platforms, "excludePlatforms"),
        ("platforms", "the device runs {}", "the device runs anything but {}"),
    )


def _locations(conditions: Json, places: Mapping[str, str]) -> Narrowing:
    locations = child(conditions, "locations")
    if not locations:
        return NONE
    named = partial(_place, places=places)
    return _in_but_not(
        tuple(map(named, texts_of(locations, "includeLocations"))),
        tuple(map(named, texts_of(locations, "excludeLocations"))),
        ("locations", "the sign-in comes from {}", "the sign-in comes from anywhere but {}"),
    )


def _place(location: str, places: Mapping[str, str]) -> str:
    if location.casefold() == "alltrusted":
        return "trusted places"
    name = places.get(location.casefold(), "")
    if name:
        return f"named location {name} ({location})"
    return f"named location {location}" if is_guid(location) else location


def _in_but_not(
    included: tuple[str, ...], excluded: tuple[str, ...], words: tuple[str, str, str]
) -> Narrowing:
    field, inside, outside = words
    every = any(one.casefold() == "all" for one in included)
    out = {one.casefold() for one in excluded}
    if included and ("all" in out or (not every and out.issuperset(map(str.casefold, included)))):
        return Narrowing(impossible=field)
    if included and not every:
        left = tuple([one for one in included if one.casefold() not in out])
        # A trusted place may be among the named ones, so the rest of the exclusion is still said.
        but = f" but not {listed(excluded)}" if excluded and field == "locations" else ""
        return _only(inside.format(listed(left)) + but)
    return _only(outside.format(listed(excluded))) if excluded else NONE


def _clients(conditions: Json) -> Narrowing:
    types = texts_of(conditions, "clientAppTypes")
    if not types or any(one.casefold() == "all" for one in types):
        return NONE
    aside = _LEGACY.issuperset(map(str.casefold, types))
    return Narrowing((f"the client is {listed(types)}",), aside=aside)


def _devices(conditions: Json) -> Narrowing:
    devices = child(conditions, "devices")
    if not devices:
        return NONE
    device_filter = child(devices, "deviceFilter")
    rule = text_of(device_filter, "rule")
    if rule:
        left_out = text_of(device_filter, "mode").casefold() == "exclude"
        return _only(f"the device {'does not match' if left_out else 'matches'} [{rule}]")
    return _in_but_not(
        texts_of(devices, "includeDevices") or texts_of(devices, "includeDeviceStates"),
        texts_of(devices, "excludeDevices") or texts_of(devices, "excludeDeviceStates"),
        ("devices", "the device is {}", "the device is anything but {}"),
    )


def _flows(conditions: Json) -> Narrowing:
    flows = texts_of(child(conditions, "authenticationFlows"), "transferMethods")
    flows = tuple([one for one in flows if one.casefold() != "none"])
    aside = _HANDED_ON.issuperset(map(str.casefold, flows))
    return Narrowing((f"the sign-in uses {listed(flows)}",), aside=aside) if flows else NONE


_BEFORE: tuple[Callable[[Json], Narrowing], ...] = (
    _risks("userRiskLevels", "user risk"),
    _risks("signInRiskLevels", "sign-in risk"),
    _risks("insiderRiskLevels", "insider risk"),
    _platforms,
)
_BEHIND: tuple[Callable[[Json], Narrowing], ...] = (_clients, _devices, _flows)
