"""What is foreseen is what the fold of the recorded facts gives."""

from __future__ import annotations

from dataclasses import replace

from bot.core import events as e
from bot.core.foreseeing import expect, foresee
from bot.core.incident import evolve
from bot.core.timeline import Draft, fact_from_dict, fact_to_dict, seal_drafts
from tests.core.script import DECLARED, ONE, TWO, after, at, started


def test_what_is_expected_is_what_will_be() -> None:
    """Nothing is recorded, but the answer is that of the recorded facts."""
    before = after(DECLARED)
    expected = expect(before, [started()], ONE, at(5))
    assert expected.position is not None
    assert expected.version == 2
    assert before.version == 1


def test_what_is_foreseen_is_what_is_recorded() -> None:
    """But for the head, which only the store can know."""
    drafts = [
        Draft("n1", e.NoteAdded(text="one"), ONE, at(5)),
        Draft("n2", e.NoteCorrected(note="n1", text="two"), TWO, at(6)),
    ]
    before = after(DECLARED)
    seen = foresee(before, drafts)
    facts = seal_drafts("L-1", drafts, after=1, head=before.head, now=at(9))
    now = before
    for fact in facts:
        now = evolve(now, fact_from_dict(fact_to_dict(fact)))
    assert replace(seen, head=now.head) == now
