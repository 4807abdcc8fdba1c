"""What people look at: the right incident, the ticket, the timeline, the status, the summary."""

from __future__ import annotations

import tracemalloc
from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.adapters.memory import FixedClock, MemoryEventStore
from bot.core.errors import Refused
from bot.core.events import CardPosted, NoteAdded, ObligationWaived, StepTaken
from bot.core.incident import Incident
from bot.core.timeline import Draft, Fact, fact_from_dict, fact_to_dict
from bot.core.view import Copyable, Small, Table, Text, View
from bot.exports.verify import verify
from bot.services import showing
from bot.services.desk import Desk
from bot.services.incidents import close_incident
from bot.services.paging import PAGE
from bot.services.ports import Backlog
from tests.core.audits import answer, open_policy
from tests.core.audits import waived as waiver_of
from tests.services.desks import LOCKED_OUT, ONCALL, declare, make_desk, obligation, put
from tests.services.tenants import policy, snapshot, watching_desk


@pytest.fixture
def desk() -> Desk:
    """A desk in memory."""
    return make_desk()


def words(view: View) -> str:
    """All plain text of a view."""
    return "\n".join(
        block.text for block in view.blocks if isinstance(block, Text | Small | Copyable)
    )


async def hang(desk: Desk, channel: str, thread: str = "") -> str:
    """A lockout whose card hangs in this channel; its id."""
    incident = await declare(desk)
    card = CardPosted(channel=channel, message="1700000000.000001", thread=thread)
    await put(desk, incident.id, card)
    return incident.id


# Which incident is meant


async def test_the_card_in_this_channel_is_meant(desk: Desk) -> None:
    """Even though another lockout is open elsewhere."""
    here = await hang(desk, "C0HERE")
    await hang(desk, "C0THERE")
    assert (await showing.incident_in(desk, "C0HERE")).id == here


async def test_of_two_cards_here_the_open_one_is_meant(desk: Desk) -> None:
    """The closed one is history, also when it is newer."""
    still_open = await hang(desk, "C0HERE")
    closed = await hang(desk, "C0HERE")
    await close_incident(desk, ONCALL, closed)
    assert (await showing.incident_in(desk, "C0HERE")).id == still_open
    await close_incident(desk, ONCALL, still_open)
    assert (await showing.incident_in(desk, "C0HERE")).closed_at


async def test_the_only_open_one_is_meant_elsewhere(desk: Desk) -> None:
    """Somebody types in a channel that has no card."""
    closed = await hang(desk, "C0THERE")
    await close_incident(desk, ONCALL, closed)
    still_open = await declare(desk)
    assert (await showing.incident_in(desk, "C0ELSE")).id == still_open.id


async def test_among_several_nothing_is_guessed(desk: Desk) -> None:
    """The refusal names them."""
    names = [await hang(desk, "C0ONE"), await hang(desk, "C0TWO")]
    with pytest.raises(Refused, match="Several") as refusal:
        await showing.incident_in(desk, "C0ELSE")
    assert all(name in refusal.value.reason for name in names)


async def test_when_all_are_closed_the_newest_is_meant(desk: Desk) -> None:
    """Notes and exports come after the night."""
    older = await declare(desk)
    assert hasattr(desk.clock, "advance")
    desk.clock.advance(minutes=1)
    newer = await declare(desk)
    for incident in (newer, older):
        await close_incident(desk, ONCALL, incident.id)
    assert (await showing.incident_in(desk, "C0ELSE")).id == newer.id
    assert (await showing.newest_incident(desk)).id == newer.id


async def test_before_the_first_lockout_there_is_none(desk: Desk) -> None:
    """With the way to declare one."""
    for search in (showing.incident_in(desk, "C0HERE"), showing.newest_incident(desk)):
        with pytest.raises(Refused, match="no") as refusal:
            await search
        assert "/lockout" in refusal.value.hint


async def test_the_newest_open_one_goes_before_a_newer_closed_one(desk: Desk) -> None:
    """What still needs somebody."""
    still_open = await declare(desk)
    newer = await declare(desk)
    await close_incident(desk, ONCALL, newer.id)
    assert (await showing.newest_incident(desk)).id == still_open.id
    assert [incident.id for incident in await showing.open_incidents(desk)] == [still_open.id]


# Views


@pytest.mark.parametrize("tenant", ["entra-example", "aws-example", "google-example"])
async def test_each_provider_has_its_ticket(desk: Desk, tenant: str) -> None:
    """To be copied, with what is missing said and the unlisted address flagged."""
    answers = {"tenant": tenant, "addresses_typed": "198.51.100.7"}
    view = showing.ticket_view(desk, await declare(desk, answers))
    copyable = [block.text for block in view.blocks if isinstance(block, Copyable)]
    assert copyable
    assert "[MISSING: " in "\n".join(copyable)
    assert "198.51.100.7" in words(view)
    known = showing.ticket_view(desk, await declare(desk, {"tenant": tenant}))
    assert "198.51.100.7" not in words(known)


async def test_a_provider_without_a_template_is_refused() -> None:
    """Not an empty ticket."""
    desk = make_desk()
    desk.library = type(desk.library)(desk.library.playbooks, {})
    incident = await declare(desk)
    with pytest.raises(Refused, match="no ticket text for entra"):
        showing.escalation_of(desk, incident)


async def test_the_timeline_shows_the_newest_facts_in_order(desk: Desk) -> None:
    """Oldest of them first, with the head; the rest is in the export."""
    incident = await declare(desk)
    for number in range(20):
        incident = await put(desk, incident.id, NoteAdded(text=f"note {number}"))
    view = await showing.timeline_view(desk, incident.id)
    (table,) = [block for block in view.blocks if isinstance(block, Table)]
    assert [row[0] for row in table.rows] == [str(number) for number in range(9, 24)]
    assert table.rows[-1][2] == "On-call engineer"
    assert "note 19" in table.rows[-1][3]
    assert "8 older facts" in words(view)
    assert incident.head in words(view)
    assert view.summary == "23 facts"
    short = await showing.timeline_view(desk, incident.id, newest=100)
    assert "older" not in words(short)


async def test_the_status_says_what_is_open_and_who_may_act(desk: Desk) -> None:
    """Each open lockout with its obligations; the closed ones are gone."""
    assert "No lockout is open" in words(await showing.status_view(desk))
    incident = await declare(desk)
    await put(desk, incident.id, obligation("the exclusion"))
    closed = await declare(desk)
    await close_incident(desk, ONCALL, closed.id)
    text = words(await showing.status_view(desk))
    assert incident.id in text
    assert "Take the exclusion back" in text
    assert closed.id not in text
    assert "approver: Head of security, Head of operations" in text
    assert "custodian: Keeper of the safe" in text


async def test_an_export_is_asked_for_once_by_each_delivery(desk: Desk) -> None:
    """Slack may send one again; a person may ask again."""
    incident = await declare(desk)
    place = {"channel": "C0HERE", "user": "U0ONCALL1"}
    for once in ("trigger:1", "trigger:1", "trigger:2"):
        await showing.request_export(desk, incident.id, "md", **place, once=once)
    assert (await desk.store.backlog()).waiting == 2


async def test_the_status_says_for_a_week_what_reached_nobody(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside that the database takes facts, and what waits."""
    fine = words(await showing.status_view(desk))
    assert "database write ok, 0 messages waiting" in fine
    assert "reached nobody" not in fine
    last = desk.clock.now() - timedelta(minutes=5)
    old = desk.clock.now() - timedelta(hours=2)

    async def backlog() -> Backlog:
        return Backlog(waiting=1, oldest=old, dropped=2, dropped_last=last)

    monkeypatch.setattr(desk.store, "backlog", backlog)
    told = "1 message waiting, the oldest 2 hours ago, 2 reached nobody, the last 5 minutes ago"
    assert told in words(await showing.status_view(desk))
    last -= timedelta(days=8)
    assert "reached nobody" not in words(await showing.status_view(desk))


async def test_the_status_says_how_old_each_tenants_policies_are() -> None:
    """And which were never read; without a place to keep them, nothing."""
    desk, store, _ = watching_desk()
    await store.keep(snapshot(desk.clock.now() - timedelta(minutes=5), policy(1)))
    never = "Example (AWS) never, Example (Google) never"
    assert f"policies read: Example (Entra) 5 minutes ago, {never}" in words(
        await showing.status_view(desk)
    )
    store.kept[0] = snapshot(desk.clock.now() - timedelta(days=3), policy(1))
    old = words(await showing.status_view(desk))
    assert "Example (Entra) 3 days ago: may be out of date" in old
    desk.snapshots = None
    assert "policies read" not in words(await showing.status_view(desk))


async def test_the_summary_says_how_it_went(desk: Desk) -> None:
    """Never that access came back when nobody said so."""
    incident = await declare(desk)
    waived = ObligationWaived(obligation="it", title="Take it back", reason="it is gone")
    policy = waiver_of(open_policy("p-1"), "it goes next week")
    incident = await put(desk, incident.id, obligation("it"), waived, policy)
    text = showing.summary_of(desk.situation(incident))
    assert "by On-call engineer" in text
    assert "Access was never confirmed as restored." in text
    assert "Walked: Which way in?." in text
    assert "Waived: Take it back (it is gone)." in text
    assert "Waived: policy Policy p-1 (it goes next week)." in text


async def test_the_card_is_drawn_from_the_incident(desk: Desk) -> None:
    """With its name, and something to press."""
    incident = await declare(desk)
    view = showing.card_view(desk, incident)
    assert view.buttons()
    assert incident.id in f"{view.title}{view.summary}{words(view)}"


async def test_an_export_is_the_whole_timeline(desk: Desk) -> None:
    """Intact, and refused for a format that there is not."""
    incident = await declare(desk, {**LOCKED_OUT, "impact": "x"})
    assert hasattr(desk.clock, "advance")
    desk.clock.advance(days=2)
    await put(desk, incident.id, NoteAdded(text="late"))
    document = await showing.export_incident(desk, incident.id, "json")
    assert verify(document.content()).intact
    with pytest.raises(Refused):
        await showing.export_incident(desk, incident.id, "docx")
    with pytest.raises(Refused):
        await showing.export_incident(desk, "lo-x", "json")


class Database(MemoryEventStore):
    """Whatever is read is made anew, as by a database; `meanwhile` is recorded after a reading."""

    meanwhile: Sequence[Draft] = ()

    async def read(self, incident: str, after: int = 0, until: int | None = None) -> list[Fact]:
        """As kept."""
        facts = await super().read(incident, after, until)
        drafts, self.meanwhile = self.meanwhile, ()
        await self.append(incident, drafts, after=len(self.facts.get(incident, [])))
        return [fact_from_dict(fact_to_dict(fact)) for fact in facts]


async def busy_incident(desk: Desk, count: int) -> Incident:
    """Declared, and so often taken over."""
    incident = await declare(desk)
    return await put(
        desk, incident.id, *[StepTaken(playbook="triage", step="outage") for _ in range(count)]
    )


async def test_an_export_is_of_one_version() -> None:
    """What is recorded while it is written is left for the next one; an older one can be had."""
    store = Database(FixedClock())
    desk = make_desk(store)
    incident = await busy_incident(desk, 2 * PAGE)
    before = (await showing.export_incident(desk, incident.id, "json")).content()
    late = Draft("late", NoteAdded(text="late"), ONCALL.actor, desk.clock.now())
    store.meanwhile = [late]
    assert (await showing.export_incident(desk, incident.id, "json")).content() == before
    whole = await showing.export_incident(desk, incident.id, "json")
    earlier = await showing.export_incident(desk, incident.id, "json", incident.version)
    assert verify(whole.content()).intact
    assert earlier.content() == before


async def peak_of_export(export_format: str, count: int) -> int:
    """Bytes that it takes at most, from nothing known of the incident to a file that was taken."""
    desk = make_desk(Database(FixedClock()))
    incident = await busy_incident(desk, count)
    desk.forget()
    tracemalloc.start()
    try:
        document = await showing.export_incident(desk, incident.id, export_format)
        assert sum(map(len, document.chunks)) > count
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("export_format", ["md", "json"])
async def test_an_export_takes_the_same_memory_however_long_the_timeline(
    export_format: str,
) -> None:
    """Neither what is read nor what is written is ever held whole."""
    await peak_of_export(export_format, 1)  # what is made once, and stays
    few, many = [await peak_of_export(export_format, pages * PAGE) for pages in (3, 12)]
    assert many < 2 * few


async def test_the_corrections_are_those_of_the_newest_audit_or_of_the_one_that_is_named(
    desk: Desk,
) -> None:
    """None when there was no audit, or nothing was open."""
    incident = await declare(desk)
    assert await showing.corrections_of(desk, incident.id) is None
    found = answer(1, open_policy("p-1"))
    incident = await put(desk, incident.id, found, answer(1, open_policy("p-2")))
    newest = await showing.corrections_of(desk, incident.id)
    named = await showing.corrections_of(desk, incident.id, incident.version - 1)
    assert newest is not None
    assert named is not None
    assert b"Policy p-2" in newest.content()
    assert b"Policy p-1" in named.content()
    incident = await put(desk, incident.id, answer(1))
    assert await showing.corrections_of(desk, incident.id) is None
    assert await showing.corrections_of(desk, incident.id, 1) is None
