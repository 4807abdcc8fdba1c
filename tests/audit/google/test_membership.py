"""Groups: through any nesting, and unknown where nobody said."""

from bot.audit.google.membership import Answer, Membership, plain_name
from bot.audit.model import Question
from tests.audit.google.case import GROUP, GROUP_SET, MAIL, SERVICE

WRITTEN = {
    f"group:{GROUP}": (f"user:{MAIL.upper()}",),
    "principalSet://goog/group/outer@example.com": (GROUP, GROUP),
    "loop@example.com": ("loop@example.com", "group:far@example.com"),
}


def known() -> Membership:
    """Three groups: one with the account, one around it, one that leads nowhere."""
    question = Question((MAIL,), (GROUP, "assumed@example.com"), WRITTEN)
    return Membership(question, [MAIL], ["named@example.com"])


def test_a_name_is_the_same_in_every_form() -> None:
    """Of a group and of an account, in any case."""
    forms = (GROUP, f"group:{GROUP}", GROUP_SET, f" {GROUP.upper()}")
    assert {plain_name(form) for form in forms} == {GROUP}
    assert plain_name(SERVICE) == plain_name(SERVICE.rpartition("/")[2])


def test_an_account_is_in_its_groups_and_in_those_around_them() -> None:
    """And whether it is nested is said, since Google's pages do not say that it counts."""
    groups = known()
    assert groups.is_in(MAIL, GROUP_SET) == Answer(member=True)
    assert groups.is_in(MAIL, "outer@example.com") == Answer(member=True, nested=True)
    assert groups.is_in(MAIL, "assumed@example.com") == Answer(member=True)


def test_a_group_that_nobody_lists_is_unknown() -> None:
    """Also one that holds such a group; the answer names the group that would tell."""
    groups = known()
    assert groups.is_in(MAIL, "named@example.com").missing == "named@example.com"
    assert groups.is_in(MAIL, "loop@example.com").missing == "far@example.com"
    assert groups.is_in(MAIL, "never-heard-of@example.com").missing == "never-heard-of@example.com"
    empty = Membership(Question((MAIL,), members={GROUP: ()}), [MAIL], [])
    assert empty.is_in(MAIL, GROUP) == Answer(member=False)


def test_an_exclusion_group_that_could_not_be_read_holds_nobody() -> None:
    """Somebody looked, and saw nothing: that is no reason to trust it."""
    account, group = "one@example.com", "sg@example.com"
    presumed = Membership(Question((account,), (group,)), [account], [group])
    assert presumed.is_in(account, group).member is True
    read = Membership(Question((account,), (group,), presumed=False), [account], [group])
    assert read.is_in(account, group).member is None
