"""Readiness as a person sees it: the one thing to do next, then each tenant, the worst first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.core.facts import ago, format_moment
from bot.core.findings import WORST_FIRST
from bot.core.readiness import (
    OpenLine,
    PoliciesKnown,
    Readiness,
    TenantReadiness,
    ToDo,
    how_to_read,
    origin_of,
    things_to_do,
)
from bot.core.view import (
    BeginDrill,
    Block,
    Button,
    Buttons,
    Declare,
    Facts,
    Heading,
    ShowReadiness,
    Small,
    Table,
    Text,
    View,
)
from bot.core.wording import counted, plain_line, without_marks

TITLE = "Readiness"
READY = "🟢 **Ready.** Nothing is missing."
NEXT_SHOWN = 4
# More are one line each, so that a telephone shows the end of it.
TENANTS_IN_FULL = 3
ACCOUNTS_SHOWN = 8
COLUMNS_SHOWN = 5
REASONS_SHOWN = 3
LINES_SHOWN = 8
LONGEST = 160
# Of a policy, in the first column and before its reason; and of an account above a column.
LONGEST_CELL, LONGEST_NAME, LONGEST_LABEL = 32, 60, 20

BUTTONS = Buttons(
    (
        Button("Declare a lockout", Declare(), style="danger"),
        Button("Begin a drill", BeginDrill()),
        Button("Look again", ShowReadiness()),
    )
)


def show_readiness(readiness: Readiness, *, with_buttons: bool = False) -> View:
    """The whole view; its summary is its first line."""
    todo = things_to_do(readiness)
    first = f"🔴 **Not ready.** Next: {todo[0].text}" if todo else READY
    blocks: list[Block] = [Text(first)]
    if with_buttons:
        blocks.append(BUTTONS)
    blocks += _then(todo[1:])
    blocks += _tenants(readiness, todo)
    blocks += _lines(
        "Left open", [f"{one.title} ({origin_of(one)})" for one in readiness.left_open]
    )
    blocks += _lines("Organisation file", readiness.file)
    blocks.append(Small(f"As of {format_moment(readiness.at, readiness.time_zone)}"))
    return View(TITLE, tuple(blocks), without_marks(first))


def waiting_view() -> View:
    """Until the policies are judged."""
    return View(TITLE, (Text("Readiness is being read. This takes a moment."), BUTTONS), TITLE)


def trouble_view(words: str) -> View:
    """When it cannot be told; what begins something stays at hand."""
    return View(TITLE, (Text(words), BUTTONS), TITLE)


def _then(todo: list[ToDo]) -> Iterator[Block]:
    """What comes after the first thing."""
    if not todo:
        return
    lines = [f"{number}. {one.text}" for number, one in enumerate(todo[:NEXT_SHOWN], start=2)]
    yield Heading("Then")
    yield Text("\n".join(lines))
    left = len(todo) - NEXT_SHOWN
    if left > 0:
        more = counted(left, "more thing", "more things")
        yield Small(f"And {more}. All of them: `lockout readiness --format json`")


def _lines(title: str, lines: Sequence[str]) -> Iterator[Block]:
    if lines:
        yield Heading(title)
        yield Text(_listed(lines))


def _listed(lines: Sequence[str]) -> str:
    shown = [f"• {_short(line)}" for line in lines[:LINES_SHOWN]]
    left = len(lines) - LINES_SHOWN
    return "\n".join([*shown, f"• and {left} more"] if left > 0 else shown)


def _tenants(readiness: Readiness, todo: list[ToDo]) -> Iterator[Block]:
    """Those with the most dangerous things to do first."""
    names = [one.tenant for one in todo]
    rank = {tenant.id: names.index(tenant.id) for tenant in readiness.tenants if tenant.id in names}
    ordered = sorted(readiness.tenants, key=lambda one: rank.get(one.id, len(names)))
    for tenant in ordered[:TENANTS_IN_FULL]:
        yield from _tenant(readiness, tenant)
    rest = ordered[TENANTS_IN_FULL:]
    if rest:
        yield Heading("Other tenants")
        lines = [_one_line(tenant, names.count(tenant.id)) for tenant in rest]
        yield Text("\n".join(lines))


def _one_line(tenant: TenantReadiness, number: int) -> str:
    told = counted(number, "thing to do", "things to do") if number else "nothing to do"
    return f"{tenant.name}: {told}. `/lockout readiness {tenant.id}`"


def _tenant(readiness: Readiness, tenant: TenantReadiness) -> Iterator[Block]:
    known = tenant.policies
    yield Heading(tenant.name)
    yield Facts(
        (
            ("Policies read", _read(readiness, tenant)),
            ("Last drill", _last(tenant)),
            ("Next drill", _next(tenant)),
        )
    )
    if known is not None:
        yield from _policies(tenant, known)
    if tenant.file:
        yield Text(_listed(tenant.file))


def _read(readiness: Readiness, tenant: TenantReadiness) -> str:
    known = tenant.policies
    if known is None:
        return f"never. {without_marks(how_to_read(tenant))}"
    age = ago(readiness.at - known.read_at)
    return f"{age}: may be OUT OF DATE" if known.stale else age


def _last(tenant: TenantReadiness) -> str:
    held = tenant.held
    told = f"{held.on}, {held.result.upper()} ({held.id})" if held else "none was finished"
    return f"{told}; {tenant.under_way} is under way" if tenant.under_way else told


def _next(tenant: TenantReadiness) -> str:
    due = tenant.due
    if due is None:
        return "no day is set: see drills in the organisation file"
    if due.days == 0:
        return f"{due.on}, today"
    days = counted(abs(due.days), "day", "days")
    return f"{due.on}, OVERDUE since {days}" if due.overdue else f"{due.on}, in {days}"


def _policies(tenant: TenantReadiness, known: PoliciesKnown) -> Iterator[Block]:
    shown = known.accounts[:ACCOUNTS_SHOWN]
    rows = tuple(
        (_short(one.name), ", ".join(f"{n} {v.replace('_', ' ')}" for v, n in one.counts) or "none")
        for one in shown
    )
    if rows:
        yield Table(("Account", counted(known.policies, "policy", "policies")), rows)
    if len(known.accounts) > len(shown):
        yield Small(f"And {len(known.accounts) - len(shown)} more accounts.")
    if not known.worst:
        return
    yield from _open_policies(known)
    yield Text("\n".join(map(_reason, known.worst[:REASONS_SHOWN])))
    left = sum(number for _, number in known.open) - len(known.worst)
    more = f"{counted(left, 'more policy', 'more policies')}. " if left > 0 else ""
    yield Small(
        f"{more}All with their corrections: "
        f"`lockout snapshot {tenant.id} --show --fix corrections` in a terminal"
    )


def _open_policies(known: PoliciesKnown) -> Iterator[Block]:
    """A row for each policy, a column for each account: first those who are kept out."""
    labels = _labels([one.name for one in known.accounts])
    is_calm = [
        not any(line.verdicts[column] in WORST_FIRST for line in known.worst)
        for column in range(len(labels))
    ]
    columns = sorted(range(len(labels)), key=is_calm.__getitem__)[:COLUMNS_SHOWN]
    rows = tuple(
        (
            _short(line.name, LONGEST_CELL),
            *(line.verdicts[column].replace("_", " ") for column in columns),
        )
        for line in known.worst
    )
    yield Table(("Open policy", *(labels[column] for column in columns)), rows, short=True)
    left = len(labels) - len(columns)
    if left:
        yield Small(f"And {counted(left, 'more account', 'more accounts')} beside these.")


def _labels(names: Sequence[str]) -> list[str]:
    """Without what comes after the @, where that still tells them apart."""
    labels = [_short(name.partition("@")[0], LONGEST_LABEL) for name in names]
    return labels if len(set(labels)) == len(names) else [_short(name) for name in names]


def _reason(policy: OpenLine) -> str:
    return f"**{_short(policy.name, LONGEST_NAME)}**: {_short(policy.reason)}"


def _short(text: str, limit: int = LONGEST) -> str:
    line = plain_line(text)
    return line if len(line) <= limit else f"{line[: limit - 1]}…"
