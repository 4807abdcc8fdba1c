"""What a group file tells about how the group is kept."""

from __future__ import annotations

from bot.audit.entra.context import read_group
from tests.audit.entra.policies import GROUP


def test_a_group_file_says_how_the_group_is_kept() -> None:
    """Assigned or dynamic, from on-premises or not, protected or not."""
    group = read_group(
        {
            "id": GROUP,
            "displayName": "Emergency",
            "groupTypes": ["DynamicMembership"],
            "onPremisesSyncEnabled": True,
            "deletedDateTime": "2030-01-01T00:00:00Z",
            "isAssignableToRole": True,
            "isManagementRestricted": False,
        }
    )
    assert (group.dynamic, group.synced, group.deleted) == (True, True, True)
    assert (group.role_assignable, group.restricted) == (True, False)


def test_what_a_group_file_leaves_out_is_not_made_up() -> None:
    """None is not no."""
    group = read_group({"id": GROUP})
    assert (group.dynamic, group.synced, group.deleted) == (False, False, False)
    assert (group.role_assignable, group.restricted) == (None, None)


def test_a_rule_makes_a_group_dynamic() -> None:
    """Also where the types are missing."""
    assert read_group({"id": GROUP, "membershipRule": "user.department -eq 1"}).dynamic
