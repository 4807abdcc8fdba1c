"""What a single step must be like, beyond what its class says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.core.template import TemplateError, holds
from bot.playbook.model import (
    ApprovalStep,
    AuditStep,
    ChecklistStep,
    FieldSpec,
    FormStep,
    MembersStep,
    Playbook,
    ProofStep,
    ShownStep,
)
from bot.playbook.rules.finding import AnyStep, Ground, LintProblem, steps_of
from bot.playbook.samples import list_facts, sample_facts
from bot.playbook.steps import audit, members
from bot.playbook.steps.checklist import DONE
from bot.playbook.steps.form import SUBMIT
from bot.playbook.steps.proof import RESULT

_RESERVED = {
    "form": {SUBMIT},
    "checklist": {DONE},
    "audit": {audit.AUDIT, audit.DONE},
    "members": {members.READ, audit.DONE},
    "proof": {DONE},
}

# The fact that says what came of the step's reading.
_RESULTS = {"audit": "audit_result", "members": "members_result"}


def check_shape(ground: Ground) -> Iterator[LintProblem]:
    """Ids used twice, fields without choices, lists that cannot be finished, nobody to agree."""
    lists = list_facts(sample_facts(ground.library)) | ground.unread
    for name, playbook in ground.library.playbooks.items():
        for path, message in _check_playbook(playbook, lists):
            yield LintProblem(name, path, message)


def _check_playbook(playbook: Playbook, lists: set[str]) -> Iterator[tuple[str, str]]:
    yield from _twice("steps", (step.id for step in playbook.steps), "id", "steps")
    for path, step in steps_of(playbook):
        yield from _check_step(path, step, lists)


def _check_step(path: str, step: AnyStep, lists: set[str]) -> Iterator[tuple[str, str]]:
    if step.kind != "decide":
        yield from _check_buttons(path, step)
    match step:
        case FormStep():
            yield from _check_fields(path, step)
        case ProofStep():
            yield from _check_fields(path, step)
            yield from _check_proof(path, step)
            yield from _check_lines(path, step, lists)
        case ChecklistStep():
            yield from _check_lines(path, step, lists)
        case AuditStep() | MembersStep() if not _has_way_by_hand(step):
            fact = _RESULTS[step.kind]
            message = f"needs a button that is there when {fact} == 'failed': the way by hand"
            yield f"{path}.buttons", message
        case ApprovalStep() if not step.approvers:
            yield f"{path}.approvers", "names nobody who may agree: give at least one role"
        case _:
            return


def _has_way_by_hand(step: AuditStep | MembersStep) -> bool:
    """Where no provider answers and nothing was kept, nobody may be caught here."""
    failed = {"audit_possible": "yes", "audit_result": "failed", "members_result": "failed"}
    for button in step.buttons:
        try:
            if not button.when or holds(button.when, failed):
                return True
        except (TemplateError, TypeError):
            return True  # `texts` says what is wrong with the condition.
    return False


def _twice(path: str, ids: Iterable[str], key: str, what: str) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for number, one in enumerate(ids):
        if one in seen:
            yield f"{path}[{number}].{key}", f"'{one}' is the {key} of two {what}"
        seen.add(one)


def _check_buttons(path: str, step: ShownStep) -> Iterator[tuple[str, str]]:
    yield from _twice(f"{path}.buttons", (one.id for one in step.buttons), "id", "buttons")
    for number, button in enumerate(step.buttons):
        if button.id in _RESERVED.get(step.kind, ()):
            message = f"'{button.id}' is the id of the step's own button: choose another one"
            yield f"{path}.buttons[{number}].id", message


def _check_fields(path: str, step: FormStep | ProofStep) -> Iterator[tuple[str, str]]:
    yield from _twice(f"{path}.fields", (one.fact for one in step.fields), "fact", "fields")
    for number, field in enumerate(step.fields):
        yield from _check_field(f"{path}.fields[{number}]", field)


def _check_field(path: str, field: FieldSpec) -> Iterator[tuple[str, str]]:
    chosen = field.kind in {"one_of", "many_of"}
    if chosen and not field.choices:
        yield path, f"a field of kind {field.kind} needs choices"
    if field.choices and not chosen:
        yield (
            f"{path}.choices",
            f"a field of kind {field.kind} offers no choices: use one_of or many_of",
        )
    values = (option.value for option in field.choices)
    yield from _twice(f"{path}.choices", values, "value", "choices")


def _check_proof(path: str, step: ProofStep) -> Iterator[tuple[str, str]]:
    if RESULT in {one.fact for one in step.fields}:
        yield f"{path}.fields", f"'{RESULT}' is asked anyway: choose another fact"
    if step.repair is not None and step.repair.due_in is None:
        yield f"{path}.repair", "needs due_in: what failed must be repaired by some day"


def _check_lines(
    path: str, step: ChecklistStep | ProofStep, lists: set[str]
) -> Iterator[tuple[str, str]]:
    ids = (item.id or str(number) for number, item in enumerate(step.items, start=1))
    yield from _twice(f"{path}.items", ids, "id", "items")
    if step.each and step.item is None:
        yield f"{path}.each", "needs 'item': the text of each line"
    if step.item is not None and not step.each:
        yield f"{path}.item", "needs 'each': the fact whose entries make the lines"
    if step.each and step.each not in lists:
        known = ", ".join(sorted(one for one in lists if one.islower()))[:200]
        yield f"{path}.each", f"'{step.each}' is not a fact with several entries; known: {known}"
    if not step.items and step.each is None:
        yield path, "a checklist needs items, or 'each' and 'item'"
    elif step.each is None and step.at_least > len(step.items):
        message = f"can never be finished: {len(step.items)} lines, at_least is {step.at_least}"
        yield f"{path}.at_least", message
