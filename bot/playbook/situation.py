"""Everything a step may look at: the incident, what the organisation knew, the clock's word."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from bot.core.errors import Refused
from bot.core.events import Value
from bot.core.facts import known_facts
from bot.core.incident import Incident
from bot.core.organisation import Organisation, Role
from bot.core.template import holds, render_text
from bot.core.timeline import Actor
from bot.playbook.library import Library


@dataclass(frozen=True, slots=True)
class Doer:
    """Who acts, and what they may do. No roles: the organisation file does not list them."""

    actor: Actor
    roles: frozenset[Role]

    def must_be(self, roles: tuple[Role, ...], what: str) -> None:
        """Errors: Refused, naming the roles that may."""
        if self.roles & set(roles) if roles else self.roles:
            return
        wanted = " or ".join(roles) or "somebody listed in the organisation file"
        mine = ", ".join(sorted(self.roles)) or "not listed"
        raise Refused(
            f"Only {wanted} may do this: {what}. You are {mine}",
            "Ask somebody who has that role; '/lockout status' lists them",
        )


@dataclass(frozen=True)
class Situation:
    """A step shows itself and judges answers by this alone. `now` is UTC.

    `pace` is how long a minute of a reminder lasts, in minutes: 1, and less in a quick exercise.
    `can_audit` says that the policies of the incident's tenant are at hand, or can be read.
    """

    incident: Incident
    organisation: Organisation
    library: Library
    now: datetime
    pace: float = 1.0
    can_audit: bool = False

    @cached_property
    def facts(self) -> dict[str, object]:
        """For texts and conditions; missing ones say so."""
        facts = known_facts(self.incident, self.organisation)
        possible = self.can_audit and bool(facts["emergency_accounts"])
        facts["audit_possible"] = "yes" if possible else ""
        facts["audit_result"] = self.incident.audited.result
        facts["members_result"] = self.incident.audited.members_result
        return self.library.fill(facts)[0]

    @property
    def provider(self) -> str:
        """The incident's provider."""
        return self.incident.declared.provider if self.incident.declared else ""

    def text(self, source: str) -> str:
        """A playbook text with the facts filled in."""
        return render_text(source, self.facts)

    def holds(self, condition: str) -> bool:
        """Whether a condition is true now; an empty one always is."""
        return not condition or holds(condition, self.facts)

    def knowing(self, values: dict[str, Value]) -> Situation:
        """The same situation after an answer left these values behind."""
        merged = {**self.incident.values, **values}
        return replace(self, incident=replace(self.incident, values=merged))
