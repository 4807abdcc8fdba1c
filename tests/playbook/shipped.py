"""The playbooks that are shipped, and people who walk them at random but always alike."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from bot.adapters.organisation_file import load_organisation
from bot.adapters.playbook_files import load_library
from bot.core.events import ErrorDiagnosed, Event, ReportedAddress, Value
from bot.core.facts import PROVIDER_NAMES, WAYS_IN
from bot.core.organisation import Organisation
from bot.core.timeline import Actor
from bot.core.view import Approve, Button, Form, FormField, Press, Settle, Waive, WaivePolicy
from bot.playbook.library import END, TRIAGE, Library, consequences_of
from bot.playbook.model import ApprovalStep, DecideStep
from tests.core.audits import answer, no_answer, open_policy
from tests.playbook.walking import Walk, declared

ROOT = Path(__file__).parent.parent.parent
PLAYBOOKS = ROOT / "playbooks"
LIBRARY: Library = load_library(None, shipped=PLAYBOOKS)
EXAMPLE = load_organisation(
    ROOT / "bot" / "resources" / "organisation.example.yaml", today=date(2026, 11, 22)
)[0]
TENANTS: dict[str, str] = {tenant.provider: tenant.id for tenant in EXAMPLE.tenants}
PROVIDERS = tuple(PROVIDER_NAMES)
# What a step may ask of a person: not the tools, which stand on every card and move nothing.
MOVES = {"press", "tick", "approve", "take", "settle", "waive", "waive_policy", "start"}
WAYS_ON = {"press", "tick", "approve"}


def bare(organisation: Organisation) -> Organisation:
    """The same organisation on the day on which it filled in only what it had to."""
    data = organisation.model_dump(mode="json")
    for tenant in data["tenants"]:
        for name in ("support_user", "policies", "emergency_accounts", "group", "dns_host"):
            tenant.pop(name, None)
        tenant["support"] = {"plan": "Basic"}
    for person in data["people"]:
        person.pop("phone", None)
    return Organisation.model_validate({**data, "egress": ()})


ORGANISATIONS = {"everything known": EXAMPLE, "the least known": bare(EXAMPLE)}

PICKED = {
    "request_id": "11111111-2222-3333-4444-555555555500",
    "correlation_id": "66666666-7777-8888-9999-000000000000",
    "timestamp": "2026-11-22T02:10:00Z",
    "principal_arn": "arn:aws:iam::444455556666:role/admin",
    "action": "iam:ListRoles",
    "account_id": "444455556666",
    "scp_id": "p-exampleregion1",
    "cloudtrail_event_id": "99999999-8888-7777-6666-555555555555",
    "region": "eu-central-1",
    "permission": "resourcemanager.projects.get",
    "project": "example-project",
    "deny_policy": "deny-outside-office",
    "principal": "admin@example.com",
    "resource": "*",
}


def diagnosis(provider: str) -> ErrorDiagnosed:
    """An error text in which everything was found."""
    return ErrorDiagnosed.model_validate(
        {
            "provider": provider,
            "code": "CODE-1",
            "scenarios": (1,),
            "cause": "A policy denies.",
            "branch": "Change it.",
            "source": None,
            "picked": PICKED,
        }
    )


def everything(provider: str) -> dict[str, Any]:
    """A declaration that answers every question."""
    tenant = EXAMPLE.tenant(TENANTS[provider])
    assert tenant is not None
    return {
        "policy_name": tenant.policies[0].name,
        "policy_id": tenant.policies[0].id,
        "addresses": (
            ReportedAddress(text="203.0.113.10", known=True, label="Office and VPN"),
            ReportedAddress(text="2001:db8:99::1", known=False),
        ),
        "accounts": ("admin@example.com", "second@example.com"),
        "impact": "Nobody can work since 02:10",
        "began_at": datetime(2026, 11, 22, 2, 10, tzinfo=UTC),
        "access": ("nobody",),
        "error_text": "CODE-1: denied",
    }


def new_walk(provider: str, organisation: Organisation, **said: Any) -> Walk:  # noqa: ANN401
    """A lockout at a provider, at the first question of the triage."""
    return Walk(LIBRARY, organisation, declared(TENANTS[provider], provider, **said)).start(TRIAGE)


def some_walk(provider: str, organisation: Organisation, chance: Random) -> Walk:
    """A lockout of which more or less was declared."""
    said = {key: value for key, value in everything(provider).items() if chance.random() < 0.5}
    audits = chance.random() < 0.5
    said["access"] = chance.choice([(), ("nobody",), *((way,) for way in WAYS_IN)])
    walk = new_walk(provider, organisation, **said)
    walk.can_audit = audits
    if chance.random() < 0.5:
        walk.record([diagnosis(provider)], walk.people["oncall"])
    return walk


def moves(walk: Walk) -> list[Button]:
    """The buttons of the card that answer something."""
    return [button for button in walk.card.buttons() if button.action.do in MOVES]


def ways_on(walk: Walk) -> list[Button]:
    """The buttons of the step itself."""
    return [button for button in walk.card.buttons() if button.action.do in WAYS_ON]


def who_may(walk: Walk, button: Button) -> str:
    """Somebody who may press this; an approval is given by another person than the one who asks."""
    act = button.action
    if isinstance(act, Waive | WaivePolicy) or (isinstance(act, Approve) and act.verdict != "ask"):
        return "security-lead"
    roles: tuple[str, ...] = ()
    if walk.step:
        step = walk.library.shown_step(*walk.place)
        roles = step.approvers if isinstance(step, ApprovalStep) and not step.roles else step.roles
    allowed = [one.id for one in walk.organisation.people if not roles or {*roles} & {*one.roles}]
    return allowed[0]


def fill(form: Form, walk: Walk, chance: Random) -> dict[str, Value]:
    """Plausible answers: every required question, and some of the others."""
    return {
        field.id: _answer(field, walk, chance)
        for field in form.fields
        if field.required or chance.random() < 0.6
    }


def _answer(field: FormField, walk: Walk, chance: Random) -> Value:
    values = [choice.value for choice in field.choices]
    match field.kind:
        case "moment":
            return (walk.now + timedelta(minutes=chance.randint(-600, 6000))).isoformat()
        case "one_of":
            return chance.choice(values)
        case "many_of":
            return tuple(value for value in values if chance.random() < 0.5) or (values[0],)
        case "lines":
            return "Two lines\nof {{ plain }} text"
        case _:
            return "Duty administrator {% if %}"


def some_answer(walk: Walk, chance: Random) -> Event:
    """What an audit may come to: it fails, finds something in what is old or new, or nothing."""
    audited = walk.incident.audited
    assert audited.asked is not None
    if chance.random() < 0.25:
        return no_answer(audited.asked.number, "It does not answer", "Sign in again")
    found = [open_policy("p-1"), open_policy("p-2", "pending")]
    return answer(
        audited.asked.number,
        *(found if chance.random() < 0.6 else ()),
        live=chance.random() < 0.5,
        taken_at=walk.now,
    )


def push(walk: Walk, button: Button, chance: Random) -> None:
    """Press a button as a person would, with its form filled in."""
    values = fill(button.form, walk, chance) if button.form else {}
    walk.do(button.action, who_may(walk, button), values)
    if walk.incident.audited.asked is not None:
        walk.record([some_answer(walk, chance)], Actor("bot:lockout", "Lockout"))


def distances() -> dict[tuple[str, str], int]:
    """How many answers it takes at least from each step to the end, whatever the facts are."""
    far = {
        (name, step.id): 10_000 for name, book in LIBRARY.playbooks.items() for step in book.steps
    }
    for _ in far:
        before = dict(far)
        for name, book in LIBRARY.playbooks.items():
            for step in book.steps:
                targets = [route.to for one in consequences_of(step) for route in one.to]
                if isinstance(step, DecideStep):
                    targets = [route.to for route in step.to]
                if isinstance(step, ApprovalStep):
                    targets += [route.to for route in step.declined]
                ends = [0 if target == END else far.get((name, target), 500) for target in targets]
                far[name, step.id] = min([far[name, step.id], *(end + 1 for end in ends)])
        if far == before:
            break
    return far


FAR = distances()


class Finisher:
    """Somebody who wants to get to the end: presses what was pressed least, nearest to it first."""

    def __init__(self, walk: Walk, chance: Random) -> None:
        self.walk, self.chance = walk, chance
        self.pressed: dict[tuple[str, str, str], int] = {}

    def finish(self, patience: int = 400) -> None:
        """Walk to the end and settle what is open. Errors: AssertionError when there is no end."""
        while self.walk.step and patience:
            patience -= 1
            self._once()
        assert not self.walk.step, f"no end from {self.walk.place}: {self.pressed}"
        for obligation in self.walk.incident.open_obligations:
            self.walk.do(Settle(obligation=obligation.id))

    def _once(self) -> None:
        ways = ways_on(self.walk)
        pending = [way for way in ways if way.label not in {"Undo", "Decline"}]
        best = min(pending, key=lambda button: (self._times(button), self._far(button)))
        key = self._key(best)
        self.pressed[key] = self.pressed.get(key, 0) + 1
        push(self.walk, best, self.chance)

    def _key(self, button: Button) -> tuple[str, str, str]:
        return (*self.walk.place, button.label)

    def _times(self, button: Button) -> int:
        return self.pressed.get(self._key(button), 0)

    def _far(self, button: Button) -> int:
        playbook, name = self.walk.place
        step = self.walk.library.shown_step(playbook, name)
        found = [
            one
            for one in consequences_of(step)
            if isinstance(button.action, Press) and getattr(one, "id", "") == button.action.button
        ]
        targets = [route.to for one in found for route in one.to]
        return min((FAR.get((playbook, to), 0 if to == END else 500) for to in targets), default=1)
