"""Commands that need no database: the ticket text, and what a pasted error means."""

from __future__ import annotations

import sys
from typing import Any

import click

from bot.core.errors import Refused
from bot.core.facts import PROVIDER_NAMES, known_facts
from bot.core.foreseeing import expect
from bot.core.incident import Incident
from bot.core.organisation import Organisation
from bot.core.view import Block, Facts, Heading, Link, Links, Text
from bot.diagnosis.model import Diagnosis
from bot.diagnosis.run import diagnose as run
from bot.escalation.draft import Escalation, show_escalation, write_escalation
from bot.services.declaring import declare_events
from bot.surfaces.terminal.people import actor_of, os_login
from bot.surfaces.terminal.plain import storable
from bot.surfaces.terminal.screen import Screen, system_now
from bot.surfaces.terminal.streams import print_json, read_text
from bot.surfaces.terminal.wiring import Wiring

_FORMAT = click.option(
    "--format",
    "output",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people, or for programs.",
)


@click.command()
@click.option("--tenant", metavar="ID", default="", help="As the organisation file calls it.")
@click.option("--policy", metavar="NAME", default="", help="The policy that locked you out.")
@click.option(
    "--ip", "addresses", metavar="ADDR", multiple=True, help="Public IP to let in; may be repeated."
)
@click.option("--error", metavar="TEXT", default="", help="The error as shown; '-' reads it.")
@click.option("--impact", metavar="TEXT", default="", help="What it costs the business.")
@_FORMAT
@click.pass_obj
def draft(
    wiring: Wiring,
    /,
    output: str,
    tenant: str,
    **given: Any,  # noqa: ANN401 - click's options
) -> None:
    r"""Write the text for the provider's support.

    Nothing is recorded, and no database is needed.
    What is not known stands there as [MISSING: ...].

    \b
    Example:
      lockout draft --tenant entra-example \
        --policy "CA001" --ip 203.0.113.10
    """
    organisation, _ = wiring.organisation()
    incident = _expected(organisation, tenant, {**given, "error": read_text(given["error"])})
    escalation = _escalation(wiring, organisation, incident)
    reported = incident.declared.addresses if incident.declared else ()
    flagged = tuple(address.text for address in reported if not address.known)
    if output == "json":
        print_json(_as_dict(incident, escalation, flagged))
        return
    Screen(zone=organisation.time_zone).show(show_escalation(escalation, flagged=flagged))


def _expected(organisation: Organisation, tenant_id: str, given: dict[str, Any]) -> Incident:
    """The incident as it would be if it were declared like this. Errors: Refused."""
    if not tenant_id and len(organisation.tenants) == 1:
        tenant_id = organisation.tenants[0].id
    if not tenant_id:
        names = ", ".join(tenant.id for tenant in organisation.tenants)
        raise Refused("Say which tenant: --tenant ID", f"There are: {names}")
    tenant = organisation.tenant(tenant_id)
    ids = {policy.id for policy in tenant.policies} if tenant else set()
    policy = storable(given["policy"])
    answers = {
        "tenant": tenant_id,
        "policy" if policy in ids else "policy_typed": policy,
        "addresses_typed": ", ".join(given["addresses"]),
        "error": given["error"],
        "impact": storable(given["impact"]),
    }
    events = declare_events(organisation, answers)
    return expect(Incident(id=""), events, actor_of(os_login()), system_now())


def _escalation(wiring: Wiring, organisation: Organisation, incident: Incident) -> Escalation:
    """Errors: Refused without a template for the provider."""
    library = wiring.library()
    provider = incident.declared.provider if incident.declared else ""
    template = library.templates.get(provider)
    if template is None:
        raise Refused(f"There is no ticket text for {provider}")
    return write_escalation(template, known_facts(incident, organisation), library.labels)


def _as_dict(
    incident: Incident, escalation: Escalation, flagged: tuple[str, ...]
) -> dict[str, object]:
    declared = incident.declared
    return {
        "tenant": declared.tenant if declared else "",
        "provider": declared.provider if declared else "",
        "subject": escalation.subject,
        "body": escalation.body,
        "phone_script": escalation.phone_script,
        "missing": list(escalation.missing),
        "flagged": list(flagged),
    }


@click.command()
@click.argument("text", nargs=-1)
@_FORMAT
def diagnose(text: tuple[str, ...], output: str) -> None:
    r"""Say what a pasted error means.

    '-' reads it from the standard input. A text that is not known says so; that is no failure.

    \b
    Examples:
      lockout diagnose "AADSTS53003: Access has been blocked"
      pbpaste | lockout diagnose -
    """
    if not text and sys.stdin.isatty():
        raise click.UsageError("Give the text, or '-' to read it from the standard input.")
    found = run(read_text(" ".join(text) or "-"))
    if output == "json":
        known = found.model_dump(mode="json")
        order = ("provider", "code", "scenarios", "cause", "branch", "picked", "source")
        print_json({name: known[name] for name in order})
        return
    Screen().show_blocks(_blocks(found))


def _blocks(found: Diagnosis) -> list[Block]:
    head = [
        ("Provider", PROVIDER_NAMES[found.provider] if found.provider else "not known"),
        ("Code", found.code or "not known"),
    ]
    blocks: list[Block] = [Text(f"**{found.cause}** {found.branch}"), Facts(tuple(head))]
    if found.picked:
        picked = tuple((name.replace("_", " "), value) for name, value in found.picked.items())
        blocks += [Heading("Picked out of the text"), Facts(picked)]
    if found.source:
        blocks.append(Links((Link("Source", found.source),)))
    return blocks
