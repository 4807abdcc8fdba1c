"""Who may look or ask: somebody listed in the organisation file, else it is refused on record.

Use cases that record something refuse by themselves; this is for what only shows something.
"""

from __future__ import annotations

from bot.core.events import Event
from bot.core.incident import Incident
from bot.playbook.situation import Doer, Situation
from bot.services.desk import Desk


async def admit(desk: Desk, doer: Doer, incident_id: str, what: str, *, once: str) -> Incident:
    """The incident, for somebody who is listed.

    Errors: Refused for a stranger, whose attempt is then a fact of the incident; Unavailable.
    """

    def decide(_: Situation) -> list[Event]:
        doer.must_be((), what)
        return []

    return (await desk.record(incident_id, decide, doer, once=once, what=what)).incident
