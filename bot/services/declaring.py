"""From the answers of the declaration form to facts: addresses checked, the error read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from bot.core.addresses import report_address
from bot.core.errors import Refused
from bot.core.events import (
    DetailsCorrected,
    ErrorDiagnosed,
    Event,
    IncidentDeclared,
    ReportedAddress,
    Value,
)
from bot.core.facts import WAYS_IN, AnyTenant
from bot.core.organisation import Organisation
from bot.core.secrets import find_secrets, remove_secrets
from bot.core.timeline import parse_time
from bot.diagnosis.run import diagnose
from bot.services.forms import policy_key

Answers = Mapping[str, Value]
LONGEST_LINE = 400
LONGEST_TEXT = 40_000


def declare_events(organisation: Organisation, answers: Answers, origin: str = "") -> list[Event]:
    """What a submitted declaration comes to. Errors: Refused naming the field at fault."""
    tenant = organisation.tenant(str(answers.get("tenant", "")))
    if tenant is None:
        names = ", ".join(tenant.id for tenant in organisation.tenants)
        raise Refused(
            "No such tenant in the organisation file", f"There are: {names}", field="tenant"
        )
    error, removed = _error(answers)
    name, policy_id = _policy(tenant, answers)
    declared = IncidentDeclared(
        tenant=tenant.id,
        provider=tenant.provider,
        policy_name=name,
        policy_id=policy_id,
        addresses=_addresses(organisation, answers),
        accounts=tuple(_line(line, "accounts") for line in _lines(answers, "accounts")),
        impact=_text(answers, "impact"),
        began_at=_moment(answers),
        access=_access(answers),
        error_text=error,
        removed_secrets=removed,
        exercise=organisation.exercise,
        origin=origin,
    )
    return [declared, *_diagnosed(error, tenant)]


def correct_events(
    organisation: Organisation, before: IncidentDeclared, answers: Answers
) -> list[Event]:
    """Only what changed; empty when nothing did. Errors: Refused naming the field at fault."""
    after = declare_events(organisation, {**answers, "tenant": before.tenant})
    declared = after[0]
    assert isinstance(declared, IncidentDeclared)  # noqa: S101 - declare_events puts it first
    changed: dict[str, object] = {
        name: getattr(declared, name)
        for name in (
            "policy_name",
            "policy_id",
            "addresses",
            "accounts",
            "impact",
            "began_at",
            "access",
            "error_text",
        )
        # None is how a correction says 'unchanged', so a time cannot be taken back, only replaced.
        if getattr(declared, name) not in (None, getattr(before, name))
    }
    if not changed:
        return []
    correction = DetailsCorrected.model_validate(
        {**changed, "removed_secrets": declared.removed_secrets}
    )
    return [correction, *(after[1:] if "error_text" in changed else [])]


def _diagnosed(error: str, tenant: AnyTenant) -> list[Event]:
    if not error:
        return []
    found = diagnose(error, tenant.provider)
    return [ErrorDiagnosed.model_validate(found.model_dump())]


def _error(answers: Answers) -> tuple[str, tuple[str, ...]]:
    """A pasted terminal may carry a credential: that goes, the rest stays."""
    text = _whole(str(answers.get("error", ""))).strip()
    if len(text) > LONGEST_TEXT:
        raise Refused(f"The pasted error is too long ({len(text)} characters)", field="error")
    return remove_secrets(text)


def _policy(tenant: AnyTenant, answers: Answers) -> tuple[str, str]:
    """Name and ID; a typed name wins over the chosen one."""
    typed = _line(str(answers.get("policy_typed", "")), "policy_typed")
    typed_id = _line(str(answers.get("policy_id", "")), "policy_id")
    if typed:
        listed = [policy.id for policy in tenant.policies if policy.name == typed]
        return typed, typed_id or (listed[0] if listed else "")
    chosen = str(answers.get("policy", ""))
    if not chosen:
        return "", typed_id
    for policy in tenant.policies:
        if chosen in {
            policy.id,
            *(policy_key(tenant, policy, several=one) for one in (True, False)),
        }:
            return policy.name, policy.id
    raise Refused(
        f"This policy is not one of {tenant.name}",
        "Choose the tenant that it belongs to",
        field="policy",
    )


def _addresses(organisation: Organisation, answers: Answers) -> tuple[ReportedAddress, ...]:
    chosen = answers.get("addresses", ())
    found: list[ReportedAddress] = []
    for field, texts in (
        ("addresses", chosen if isinstance(chosen, tuple) else (str(chosen),)),
        ("addresses_typed", re.split(r"[,;\s]+", str(answers.get("addresses_typed", "")))),
    ):
        for text in filter(None, texts):
            try:
                address = report_address(
                    text, organisation.known_addresses(), documentation=organisation.exercise
                )
            except Refused as refusal:
                raise Refused(refusal.reason, refusal.hint, field=field) from None
            if address not in found:
                found.append(address)
    return tuple(found)


def _access(answers: Answers) -> tuple[str, ...]:
    chosen = answers.get("access", ())
    ways = chosen if isinstance(chosen, tuple) else tuple(filter(None, (str(chosen),)))
    unknown = [way for way in ways if way not in WAYS_IN]
    if unknown:
        raise Refused(f"'{unknown[0][:40]}' is not one of the choices", field="access")
    if "nobody" in ways and len(ways) > 1:
        raise Refused("'Nobody' and somebody cannot both be true", field="access")
    return ways


def _moment(answers: Answers) -> datetime | None:
    text = str(answers.get("began_at", "")).strip()
    if not text:
        return None
    try:
        return parse_time(text)
    except ValueError:
        raise Refused(
            f"'{text[:40]}' is not a time", "Write it like 2026-11-22T03:04Z", field="began_at"
        ) from None


def _lines(answers: Answers, field: str) -> list[str]:
    value = answers.get(field, "")
    lines = value if isinstance(value, tuple) else str(value).splitlines()
    return [line.strip() for line in lines if line.strip()]


def _text(answers: Answers, field: str) -> str:
    text = str(answers.get(field, "")).strip()
    if len(text) > LONGEST_TEXT:
        raise Refused(f"This is too long ({len(text)} characters)", field=field)
    return refuse_secrets(text, field)


def _line(text: str, field: str) -> str:
    text = " ".join(text.split())
    if len(text) > LONGEST_LINE:
        raise Refused(f"A line here is too long ({len(text)} characters)", field=field)
    return refuse_secrets(text, field)


def refuse_secrets(text: str, field: str = "") -> str:
    """The text as it is kept. Errors: Refused when it looks like a credential; it is not kept."""
    for name in find_secrets(text):
        raise Refused(
            f"This looks like it contains a {name}: nothing was recorded",
            "Take it out and send the rest. Then change that credential",
            field=field,
        )
    return _whole(text)


def _whole(text: str) -> str:
    """Without what no store can keep: NUL, and half a surrogate pair from a broken paste."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
