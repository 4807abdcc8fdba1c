"""The first and the last minute of a walk: which incident, and what is handed over at the end."""

from __future__ import annotations

from bot.core.errors import Broken, LockoutError, Refused
from bot.core.facts import format_moment
from bot.core.incident import Incident
from bot.core.organisation import Organisation
from bot.core.view import Choice
from bot.core.wording import state_words
from bot.exports import formats_of
from bot.exports.verify import verify
from bot.services import incidents, showing
from bot.services.desk import Recorded
from bot.services.forms import declare_form
from bot.surfaces.terminal.explain import explain
from bot.surfaces.terminal.forms import Answers, Asker
from bot.surfaces.terminal.plain import printable_line
from bot.surfaces.terminal.walk import Walk

NEW = "(new)"
EXAMPLE = "Example organisation: nothing here is real. Write your own: lockout init"
SLACK = (
    "To have this in Slack: `lockout manifest > manifest.json`, create the app from it, "
    "put its tokens into .env, then `lockout run`. Step by step: README.md, Connect Slack."
)


def choose_incident(walk: Walk, incident_id: str, tenant_id: str) -> str:
    """A named one, an open one that somebody continues, or a new one.

    Errors: Refused, Unavailable, Ended, KeyboardInterrupt.
    """
    session = walk.session
    if incident_id:
        return session.run(session.desk.load(incident_id)).id
    still_open = session.run(showing.open_incidents(session.desk))
    if still_open and not tenant_id:
        choices = [Choice(item.id, _line(item, session.desk.organisation)) for item in still_open]
        new = Choice(NEW, "Declare a new lockout")
        picked = walk.prompt.pick("A lockout is open already.", [*choices, new], choices[0].value)
        if picked != NEW:
            return picked
    return declare(walk, tenant_id)


def _line(incident: Incident, organisation: Organisation) -> str:
    tenant = incident.declared.tenant if incident.declared else ""
    since = format_moment(incident.declared_at, organisation.time_zone)
    return f"Continue {incident.id}: {tenant}, {state_words[incident.state]}, since {since}"


def declare(walk: Walk, tenant_id: str = "") -> str:
    """Ask the questions of a declaration, record it, and show the ticket text at once.

    Errors: Refused, Unavailable, Ended, KeyboardInterrupt.
    """
    desk, session = walk.session.desk, walk.session
    doer = desk.doer(walk.keyboard.actor)
    doer.must_be((), "declare a lockout")
    tenant = desk.organisation.tenant(tenant_id or _ask_tenant(walk))
    if tenant is None:
        names = ", ".join(item.id for item in desk.organisation.tenants)
        raise Refused(
            f"The organisation file has no tenant '{printable_line(tenant_id)[:40]}'",
            f"There are: {names}",
        )
    # One question is answered already, and only this tenant's policies are of interest.
    narrowed = desk.organisation.model_copy(update={"tenants": (tenant,)})

    def send(answers: Answers) -> Recorded:
        return session.run(incidents.open_incident(desk, doer, answers))

    form = declare_form(narrowed, desk.clock.now())
    recorded = Asker(walk.prompt, walk.screen).submit(form, send, {"tenant": tenant.id})
    incident = recorded.incident
    walk.incident_id = incident.id
    walk.screen.gap()
    walk.screen.say(f"**Recorded as {incident.id}.** This text is ready to be sent or read out:")
    walk.screen.gap()
    try:
        walk.screen.show(showing.ticket_view(desk, incident))
    except Refused as refusal:
        walk.screen.say(explain(refusal)[0])
    return incident.id


def _ask_tenant(walk: Walk) -> str:
    form = declare_form(walk.session.desk.organisation, walk.session.desk.clock.now())
    field = next(item for item in form.fields if item.id == "tenant")
    if len(field.choices) == 1:
        return field.choices[0].value
    return walk.prompt.pick(field.label, field.choices, field.choices[0].value)


def hand_over(walk: Walk) -> None:
    """After the close: the summary, every export, whether it is intact, and how to go on."""
    screen, session = walk.screen, walk.session
    incident = session.run(session.desk.load(walk.incident_id))
    screen.gap()
    mark = "DRILL " if incident.drill else ""
    screen.rule(f"{mark}{incident.id} is {'finished' if incident.drill else 'closed'}")
    screen.say(showing.summary_of(session.desk.situation(incident)))
    screen.gap()
    for name in formats_of(incident):
        try:
            path = walk.export(incident.id, name)
            if name == "json":
                verdict = verify(path.read_bytes(), incident.head, file=str(path))
                told = f"{verdict.facts} facts, intact." if verdict.intact else verdict.problem
                screen.small(f"  {told} Check it at any time with:")
                screen.whole(f"  lockout verify {path}")
        except (LockoutError, OSError) as error:
            known = error if isinstance(error, LockoutError) else Broken(str(error))
            screen.say(" ".join(explain(known, records=False)))
    screen.small(f"Newest hash (head): {incident.head}")
    screen.gap()
    screen.say(SLACK)
