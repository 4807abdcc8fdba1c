"""Commands on what is kept: status, timeline, note, close, export."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from bot.core.view import Text, View
from bot.exports import FORMATS
from bot.playbook.situation import Doer
from bot.services.incidents import add_note, close_incident
from bot.services.showing import export_incident, newest_incident, status_view, timeline_view
from bot.surfaces.terminal.files import write_document
from bot.surfaces.terminal.people import actor_of, os_login
from bot.surfaces.terminal.plain import in_terminal
from bot.surfaces.terminal.screen import Screen
from bot.surfaces.terminal.session import Session, open_desk
from bot.surfaces.terminal.streams import read_text, write_bytes
from bot.surfaces.terminal.wiring import Wiring


@click.command()
@click.pass_obj
def status(wiring: Wiring) -> None:
    r"""Show which lockouts are open, and who may do what.

    \b
    Example:
      lockout status
    """
    with open_desk(wiring) as session:
        _show(session, own_words(session.run(status_view(session.desk))))


@click.command()
@click.argument("incident", default="")
@click.option("--newest", default=15, show_default=True, metavar="N", help="How many facts.")
@click.pass_obj
def timeline(wiring: Wiring, incident: str, newest: int) -> None:
    r"""Show the newest facts of an incident.

    Without INCIDENT: of the newest open one, else of the newest of all.

    \b
    Example:
      lockout timeline lo-261122-k7qdx
    """
    with open_desk(wiring) as session:
        wanted = incident or session.run(newest_incident(session.desk)).id
        _show(session, session.run(timeline_view(session.desk, wanted, max(newest, 1))))


@click.command()
@click.argument("incident")
@click.argument("text", nargs=-1, required=True)
@click.pass_obj
def note(wiring: Wiring, incident: str, text: tuple[str, ...]) -> None:
    r"""Put a note on the timeline, with your name and the time.

    '-' reads the text from the standard input.

    \b
    Example:
      lockout note lo-261122-k7qdx "Called support"
    """
    words = read_text(" ".join(text))
    with open_desk(wiring) as session:
        doer = _doer(session)
        recorded = session.run(add_note(session.desk, doer, incident, words))
        mark = "DRILL. " if recorded.incident.drill else ""
        version = recorded.incident.version
        click.echo(f"{mark}Recorded on the timeline of {incident} as fact {version}.")


@click.command()
@click.argument("incident")
@click.pass_obj
def close(wiring: Wiring, incident: str) -> None:
    r"""Close an incident.

    Refused while something temporary is left open.

    \b
    Example:
      lockout close lo-261122-k7qdx
    """
    with open_desk(wiring) as session:
        recorded = session.run(close_incident(session.desk, _doer(session), incident))
        mark = "DRILL " if recorded.incident.drill else ""
        click.echo(f"{mark}{incident} is closed. Newest hash (head): {recorded.incident.head}")
        click.echo(f"The timeline as a file: lockout export {incident} --format md")


@click.command()
@click.argument("incident")
@click.option(
    "--format",
    "name",
    type=click.Choice(list(FORMATS)),
    required=True,
    help="To read, to show, to verify, to calculate with.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Default: standard output.",
)
@click.pass_obj
def export(wiring: Wiring, incident: str, name: str, output: Path | None) -> None:
    r"""Write the whole timeline of an incident as one file.

    \b
    Example:
      lockout export lo-261122-k7qdx --format json \
        -o timeline.json
    """
    with open_desk(wiring) as session:
        document = session.run(export_incident(session.desk, incident, name))
    if output is None:
        for chunk in document.chunks:
            write_bytes(chunk)
        return
    write_document(output, document)
    click.echo(f"Written: {output}")


def _doer(session: Session) -> Doer:
    return session.desk.doer(actor_of(os_login()))


def _show(session: Session, view: View) -> None:
    Screen(now=session.desk.clock.now, zone=session.desk.organisation.time_zone).show(view)


def own_words(view: View) -> View:
    """What a view says about typing `/lockout`, as it is typed here."""
    return replace(
        view,
        blocks=tuple(
            Text(in_terminal(block.text)) if isinstance(block, Text) else block
            for block in view.blocks
        ),
    )
