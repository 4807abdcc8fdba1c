"""The incident card: one view with everything that matters now, the next step first.

What is known and missing, who does what, the method recommended and why, the comparison of the
three methods, and one primary button wherever one next step is known.
"""

from __future__ import annotations

from bot.core.errors import Broken
from bot.core.facts import PROVIDER_NAMES, format_moment
from bot.core.incident import Incident, Obligation
from bot.core.view import (
    AddNote,
    Block,
    Button,
    Buttons,
    Clock,
    Clocks,
    Close,
    Correct,
    Export,
    Facts,
    Form,
    FormField,
    Heading,
    Rule,
    Settle,
    ShowTicket,
    ShowTimeline,
    Small,
    StartWalk,
    Take,
    Text,
    View,
    Waive,
)
from bot.core.wording import state_words, words_of_state
from bot.playbook.drill_card import (
    drill_duties,
    drill_finish,
    drill_headline,
    drill_known,
    drill_tools,
)
from bot.playbook.engine import recommend, show_step
from bot.playbook.model import METHOD_NAMES, METHODS, Playbook
from bot.playbook.situation import Situation

# What a ticket needs most, in the order in which it is worth finding out.
_WANTED = (
    "error_text",
    "policy_name",
    "policy_id",
    "addresses",
    "accounts",
    "impact",
    "began_at",
    "access",
)

NOTE_FIELD = FormField(
    "text", "Note", "lines", required=True, hint="Goes on the timeline with your name."
)
REASON_FIELD = FormField("reason", "Why may this stay as it is?", "lines", required=True)


def show_card(situation: Situation) -> View:
    """The whole card for this moment."""
    incident = situation.incident
    if incident.drill:
        return _drill_card(situation)
    blocks: list[Block] = [*_headline(situation)]
    if incident.closed_at is None:
        blocks += _next_step(situation)
        blocks += _obligations(situation)
    blocks += [Rule(), *_known(situation)]
    if incident.closed_at is None:
        blocks += [*_tools(situation), *_methods(situation)]
    blocks.append(_footer(incident))
    where = situation.facts["tenant"]
    return View(
        f"Lockout {incident.id}",
        tuple(blocks),
        f"{incident.id}: {where}, {state_words[incident.state]}",
    )


def _drill_card(situation: Situation) -> View:
    """The same parts in the same order, without what only a lockout has."""
    incident = situation.incident
    blocks: list[Block] = [*drill_headline(situation)]
    if incident.closed_at is None:
        blocks += _next_step(situation)
    blocks += _obligations(situation)
    blocks += [Rule(), *drill_known(situation)]
    if incident.closed_at is None:
        blocks += drill_tools(situation, NOTE_FIELD)
    blocks.append(_footer(incident))
    title = f"DRILL {incident.id}"
    state = words_of_state(incident).lower()
    return View(title, tuple(blocks), f"{title}: {situation.facts['tenant']}, {state}")


def _headline(situation: Situation) -> list[Block]:
    incident = situation.incident
    mark = "**EXERCISE** · " if incident.declared and incident.declared.exercise else ""
    blocks: list[Block] = [
        Text(f"{mark}**{state_words[incident.state]}** · {situation.facts['tenant']}"),
    ]
    clocks = [Clock("Locked out since", incident.declared_at)] if incident.declared_at else []
    if incident.restored_at:
        clocks.append(Clock("Access back", incident.restored_at))
    if incident.closed_at:
        clocks.append(Clock("Closed", incident.closed_at))
    blocks.append(Clocks(tuple(clocks)))
    return blocks


def _next_step(situation: Situation) -> list[Block]:
    incident = situation.incident
    position = incident.position
    if position is None:
        finish = drill_finish if incident.drill else _finish
        return [Heading("The walk is finished"), *finish(situation)]
    blocks = [Rule(), *_recommended(situation), *_step(situation)]
    taken = position.taken_by
    if taken:
        blocks.append(Small(f"{taken.name} is on it."))
    else:
        take = Take(incident=incident.id, playbook=position.playbook, step=position.step)
        blocks.append(Buttons((Button("I am on it", take),)))
    return blocks


def _step(situation: Situation) -> list[Block]:
    """The step; or why there is none to show, since the card offers the way on."""
    try:
        return show_step(situation)
    except Broken as lost:
        return [Text(f"**{lost.reason}.** {lost.hint}.")]


def _finish(situation: Situation) -> list[Block]:
    if situation.incident.open_obligations:
        return [Text("Close comes next, when every obligation below is met or waived.")]
    close = Button("Close the incident", Close(incident=situation.incident.id), style="primary")
    return [Text("Nothing is left open."), Buttons((close,))]


def _recommended(situation: Situation) -> list[Block]:
    advice = recommend(situation)
    if advice is None or situation.incident.restored_at is not None or situation.incident.drill:
        return []
    words = f"**Recommended now: {METHOD_NAMES[advice.method]}.** {advice.why}"
    playbook = situation.library.method(advice.method, situation.provider)
    position = situation.incident.position
    taken = playbook is not None and position is not None and position.playbook == playbook.id
    # Whoever is on it already looks for the next step, not for advice.
    return [Small(words) if taken else Text(words)]


def _obligations(situation: Situation) -> list[Block]:
    open_ones = situation.incident.open_obligations
    if not open_ones:
        return []
    blocks: list[Block] = [Rule(), _duties(situation.incident)]
    for obligation in open_ones:
        blocks += _obligation(situation, obligation)
    return blocks


def _duties(incident: Incident) -> Heading:
    return drill_duties() if incident.drill else Heading("Still open, blocks the close")


def _obligation(situation: Situation, obligation: Obligation) -> list[Block]:
    incident = situation.incident
    late = obligation.due_at is not None and obligation.due_at <= situation.now
    due = format_moment(obligation.due_at, situation.organisation.time_zone)
    when = f" **{'OVERDUE since' if late else 'Until'} {due}.**" if due else ""
    waive = Waive(incident=incident.id, obligation=obligation.id)
    form = Form(_waive_title(incident), "Waive", (REASON_FIELD,), waive, obligation.title)
    return [
        Text(f"{obligation.title}.{when} Opened by {obligation.opened_by.name}."),
        Buttons(
            (
                Button(
                    "Confirm as done",
                    Settle(incident=incident.id, obligation=obligation.id),
                    confirm=f"You checked it yourself: {obligation.title}?",
                ),
                Button("Waive …", waive, form=form),
            )
        ),
    ]


def _waive_title(incident: Incident) -> str:
    return "DRILL: waive a repair" if incident.drill else "Waive an obligation"


def _known(situation: Situation) -> list[Block]:
    facts, incident = situation.facts, situation.incident
    pairs = [
        ("Provider", PROVIDER_NAMES.get(situation.provider, situation.provider)),
        ("Tenant ID", facts["tenant_id"]),
        ("Policy", _policy(situation)),
        ("Let in", _addresses(incident)),
        ("Accounts", _listed(facts["accounts"])),
        ("Error", facts["error_code"]),
        ("Ticket", facts.get("ticket_number", "")),
        ("Declared by", facts["declared_by"]),
        ("Last action", incident.last_actor.name if incident.last_actor else ""),
    ]
    blocks: list[Block] = [Facts(tuple((label, str(value)) for label, value in pairs if value))]
    diagnosis = incident.diagnosis
    if diagnosis is not None:
        blocks.append(Text(f"**{diagnosis.cause}** {diagnosis.branch}"))
    # The triage asks who can sign in as well, and nobody answers that twice.
    known = {"access"} if facts.get("still_in") or incident.restored_at else set()
    missing = [
        situation.library.labels[name] for name in _WANTED if not facts[name] and name not in known
    ]
    if missing and incident.closed_at is None:
        blocks.append(Text(f"**Missing:** {', '.join(missing)}"))
    return blocks


def _policy(situation: Situation) -> str:
    name, policy_id = situation.facts["policy_name"], situation.facts["policy_id"]
    if not name:
        return ""
    return f"{name} ({policy_id})" if policy_id else str(name)


def _addresses(incident: Incident) -> str:
    reported = incident.declared.addresses if incident.declared else ()
    return ", ".join(
        item.text if item.known else f"{item.text} (NOT on your known list)" for item in reported
    )


def _listed(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else ""


def _tools(situation: Situation) -> list[Block]:
    incident = situation.incident.id
    note = Form("Add a note", "Add", (NOTE_FIELD,), AddNote(incident=incident))
    has_ticket = situation.provider in situation.library.templates
    buttons = [
        *([Button("Ticket text", ShowTicket(incident=incident))] if has_ticket else []),
        Button("Add details …", Correct(incident=incident)),
        Button("Note …", AddNote(incident=incident), form=note),
        Button("Timeline", ShowTimeline(incident=incident)),
        Button("Export", Export(incident=incident, format="html")),
    ]
    return [Buttons(tuple(buttons))]


def _methods(situation: Situation) -> list[Block]:
    blocks: list[Block] = [Rule(), Heading("The three ways back in")]
    position = situation.incident.position
    # Read once, while choosing; below a walk it must not outweigh the next step.
    choosing = situation.incident.state in {"declared", "triage"}
    buttons = []
    for method in METHODS:
        playbook = situation.library.method(method, situation.provider)
        if playbook is None:
            continue
        compared = _compare(playbook, METHOD_NAMES[method])
        blocks.append(Text(compared) if choosing else Small(compared))
        if position is None or position.playbook != playbook.id:
            start = StartWalk(incident=situation.incident.id, method=method)
            buttons.append(
                Button(
                    f"Go to: {METHOD_NAMES[method]}", start, confirm="Leave the step where you are?"
                )
            )
    return [*blocks, Buttons(tuple(buttons))] if buttons else blocks


def _compare(playbook: Playbook, name: str) -> str:
    parts = [f"**{name}** {playbook.use_when}"]
    if playbook.pros:
        parts.append(f"For: {'; '.join(playbook.pros)}.")
    if playbook.cons:
        parts.append(f"Against: {'; '.join(playbook.cons)}.")
    return "\n".join(parts)


def _footer(incident: Incident) -> Small:
    return Small(f"{incident.version} facts on the timeline · head {incident.head[:12]}")
