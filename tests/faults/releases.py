"""The release before this one, as far as one that comes after it can tell.

Runs inside the program under test. The older program is this one without its newest kinds of facts
and of what is to be delivered, and without the newest table: what it meets, it does not know.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from operator import or_
from types import SimpleNamespace
from typing import Annotated, Any, get_args

from pydantic import Field, TypeAdapter

from bot.adapters.db import engine, outgoing
from bot.adapters.db.event_store import SqlEventStore
from bot.app import App
from bot.core import events
from bot.core.errors import Refused
from bot.core.events import PressRefused
from bot.core.timeline import Draft, Fact
from bot.services import reminding

MIGRATION = "0002"
NEW_FACTS = frozenset(
    {
        "AuditAsked",
        "AuditFailed",
        "DrillBegun",
        "DrillFinished",
        "EvidenceRecorded",
        "PoliciesAudited",
        "PolicyWaived",
        "WaiverTakenBack",
    }
)
OLD_OUTGOING = frozenset({"show", "export"})


def become_older() -> None:
    """From here on, this process is of the release before."""
    known = [kind for kind in get_args(events.Event) if kind.__name__ not in NEW_FACTS]
    union: Any = reduce(or_, known)
    older: Any = TypeAdapter(Annotated[union, Field(discriminator="kind")])
    patches: list[tuple[Any, str, Any]] = [
        (events, "_EVENT", older),
        (outgoing, "KNOWN", OLD_OUTGOING),
        (engine, "NEWEST", MIGRATION),
        (SqlEventStore, "append", _only_known(SqlEventStore.append)),
        (SqlEventStore, "drills", _no_lines),
        (reminding, "remind_of_drills", _none_due),
        (App, "_keep_snapshots", lambda *_: SimpleNamespace()),
    ]
    for place, name, replacement in patches:
        setattr(place, name, replacement)


def _only_known(append: Any) -> Any:  # noqa: ANN401 - a method is replaced by one of its form
    """It has no code that makes the others."""

    async def refusing(
        store: SqlEventStore, incident: str, drafts: Sequence[Draft], **others: object
    ) -> list[Fact]:
        if NEW_FACTS & {draft.event.kind for draft in drafts}:
            if others["after"]:
                # As a refusal is recorded that the playbook's own step gives.
                refused = PressRefused(what="press", reason="There is no such thing")
                draft = replace(drafts[0], event=refused)
                await append(store, incident, [draft], **{**others, "effects": ()})
            raise Refused("There is no such thing in this release")
        facts: list[Fact] = await append(store, incident, drafts, **others)
        return facts

    return refusing


async def _no_lines(_store: SqlEventStore) -> list[Any]:
    return []


async def _none_due(_desk: object) -> int:
    return 0
