"""Made-up facts cover everything that a text may name."""

from __future__ import annotations

from bot.core.facts import VOCABULARY
from bot.playbook.library import Library
from bot.playbook.samples import list_facts, sample_facts, sample_situations
from tests.playbook.planting import PLAYBOOKS, TICKET, parsed, steps

FORM = steps("""
  - id: first
    kind: form
    title: One
    sets: {asked: true}
    fields:
      - {fact: number, label: Number}
      - {fact: at, label: At, kind: moment}
      - {fact: door, label: Door, kind: one_of, choices: [{value: a, label: A}]}
      - {fact: doors, label: Doors, kind: many_of, choices: [{value: a, label: A}]}
    to: end
""")


def _library() -> Library:
    texts = {**PLAYBOOKS, TICKET: FORM}
    return Library({name: parsed(text, name)[0] for name, text in texts.items()})


def test_every_name_of_the_vocabulary_has_a_value() -> None:
    """A text that is tried out never meets a blank."""
    facts = sample_facts(_library())
    assert set(VOCABULARY) <= set(facts)
    assert all(facts.values())


def test_answers_of_forms_and_buttons_have_values_of_their_kind() -> None:
    """A field of several answers is a list, any other is a text."""
    facts = sample_facts(_library())
    assert facts["number"] == "(Number)"
    assert facts["door"] == "a"
    assert facts["doors"] == ("a",)
    assert facts["asked"] is True
    assert list_facts(facts) >= {"doors", "addresses", "emergency_accounts"}
    assert "door" not in list_facts(facts)


def test_the_two_situations_are_everything_and_nothing() -> None:
    """What is missing says so; a word of an unread file is a fact that might be known."""
    everything, nothing = sample_situations(_library(), frozenset({"other"}), "aws")
    assert everything["provider"] == "aws"
    assert everything["other"] == nothing["other"] == "sample"
    assert str(nothing["policy_name"]) == "[MISSING: policy name]"
