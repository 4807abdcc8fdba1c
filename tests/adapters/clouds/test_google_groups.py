"""Who is in which group, and what stays unknown."""

from __future__ import annotations

from bot.adapters.clouds.google_groups import MOST_PAGES
from bot.adapters.memory import FixedClock
from bot.audit.exclusion_group import read_group
from bot.audit.run import audit_snapshot
from bot.audit.snapshot import Snapshot
from tests.adapters.clouds.google_cases import GROUP, MAIL, Json, deny, tenant
from tests.adapters.clouds.google_stand_in import ORGANIZATION, GoogleStandIn, person

OTHERS = "others@example.com"
INNER = "inner@example.com"


def aimed(**groups: tuple[str, list[Json]]) -> GoogleStandIn:
    """A deny policy for the group `OTHERS`, and these groups beside the exclusion group."""
    return GoogleStandIn(
        deny={
            ORGANIZATION: [deny("aimed", deniedPrincipals=[f"principalSet://goog/group/{OTHERS}"])]
        },
        groups={"0break": (GROUP, [person(MAIL), person("aide@example.com")]), **groups},
    )


async def read(google: GoogleStandIn) -> tuple[Snapshot, str]:
    """The snapshot, and the verdict on the one policy."""
    async with google:
        snapshot = await google.source(FixedClock()).read(tenant())
    return snapshot, audit_snapshot(snapshot, tenant()).findings[0].verdict


async def test_of_the_exclusion_group_everybody_is_kept_of_others_only_our_accounts() -> None:
    """Hygiene needs the one; nobody's colleagues need to be in a snapshot for the other."""
    many = [person(f"u{n}@example.com") for n in range(5)]
    snapshot, verdict = await read(aimed(g1=(OTHERS, [*many, person(MAIL.upper())])))
    assert snapshot.members == {GROUP: ("aide@example.com", MAIL), OTHERS: (MAIL,)}
    assert verdict == "blocking"


async def test_a_group_without_our_account_is_known_to_be_without_it() -> None:
    """Read and not in it: out of scope, not unknown."""
    snapshot, verdict = await read(aimed(g1=(OTHERS, [person("u@example.com")])))
    assert snapshot.members[OTHERS] == ()
    assert verdict == "not_in_scope"


async def test_nested_groups_are_followed_and_circles_end() -> None:
    """Through one that holds the account, and back to the first."""
    inner = [person(MAIL), person(OTHERS, "GROUP")]
    snapshot, verdict = await read(aimed(g1=(OTHERS, [person(INNER, "GROUP")]), g2=(INNER, inner)))
    assert snapshot.members[OTHERS] == (f"group:{INNER}",)
    assert snapshot.members[INNER] == (MAIL, f"group:{OTHERS}")
    assert verdict == "blocking"


async def test_a_nested_group_that_cannot_be_read_leaves_the_outer_one_open() -> None:
    """A group of another domain, or one that we may not see: unknown, and named."""
    snapshot, verdict = await read(aimed(g1=(OTHERS, [person(INNER, "GROUP")])))
    assert INNER not in snapshot.members
    assert verdict == "unknown"
    assert [(one.field, one.fatal) for one in snapshot.problems] == [("members of groups", False)]


async def test_a_member_that_stands_for_many_leaves_the_group_open() -> None:
    """The whole domain, or a kind of member that is not known here, may hold the account."""
    for member in (person("C01example", "OTHER"), {"preferredMemberKey": {"id": "x@example.com"}}):
        _, verdict = await read(aimed(g1=(OTHERS, [member])))
        assert verdict == "unknown"


async def test_a_group_too_large_to_list_is_asked_about_our_accounts_only() -> None:
    """By Google's transitive question, where the edition has it."""
    crowd = [person(f"u{n}@example.com") for n in range(2 * MOST_PAGES + 1)]
    google = aimed(g1=(OTHERS, crowd))
    google.transitive = {("g1", MAIL)}
    snapshot, verdict = await read(google)
    assert (snapshot.members[OTHERS], verdict) == ((MAIL,), "blocking")
    snapshot, verdict = await read(aimed(g1=(OTHERS, crowd)))
    assert (snapshot.members[OTHERS], verdict) == ((), "not_in_scope")


async def test_an_exclusion_group_too_large_to_list_may_hold_strangers() -> None:
    """Our account is in it, and nobody may take that for the whole group."""
    google = aimed(
        **{"0break": (GROUP, [person(f"u{n}@x.com") for n in range(2 * MOST_PAGES + 1)])}
    )
    google.transitive = {("0break", MAIL)}
    snapshot, _ = await read(google)
    assert snapshot.members[GROUP] == (MAIL,)
    found = read_group(snapshot, tenant())
    assert found is not None
    assert "only the emergency accounts were looked up" in found.unsure


async def test_a_large_group_of_an_edition_without_that_question_is_unknown() -> None:
    """The problem names the editions that have it."""
    crowd = [person(f"u{n}@example.com") for n in range(2 * MOST_PAGES + 1)]
    google = aimed(g1=(OTHERS, crowd))
    google.refuse("cloudidentity.googleapis.com/v1/groups/g1/memberships:check")
    snapshot, verdict = await read(google)
    assert (OTHERS in snapshot.members, verdict) == (False, "unknown")
    assert "Cloud Identity Premium" in snapshot.problems[0].message


async def test_without_an_exclusion_group_only_named_groups_are_asked() -> None:
    """A tenant need not have one."""
    async with aimed(g1=(OTHERS, [])) as google:
        snapshot = await google.source(FixedClock()).read(tenant(group={}))
    assert snapshot.members == {OTHERS: ()}
