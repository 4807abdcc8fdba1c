"""A drill in a test: the shipped playbooks, and evidence as people write it."""

from __future__ import annotations

from bot.core.events import DrillBegun, Event, Value
from bot.core.incident import Incident
from bot.core.organisation import Organisation
from bot.core.view import Button, Form, Prove
from bot.playbook.engine import start_walk
from tests.playbook.shipped import EXAMPLE, LIBRARY, TENANTS
from tests.playbook.walking import Walk, declared


def drill_walk(provider: str = "entra", organisation: Organisation = EXAMPLE) -> Walk:
    """A drill at the first step of its playbook."""
    walk = Walk(LIBRARY, organisation, declared(TENANTS[provider], provider))
    begun = DrillBegun.model_validate(
        {"tenant": TENANTS[provider], "provider": provider, "why": "scheduled"}
    )
    walk.incident = Incident(id="drill-261231-1")
    walk.record([begun], walk.people["oncall"])
    playbook = LIBRARY.drill(provider)
    assert playbook is not None
    walk.record(start_walk(walk.situation, playbook.id, "drill"), walk.people["oncall"])
    return walk


def proofs(walk: Walk) -> list[Button]:
    """The buttons that record evidence, in reading order."""
    return [button for button in walk.card.buttons() if isinstance(button.action, Prove)]


def evidence(form: Form, result: str = "passed") -> dict[str, Value]:
    """An answer to every question."""
    answers: dict[str, Value] = {"result": result}
    for field in form.fields[1:]:
        answers[field.id] = "2026-11-22T03:00:00Z" if field.kind == "moment" else "As it was"
    return answers


def record(walk: Walk, button: Button, result: str = "passed") -> list[Event]:
    """Record one thing."""
    assert button.form is not None
    return walk.do(button.action, "oncall", evidence(button.form, result))


def record_all(walk: Walk, result: str = "passed") -> None:
    """Record everything of the step, and go on."""
    while open_lines := [one for one in proofs(walk) if one.label == "Record …"]:
        record(walk, open_lines[0], result)
    walk.press("All recorded")
