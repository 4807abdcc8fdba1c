"""One sentence a fact, alike everywhere."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import events as e
from bot.core.drill_events import Given
from bot.core.timeline import GENESIS, Actor, Fact
from bot.core.wording import plain_line, plain_text, sentence_of, state_words, words_of
from tests.core.audits import answer, examined, open_policy

MOMENT = datetime(2026, 3, 14, 6, 17, tzinfo=UTC)
REACHED = e.StepReached(playbook="aws-support-user", step="ask-to-unseal", state="working")


def fact_of(kind: str, payload: dict[str, Any]) -> Fact:
    """A fact as a store would hand it out."""
    actor = Actor("terminal:root", "Shift lead")
    return Fact(
        "f1", "INC-1", 1, MOMENT, MOMENT, actor, "terminal", kind, payload, GENESIS, GENESIS
    )


def told(event: e.Event) -> str:
    """The sentence of an event."""
    return sentence_of(fact_of(event.kind, e.payload_of(event)))


def answered(**values: e.Value) -> e.StepAnswered:
    """An answer that moves within its playbook."""
    return e.StepAnswered(
        playbook="aws-support-user",
        step="tell-the-provider",
        visit=1,
        answer="filed",
        label="I filed the ticket",
        values=values,
        reached=REACHED,
    )


UNLISTED = e.ReportedAddress(text="2001:db8::7", known=False)
LISTED = e.ReportedAddress(text="203.0.113.9", known=True, label="Head office")
PROVED = e.EvidenceRecorded(
    playbook="entra-drill",
    step="sign-in",
    part="sign-in",
    item="1",
    label="emergency-1",
    result="failed",
    given=(Given(label="Error", text="AADSTS53003"),),
)
SENTENCES: list[tuple[e.Event, str]] = [
    (
        e.IncidentDeclared(tenant="Example", provider="aws"),
        "declared a lockout of 'Example' (AWS)",
    ),
    (
        e.IncidentDeclared(
            tenant="Example",
            provider="entra",
            policy_id="4b6f",
            addresses=(LISTED, UNLISTED, e.ReportedAddress(text="203.0.113.10", known=True)),
            accounts=("admin@example.com",),
            removed_secrets=("password",),
            exercise=True,
        ),
        (
            "declared an EXERCISE: a lockout of 'Example' (Microsoft Entra), "
            "suspected policy '4b6f', to let in 203.0.113.9 (Head office), 2001:db8::7 (NOT on the "
            "organisation's list), 203.0.113.10, accounts admin@example.com, "
            "removed from the pasted text: password"
        ),
    ),
    (
        e.ErrorDiagnosed(
            provider=None, code=None, scenarios=(), cause="", branch="", source=None, picked={}
        ),
        "looked up the pasted error: nothing known fits it",
    ),
    (
        e.ErrorDiagnosed(
            provider="entra",
            code="AADSTS53003",
            scenarios=(1,),
            cause="A policy blocked it",
            branch="",
            source=None,
            picked={},
        ),
        "looked up the pasted error: AADSTS53003 of Microsoft Entra: A policy blocked it",
    ),
    (
        e.ErrorDiagnosed(
            provider=None, code=None, scenarios=(2,), cause="", branch="", source=None, picked={}
        ),
        "looked up the pasted error: an error",
    ),
    (
        e.DetailsCorrected(
            policy_name="CA012",
            policy_id="4b6f",
            addresses=(UNLISTED,),
            accounts=("a", "b"),
            impact="",
            began_at=MOMENT,
            access=("nobody", "a-way-of-tomorrow"),
            error_text="new",
            removed_secrets=("password",),
        ),
        (
            "corrected the declaration: policy name to 'CA012'; policy ID to '4b6f'; addresses to "
            "'2001:db8::7 (NOT on the organisation's list)'; accounts to 'a, b'; impact "
            "to nothing; when it began to '2026-03-14 06:17 UTC'; who can still sign in to "
            "'Nobody, a-way-of-tomorrow'; error text to 'new'; "
            "removed from the pasted text: password"
        ),
    ),
    (e.DetailsCorrected(), "corrected the declaration"),
    (
        e.WalkStarted(reached=REACHED, why="chosen by hand"),
        "started 'AWS support user' at 'Ask to unseal' (chosen by hand)",
    ),
    (e.WalkStarted(reached=REACHED, why=""), "started 'AWS support user' at 'Ask to unseal'"),
    (answered(), "answered 'I filed the ticket' at 'Tell the provider'"),
    (
        answered().model_copy(update={"title": "Tell Microsoft"}),
        "answered 'I filed the ticket' at 'Tell Microsoft'",
    ),
    (
        answered(ticket_id="7", urgent=True, told=False, lines=("x", "y"), none=()),
        (
            "answered 'I filed the ticket' at 'Tell the provider' "
            "(ticket id '7', urgent yes, told no, lines 'x', 'y', none none)"
        ),
    ),
    (
        answered(promised_at="2026-03-14T06:17:00.000000Z", odd="9999-99-99T99:99:99Z"),
        (
            "answered 'I filed the ticket' at 'Tell the provider' "
            "(promised at 2026-03-14 06:17 UTC, odd '9999-99-99T99:99:99Z')"
        ),
    ),
    (
        answered().model_copy(update={"reached": None}),
        "answered 'I filed the ticket' at 'Tell the provider', and 'AWS support user' was finished",
    ),
    (
        answered().model_copy(
            update={"reached": e.StepReached(playbook="triage", step="x", state="triage")}
        ),
        "answered 'I filed the ticket' at 'Tell the provider', and went on to 'Triage'",
    ),
    (
        e.ItemTicked(playbook="p", step="s", item="i", label="**CA001** (`p-1`)", done=True),
        "ticked 'CA001 (p-1)'",
    ),
    (
        e.ItemTicked(playbook="p", step="s", item="i", label="CA001", done=False),
        "took back the tick of 'CA001'",
    ),
    (e.StepTaken(playbook="p", step="call-aws"), "said 'I am on it' at 'Call AWS'"),
    (e.ObligationOpened(obligation="o", title="Undo it"), "opened the obligation 'Undo it'"),
    (
        e.ObligationOpened(obligation="o", title="Undo it", due_at=MOMENT),
        "opened the obligation 'Undo it', due 2026-03-14 06:17 UTC",
    ),
    (
        e.ObligationSettled(obligation="o", title="Undo it"),
        "confirmed the obligation 'Undo it' as done",
    ),
    (
        e.ObligationWaived(obligation="o", title="Undo it", reason="gone"),
        "waived the obligation 'Undo it': gone",
    ),
    (
        e.ApprovalAsked(playbook="p", step="s", visit=1, what="unseal it"),
        "asked for a second person's approval: unseal it",
    ),
    (
        e.ApprovalGiven(playbook="p", step="s", what="unseal it", asked_by="Shift lead"),
        "approved what Shift lead asked for: unseal it",
    ),
    (
        e.ApprovalDeclined(playbook="p", step="s", what="unseal it"),
        "declined or took back the request: unseal it",
    ),
    (e.NoteAdded(text="one\n two"), "noted: 'one two'"),
    (
        e.NoteAdded(text="said", source=e.MessageSource(channel="C", message="1")),
        "kept a message: 'said'",
    ),
    (e.NoteCorrected(note="f1", text="better"), "corrected a note, which now reads: 'better'"),
    (e.NoteStruck(note="f1"), "struck a note"),
    (e.PressRefused(what="close", reason="still open"), "was refused 'close': still open"),
    (e.PressRefused(what="", reason="still open"), "was refused: still open"),
    (e.Reminded(subject="news", number=1, text="No news."), "reminded: No news."),
    (
        e.Reminded(subject="news", number=3, text="No news.", loud=True),
        "urgently reminded: No news.",
    ),
    (
        e.Snoozed(subject="news", until=MOMENT),
        "wants no reminder of 'News' before 2026-03-14 06:17 UTC",
    ),
    (e.CardPosted(channel="C", message="1"), "posted the incident card"),
    (
        e.AuditAsked(playbook="p", step="s", tenant="entra-example"),
        "asked for an audit of 'entra-example'",
    ),
    (
        answer(
            1,
            open_policy("a"),
            open_policy("b", "pending"),
            open_policy("c", "unknown"),
            open_policy("d"),
        ),
        (
            "audited 42 policies for 2 accounts: 2 still lock somebody out, 1 will once in force, "
            "1 cannot be judged"
        ),
    ),
    (answer(1), "audited 42 policies for 2 accounts: none locks anybody out"),
    (
        answer(1, live=False, left_out=3, policies=1, accounts=1, taken_at=MOMENT),
        ("audited 1 policy for 1 account: 3 more are open; read 2026-03-14 06:17 UTC"),
    ),
    (
        e.AuditFailed(playbook="p", step="s", asked=1, tenant="entra-example", reason="It is away"),
        "could not audit 'entra-example': It is away",
    ),
    (
        e.PolicyWaived(
            playbook="p",
            step="s",
            policy_id="p-1",
            policy_name="CA001",
            verdict="pending",
            reason="Gone tomorrow",
        ),
        "waived the policy 'CA001': Gone tomorrow",
    ),
    (
        e.WaiverTakenBack(playbook="p", step="s", policy_id="p-1", policy_name=""),
        "took back the waiver of the policy 'p-1'",
    ),
    (e.IncidentClosed(summary="over"), "closed the incident: over"),
    (e.IncidentClosed(summary=""), "closed the incident"),
    (
        e.DrillBegun(tenant="prod", provider="aws", why="scheduled"),
        "began a DRILL of 'prod' (AWS), since: it is due",
    ),
    (
        e.DrillBegun(tenant="prod", provider="entra", why="staff-change", exercise=True),
        (
            "began a DRILL in an EXERCISE, of 'prod' (Microsoft Entra), "
            "since: people came, left or changed their job"
        ),
    ),
    (PROVED, "proved in the DRILL, FAILED: emergency-1 (Error: 'AADSTS53003')"),
    (
        PROVED.model_copy(update={"given": (), "result": "passed"}),
        "proved in the DRILL, PASSED: emergency-1",
    ),
    (
        examined(),
        (
            "examined 2 accounts, and who is in 'sg-break-glass-admins': exactly the emergency "
            "accounts; read 2026-11-22 03:00 UTC"
        ),
    ),
    (
        examined("ny", foreign=("x", "y"), more_foreign=3, live=True),
        (
            "examined 2 accounts, and who is in 'sg-break-glass-admins': missing emergency-1; "
            "foreign x, y and 3 more"
        ),
    ),
    (
        examined("?", unsure="Not read.", live=True),
        "examined 1 account, and who is in 'sg-break-glass-admins': not known: Not read.",
    ),
    (examined("?", group="", live=True), "examined 1 account"),
    (e.DrillFinished(result="failed", summary="x"), "finished the DRILL: FAILED: x"),
]


@pytest.mark.parametrize(("event", "sentence"), SENTENCES)
def test_each_kind_of_fact_is_told_in_one_plain_sentence(event: e.Event, sentence: str) -> None:
    """The words that people read in Slack, in the terminal and in every export."""
    assert told(event) == sentence


def test_no_kind_of_fact_is_without_a_sentence_here() -> None:
    """A new kind of fact must bring its sentence, and a test of it."""
    assert {type(event) for event, _ in SENTENCES} == set(get_args(e.Event))


def test_a_kind_of_a_later_release_is_told_as_unknown() -> None:
    """A fact is never dropped, and never guessed at."""
    fact = fact_of("DrillScheduled", {"on": "2026-06-14"})
    assert sentence_of(fact) == (
        "recorded 'DrillScheduled', a kind of fact that this release does not know"
    )


def test_a_due_time_at_the_end_of_the_calendar_is_still_told() -> None:
    """A moment that no other zone can hold must not stop a timeline."""
    fact = fact_of(
        "ObligationOpened",
        {"obligation": "o", "title": "t", "due_at": "0001-01-01T00:00:00+14:00"},
    )
    assert "0001-01-01" in sentence_of(fact)


def test_every_state_has_its_words() -> None:
    """No state is shown by its code."""
    assert set(state_words) == set(get_args(e.State))


def test_ids_become_words() -> None:
    """Ids of steps and playbooks are read by people, acronyms as acronyms."""
    assert words_of("aws-mfa_reset") == "AWS MFA reset"
    assert words_of("") == ""


def test_hidden_characters_are_written_out() -> None:
    """Pasted text can neither colour a terminal nor turn the reading direction."""
    assert plain_line("a\x1b[31mb\u202ec\ud800") == "a\\u001b[31mb\\u202ec\\ud800"
    assert plain_text("a\nb\tc\r\u2028") == "a\nb\tc\\u000d\\u2028"


@given(st.text())
def test_whatever_was_noted_is_told_on_one_line_without_controls(text: str) -> None:
    """A sentence never breaks a table row, a CSV row or a terminal line."""
    sentence = told(e.NoteAdded(text=text))
    assert len(sentence.splitlines()) == 1
    assert not {unicodedata.category(character) for character in sentence} & {"Cc", "Cs", "Zl"}


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)


@given(
    st.sampled_from([kind.model_fields["kind"].default for kind in get_args(e.Event)]) | st.text(),
    st.dictionaries(st.sampled_from(["text", "v", "label", "step", "what", "x"]), _JSON),
)
def test_no_payload_stops_the_telling(kind: str, payload: dict[str, Any]) -> None:
    """Whatever a store holds, the timeline can be read."""
    assert sentence_of(fact_of(kind, payload))
