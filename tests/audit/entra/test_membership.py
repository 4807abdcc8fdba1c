"""Nested groups are walked as Entra walks them, in step with a plain reference."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.audit.entra.membership import Answer, Membership
from bot.audit.model import Question

NAMES = [f"g{n}" for n in range(6)]
PEOPLE = ["p0", "p1"]
GRAPHS = st.dictionaries(
    st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES + PEOPLE), max_size=4).map(tuple)
)


def reached(graph: dict[str, tuple[str, ...]], group: str) -> set[str]:
    """Everything below a group, the slow way."""
    found = {group}
    for _ in range(len(NAMES)):
        found |= {member for name in found for member in graph.get(name, ())}
    return found


@given(graph=GRAPHS, group=st.sampled_from(NAMES))
def test_membership_is_what_a_walk_downwards_finds(
    graph: dict[str, tuple[str, ...]], group: str
) -> None:
    """In it, not in it, or unknown because something below is not listed."""
    membership = Membership(Question(tuple(PEOPLE), (), graph), NAMES)
    below = reached(graph, group)
    for person in PEOPLE:
        answer = membership.is_in(person, group)
        unlisted = {name for name in below if name in NAMES and name not in graph}
        assert answer.member is (True if person in below else None if unlisted else False)
        assert answer.missing in (unlisted if answer.member is None else {""})


@given(graph=GRAPHS, group=st.sampled_from(NAMES))
def test_the_members_of_a_group_are_its_accounts_at_any_depth(
    graph: dict[str, tuple[str, ...]], group: str
) -> None:
    """And the groups nested in it; circles end."""
    membership = Membership(Question(tuple(PEOPLE), (), graph), NAMES)
    accounts, nested = membership.members_of(group)
    below = set().union(*[reached(graph, one) for one in graph.get(group, ())])
    assert accounts == below & set(PEOPLE)
    assert nested == below & set(NAMES)


def test_a_member_that_nothing_calls_a_group_is_an_account() -> None:
    """An ID alone does not say what it is."""
    membership = Membership(Question(("p0",), (), {"g0": ("x",)}), ["g0"])
    assert membership.is_in("p0", "g0").member is False


def test_a_group_that_nobody_ever_named_is_unknown() -> None:
    """Nothing is assumed of it."""
    membership = Membership(Question(("p0",), ()), [])
    answer = membership.is_in("p0", "g0")
    assert (answer.member, answer.missing) == (None, "g0")


def test_an_exclusion_group_holds_the_accounts_unless_nothing_is_presumed() -> None:
    """An export cannot list it; a reading that did not list it failed."""
    presumed = Membership(Question(("p0",), ("g0",)), ["g0"])
    assert presumed.is_in("p0", "g0").member is True
    read = Membership(Question(("p0",), ("g0",), presumed=False), ["g0"])
    assert read.is_in("p0", "g0") == Answer(None, "g0")
    around = Membership(Question(("p0",), ("g0",), {"g1": ("g0",)}, presumed=False), ["g0", "g1"])
    assert around.is_in("p0", "g1") == Answer(None, "g0")


def test_a_deleted_group_holds_nobody_and_nothing_is_presumed_of_it() -> None:
    """Whatever a list says of it, and however it is written."""
    listed = Question(("p0",), ("g0",), {"g0": ("p0",), "g1": ("g0",)})
    for question in (listed, Question(("p0",), ("g0",))):
        assert Membership(question, ["g0"], ["G0"]).is_in("p0", "g0") == Answer(member=False)
    assert Membership(listed, ["g0"], ["G0"]).is_in("p0", "g1") == Answer(member=False)
