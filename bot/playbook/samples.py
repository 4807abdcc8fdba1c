"""Made-up facts of an incident, for trying out texts and conditions before anybody needs them.

They say which facts are lists and what an entry of one has; they are no defaults of anything.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.facts import VOCABULARY, Account, Callback, Policy
from bot.playbook.library import Library, consequences_of
from bot.playbook.model import FieldSpec, FormStep

_POLICY = "CA001: Require phishing-resistant MFA for all users"
_MOMENT = "2026-11-22 03:04 UTC (04:04 CET)"

_SAMPLES: dict[str, object] = {
    "addresses": ("203.0.113.10", "2001:db8:10::/48"),
    "unlisted_addresses": ("203.0.113.10",),
    "accounts": ("admin@example.com",),
    "emergency_accounts": (
        Account("emergency-1", "11111111-2222-3333-4444-555555555555", "Safe", "key", "2026-10-12"),
        Account("emergency-2", "66666666-7777-8888-9999-000000000000", "Bank", "key", "2026-10-12"),
    ),
    "broad_policies": (Policy(_POLICY, "CA001", _MOMENT, "pipeline"),),
    "callbacks": (Callback("On-call engineer", "+1 555 0101"),),
    "approvers": ("Head of security", "Head of operations"),
    "policy_name": _POLICY,
    "provider": "entra",
    "provider_name": "Microsoft Entra",
    "still_in": "yes",
    "way_in": "admin",
    "group_name": "sg-break-glass-admins",
    "incident": "L-2026-001",
    "organisation": "Example Organisation",
}


def sample_situations(
    library: Library, unread: frozenset[str], provider: str = ""
) -> tuple[dict[str, object], dict[str, object]]:
    """Everything known, and nothing known. `unread` may be names of facts: they have a value."""
    samples = sample_facts(library)
    others: dict[str, object] = dict.fromkeys(unread - set(samples), "sample")
    everything = {**others, **samples, **({"provider": provider} if provider else {})}
    return everything, library.fill(others)[0]


def sample_facts(library: Library) -> dict[str, object]:
    """A value for every fact that a text of this library may name."""
    facts = {name: _SAMPLES.get(name, f"({label})") for name, label in VOCABULARY.items()}
    for playbook in library.playbooks.values():
        for step in playbook.steps:
            for consequence in consequences_of(step):
                facts |= {name: value for name, value in consequence.sets.items() if value}
            if isinstance(step, FormStep):
                facts |= {field.fact: _sample_answer(field) for field in step.fields}
    return facts


def _sample_answer(field: FieldSpec) -> object:
    values = tuple(option.value for option in field.choices)
    match field.kind:
        case "moment":
            return _MOMENT
        case "many_of":
            return values or ("sample",)
        case "one_of":
            return values[0] if values else "sample"
        case _:
            return f"({field.label})"


def list_facts(facts: Mapping[str, object]) -> set[str]:
    """The facts that hold several entries."""
    return {name for name, value in facts.items() if isinstance(value, tuple)}
