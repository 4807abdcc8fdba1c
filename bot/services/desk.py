"""The desk where incidents are kept: load one, decide on it, record what was decided.

`record` is the only way in which a fact gets onto a timeline. It decides again when somebody
else was faster, leaves a fact of a refusal, and tells the announcer after the commit.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.core.errors import AlreadyRecorded, Conflict, LockoutError, NeedsNewer, Refused
from bot.core.events import Event, PressRefused
from bot.core.folding import evolve_all
from bot.core.foreseeing import foresee
from bot.core.incident import Incident
from bot.core.organisation import Organisation
from bot.core.timeline import Actor, Draft, Fact
from bot.playbook.library import Library
from bot.playbook.reminders import Reminder, standing
from bot.playbook.situation import Doer, Situation
from bot.services.effects import plan_effects
from bot.services.paging import pages_of
from bot.services.ports import (
    Announcer,
    Clock,
    Effect,
    EventStore,
    Ids,
    PolicySource,
    SnapshotStore,
    Tracer,
)
from bot.services.watching import NoTracer

TRIES = 8
# More than are ever open at once: one more, and every look at all of them folds all of them anew.
KEPT_IN_MEMORY = 256

Decide = Callable[[Situation], Sequence[Event]]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a use case did. `facts` is empty when the same delivery had been recorded before."""

    incident: Incident
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Silence:
    """An announcer for surfaces that show what they did themselves."""

    def announce(self, incident: Incident, facts: Sequence[Fact]) -> None:
        """Nobody else is listening."""


def check_known(incident: Incident) -> None:
    """Whether this release knows how it began; drawn as an incident, it might alarm people.

    Errors: NeedsNewer.
    """
    if incident.declared is None:
        message = f"{incident.id} begins with a fact of a newer release"
        raise NeedsNewer(message)


@dataclass
class Desk:
    """Everything a use case needs, handed over once by `bot.app`."""

    store: EventStore
    clock: Clock
    ids: Ids
    organisation: Organisation
    library: Library
    announcer: Announcer = field(default_factory=Silence)
    # Whether this process can show things to people elsewhere; a terminal alone cannot.
    posting: bool = False
    # How fresh the line to the surface is, in words; empty when there is nothing to say.
    pulse: Callable[[], str] = str
    tracer: Tracer = field(default_factory=NoTracer)
    # See `Situation.pace`.
    pace: float = 1.0
    # What is known of each tenant's policies, and who can read them anew; None: only exports can.
    snapshots: SnapshotStore | None = None
    source: PolicySource | None = None
    # Tenants of which a snapshot was seen; one of them stays for ever.
    _with_snapshot: set[str] = field(default_factory=set, repr=False)
    # The reminders that stand at a version of an incident; they follow from it alone.
    _stands: dict[str, tuple[int, Sequence[Reminder]]] = field(default_factory=dict, repr=False)
    _folded: OrderedDict[str, Incident] = field(default_factory=OrderedDict, repr=False)
    # How often all of that was forgotten.
    _forgotten: int = 0

    def doer(self, actor: Actor) -> Doer:
        """What this person may do, by the organisation file.

        Whoever can run the command on the bot's own machine already holds the database, so a
        login that is not listed may respond; approving needs a listed person.
        """
        person = self.organisation.person(actor.id)
        if person is not None:
            return Doer(Actor(actor.id, person.name), frozenset(person.roles))
        return Doer(actor, frozenset({"responder"} if actor.surface == "terminal" else ()))

    async def load(self, incident_id: str) -> Incident:
        """The incident as of now. Errors: Refused when there is none, Unavailable."""
        times, known = self._forgotten, self._folded.get(incident_id, Incident(id=incident_id))
        async for page in pages_of(self.store, incident_id, known.version):
            known = evolve_all(known, page)
        if times != self._forgotten:
            return await self.load(incident_id)
        if known.version == 0:
            raise Refused(f"There is no incident '{incident_id[:40]}'", "See: lockout status")
        await self._look_for_snapshot(known)
        self._keep(known)
        return known

    def forget(self) -> None:
        """Read everything anew: another database server may not have what the last one had."""
        self._forgotten += 1
        self._folded.clear()
        self._stands.clear()

    async def recorded_by(self, once: str) -> Recorded | None:
        """What a delivery did the first time it came; None when it is new. Errors: Unavailable."""
        found = await self.store.incident_of(once) if once else None
        return Recorded(await self.load(found), ()) if found else None

    async def _look_for_snapshot(self, incident: Incident) -> None:
        """A walk must know whether there is anything to audit, and asks no database itself."""
        tenant = incident.declared.tenant if incident.declared else ""
        if self.snapshots is None or tenant in self._with_snapshot or self._can_read(tenant):
            return
        # Without an answer the walk goes by hand, as it does where there is nothing.
        with suppress(LockoutError):
            if await self.snapshots.newest(tenant) is not None:
                self._with_snapshot.add(tenant)

    def can_audit(self, incident: Incident) -> bool:
        """Whether the policies of its tenant can be read, or were once."""
        tenant = incident.declared.tenant if incident.declared else ""
        return tenant in self._with_snapshot or self._can_read(tenant)

    def _can_read(self, key: str) -> bool:
        tenant = self.organisation.tenant(key)
        return self.source is not None and tenant is not None and self.source.reads(tenant)

    def situation(self, incident: Incident) -> Situation:
        """The incident with what the organisation knows, now."""
        now = self.clock.now()
        return Situation(
            incident,
            self.organisation,
            self.library,
            now,
            self.pace,
            can_audit=self.can_audit(incident),
        )

    async def record(
        self,
        incident_id: str,
        decide: Decide,
        doer: Doer,
        *,
        what: str,
        once: str = "",
        occurred_at: datetime | None = None,
    ) -> Recorded:
        """Decide on the incident as it stands, and record that.

        `what` names the attempt, for the fact that a refusal leaves.
        Errors: Refused (now on the timeline), AlreadyRecorded, Unavailable (nothing recorded).
        """
        with self.tracer.span("record", incident=incident_id, what=what):
            # What was folded last is most likely still true, and the append says when it is not;
            # a refusal is only given on what was read for it.
            situation = self._remembered(incident_id)
            for _ in range(TRIES):
                certain = situation is None
                situation = situation or self.situation(await self.load(incident_id))
                try:
                    events = decide(situation)
                except Refused as refusal:
                    if certain:
                        await self._record_refusal(situation.incident, refusal, doer, what, once)
                        raise
                    events = ()
                if events:
                    try:
                        return await self._append(situation, events, doer, once, occurred_at)
                    except AlreadyRecorded:
                        return Recorded(await self.load(incident_id), ())
                    except Conflict:
                        certain = False
                if certain:
                    return Recorded(situation.incident, ())
                situation = None
        raise Refused("Many people are pressing at once; this was not recorded", "Press again")

    def _remembered(self, incident_id: str) -> Situation | None:
        known = self.remembered(incident_id)
        return self.situation(known) if known is not None else None

    def incident_of_channel(self, channel: str) -> Incident | None:
        """The open incident for which the bot made this channel, as it was folded last.

        Nobody else's card can hang there. None where that is not sure; then the store knows.
        """
        if self.organisation.slack.card != "channel" or not channel.startswith(("C", "G")):
            return None
        for incident in self._folded.values():
            card = incident.card
            if card is not None and card.channel == channel and incident.closed_at is None:
                origin = incident.declared.origin if incident.declared else ""
                return incident if origin not in {"", channel} else None
        return None

    def remembered(self, incident_id: str) -> Incident | None:
        """As it was folded last, without asking the store; it may have gone on since."""
        return self._folded.get(incident_id)

    async def append(
        self,
        incident: Incident,
        events: Sequence[Event],
        doer: Doer,
        *,
        once: str = "",
        occurred_at: datetime | None = None,
    ) -> Recorded:
        """Write events after the incident's version, and announce them. Errors: as the store's."""
        return await self._append(self.situation(incident), events, doer, once, occurred_at)

    async def _append(
        self,
        situation: Situation,
        events: Sequence[Event],
        doer: Doer,
        once: str,
        occurred_at: datetime | None,
    ) -> Recorded:
        incident = situation.incident
        at = occurred_at or self.clock.now()
        drafts = [Draft(self.ids.fact(), event, doer.actor, at) for event in events]
        expected = foresee(incident, drafts)
        after = self.situation(expected)
        stand = standing(after)
        effects = self._plan(situation, stand, after, events)
        facts = await self.store.append(
            incident.id, drafts, after=incident.version, once=once, effects=effects
        )
        if facts:
            incident = replace(expected, head=facts[-1].hash)
            self._stands[incident.id] = (incident.version, stand)
        self._keep(incident)
        self.announcer.announce(incident, facts)
        return Recorded(incident, tuple(facts))

    def _plan(
        self,
        before: Situation,
        stand: Sequence[Reminder],
        after: Situation,
        events: Sequence[Event],
    ) -> list[Effect]:
        version, stood = self._stands.get(before.incident.id, (-1, ()))
        if version != before.incident.version:
            stood = standing(before)
        posting = self.posting or before.incident.card is not None
        # A terminal that can read policies does so itself; a bot beside it may not be able to.
        answering = not self.posting and after.can_audit
        return plan_effects(stood, stand, after, events, posting=posting, answering=answering)

    async def _record_refusal(
        self, incident: Incident, refusal: Refused, doer: Doer, what: str, once: str
    ) -> None:
        """Best effort by design: the person hears of the refusal whether or not it is kept."""
        if isinstance(refusal, AlreadyRecorded):
            return
        event = PressRefused(what=what, reason=refusal.reason)
        for _ in range(TRIES):
            try:
                await self.append(incident, [event], doer, once=once)
            except AlreadyRecorded:
                return
            except Conflict:
                incident = await self.load(incident.id)
            else:
                return

    def _keep(self, incident: Incident) -> None:
        newest = self._folded.get(incident.id)
        if newest is None or newest.version <= incident.version:
            self._folded[incident.id] = incident
        self._folded.move_to_end(incident.id)
        while len(self._folded) > KEPT_IN_MEMORY:
            forgotten, _ = self._folded.popitem(last=False)
            self._stands.pop(forgotten, None)
