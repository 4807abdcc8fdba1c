"""A tenant is read, audited, compared, kept; and what is dangerous is written down to be said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.adapters.memory import FixedClock, MemorySnapshotStore
from bot.audit.difference import FROM_FILES
from bot.audit.snapshot import Snapshot
from bot.core.errors import Broken, Problem, Unavailable
from bot.services.desk import Desk
from bot.services.ports import Effect, Outgoing
from bot.services.watching_policies import Taken, last_taken, read_tenant, take_snapshot
from tests.services.desks import make_desk
from tests.services.tenants import FIRST_ACCOUNT, GROUP, policy, watching_desk


async def take(desk: Desk, *, announcing: bool = True, minutes: float = 15) -> Taken:
    """The next reading, a quarter of an hour later."""
    assert isinstance(desk.clock, FixedClock)
    desk.clock.advance(minutes=minutes)
    tenant = desk.organisation.tenant("entra-example")
    assert tenant is not None
    return await take_snapshot(desk, tenant, announcing=announcing)


def said(store: MemorySnapshotStore) -> list[str]:
    """The messages so far."""
    return [one.payload["text"] for one in store.effects if isinstance(one, Outgoing)]


async def test_the_first_reading_is_one_message() -> None:
    """Not one for each of two hundred policies; the worst of them by name."""
    desk, store, _ = watching_desk(*(policy(number) for number in range(1, 31)))
    taken = await take(desk)
    assert (taken.changes, taken.announced) == (None, 1)
    (text,) = said(store)
    assert text.startswith("**Apply the correction before somebody signs out.**")
    assert "**Example (Entra)** is watched from now on. 30 policies, 2 accounts" in text
    assert "And 20 more." in text


async def test_a_first_reading_without_danger_says_so() -> None:
    """That somebody watches is worth a message."""
    desk, store, _ = watching_desk(policy(1, block=False))
    await take(desk)
    assert said(store)[0].endswith("No policy keeps an emergency account out.")


async def test_an_unchanged_tenant_says_nothing() -> None:
    """It is seen again, and that is all."""
    desk, store, _ = watching_desk(policy(1))
    await take(desk)
    taken = await take(desk)
    assert (taken.changes, taken.announced, len(said(store))) == ((), 0, 1)
    newest = await store.newest("entra-example")
    assert newest is not None
    assert newest.taken_at == desk.clock.now()


async def test_a_changed_policy_that_keeps_out_is_announced() -> None:
    """What to do, which policy, whom it keeps out, who did it; and the correction."""
    desk, store, source = watching_desk(policy(1, block=False))
    await take(desk)
    source.policies = [policy(1)]
    assert (await take(desk)).announced == 1
    first, *lines = said(store)[1].split("\n")
    assert first == "**Apply the correction before somebody signs out.**"
    assert lines[0] == "**CA001: Block everybody** of **Example (Entra)** was changed."
    assert lines[1].startswith(
        "It **keeps out now** (blocking): emergency-1@example.onmicrosoft.com"
    )
    assert lines[2].startswith("Changed 2026-11-22 ")
    assert lines[2].endswith(" by pipeline.")
    files = store.effects[-1].payload["files"] if isinstance(store.effects[-1], Outgoing) else {}
    assert {name.rpartition(".")[2] for name in files} == {"json", "diff", "tf", "txt"}
    assert GROUP in files["ca001-block-everybody.json"]


async def test_a_change_that_keeps_nobody_out_is_not_announced() -> None:
    """Nobody reads an alert that is none."""
    desk, store, source = watching_desk(policy(1))
    await take(desk)
    source.policies = [policy(1, block=False), policy(2, block=False)]
    taken = await take(desk)
    assert [change.kind for change in taken.changes or ()] == ["changed", "new"]
    assert len(said(store)) == 1


async def test_an_unchanged_policy_that_became_worse_is_announced() -> None:
    """Somebody left the group."""
    desk, store, source = watching_desk(policy(1, block=False))
    second = FIRST_ACCOUNT.replace("0001", "0002")
    source.more = {"members": {GROUP: (FIRST_ACCOUNT, second)}}
    await take(desk)
    source.more = {"members": {GROUP: (FIRST_ACCOUNT,)}}
    await take(desk)
    assert "stayed as it is, but the groups" in said(store)[1]
    assert "emergency-2@example.onmicrosoft.com" in said(store)[1]
    assert "emergency-1" not in said(store)[1]


async def test_many_changes_at_once_are_one_message() -> None:
    """A roll-out of fifty policies does not flood the channel."""
    desk, store, source = watching_desk()
    await take(desk)
    source.policies = [policy(number) for number in range(1, 7)]
    assert (await take(desk)).announced == 1
    assert "6 policies of **Example (Entra)** changed" in said(store)[1]
    source.policies = [policy(number, block=number != 9) for number in range(1, 10)]
    assert (await take(desk)).announced == 2


async def test_without_a_courier_nothing_is_written_down_to_be_said() -> None:
    """It would wait for ever."""
    desk, store, source = watching_desk()
    await take(desk, announcing=False)
    source.policies = [policy(1)]
    taken = await take(desk, announcing=False)
    assert [change.dangerous for change in taken.changes or ()] == [True]
    assert store.effects == []


async def test_two_processes_that_see_one_change_announce_it_once() -> None:
    """The second one finds that it was said, and that there is nothing else."""
    desk, store, source = watching_desk(policy(1, block=False))
    await take(desk)
    source.policies = [policy(1)]
    slow = Behind(store)
    desk.snapshots = slow
    slow.behind = [await store.newest("entra-example")]
    other = replace_store(desk, store)
    await take(other)
    await take(desk, minutes=0)
    assert len(said(store)) == 2


async def test_what_the_other_process_did_not_see_is_announced_all_the_same() -> None:
    """Between the two readings something else changed."""
    desk, store, source = watching_desk(policy(1, block=False))
    await take(desk)
    slow = Behind(store)
    slow.behind = [await store.newest("entra-example")]
    source.policies = [policy(1)]
    await take(replace_store(desk, store))
    source.policies = [policy(1), policy(2)]
    desk.snapshots = slow
    await take(desk)
    assert len(said(store)) == 3
    assert "CA002" in said(store)[2]


class Behind(MemorySnapshotStore):
    """A process that read the newest snapshot just before another one was kept."""

    def __init__(self, store: MemorySnapshotStore) -> None:
        super().__init__(store.kept, store.effects, store._seen)
        self.behind: list[Snapshot | None] = []

    async def newest(self, tenant: str) -> Snapshot | None:
        """First what was there before."""
        return self.behind.pop(0) if self.behind else await super().newest(tenant)


def replace_store(desk: Desk, store: MemorySnapshotStore) -> Desk:
    """Another process at the same database."""
    other = replace(desk)
    other.snapshots = store
    return other


async def test_what_was_not_readable_for_a_while_is_not_announced_again() -> None:
    """A page that failed once is no change of thirty policies."""
    desk, store, source = watching_desk(policy(1), policy(2))
    await take(desk)
    source.policies = [policy(1)]
    source.more = {"problems": (Problem("policies", 0, "", "A page could not be read."),)}
    await take(desk)
    source.policies, source.more = [policy(1), policy(2)], {}
    taken = await take(desk)
    assert taken.changes == ()
    assert len(said(store)) == 1


async def test_files_that_are_given_are_not_the_whole_tenant() -> None:
    """What they do not hold is not gone, and not new the next time."""
    desk, store, source = watching_desk(policy(1), policy(2))
    await take(desk)
    newest = await store.newest("entra-example")
    tenant = desk.organisation.tenant("entra-example")
    assert newest is not None
    assert tenant is not None
    some = replace(
        newest,
        taken_at=newest.taken_at + timedelta(minutes=1),
        sources=newest.sources[:1],
        changes=(),
        problems=(Problem(FROM_FILES, 0, "", "Some.", fatal=False),),
    )
    taken = await take_snapshot(desk, tenant, announcing=True, given=some)
    assert taken.changes == ()
    assert [change.name for change in taken.snapshot.changes] == [policy(1)["displayName"]]
    assert (await take(desk)).changes == ()
    assert source.asked == ["entra-example"] * 2


async def test_a_provider_that_fails_leaves_everything_as_it_was() -> None:
    """The next reading compares with the last good one."""
    desk, store, source = watching_desk(policy(1))
    await take(desk)
    source.errors = [Unavailable("Microsoft Graph does not answer")]
    with pytest.raises(Unavailable):
        await take(desk)
    assert (await take(desk)).changes == ()
    assert len(said(store)) == 1


async def test_without_a_reader_it_says_what_to_do() -> None:
    """Exported files need none."""
    desk = make_desk()
    tenant = desk.organisation.tenants[0]
    with pytest.raises(Broken):
        await take_snapshot(desk, tenant, announcing=False)
    with pytest.raises(Broken, match="Nothing here can read a provider"):
        await read_tenant(desk, tenant)
    assert await last_taken(desk, tenant) is None


async def test_the_last_one_can_be_looked_at_again() -> None:
    """Audited anew, and nobody is asked."""
    desk, _, source = watching_desk(policy(1))
    tenant = desk.organisation.tenant("entra-example")
    assert tenant is not None
    assert await last_taken(desk, tenant) is None
    await take(desk)
    taken = await last_taken(desk, tenant)
    assert taken is not None
    assert {finding.verdict for finding in taken.report.findings} == {"blocking"}
    assert len(source.asked) == 1


async def test_a_name_for_which_something_was_said_before_does_not_stop_the_keeping() -> None:
    """After a snapshot that this release cannot read, the tenant looks new a second time."""
    desk, store, _ = watching_desk(policy(1))
    await take(desk)
    store.kept.clear()
    taken = await take(desk)
    assert taken.announced == 0
    assert len(store.kept) == 1
    effects: list[Effect] = store.effects
    assert len(effects) == 1


def test_policies_of_the_script_are_what_they_say() -> None:
    """Or the tests above would prove nothing."""
    block: dict[str, Any] = policy(1)
    assert block["conditions"]["users"]["excludeGroups"] == []
    assert policy(1, block=False)["conditions"]["users"]["excludeGroups"] == [GROUP]
