"""The view says the one next thing first, and fits a telephone however much is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.core.drill_schedule import NextDrill
from bot.core.readiness import AccountCounts, LeftOpen, OpenLine, Readiness
from bot.core.readiness_view import READY, show_readiness, trouble_view, waiting_view
from bot.core.view import BeginDrill, Declare, Facts, Heading, ShowReadiness, Table, Text, View
from tests.core.test_readiness import KNOWN, NOW, ready, tenant, with_open


def texts(view: View) -> str:
    """All paragraphs."""
    return "\n".join(block.text for block in view.blocks if isinstance(block, Text))


def facts(readiness: Readiness) -> dict[str, str]:
    """What is said of the first tenant."""
    blocks = show_readiness(readiness).blocks
    return dict(next(block for block in blocks if isinstance(block, Facts)).pairs)


def test_it_is_green_when_nothing_is_missing() -> None:
    """With how it is known: ages, drills, verdicts."""
    view = show_readiness(ready())
    assert view.blocks[0] == Text(READY)
    assert view.summary == "🟢 Ready. Nothing is missing."
    assert facts(ready()) == {
        "Policies read": "5 minutes ago",
        "Last drill": "2026-10-01, PASSED (drill-261001-aaaaa)",
        "Next drill": "2026-12-31, in 39 days",
    }
    table = next(block for block in view.blocks if isinstance(block, Table))
    assert table.header == ("Account", "12 policies")
    assert table.rows == (
        ("emergency-1", "11 excluded, 1 not in scope"),
        ("emergency-2", "12 excluded"),
    )


def test_the_first_line_is_the_one_thing_to_do_next() -> None:
    """The others follow, a few of them, and how many are left."""
    view = show_readiness(ready(with_open("blocking", "unknown"), file=tuple("abcdef")))
    assert isinstance(view.blocks[0], Text)
    assert view.blocks[0].text.startswith("🔴 **Not ready.** Next: Correct **CA001**")
    assert view.blocks[1] == Heading("Then")
    assert isinstance(view.blocks[2], Text)
    assert view.blocks[2].text.startswith("2. Look at **CA002**")
    assert len(view.blocks[2].text.splitlines()) == 4
    assert "And 3 more things" in str(view.blocks[3])
    assert "**CA001**: It blocks everybody." in texts(view)


def tables(readiness: Readiness) -> list[Table]:
    """Of all tenants."""
    return [block for block in show_readiness(readiness).blocks if isinstance(block, Table)]


def test_each_open_policy_has_a_row_and_each_account_a_column() -> None:
    """What each verdict is, also where the account gets in."""
    _, table = tables(ready(with_open("blocking", "unknown")))
    assert table == Table(
        ("Open policy", "emergency-1", "emergency-2"),
        (("CA001", "blocking", "not in scope"), ("CA002", "unknown", "not in scope")),
        short=True,
    )
    (only,) = tables(ready())
    assert only.header[0] == "Account"


@pytest.mark.parametrize(
    ("names", "labels"),
    [
        (("emergency-1@example.com", "emergency-2@example.com"), ("emergency-1", "emergency-2")),
        (("bg@example.com", "bg@example.org"), ("bg@example.com", "bg@example.org")),
        (("a" * 30 + "1", "a" * 30 + "2"), ("a" * 30 + "1", "a" * 30 + "2")),
        (("root", "x" * 30), ("root", "x" * 19 + "…")),
    ],
)
def test_a_column_is_named_as_shortly_as_it_can_be_told_apart(
    names: tuple[str, ...], labels: tuple[str, ...]
) -> None:
    """Two columns with one name would be a riddle."""
    known = with_open("blocking").policies
    assert known is not None
    accounts = tuple(AccountCounts(name, (("blocking", 1),)) for name in names)
    (_, table) = tables(ready(tenant(policies=replace(known, accounts=accounts))))
    assert table.header[1:] == labels


def test_of_many_accounts_those_that_are_kept_out_have_a_column() -> None:
    """How many are not there is said."""
    accounts = tuple(AccountCounts(f"account-{number}", ()) for number in range(7))
    verdicts = ("excluded",) * 6 + ("pending",)
    line = OpenLine("CA001", "pending", ("account-6",), "It will.", verdicts)
    known = replace(KNOWN, accounts=accounts, worst=(line,), open=(("pending", 1),))
    (_, table) = tables(ready(tenant(policies=known)))
    assert table.header[1:] == ("account-6", "account-0", "account-1", "account-2", "account-3")
    assert table.rows == (("CA001", "pending", *["excluded"] * 4),)
    assert "And 2 more accounts beside these." in str(show_readiness(ready(tenant(policies=known))))


def test_what_was_never_read_says_how_to() -> None:
    """In the first line, and beside the tenant."""
    readiness = ready(tenant(policies=None, held=None, due=None))
    assert facts(readiness) == {
        "Policies read": "never. In a terminal: lockout snapshot entra-example",
        "Last drill": "none was finished",
        "Next drill": "no day is set: see drills in the organisation file",
    }
    assert not [block for block in show_readiness(readiness).blocks if isinstance(block, Table)]


def test_an_old_snapshot_and_a_missed_drill_are_loud() -> None:
    """They are what turns green to red by itself."""
    old = replace(KNOWN, read_at=NOW - timedelta(days=2), stale=True)
    late = NextDrill("entra-example", date(2026, 11, 21), -1)
    told = facts(ready(tenant(policies=old, due=late, under_way="drill-9")))
    assert told["Policies read"] == "2 days ago: may be OUT OF DATE"
    assert told["Next drill"] == "2026-11-21, OVERDUE since 1 day"
    assert told["Last drill"].endswith("; drill-9 is under way")
    today = NextDrill("entra-example", date(2026, 11, 22), 0)
    assert facts(ready(tenant(due=today)))["Next drill"] == "2026-11-22, today"


def test_what_was_left_open_and_what_the_file_lacks_are_listed() -> None:
    """Where they belong: at their tenant, or below all of them."""
    left = LeftOpen("lo-1", "Remove the exclusion", None, drill=False)
    told = texts(
        show_readiness(
            ready(tenant(file=("no test",)), left_open=(left,), file=tuple("abcdefghijk"))
        )
    )
    assert "• no test" in told
    assert "• Remove the exclusion (left open by lo-1)" in told
    assert told.endswith("• and 3 more")


def test_an_account_without_a_policy_has_none() -> None:
    """A tenant without policies is read all the same."""
    empty = replace(KNOWN, policies=0, accounts=(AccountCounts("emergency-1", ()),))
    view = show_readiness(ready(tenant(policies=empty)))
    assert Table(("Account", "0 policies"), (("emergency-1", "none"),)) in view.blocks
    nobody = show_readiness(ready(tenant(policies=replace(KNOWN, accounts=()))))
    assert not [block for block in nobody.blocks if isinstance(block, Table)]


def test_much_is_shortened_and_says_so() -> None:
    """Accounts, names, policies, tenants: none of them can push the first line away."""
    lines = tuple(
        OpenLine("CA\n" * 66, "blocking", ("account-0",), "x" * 900, ("not_in_scope",) * 30)
        for _ in range(8)
    )
    many = replace(
        KNOWN,
        accounts=tuple(AccountCounts(f"account-{n}", (("blocking", 9),)) for n in range(30)),
        worst=lines,
        open=(("blocking", 9),),
    )
    tenants = tuple(tenant(id=f"t{n}", name=f"Tenant {n}", policies=many) for n in range(9))
    view = show_readiness(ready(*tenants, tenant(id="calm", name="Calm")))
    said = str(view.blocks)
    assert "And 22 more accounts." in said
    assert "And 25 more accounts beside these." in said
    assert "1 more policy. All with their corrections" in said
    assert "Tenant 8: 1 thing to do. `/lockout readiness t8`" in said
    assert "Calm: nothing to do." in said
    assert len(view.blocks) < 40
    assert sum(len(str(block)) for block in view.blocks) < 13_000


@pytest.mark.parametrize(
    "view", [show_readiness(ready(), with_buttons=True), waiting_view(), trouble_view("Away.")]
)
def test_the_home_always_has_its_buttons(view: View) -> None:
    """In a lockout somebody finds 'Declare' there, whatever else does not work."""
    actions = [button.action for button in view.buttons()]
    assert actions == [Declare(), BeginDrill(), ShowReadiness()]
    assert show_readiness(ready()).buttons() == []
