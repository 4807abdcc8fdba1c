"""`lockout audit`: exported policies in, a report and the corrected policies out.

Reads files only: no provider is asked, and nothing is recorded.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from bot.audit.asking import Asked, asked_by
from bot.audit.members import parse_members
from bot.audit.model import Question, Report
from bot.audit.report import FORMATS
from bot.audit.report.fix_files import fix_files
from bot.audit.report.places import Places
from bot.audit.report.words import problems_in_words, summary
from bot.audit.run import audit as run_audit
from bot.core.errors import Invalid, Problem, Refused
from bot.core.events import Provider
from bot.surfaces.terminal.files import write_file
from bot.surfaces.terminal.plain import printable_line, storable
from bot.surfaces.terminal.streams import write_bytes
from bot.surfaces.terminal.wiring import Wiring

BLOCKING, UNUSABLE = 1, 2
_AUDITED = {False: ("blocking",), True: ("blocking", "pending", "unknown")}
_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.argument(
        "paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path)
    ),
    click.option(
        "--account", "accounts", metavar="ID", multiple=True, help="May be repeated; see above."
    ),
    click.option(
        "--group",
        "groups",
        metavar="ID",
        multiple=True,
        help="The exclusion group; every account is in it unless --members says otherwise.",
    ),
    click.option(
        "--members",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="JSON: group ID to list of member IDs. A group that is not listed is unknown.",
    ),
    click.option(
        "--methods", metavar="a,b", default="", help="What all accounts have registered: fido2, ..."
    ),
    click.option(
        "--organisation",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="Take accounts, groups, methods and rescue actions from this organisation file.",
    ),
    click.option(
        "--format",
        "output",
        type=click.Choice(list(FORMATS)),
        default="text",
        show_default=True,
        help="For people, programs, code scanning, or a pull request.",
    ),
    click.option(
        "-o", "file", metavar="FILE", type=click.Path(path_type=Path), help="Write it there."
    ),
    click.option(
        "--fix",
        "folder",
        metavar="DIR",
        type=click.Path(path_type=Path),
        help="Write corrected policies and commands.txt into this new or empty folder.",
    ),
    click.option(
        "--strict", is_flag=True, help="Exit 1 also for pending, unknown, and unread files."
    ),
)
_TREE = click.option(
    "--tree",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="JSON: which policies hang where in the organization; docs/audit.md has its form.",
)


HELP = """Say which policies would keep the emergency accounts out.

Exit code 0: nothing blocking. 1: something blocking. 2: nothing could be audited.

\b
Example:
  lockout audit entra policies/ \\
    --organisation organisation.yaml
"""
ENTRA = """Conditional Access policies of Microsoft Entra.

PATH is a file, a folder or a zip of JSON or YAML. --account and --group take object IDs.

\b
Example:
  lockout audit entra policies/ \\
    --account 33333333-0000-0000-0000-000000000001 \\
    --group 22222222-0000-0000-0000-000000000001 \\
    --methods fido2
"""
AWS = """SCPs, RCPs, identity policies and boundaries of AWS.

PATH is a file, a folder or a zip of JSON or YAML. --account takes the ARN of a role, user or root
user (the role itself, not a session); --group an ARN pattern that a correction may use.

\b
Example:
  lockout audit aws scps/ \\
    --account arn:aws:iam::111122223333:role/break-glass-1
"""
GOOGLE = """Deny policies and access bindings of Google Cloud.

Also access policies, principal access boundaries and organization policies. PATH is a file, a
folder or a zip of JSON or YAML. --account takes user:MAIL or principal://...; --group an address or
principalSet://goog/group/...

\b
Example:
  lockout audit google deny.json \\
    --account user:emergency-1@example.com \\
    --group sg-break-glass-admins@example.com
"""


@click.group(help=HELP)
def audit() -> None:
    """Only its commands do something."""


def _command(provider: Provider, told: str) -> None:
    """One command for each provider; they differ in what an ID is."""

    @click.pass_obj
    def run(wiring: Wiring, /, **given: Any) -> None:  # noqa: ANN401 - click's options
        _audit(wiring, provider, given)

    for option in reversed((*_OPTIONS, *([_TREE] if provider == "aws" else []))):
        run = option(run)
    audit.command(provider, help=told)(run)


_command("entra", ENTRA)
_command("aws", AWS)
_command("google", GOOGLE)


def _audit(wiring: Wiring, provider: Provider, given: dict[str, Any]) -> None:
    asked = _asked(wiring, provider, given)
    question = Question(asked.accounts, asked.groups, members_in(given["members"]), asked.methods)
    tree = _tree(given.get("tree"))
    sources, unread = wiring.policies(given["paths"])
    try:
        found = run_audit(provider, sources, question, asked, tree=tree)
    except Invalid as error:
        # Only a tree is refused as a whole; its file is what the person knows.
        name = printable_line(str(given["tree"]))
        raise Invalid([replace(one, file=name) for one in error.problems]) from error
    report = Report(found.provider, found.accounts, found.findings, (*unread, *found.problems))
    _show(report, Places(sources), given)
    if given["folder"]:
        write_fixes(report, given["folder"])
    raise click.exceptions.Exit(exit_code_of(report, strict=given["strict"]))


def _asked(wiring: Wiring, provider: Provider, given: Mapping[str, Any]) -> Asked:
    """What was typed, with what the organisation file adds. Typed methods stand alone."""
    accounts = tuple(storable(one).strip() for one in given["accounts"])
    groups = tuple(storable(one).strip() for one in given["groups"])
    methods = frozenset(one.strip() for one in given["methods"].split(",") if one.strip())
    file = given["organisation"]
    if file is None:
        if not accounts:
            raise click.UsageError("Say whose way in: --account ID, or --organisation FILE")
        return Asked(accounts, groups, methods)
    found = asked_by(wiring.organisation(file)[0], provider, printable_line(str(file)))
    return Asked(
        tuple(dict.fromkeys((*accounts, *found.accounts))),
        tuple(dict.fromkeys((*groups, *found.groups))),
        methods or found.methods,
        found.customer,
        found.management_account,
        found.rescue,
    )


def members_in(file: Path | None) -> dict[str, tuple[str, ...]] | None:
    """What `--members` names; None without it. Errors: Invalid."""
    if file is None:
        return None
    return parse_members(printable_line(str(file)), _read(file))


def _tree(file: Path | None) -> dict[str, Any] | None:
    if file is None:
        return None
    name = printable_line(str(file))
    try:
        found = json.loads(_read(file))
    except json.JSONDecodeError as error:
        raise Invalid([Problem(name, error.lineno, "", "Is no JSON.")]) from error
    except (ValueError, RecursionError) as error:
        raise Invalid([Problem(name, 0, "", "Is no JSON.")]) from error
    if not isinstance(found, dict):
        raise Invalid([Problem(name, 0, "", "An object with 'root' is expected.")])
    return found


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        reason = f"Cannot be read: {error.strerror or type(error).__name__}."
        raise Invalid([Problem(printable_line(str(file)), 0, "", reason)]) from error


def _show(report: Report, places: Places, given: Mapping[str, Any]) -> None:
    # A lone surrogate in an export must not stop a report.
    content = FORMATS[given["output"]](report, places).encode("utf-8", "backslashreplace")
    file: Path | None = given["file"]
    if file is None:
        write_bytes(content)
        return
    _write(file, content)
    told = problems_in_words(report)
    click.echo(f"Written: {printable_line(str(file))}. {summary(report)}", err=True)
    if told:
        click.echo(f"{told}.", err=True)


def write_fixes(report: Report, folder: Path) -> None:
    """The corrections into a new folder. Errors: Invalid."""
    name = printable_line(str(folder))
    files = fix_files(report)
    if not files:
        click.echo(f"Nothing to correct; {name} was not written.", err=True)
        return
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        empty = not any(folder.iterdir())
    except OSError as error:
        reason = f"Cannot be written: {error.strerror or type(error).__name__}."
        raise Invalid([Problem(name, 0, "", reason)]) from error
    if not empty:
        message = "Is not empty. Name a new folder, so that old corrections are not taken for new."
        raise Invalid([Problem(name, 0, "", message)])
    for file, text in files.items():
        _write(folder / file, text.encode("utf-8", "backslashreplace"))
    click.echo(f"Corrections: {name}. Read commands.txt there first.", err=True)


def _write(path: Path, content: bytes) -> None:
    """Exit code 1 means something else here, so a file that cannot be written is unusable input."""
    try:
        write_file(path, content)
    except Refused as error:
        raise Invalid([Problem(printable_line(str(path)), 0, "", error.reason)]) from error


def exit_code_of(report: Report, *, strict: bool) -> int:
    """0 nothing blocking, 1 something blocking, 2 nothing could be audited."""
    if not report.findings:
        return UNUSABLE
    if any(finding.verdict in _AUDITED[strict] for finding in report.findings):
        return BLOCKING
    return BLOCKING if strict and any(one.fatal for one in report.problems) else 0
