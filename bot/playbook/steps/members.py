"""`members`: who is in the exclusion group, beside who should be.

Pure, and by the same reading as `audit`: a press asks (`AuditAsked`), and in a drill the answer has
the members beside it (`AccountsExamined`).
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.audited import Audited
from bot.core.drill_events import AccountsExamined
from bot.core.errors import Refused
from bot.core.organisation import is_stale
from bot.core.view import Act, Block, Button, Clock, Clocks, Item, Press, Small, Text
from bot.core.wording import members_told, plain_line
from bot.playbook.model import MembersStep
from bot.playbook.situation import Doer, Situation
from bot.playbook.steps.audit import (
    AUDIT,
    DONE,
    ask,
    asked_told,
    failure_told,
    next_press,
)
from bot.playbook.steps.parts import (
    Outcome,
    Values,
    accept_button,
    show_buttons,
    show_text,
)

READ = AUDIT
# A card is read on a phone; all of them are on the timeline.
SHOWN = 10


def show(step: MembersStep, situation: Situation) -> list[Block]:
    """Text, what was found, the way on, then each account and whoever else is in the group."""
    audited = situation.incident.audited
    return [
        *show_text(step, situation),
        *_state(situation, audited),
        *show_buttons(step, situation, usual=_usual(step, situation)),
        *_members(audited),
    ]


def _usual(step: MembersStep, situation: Situation) -> Button:
    result = situation.incident.audited.members_result
    return next_press(step, situation, result, "exact", ("Read the group", "Read again"))


def _state(situation: Situation, audited: Audited) -> Iterator[Block]:
    yield from asked_told(situation, "Reading", "Read again")
    if audited.failed is not None:
        yield Text(f"**It could not be read.** {failure_told(audited.failed)}")
        return
    known, examined = _known(audited), audited.examined
    if known is not None:
        yield from _read(situation, known)
    elif audited.members_result == "unknown":
        why = plain_line(examined.fact.unsure) if examined else ""
        yield Text(f"**Who is in the group is not known.** {why}".rstrip())
    elif audited.asked is None:
        yield Text("**Not read yet.** It takes some seconds and changes nothing there.")


def _known(audited: Audited) -> AccountsExamined | None:
    """What the newest reading says of the group; None when it says nothing."""
    if audited.examined is None or audited.members_result not in {"exact", "wrong"}:
        return None
    return audited.examined.fact


def _read(situation: Situation, examined: AccountsExamined) -> Iterator[Block]:
    told = "Exactly the emergency accounts" if examined.exact else "NOT exactly our accounts"
    yield Text(f"**{told}** are in {plain_line(examined.group)}.")
    yield Clocks((Clock("Members read", examined.taken_at),))
    if not examined.live:
        yield Text("**An older snapshot was used.** The provider was not asked now.")
    if is_stale(situation.organisation, examined.taken_at, situation.now):
        yield Text("**This is old.** The members may have changed since. Read them again.")


def _members(audited: Audited) -> Iterator[Block]:
    examined = _known(audited)
    if examined is None:
        return
    for one in examined.accounts:
        missing = "" if one.in_group else ": **MISSING**, put it in"
        yield Item(f"{plain_line(one.name)}{missing}", done=bool(one.in_group))
    for name in examined.foreign[:SHOWN]:
        yield Item(f"{plain_line(name)}: **FOREIGN**, take it out, ask who put it in", done=False)
    more = len(examined.foreign[SHOWN:]) + examined.more_foreign
    if more:
        yield Small(f"{more} more are foreign.")


def accept(
    step: MembersStep, situation: Situation, act: Act, _values: Values, _doer: Doer
) -> Outcome:
    """A question, the finish, or another way out. Errors: Refused while it is not exactly right."""
    if isinstance(act, Press) and act.button == READ:
        return ask(step, situation, act)
    if isinstance(act, Press) and act.button == DONE:
        _refuse_wrong(situation.incident.audited)
        return Outcome(step.done, DONE, step, dict(step.sets))
    return accept_button(step, situation, act)[1]


def _refuse_wrong(audited: Audited) -> None:
    known = _known(audited)
    if known is None:
        raise Refused("Nothing was read that says so", "Press 'Read the group'")
    if not known.exact:
        told = members_told(known)
        raise Refused(f"Not the members that should be: {told}", "Repair it and read again")
