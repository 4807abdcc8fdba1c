"""A small library with every kind of step, and a small organisation to walk it."""

from __future__ import annotations

from typing import Any

import yaml

from bot.core.organisation import Organisation
from bot.playbook.library import Library
from bot.playbook.model import Playbook
from tests.playbook.walking import Walk, declared

TICKET, GROUP, USER = "entra-support-ticket", "entra-exclusion-group", "entra-support-user"

TRIAGE = """
id: triage
title: Which way in?
recommend:
  - {method: exclusion-group, when: "still_in == 'yes'", why: "Somebody is in: {{ way_in }}."}
  - {method: support-ticket, why: Nobody is known to be in.}
start: known
steps:
  - id: known
    kind: decide
    to: [{to: "method:exclusion-group", when: "way_in == 'admin'"}, {to: fork}]
  - id: fork
    kind: decide
    to: ask
  - id: ask
    kind: choose
    title: Can anybody sign in?
    state: triage
    text: "You said: {{ access }}."
    copies:
      - {title: "For {{ tenant }}", text: "say {{ tenant_id }}"}
      - {title: Never, text: never, when: "still_in == 'never'"}
    links:
      - {label: A page, url: "https://example.com/page"}
      - {label: Another page, url: "https://example.com/other", when: "still_in == 'never'"}
    claims:
      - {says: Something, source: "https://www.example.com/a"}
      - {says: Something else, source: "https://www.example.com/a"}
      - {says: A third thing, source: "https://docs.example.com/b"}
    buttons:
      - {id: "yes", label: "Yes", to: "method:exclusion-group", sets: {still_in: "yes"}}
      - {id: "no", label: "No", to: "method:support-ticket", sets: {still_in: "no"}}
      - {id: nobody, label: Nothing works, to: "method:support-user"}
      - {id: again, label: Ask again, to: ask, confirm: "Ask {{ tenant }} again?"}
      - {id: hidden, label: Hidden, to: ask, when: "still_in == 'never'"}
"""

TICKET_PLAYBOOK = """
id: entra-support-ticket
title: Support ticket
provider: entra
method: support-ticket
use_when: Nobody can sign in.
pros: [Needs no way in, Quick to start]
cons: [Slow]
notice: "This is a patch for {{ tenant }}."
start: write
steps:
  - id: write
    kind: draft
    title: File the ticket
    text: Read the text aloud.
    buttons:
      - {id: filed, label: I filed it, to: filed}
      - {id: not-filed, label: I could not, to: "method:support-user"}
  - id: filed
    kind: form
    title: Ticket filed
    text: Write it down.
    roles: [responder]
    fields:
      - {fact: ticket_number, label: Ticket number, required: true, hint: "For {{ tenant }}"}
      - {fact: promised_at, label: Promised for, kind: moment}
      - fact: severity
        label: Severity
        kind: one_of
        choices: [{value: a, label: A}, {value: b, label: B}]
      - fact: doors
        label: Doors
        kind: many_of
        choices: [{value: phone, label: Phone}, {value: mail, label: Mail}]
      - {fact: words, label: Their words, kind: lines}
    submit: Record
    sets: {filed: true}
    to: waiting
    buttons:
      - {id: lost, label: I lost it, to: write}
  - id: waiting
    kind: wait
    title: "Wait for ticket {{ ticket_number }}"
    text: Stay awake.
    promised: promised_at
    buttons:
      - id: changed
        label: They changed something
        to: [{to: open, when: "severity == 'a'"}, {to: open}]
        opens:
          - id: hole
            title: "Close the hole of {{ ticket_number }}"
            due_in: 2h
            due_at: promised_at
          - {id: thanks, title: Say thank you}
      - {id: no-call, label: No call-back, to: filed}
  - id: open
    kind: choose
    title: You are in
    state: restored
    buttons:
      - {id: closed, label: The hole is closed, settles: [hole, never-opened], to: end}
      - {id: later, label: Later, to: end, style: primary}
      - {id: back, label: Not yet, to: waiting}
"""

GROUP_PLAYBOOK = """
id: entra-exclusion-group
title: Exclusion group
provider: entra
method: exclusion-group
use_when: Somebody is in.
start: lines
steps:
  - id: lines
    kind: checklist
    title: Do all of these
    text: One by one.
    items:
      - {id: one, text: "First for {{ tenant }}", copy: "group {{ group_name }}"}
      - {text: Second}
    done: All of them
    sets: {listed: true}
    to: accounts
    buttons:
      - {id: other, label: Another way, to: "method:support-ticket"}
  - id: accounts
    kind: checklist
    title: Each account
    state: restored
    each: emergency_accounts
    item: {text: "{{ it.name }} is excluded", copy: "{{ it.identifier }}"}
    at_least: 2
    to: end
    buttons:
      - {id: too-few, label: We have fewer, to: end}
"""

USER_PLAYBOOK = """
id: entra-support-user
title: Support-only user
provider: entra
method: support-user
start: unseal
steps:
  - id: unseal
    kind: approval
    title: Two people agree
    text: Nobody alone.
    what: "unseal {{ support_user }}"
    roles: [responder, approver]
    approvers: [approver]
    declined: "no"
    to: unsealed
    sets: {agreed: true}
    opens:
      - {id: reseal, title: "Seal {{ support_user }} again", due_in: 48h}
    buttons:
      - {id: no-approver, label: Nobody answers, to: "no"}
  - id: unsealed
    kind: choose
    title: Unsealed
    buttons:
      - {id: sealed, label: Sealed again, settles: [reseal], to: end}
      - {id: leave, label: Leave it, to: end}
  - id: "no"
    kind: choose
    title: Not agreed
    buttons:
      - {id: ticket, label: Write a ticket, to: "method:support-ticket"}
      - {id: again, label: Ask again, to: unseal}
"""

TEMPLATE = """
{% block subject %}Locked out of {{ tenant }}
({{ policy_name }}){% endblock %}
{% block body %}Impact: {{ impact }}. Let in: {{ addresses | join(', ') }}{% endblock %}
{% block phone %}I call for {{ organisation }} about {{ policy_name }}{% endblock %}
"""


def library_of(*texts: str, templates: dict[str, str] | None = None) -> Library:
    """A library of playbooks written out here."""
    playbooks = [Playbook.model_validate(yaml.safe_load(text)) for text in texts]
    return Library({playbook.id: playbook for playbook in playbooks}, templates or {})


LIBRARY = library_of(
    TRIAGE, TICKET_PLAYBOOK, GROUP_PLAYBOOK, USER_PLAYBOOK, templates={"entra": TEMPLATE}
)


def account(number: int) -> dict[str, Any]:
    """An emergency account."""
    return {
        "name": f"bg{number}@example.com",
        "object_id": f"33333333-0000-0000-0000-00000000000{number}",
        "custody": "Safe A",
    }


ORGANISATION: dict[str, Any] = {
    "name": "Example Organisation",
    "exercise": False,
    "people": [
        {
            "id": "oncall",
            "name": "On-call engineer",
            "roles": ["responder"],
            "slack": "U0ONCALL1",
            "login": "oncall",
        },
        {
            "id": "lead",
            "name": "Head of security",
            "roles": ["approver", "responder"],
            "slack": "U0LEAD001",
            "login": "lead",
        },
        {"id": "boss", "name": "Head of operations", "roles": ["approver"], "slack": "U0BOSS001"},
        {"id": "keeper", "name": "Keeper", "roles": ["custodian"], "slack": "U0KEEPER1"},
    ],
    "tenants": [
        {
            "id": "entra-example",
            "name": "Example (Entra)",
            "provider": "entra",
            "tenant_id": "11111111-2222-3333-4444-555555555555",
            "initial_domain": "example.onmicrosoft.com",
            "support": {"plan": "Unified"},
            "emergency_accounts": [account(1), account(2)],
            "support_user": {"name": "red-phone", "custodian": "keeper", "sealed_at": "Safe A"},
        }
    ],
}


def small_organisation(**tenant: Any) -> Organisation:  # noqa: ANN401 - raw YAML
    """The organisation, its one tenant changed."""
    changed = {**ORGANISATION["tenants"][0], **tenant}
    return Organisation.model_validate({**ORGANISATION, "tenants": [changed]})


def small_walk(
    playbook: str = "triage",
    *,
    library: Library = LIBRARY,
    tenant: dict[str, Any] | None = None,
    **said: Any,  # noqa: ANN401 - fields of a declaration
) -> Walk:
    """A walk that stands at the first step of a playbook."""
    walk = Walk(
        library, small_organisation(**(tenant or {})), declared("entra-example", "entra", **said)
    )
    return walk.start(playbook)
