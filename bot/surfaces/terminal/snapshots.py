"""`lockout snapshot`: a tenant's policies, read at the provider or from files, and kept."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from bot.audit.difference import FROM_FILES, PolicyChange, dangers
from bot.audit.model import Report
from bot.audit.report.words import MEANINGS, problems_in_words, summary
from bot.audit.run import audit_snapshot
from bot.audit.snapshot import Snapshot
from bot.core.errors import Problem, Refused
from bot.core.facts import AnyTenant, ago
from bot.core.organisation import is_stale
from bot.core.wording import plain_line
from bot.services.desk import Desk
from bot.services.watching_policies import Taken, last_taken, take_snapshot
from bot.surfaces.terminal.auditing import UNUSABLE, exit_code_of, members_in, write_fixes
from bot.surfaces.terminal.plain import printable_line
from bot.surfaces.terminal.session import Session, open_desk
from bot.surfaces.terminal.wiring import Wiring

SOME = "Taken from files: the tenant may have other policies."


@click.command()
@click.argument("tenant")
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--members",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="With PATH. JSON: group ID to list of member IDs.",
)
@click.option("--show", is_flag=True, help="Read nothing: show what is kept.")
@click.option("--strict", is_flag=True, help="Exit code 1 for pending and unknown as well.")
@click.option(
    "--fix",
    "folder",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the corrected policies there.",
)
@click.pass_obj
def snapshot(
    wiring: Wiring,
    *,
    tenant: str,
    paths: tuple[Path, ...],
    members: Path | None,
    show: bool,
    strict: bool,
    folder: Path | None,
) -> None:
    r"""Read a tenant's policies, and say what changed.

    TENANT is its short name in the organisation file. Reads at the provider; with PATH, exported
    files, folders or zips instead. Nothing is ever changed there. Exit codes as of 'lockout audit'.

    \b
    Examples:
      lockout snapshot entra-example
      lockout snapshot entra-example exported/
      lockout snapshot entra-example --show
    """
    if show and paths:
        raise click.UsageError("--show reads nothing: leave PATH out")
    with open_desk(wiring) as session:
        found = _tenant(session.desk, tenant)
        if show:
            taken = _kept(session, found)
        else:
            given = _from_files(wiring, session.desk, found, paths, members) if paths else None
            taken = _take(session, found, given)
        _tell(session.desk, found, taken)
        if folder:
            write_fixes(taken.report, folder)
        raise click.exceptions.Exit(exit_code_of(taken.report, strict=strict))


def _tenant(desk: Desk, name: str) -> AnyTenant:
    found = desk.organisation.tenant(name)
    if found is None:
        names = ", ".join(one.id for one in desk.organisation.tenants)
        wanted = printable_line(name)[:40]
        raise Refused(f"The organisation file has no tenant '{wanted}'", f"There are: {names}")
    return found


def _kept(session: Session, tenant: AnyTenant) -> Taken:
    taken = session.run(last_taken(session.desk, tenant))
    if taken is None:
        click.echo(f"No snapshot of {tenant.name} is kept.", err=True)
        click.echo(f"Take one: lockout snapshot {tenant.id}", err=True)
        raise click.exceptions.Exit(UNUSABLE)
    return taken


def _from_files(
    wiring: Wiring, desk: Desk, tenant: AnyTenant, paths: Iterable[Path], members: Path | None
) -> Snapshot:
    """Files without a policy are no snapshot: what is kept stays the newest."""
    sources, unread = wiring.policies(paths)
    read = Snapshot(
        tenant.provider,
        tenant.id,
        desk.clock.now(),
        tuple(sources),
        members=members_in(members) or {},
        problems=(Problem(FROM_FILES, 0, "", SOME, fatal=False), *unread),
        presumed=True,
    )
    report = audit_snapshot(read, tenant)
    if not report.findings:
        _tell_problems(report)
        click.echo("No policy could be audited. Nothing was kept.", err=True)
        raise click.exceptions.Exit(UNUSABLE)
    return read


def _take(session: Session, tenant: AnyTenant, given: Snapshot | None) -> Taken:
    desk = session.desk
    # Whoever watches would take this for known, so it is said by whoever saw it first.
    watched = desk.organisation.watches(tenant.id)
    taken = session.run(take_snapshot(desk, tenant, announcing=watched, given=given))
    _tell_changes(taken)
    if taken.announced:
        messages = "1 message" if taken.announced == 1 else f"{taken.announced} messages"
        click.echo(f"For Slack: {messages}, delivered by 'lockout run'.")
    return taken


def _tell_changes(taken: Taken) -> None:
    if taken.changes is None:
        click.echo("This is the first snapshot of the tenant.")
    elif not taken.changes:
        click.echo("Nothing changed since the last snapshot.")
    else:
        click.echo("Since the last snapshot:")
        for change in taken.changes:
            by = f" (by {plain_line(change.said.by)})" if change.said and change.said.by else ""
            click.echo(f"  {change.kind:8} {plain_line(change.name)}{by}")


def _tell(desk: Desk, tenant: AnyTenant, taken: Taken) -> None:
    for change in dangers(taken.report, taken.snapshot):
        _tell_danger(tenant, change)
    _tell_problems(taken.report)
    now, at = desk.clock.now(), taken.snapshot.taken_at
    old = ": may be out of date" if is_stale(desk.organisation, at, now) else ""
    click.echo(f"{tenant.name}, read {ago(now - at)}{old}. {summary(taken.report)}")
    told = problems_in_words(taken.report)
    if told:
        click.echo(f"{told}.")


def _tell_danger(tenant: AnyTenant, change: PolicyChange) -> None:
    names = {account.identifier.casefold(): account.name for account in tenant.emergency_accounts}
    click.echo(f"{plain_line(change.name)}")
    for finding in change.findings:
        account = names.get(finding.account.casefold(), finding.account)
        click.echo(f"  {finding.verdict}: {plain_line(account)}, {MEANINGS[finding.verdict]}")
    for reason in dict.fromkeys(finding.reason for finding in change.findings):
        click.echo(f"  {plain_line(reason)}")


def _tell_problems(report: Report) -> None:
    for problem in report.problems:
        click.echo(plain_line(str(problem)), err=True)
