"""Does an access binding of Access Context Manager shut an account out of the Cloud console.

A binding targets one group and has no exceptions: the only exemption is not to be in that group.
What a level asks of the place is not guessed; what it asks of the device is what an emergency
account does not have. https://cloud.google.com/access-context-manager/docs/overview
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.audit.google.judgement import Judged
from bot.audit.google.membership import Membership
from bot.audit.google.parse import Policy
from bot.audit.google.principal import Account
from bot.audit.google.shape import Json, child, key_of, objects_of, text_of, texts_of, value_of
from bot.audit.jsontext import Path
from bot.audit.model import Severity, Verdict

ALONE = "An access level by itself keeps nobody out; the bindings that assign it are judged."
SESSION = "Asks for signing in again, and for no access level."
_DEEPEST = 20
_ORDER: tuple[Verdict, ...] = ("blocking", "pending", "unknown", "satisfiable")
_SEVERITY: dict[Verdict, Severity] = {
    "blocking": "critical",
    "pending": "high",
    "unknown": "medium",
}
_PLACES = {"ipSubnetworks": "an address", "regions": "a region", "vpcNetworkSources": "a network"}


@dataclass(frozen=True, slots=True)
class Met:
    """Whether a level is met. `why` says what it asks for, as the end of a sentence."""

    value: bool | None
    why: str


def judge_user_access(
    binding: Policy, levels: Mapping[str, Policy], account: Account, membership: Membership
) -> Judged:
    """The worst of the levels that a binding assigns. `levels` are by resource name."""
    group = text_of(binding.raw, "groupKey")
    at = (key_of(binding.raw, "groupKey"),)
    answer = membership.is_in(account.name, group)
    if answer.member is False:
        return Judged("not_in_scope", "info", f"Is for group {group}; {account} is not in it.", at)
    if answer.member is None:
        reason = (
            f"Is for group {group}, by its ID or address; --members with that group would tell"
            f" whether {account} is in it."
        )
        return Judged("unknown", "medium", reason, at)
    found = [
        _assigned(name, levels, account, path, dry=dry)
        for name, path, dry in _assignments(binding.raw)
    ]
    if not found:
        return Judged("satisfiable", "info", SESSION, at)
    worst = min(found, key=lambda one: _ORDER.index(one.verdict))
    if worst.verdict in ("blocking", "pending"):
        reason = f"{worst.reason} A binding has no exceptions: take the account out of {group}."
        return Judged(worst.verdict, worst.severity, reason, worst.path)
    return worst


def _assignments(raw: Json) -> list[tuple[str, Path, bool]]:
    """Each assigned level, where, and whether it is a dry run."""
    found: list[tuple[str, Path, bool]] = []
    for field, dry in (("accessLevels", False), ("dryRunAccessLevels", True)):
        key = key_of(raw, field)
        found += [(name, (key,), dry) for name in texts_of(raw, field)]
    for scoped, at in objects_of(raw, "scopedAccessSettings"):
        for field, dry in (("activeSettings", False), ("dryRunSettings", True)):
            settings, below = child(scoped, field)
            found += [(name, (*at, *below), dry) for name in texts_of(settings, "accessLevels")]
    return found


def _assigned(
    name: str, levels: Mapping[str, Policy], account: Account, path: Path, *, dry: bool
) -> Judged:
    met = _meets(name, levels, account, 0)
    verdict: Verdict = (
        "satisfiable" if met.value else "unknown" if met.value is None else "blocking"
    )
    if verdict == "blocking" and dry:
        verdict = "pending"
    when = "In a dry run, " if dry else ""
    reason = f"{when}access level {name.rpartition('/')[2]} {met.why}."
    return Judged(verdict, _SEVERITY.get(verdict, "info"), reason[0].upper() + reason[1:], path)


def _meets(name: str, levels: Mapping[str, Policy], account: Account, depth: int) -> Met:
    level = levels.get(name)
    if level is None:
        beside = name.rpartition("/")[0]
        if any(other.startswith(f"{beside}/") for other in levels):
            return Met(
                value=False,
                why="is assigned and is not among the levels of its policy: a deleted level stays"
                " assigned and blocks",
            )
        return Met(None, "is not among the files; its definition would tell")
    if depth > _DEEPEST:
        return Met(None, "leads through too many other levels to be judged")
    basic, _ = child(level.raw, "basic")
    if not basic:
        return Met(None, "is a custom expression, which is not computed here")
    met = [_condition(one, levels, account, depth) for one, _ in objects_of(basic, "conditions")]
    either = text_of(basic, "combiningFunction") == "OR"
    return _combined(met, either=either)


def _combined(met: list[Met], *, either: bool) -> Met:
    """AND of all, or OR of any; the first that decides gives the reason."""
    decides = [one for one in met if one.value is either]
    if decides:
        return decides[0]
    unknown = [one for one in met if one.value is None]
    if unknown:
        return unknown[0]
    return met[0] if met else Met(None, "has no conditions")


def _condition(raw: Json, levels: Mapping[str, Policy], account: Account, depth: int) -> Met:
    """One condition: everything in it must hold, and `negate` turns it round."""
    parts = []
    members = {one.lower() for one in texts_of(raw, "members")}
    if members:
        named = f"user:{account.name}" in members or f"serviceaccount:{account.name}" in members
        parts.append(Met(named, "names the account" if named else "is for other accounts only"))
    device, _ = child(raw, "devicePolicy")
    if any(value for value in device.values()):
        parts.append(
            Met(value=False, why="asks for a managed device, which no emergency account has")
        )
    for field, what in _PLACES.items():
        if texts_of(raw, field) or objects_of(raw, field):
            parts.append(Met(None, f"asks for {what}; from where one signs in would tell"))
    required = texts_of(raw, "requiredAccessLevels")
    parts += [_meets(name, levels, account, depth + 1) for name in required]
    met = _combined(parts, either=False)
    if value_of(raw, "negate") is True and met.value is not None:
        return Met(
            not met.value, f"turns round what it {'asks' if met.value else 'refuses'}: {met.why}"
        )
    return met
