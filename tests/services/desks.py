"""A desk in memory: the example organisation, the shipped playbooks, and who sits there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import as_file, files

from bot.adapters.memory import CountingIds, FixedClock, MemoryEventStore
from bot.adapters.organisation_file import load_organisation
from bot.adapters.playbook_files import load_library, shipped_playbooks
from bot.core.events import Event, ObligationOpened
from bot.core.incident import Incident
from bot.core.organisation import Organisation
from bot.core.timeline import Actor, Fact
from bot.playbook.library import Library
from bot.playbook.situation import Doer
from bot.services.declaring import Answers
from bot.services.desk import Desk
from bot.services.incidents import open_incident

ONCALL = Doer(Actor("slack:U0ONCALL1", "On-call engineer"), frozenset({"responder"}))
SECOND = Doer(Actor("slack:U0SECOND1", "Second responder"), frozenset({"responder"}))
APPROVER = Doer(Actor("slack:U0APPROV1", "Head of security"), frozenset({"approver", "responder"}))
STRANGER = Doer(Actor("slack:U0STRANGE", "Somebody"), frozenset())

LOCKED_OUT: Answers = {"tenant": "entra-example", "error": "AADSTS53003", "access": ("nobody",)}


@cache
def library() -> Library:
    """The shipped playbooks, read once."""
    return load_library(None, shipped=shipped_playbooks())


@cache
def example() -> Organisation:
    """The example organisation, with one tenant of each provider."""
    with as_file(files("bot") / "resources" / "organisation.example.yaml") as path:
        return load_organisation(path, today=date(2026, 11, 22))[0]


def with_tenants(*keys: str, organisation: Organisation | None = None) -> Organisation:
    """The example with these tenants only, in this order."""
    organisation = organisation or example()
    tenants = {tenant.id: tenant for tenant in organisation.tenants}
    return organisation.model_copy(update={"tenants": tuple(tenants[key] for key in keys)})


@dataclass
class Listener:
    """An announcer that remembers, and what the store held when it was told."""

    store: MemoryEventStore
    heard: list[str] = field(default_factory=list)
    kept_by_then: list[int] = field(default_factory=list)

    def announce(self, incident: Incident, facts: Sequence[Fact]) -> None:
        """Remember the kinds."""
        self.heard += [fact.kind for fact in facts]
        self.kept_by_then.append(len(self.store.facts.get(incident.id, [])))


def make_desk(store: MemoryEventStore | None = None, listener: Listener | None = None) -> Desk:
    """A desk; give two of them one store and they are two processes."""
    clock = store.clock if store else FixedClock()
    store = store or MemoryEventStore(clock)
    return Desk(store, clock, CountingIds(), example(), library(), listener or Listener(store))


async def declare(desk: Desk, answers: Answers = LOCKED_OUT) -> Incident:
    """A lockout, declared by the on-call engineer."""
    return (await open_incident(desk, ONCALL, answers)).incident


async def put(desk: Desk, incident_id: str, *events: Event, doer: Doer = ONCALL) -> Incident:
    """Record these events, whatever the playbooks say."""
    incident = await desk.load(incident_id)
    return (await desk.append(incident, events, doer)).incident


async def put_first(desk: Desk, incident_id: str, *events: Event) -> Incident:
    """A timeline that begins as none does."""
    return (await desk.append(Incident(id=incident_id), events, ONCALL)).incident


def obligation(name: str) -> ObligationOpened:
    """Something temporary."""
    return ObligationOpened(obligation=name, title=f"Take {name} back")


async def kinds(desk: Desk, incident_id: str) -> list[str]:
    """What is on the timeline."""
    return [fact.kind for fact in await desk.store.read(incident_id)]
