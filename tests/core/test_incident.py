"""An incident is the fold of its facts: each test is a small script of what happened."""

from __future__ import annotations

from datetime import UTC
from typing import Any, get_args

from hypothesis import given
from hypothesis import strategies as st

from bot.core import events as e
from bot.core.incident import Incident, evolve, fold
from bot.core.timeline import GENESIS, Actor, Draft, Fact, fact_from_dict, fact_to_dict, seal_drafts
from tests.core.script import DECLARED, ONE, START, TWO, after, answered, at, started, to, told


def test_nothing_happened_yet() -> None:
    """The empty incident stands before the genesis."""
    incident = fold("L-1", [])
    assert (incident.id, incident.version, incident.head) == ("L-1", 0, GENESIS)
    assert incident.state == "declared"
    assert incident.open_obligations == []


def test_a_declaration_is_kept_with_who_and_when() -> None:
    """Declaring is not yet acting."""
    incident = after(DECLARED)
    assert incident.declared == DECLARED
    assert (incident.declared_by, incident.declared_at) == (ONE, START)
    assert incident.first_action_at is None
    assert incident.last_actor is None


def test_a_diagnosis_is_kept_and_the_newest_counts() -> None:
    """A second pasted error replaces the first diagnosis."""
    found = e.ErrorDiagnosed(
        provider="entra", code="1", scenarios=(), cause="", branch="", source=None, picked={}
    )
    newer = found.model_copy(update={"code": "2"})
    assert after(DECLARED, found, newer).diagnosis == newer


def test_a_correction_changes_only_what_it_names() -> None:
    """None is 'as before'; an empty list is 'none of them'."""
    began = at(-30)
    incident = after(
        DECLARED,
        e.DetailsCorrected(policy_name="CA002", accounts=("admin@example.com",)),
        e.DetailsCorrected(began_at=began, accounts=()),
    )
    assert incident.declared == DECLARED.model_copy(
        update={"policy_name": "CA002", "began_at": began, "accounts": ()}
    )
    assert incident.last_actor == ONE


def test_a_correction_of_nothing_declared_changes_nothing() -> None:
    """A damaged timeline still folds."""
    assert after(e.DetailsCorrected(policy_name="CA002")).declared is None


def test_a_walk_stands_at_its_first_step() -> None:
    """Position, state, visit and the list of playbooks walked."""
    incident = after(DECLARED, started(state="triage"))
    assert incident.position is not None
    assert (incident.position.step, incident.position.visit, incident.position.since) == (
        "first",
        1,
        at(1),
    )
    assert incident.state == "triage"
    assert incident.walked == ("ticket",)


def test_an_answer_moves_the_walk_and_leaves_its_values() -> None:
    """Who answered what and when is kept, for whoever presses too late."""
    incident = after(DECLARED, started(), answered("first", to("second"), outage="yes"))
    assert incident.position is not None
    assert incident.position.step == "second"
    assert incident.values == {"outage": "yes"}
    kept = incident.answers["ticket", "first", 1]
    assert (kept.answer, kept.label, kept.actor, kept.at) == ("go", "Go on", ONE, at(2))
    assert incident.first_action_at == at(2)
    assert incident.last_actor == ONE


def test_coming_back_to_a_step_is_another_visit() -> None:
    """So that an old button stays old."""
    incident = after(
        DECLARED,
        started(),
        answered("first", to("second")),
        answered("second", to("first"), outage="no"),
        answered("first", to("second"), visit=2, outage="yes"),
    )
    assert incident.position is not None
    assert (incident.position.step, incident.position.visit) == ("second", 2)
    assert incident.visits == {("ticket", "first"): 2, ("ticket", "second"): 2}
    assert incident.values == {"outage": "yes"}


def test_a_hand_over_adds_the_playbook_to_those_walked_once() -> None:
    """In the order in which they were entered."""
    incident = after(
        DECLARED,
        started(),
        answered("first", to("begin", "user")),
        e.WalkStarted(reached=to("first"), why="by hand"),
    )
    assert incident.walked == ("ticket", "user")


def test_an_answer_that_leads_nowhere_ends_the_walk() -> None:
    """The state stays what it was."""
    incident = after(DECLARED, started(state="restored"), answered("first", None))
    assert incident.position is None
    assert incident.state == "restored"


def test_access_came_back_the_first_time_it_was_restored() -> None:
    """Later steps do not move that moment, nor does working again."""
    incident = after(
        DECLARED,
        started(),
        answered("first", to("in", state="restored")),
        answered("in", to("again", state="working")),
        answered("again", to("in", state="restored")),
    )
    assert incident.restored_at == at(2)
    assert incident.state == "restored"


def test_somebody_is_on_the_step_until_it_moves() -> None:
    """Taking a step where the walk does not stand changes nothing."""
    take = e.StepTaken(playbook="ticket", step="first")
    assert after(DECLARED, take).position is None
    taken = after(DECLARED, started(), take)
    assert taken.position is not None
    assert taken.position.taken_by == ONE
    elsewhere = after(DECLARED, started(), e.StepTaken(playbook="ticket", step="other"))
    assert elsewhere.position is not None
    assert elsewhere.position.taken_by is None
    moved = after(DECLARED, started(), take, answered("first", to("second")))
    assert moved.position is not None
    assert moved.position.taken_by is None


def test_a_tick_is_there_until_it_is_taken_back() -> None:
    """Each line has its own; taking back what was never ticked is harmless."""

    def tick(item: str, *, done: bool = True) -> e.ItemTicked:
        return e.ItemTicked(playbook="ticket", step="list", item=item, label=item, done=done)

    assert set(after(tick("a"), tick("b")).ticks) == {
        ("ticket", "list", "a"),
        ("ticket", "list", "b"),
    }
    assert set(after(tick("a"), tick("b"), tick("a", done=False)).ticks) == {
        ("ticket", "list", "b")
    }
    assert after(tick("a", done=False)).ticks == {}


def test_the_newest_card_counts() -> None:
    """A card that was posted again hangs at its new place."""
    old, new = e.CardPosted(channel="C1", message="1"), e.CardPosted(channel="C1", message="2")
    assert after(old, new).card == new


def test_a_closed_incident_stands_nowhere_any_more() -> None:
    """No walk moves it; late notes are still taken."""
    incident = after(
        DECLARED,
        started(),
        e.IncidentClosed(summary="over"),
        started("second"),
        e.NoteAdded(text="The provider called back"),
    )
    assert incident.state == "closed"
    assert incident.closed_at == at(2)
    assert incident.position is None
    assert len(incident.notes) == 1


def test_a_refused_press_moves_only_version_and_head() -> None:
    """Being refused is no action."""
    before, now = after(DECLARED), after(DECLARED, e.PressRefused(what="approve", reason="no"))
    assert now.version == before.version + 1
    assert now.head != before.head
    assert (now.last_actor, now.first_action_at) == (None, None)


def test_the_last_action_is_when_somebody_did_something() -> None:
    """A reminder, a card or a refused press is nobody's action."""
    reminded = e.Reminded(subject="news", number=1, text="No news")
    refused = e.PressRefused(what="approve", reason="no")
    assert after(DECLARED).last_action_at is None
    assert after(DECLARED, e.NoteAdded(text="x"), reminded, refused).last_action_at == at(1)


def test_an_unknown_kind_moves_only_version_and_head() -> None:
    """What a later release wrote does not count as anything here."""
    facts = told(DECLARED, e.NoteAdded(text="x"))
    later = fact_from_dict({**fact_to_dict(facts[1]), "kind": "DrillScheduled"})
    now = fold("L-1", [facts[0], later])
    assert (now.version, now.head) == (2, later.hash)
    assert now.notes == {}
    assert (now.last_actor, now.first_action_at) == (None, None)


SLUGS = st.sampled_from(["a", "b", "f1", "f2", "f3", "ticket", "first"])
TIMES = st.datetimes(timezones=st.just(UTC))
EVENT = st.one_of(
    *(
        st.builds(
            kind,
            **{name: SLUGS for name, info in kind.model_fields.items() if info.annotation is str},
            **({"due_at": st.none() | TIMES} if "due_at" in kind.model_fields else {}),
            **({"until": TIMES} if "until" in kind.model_fields else {}),
            **({"began_at": st.none() | TIMES} if "began_at" in kind.model_fields else {}),
        )
        for kind in get_args(e.Event)
    )
)


@given(st.lists(st.tuples(EVENT, st.sampled_from([ONE, TWO]), st.booleans()), max_size=30))
def test_any_sequence_of_facts_folds(script: list[tuple[Any, Actor, bool]]) -> None:
    """It never fails, one by one or at once; version and head always follow the newest fact."""
    facts: list[Fact] = []
    for number, (event, actor, known) in enumerate(script):
        head = facts[-1].hash if facts else GENESIS
        draft = Draft(f"f{number}", event, actor, at(number))
        (fact,) = seal_drafts("L-1", [draft], after=number, head=head, now=at(number))
        facts.append(fact if known else fact_from_dict({**fact_to_dict(fact), "kind": "Later"}))
    incident = fold("L-1", facts)
    assert incident.version == len(facts)
    assert incident.head == (facts[-1].hash if facts else GENESIS)
    step_by_step = Incident(id="L-1")
    for fact in facts:
        step_by_step = evolve(step_by_step, fact)
    assert step_by_step == incident
    assert (incident.closed_at is None) or incident.position is None
