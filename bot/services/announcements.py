"""What is said of policies that would keep an emergency account out, and what comes with it.

Said to people who were doing something else: first what to do, then which policy and whom it keeps
out. Written down whole, corrections and all, since by the time that it is delivered the tenant may
look different.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.audit.difference import PolicyChange
from bot.audit.model import Finding, Report, Verdict
from bot.audit.report.fix_files import fix_files
from bot.audit.report.words import problems_in_words, summary
from bot.audit.snapshot import Snapshot
from bot.core.facts import AnyTenant, format_moment
from bot.core.timeline import format_time
from bot.core.wording import plain_line
from bot.services.ports import Outgoing

# More policies at once than these are one message: nobody reads fifty.
SEPARATELY = 5
NAMED = 10
# Characters of the corrections that are written down with a message.
MOST = 400_000
LONGEST_NAME, LONGEST_REASON = 120, 400

_WHAT = {
    "new": "is new",
    "changed": "was changed",
    "worse": "stayed as it is, but the groups, the methods or the places around it changed",
}
_OUT: dict[Verdict, str] = {
    "blocking": "**keeps out now** (blocking)",
    "pending": "**will keep out** once it is in force (pending)",
}


def lane_of(tenant: AnyTenant) -> str:
    """Under which name a tenant's announcements wait, in their order."""
    return f"tenant:{tenant.id}"


def announce(
    tenant: AnyTenant, snapshot: Snapshot, changes: Sequence[PolicyChange], zone: str
) -> list[Outgoing]:
    """A message for each policy; many at once are one message."""
    if len(changes) > SEPARATELY:
        head = f"{len(changes)} policies of **{tenant.name}** changed and keep an account out."
        return [_together(tenant, snapshot, changes, head)]
    return [_one(tenant, snapshot, change, zone) for change in changes]


def announce_first(
    tenant: AnyTenant, snapshot: Snapshot, report: Report, changes: Sequence[PolicyChange]
) -> Outgoing:
    """One message for a tenant that was never read before, whatever its policies do."""
    told = problems_in_words(report)
    read = f"**{tenant.name}** is watched from now on. {summary(report)}"
    head = f"{read} {told}." if told else read
    if not changes:
        return _outgoing(tenant, snapshot, [head, _all_clear(tenant, report)], {})
    return _together(tenant, snapshot, changes, head)


def _all_clear(tenant: AnyTenant, report: Report) -> str:
    """Never more than was found out."""
    if not report.accounts:
        return "Nothing was judged: the organisation file names no emergency account there."
    gaps = [problem for problem in report.problems if problem.fatal]
    if gaps or any(finding.verdict == "unknown" for finding in report.findings):
        return f"Look at what is not known: `lockout snapshot {tenant.id} --show`"
    return "No policy keeps an emergency account out."


def _one(tenant: AnyTenant, snapshot: Snapshot, change: PolicyChange, zone: str) -> Outgoing:
    files = _files(snapshot, [change])
    by, at = (change.said.by, change.said.at) if change.said else ("", None)
    lines = [
        _todo([change], corrected=bool(files)),
        f"**{_name(change)}** of **{tenant.name}** {_WHAT[change.kind]}.",
        *_effects(tenant, change),
        _who(by, at, zone) if change.kind != "worse" else "",
        "In the thread: the corrected policy. Read the .diff first, then paste from commands.txt."
        if files
        else "There is no correction to paste: the reason says what to do.",
    ]
    return _outgoing(tenant, snapshot, lines, files)


def _together(
    tenant: AnyTenant, snapshot: Snapshot, changes: Sequence[PolicyChange], head: str
) -> Outgoing:
    files = _files(snapshot, changes)
    named = [f"• **{_name(change)}** {_verdicts(change)}" for change in changes[:NAMED]]
    left = len(changes) - len(named)
    lines = [_todo(changes, corrected=bool(files)), head, *named]
    lines += [f"And {left} more."] if left else []
    if files:
        lines.append("In the thread: the corrected policies. Begin with commands.txt.")
    else:
        lines.append(f"The corrections: `lockout snapshot {tenant.id} --show --fix DIR`")
    return _outgoing(tenant, snapshot, lines, files)


def _todo(changes: Iterable[PolicyChange], *, corrected: bool) -> str:
    now = any(one.verdict == "blocking" for change in changes for one in change.findings)
    what = "Apply the correction" if corrected else "Exempt the emergency accounts"
    if now:
        return f"**{what} before somebody signs out.**"
    return f"**{what} before this is switched on.**"


def _effects(tenant: AnyTenant, change: PolicyChange) -> list[str]:
    """One line for each verdict and reason, with all accounts that it is about."""
    names = {account.identifier.casefold(): account.name for account in tenant.emergency_accounts}
    accounts: dict[tuple[Verdict, str], list[str]] = {}
    for finding in change.findings:
        name = names.get(finding.account.casefold(), finding.account)
        accounts.setdefault((finding.verdict, finding.reason), []).append(plain_line(name))
    return [
        f"It {_OUT[verdict]}: {', '.join(dict.fromkeys(found))}. {_short(reason, LONGEST_REASON)}"
        for (verdict, reason), found in accounts.items()
    ]


def _verdicts(change: PolicyChange) -> str:
    found = {finding.verdict for finding in change.findings}
    return " and ".join(verdict for verdict in _OUT if verdict in found)


def _who(by: str, at: datetime | None, zone: str) -> str:
    when = format_moment(at, zone)
    if not by:
        return f"Changed {when}. By whom is not known." if when else "Who changed it is not known."
    return f"Changed {when} by {_short(by)}." if when else f"Changed by {_short(by)}."


def _files(snapshot: Snapshot, changes: Iterable[PolicyChange]) -> dict[str, str]:
    findings: list[Finding] = [one for change in changes for one in change.findings]
    files = fix_files(Report(snapshot.provider, (), tuple(findings)))
    return files if sum(map(len, files.values())) <= MOST else {}


def _name(change: PolicyChange) -> str:
    return _short(change.name)


def _short(text: str, most: int = LONGEST_NAME) -> str:
    line = plain_line(text)
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _outgoing(
    tenant: AnyTenant, snapshot: Snapshot, lines: Iterable[str], files: dict[str, str]
) -> Outgoing:
    """`at` is when it was read: a second attempt looks for its message from then on."""
    payload = {
        "at": format_time(snapshot.taken_at),
        "tenant": tenant.id,
        "text": "\n".join(filter(None, lines)),
        # A lone surrogate in a policy must not stop its announcement.
        "files": {
            name: text.encode("utf-8", "backslashreplace").decode() for name, text in files.items()
        },
    }
    return Outgoing(lane_of(tenant), "announce", payload)
