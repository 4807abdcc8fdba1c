"""The escalation text of one incident, and the list of what it lacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.template import render_block, with_missing
from bot.core.view import Block, Copyable, Small, Text, View

BLOCKS = ("subject", "body", "phone")


@dataclass(frozen=True, slots=True)
class Escalation:
    """`missing` are the labels that appear as `[MISSING: ...]`, in order of appearance."""

    subject: str
    body: str
    phone_script: str
    missing: tuple[str, ...]


def write_escalation(
    template: str, facts: Mapping[str, object], labels: Mapping[str, str]
) -> Escalation:
    """Fill in a provider's template. `labels` name every fact that may be missing.

    Errors: `jinja2.TemplateError` on an author's mistake (`lockout playbooks check` finds it).
    """
    filled, missing = with_missing(facts, labels)
    subject, body, phone = (render_block(template, block, filled) for block in BLOCKS)
    return Escalation(" ".join(subject.split()), body, phone, tuple(missing))


def show_escalation(escalation: Escalation, *, flagged: tuple[str, ...] = ()) -> View:
    """For every surface: what is missing first, then subject, text and phone script to copy.

    `flagged` are addresses that the organisation never listed.
    """
    blocks: list[Block] = []
    if escalation.missing:
        blocks.append(Text(f"**Still missing:** {', '.join(escalation.missing)}"))
    if flagged:
        listed = ", ".join(flagged)
        blocks.append(Text(f"**Not on your known list:** {listed}. Ask for proof first."))
    blocks += [
        Copyable(escalation.subject, "Subject"),
        Copyable(escalation.body, "Ticket text"),
        Copyable(escalation.phone_script, "On the phone, say"),
        Small("Sensitive: it names your tenant and policies. Send it only to the provider."),
    ]
    return View("Ticket text", tuple(blocks), escalation.subject)
