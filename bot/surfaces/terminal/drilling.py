"""`lockout drill`: begin the drill of a tenant, or go on with it, and walk it to its report."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import click

from bot.core.drill_events import DrillReason
from bot.core.errors import Refused
from bot.core.facts import AnyTenant
from bot.core.organisation import Organisation
from bot.core.view import Choice
from bot.core.wording import WHY_WORDS
from bot.services.drilling import begin_drill, drill_form, open_drills
from bot.surfaces.terminal.plain import printable_line
from bot.surfaces.terminal.walk import Walk
from bot.surfaces.terminal.walking import as_person, out_for, walk_here
from bot.surfaces.terminal.wiring import Wiring


@click.command()
@click.argument("tenant", default="")
@click.option("--why", type=click.Choice(get_args(DrillReason)), help="Without it, you are asked.")
@as_person
@out_for("the report and the exports")
@click.pass_obj
def drill(wiring: Wiring, tenant: str, why: str | None, person: str, out: Path) -> None:
    r"""Prove that the emergency accounts still get in.

    Four parts with evidence, and a report for auditors.
    A drill is no incident: nothing is locked, and it is marked DRILL.
    One that is under way for this tenant goes on.

    \b
    Examples:
      lockout drill
      lockout drill entra-example --why staff-change
    """
    walk_here(wiring, person, out, lambda walk: _choose(walk, tenant, why or ""))


def _choose(walk: Walk, tenant_id: str, why: str) -> str:
    """The open drill of a tenant, or a new one. Errors: Refused, Unavailable, Ended."""
    session, desk = walk.session, walk.session.desk
    walk.again = "lockout drill"
    walk.screen.say("**DRILL.** Nothing is locked. Everything here is marked as a drill.")
    tenant = _tenant(desk.organisation, tenant_id or _ask_tenant(walk))
    walk.again = f"lockout drill {tenant.id}"
    for one in session.run(open_drills(desk)):
        if one.begun is not None and one.begun.tenant == tenant.id:
            walk.screen.say(f"**DRILL {one.id}** is under way, and goes on.")
            return one.id
    reason = why or walk.prompt.pick("DRILL: why now?", _reasons(), "scheduled")
    doer = desk.doer(walk.keyboard.actor)
    answers = {"tenant": tenant.id, "why": reason}
    begun = session.run(begin_drill(desk, doer, answers)).incident
    walk.incident_id = begun.id
    walk.screen.say(f"**DRILL: recorded as {begun.id}.**")
    return begun.id


def _reasons() -> list[Choice]:
    return [Choice(key, words) for key, words in WHY_WORDS.items()]


def _ask_tenant(walk: Walk) -> str:
    field = drill_form(walk.session.desk.organisation).fields[0]
    if len(field.choices) == 1:
        return field.choices[0].value
    return walk.prompt.pick(f"DRILL. {field.label}", field.choices, field.choices[0].value)


def _tenant(organisation: Organisation, key: str) -> AnyTenant:
    tenant = organisation.tenant(key)
    if tenant is None:
        names = ", ".join(one.id for one in organisation.tenants)
        raise Refused(
            f"The organisation file has no tenant '{printable_line(key)[:40]}'",
            f"There are: {names}",
        )
    return tenant
