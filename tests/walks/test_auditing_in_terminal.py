"""The same audit at a keyboard, when Slack is gone: no worker, the answer comes at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.memory import MemoryEventStore
from bot.core.errors import Broken, Unavailable
from bot.core.timeline import Draft, Fact
from bot.surfaces.terminal.session import open_desk
from bot.surfaces.terminal.walk import Walk
from tests.services.desks import example, library
from tests.services.policies import ScriptedSource, block_all
from tests.surfaces.terminal.stage import FakePrompt, FakeWiring, make_screen
from tests.surfaces.terminal.test_walk import Walked, on_stage

GROUP = example().tenants_of("entra")[0].group.id
TO_AUDIT = (
    "Yes, something is down",
    "A session is still open",
    "It is report-only or off now",
    "I am in",
    *("On-call engineer", ""),
    "The group exists and is protected",
    *("",) * 5,
    "All accounts are fit",
    *("",) * 2,
    "All are members",
)


@pytest.fixture
def walked(tmp_path: Path) -> Iterator[Walked]:
    """The example organisation with the shipped playbooks, and a provider that can be read."""
    wiring = FakeWiring(found=example(), shelf=library())
    wiring.kept.source = ScriptedSource(wiring.clock, [block_all()])
    with on_stage(tmp_path, wiring, policy="") as stage:
        yield stage


class FullDisk:
    """A store that takes no answer of an audit."""

    def __init__(self, store: MemoryEventStore) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the store has
        return getattr(self._store, name)

    async def append(self, incident: str, drafts: Sequence[Draft], **more: Any) -> list[Fact]:  # noqa: ANN401
        """Everything else is taken."""
        if any(draft.event.kind == "PoliciesAudited" for draft in drafts):
            raise Unavailable("The disk is full")
        return await self._store.append(incident, drafts, **more)


@contextmanager
def on_stage_again(walked: Walked) -> Iterator[Walked]:
    """The same incident in a new process."""
    screen, paper = make_screen(clock=walked.wiring.clock)
    prompt = FakePrompt([])
    with open_desk(walked.wiring) as session:
        walk = Walk(session, prompt, screen, walked.walk.keyboard, walked.walk.out)
        yield Walked(walk, prompt, walked.wiring, walked.incident, paper.getvalue)


def source_of(walked: Walked) -> ScriptedSource:
    """The provider's script."""
    assert isinstance(walked.wiring.kept.source, ScriptedSource)
    return walked.wiring.kept.source


def test_found_corrected_audited_again_and_on(walked: Walked, tmp_path: Path) -> None:
    """What to paste is on the screen and in a file; the primary answer is always Enter."""
    walked.go(*TO_AUDIT, "", "Leave")
    read = walked.read()
    assert "1 policy, 2 accounts: 1 still locks somebody out." in read
    assert "Reading the policies" in read
    assert "CA001: Block everybody" in read
    assert f'"excludeGroups": ["{GROUP}"]' in read
    (file,) = tmp_path.glob("*-corrections-*.md")
    assert "CA001: Block everybody" in file.read_text("utf-8")
    source_of(walked).policies[0] = block_all(excluded=[GROUP])
    walked.go("", "", "Leave")
    assert "none locks anybody out" in walked.read()
    assert "Is a policy written in code?" in walked.read()
    assert "PressRefused" not in walked.kinds()


def test_only_an_approver_waives_and_takes_it_back(walked: Walked) -> None:
    """The keyboard is handed on, in an exercise."""
    reason = ("More", "Waive: CA001", "It goes next week")
    walked.go(*TO_AUDIT, "", *reason, "Leave")
    assert "Only approver may do this: waive a policy" in walked.read()
    walked.go("Hand", "Head of security", *reason, "More", "Take back: CA001", "y", "Leave")
    assert walked.kinds()[-2:] == ["PolicyWaived", "WaiverTakenBack"]
    assert "Is a policy written in code?" not in walked.read()
    walked.go("Hand", "Head of security", *reason, "", "Leave")
    assert "Is a policy written in code?" in walked.read()


def test_a_provider_that_refuses_leaves_the_way_by_hand(walked: Walked) -> None:
    """As in Slack."""
    source_of(walked).error = Broken("No consent", "Grant Policy.Read.All")
    walked.go(*TO_AUDIT, "", "Go through the list by hand", "Leave")
    assert "The audit failed." in walked.read()
    assert "Exclude the group from every broad policy" in walked.read()


def test_a_question_that_was_left_is_answered_when_somebody_comes_back(walked: Walked) -> None:
    """The process died between the question and its answer; there is one answer in the end."""
    source = source_of(walked)
    source.error = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        walked.go(*TO_AUDIT, "")
    assert walked.kinds()[-1] == "AuditAsked"
    source.error = None
    with on_stage_again(walked) as again:
        again.go("Leave")
        assert "1 still locks somebody out" in again.read()
    assert walked.kinds().count("PoliciesAudited") == 1


def test_where_an_answer_cannot_be_recorded_a_person_goes_on(walked: Walked) -> None:
    """It is tried once for each question, not for ever."""
    desk = walked.wiring.kept
    desk.store = FullDisk(walked.wiring.store)
    walked.go(*TO_AUDIT, "", "Leave")
    assert "The disk is full" in walked.read()
    assert walked.kinds()[-1] == "AuditAsked"
