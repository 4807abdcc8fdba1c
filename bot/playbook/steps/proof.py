"""`proof`: what a drill must prove, thing by thing, each passed or failed with its evidence.

A failure is a valid answer, and a loud one: it opens the repair. Recorded again, the newest counts.
"""

from __future__ import annotations

from bot.core.drill import parts_of
from bot.core.drill_events import Given
from bot.core.errors import Refused
from bot.core.events import (
    Event,
    EvidenceRecorded,
    ObligationOpened,
    ObligationSettled,
    Value,
)
from bot.core.facts import format_moment
from bot.core.incident import Evidence
from bot.core.timeline import format_time
from bot.core.view import Act, Block, Button, Choice, Form, FormField, Item, Press, Prove, Small
from bot.playbook.model import FieldSpec, ProofStep
from bot.playbook.situation import Doer, Situation
from bot.playbook.steps.checklist import DONE, Line, lines_of
from bot.playbook.steps.form import checked_answer, field_of
from bot.playbook.steps.parts import (
    Outcome,
    Values,
    accept_button,
    press_of,
    show_buttons,
    show_text,
)

RESULT = "result"
RESULTS = (Choice("passed", "Passed"), Choice("failed", "FAILED"))
SUBMIT = "Record"


def show(step: ProofStep, situation: Situation) -> list[Block]:
    """Text, what is not recorded first, each line with its form, then the way on."""
    lines = lines_of(step, situation)
    lines.sort(key=lambda line: _proof(step, situation, line) is not None)
    recorded = sum(_proof(step, situation, line) is not None for line in lines)
    count = f"{recorded} of {len(lines)} recorded."
    if len(lines) < step.at_least:
        count += f" At least {step.at_least} are needed; add them to the organisation file."
    finish = Button(step.done, press_of(step, situation, DONE), style="primary")
    return [
        *show_text(step, situation),
        *(_item(step, situation, line, first=number == 0) for number, line in enumerate(lines)),
        Small(count),
        *show_buttons(
            step,
            situation,
            usual=finish if recorded == len(lines) else None,
            aside=recorded < len(lines),
        ),
    ]


def _proof(step: ProofStep, situation: Situation, line: Line) -> Evidence | None:
    return situation.incident.evidence.get((step.part, line.id))


def _item(step: ProofStep, situation: Situation, line: Line, *, first: bool) -> Item:
    """The first line without evidence carries the primary button."""
    position, proof = situation.incident.position, _proof(step, situation, line)
    action = Prove(
        incident=situation.incident.id,
        playbook=position.playbook if position else "",
        step=step.id,
        item=line.id,
    )
    intro = f"DRILL. {situation.text(step.title)}: {line.text}".replace("**", "")
    form = Form("DRILL: evidence", SUBMIT, _fields(step, situation), action, intro)
    if proof is None:
        button = Button("Record …", action, style="primary" if first else "default", form=form)
        return Item(line.text, done=False, button=button, code=line.copy)
    at = format_moment(proof.at, situation.organisation.time_zone)
    told = f"{line.text}: **{proof.fact.result.upper()}** ({proof.actor.name}, {at})"
    again = Button("Record again …", action, form=form)
    return Item(told, proof.fact.result == "passed", again)


def _fields(step: ProofStep, situation: Situation) -> tuple[FormField, ...]:
    """What only a pass needs cannot be demanded before somebody says that it passed."""
    result = FormField(RESULT, "How did it go?", "one_of", required=True, choices=RESULTS)
    asked = [
        field_of(spec.model_copy(update={"required": False}), situation) for spec in step.fields
    ]
    return (result, *asked)


def accept(step: ProofStep, situation: Situation, act: Act, values: Values, _doer: Doer) -> Outcome:
    """Evidence, the finish, or another way out. Errors: Refused while lines have none."""
    lines = lines_of(step, situation)
    if isinstance(act, Prove):
        return _record(step, situation, act, values, lines)
    if not (isinstance(act, Press) and act.button == DONE):
        return accept_button(step, situation, act)[1]
    left = [line.text for line in lines if _proof(step, situation, line) is None]
    if left:
        raise Refused(
            f"Not everything is recorded: {left[0]}",
            f"{len(left)} of {len(lines)} have no evidence. FAILED is an answer too",
        )
    return Outcome(step.done, DONE, step, dict(step.sets))


def _record(
    step: ProofStep, situation: Situation, act: Prove, values: Values, lines: list[Line]
) -> Outcome:
    line = next((line for line in lines if line.id == act.item), None)
    if line is None:
        raise Refused("This line is not on the list any more", "Use the newest card")
    result = values.get(RESULT)
    if result not in {"passed", "failed"}:
        raise Refused("Say whether it passed or failed", field=RESULT)
    given = _given(step, situation, values, passed=result == "passed")
    if not given:
        raise Refused(
            "Write down what happened: a result without evidence proves nothing",
            field=step.fields[-1].fact,
        )
    proof = EvidenceRecorded.model_validate(
        {
            "playbook": act.playbook,
            "step": step.id,
            "part": step.part,
            "item": line.id,
            "label": line.text.replace("**", ""),
            "result": result,
            "given": given,
            "wanted": max(len(lines), step.at_least),
        }
    )
    return Outcome(line.text, events=(proof, *_repair(step, situation, proof)))


def _given(
    step: ProofStep, situation: Situation, values: Values, *, passed: bool
) -> tuple[Given, ...]:
    """The answers under their questions, a choice in its words. Errors: Refused, naming a field."""
    found = []
    for spec in step.fields:
        asked = spec if passed else spec.model_copy(update={"required": False})
        value = checked_answer(asked, values.get(spec.fact, ""))
        _refuse_future(spec, situation, value)
        text = _as_text(spec, value)
        if text:
            found.append(Given(label=spec.label, text=text))
    return tuple(found)


def _refuse_future(spec: FieldSpec, situation: Situation, value: Value) -> None:
    """Nobody has signed in tomorrow; stored moments sort as they follow each other."""
    if spec.kind == "moment" and value and str(value) > format_time(situation.now):
        raise Refused(
            f"'{spec.label}' lies in the future", "Evidence is of what happened", field=spec.fact
        )


def _as_text(spec: FieldSpec, value: Value) -> str:
    labels = {option.value: option.label for option in spec.choices}
    chosen = value if isinstance(value, tuple) else (str(value) if value else "",)
    return ", ".join(labels.get(one, one) for one in chosen if one)


def _repair(step: ProofStep, situation: Situation, proof: EvidenceRecorded) -> list[Event]:
    """Opened by the first failure, settled by the evidence that leaves none."""
    spec = step.repair
    if spec is None:
        return []
    title, known = situation.text(spec.title), situation.incident.obligations.get(spec.id)
    is_open = known is not None and known.status == "open"
    if proof.result == "failed":
        due = situation.now + spec.due_in if spec.due_in else None
        return [] if is_open else [ObligationOpened(obligation=spec.id, title=title, due_at=due)]
    others = [
        other
        for part in parts_of(situation.incident)
        for other in part.proofs
        if (other.fact.part, other.fact.result) == (step.part, "failed")
        and other.fact.item != proof.item
    ]
    if not is_open or others or known is None:
        return []
    return [ObligationSettled(obligation=spec.id, title=known.title)]
