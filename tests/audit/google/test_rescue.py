"""What a rescue needs, and which of it is denied."""

import re

import pytest

from bot.audit.google.rescue import (
    PERMISSIONS,
    TASKS,
    hit,
    in_words,
    named,
    nearest,
    severity_of,
    wrong_with,
)
from tests.audit.documented import table

PROJECTS = "cloudresourcemanager.googleapis.com/projects"


def test_every_permission_of_the_table_is_of_the_right_form_and_once() -> None:
    """The table is what the audit is measured by."""
    listed = [permission for task in TASKS for permission in task.permissions]
    assert len(set(listed)) == len(listed) == len(PERMISSIONS)
    assert not [permission for permission in listed if wrong_with(permission)]


def test_the_table_is_the_one_in_the_documentation() -> None:
    """Task by task, permission by permission."""
    assert table("Google") == {task.name: list(task.permissions) for task in TASKS}


def test_a_rescue_of_ones_own_is_what_is_looked_for() -> None:
    """Alone, or beside the table; to lose it is as bad as to lose a repair."""
    key = "cloudkms.googleapis.com/cryptoKeys.setIamPolicy"
    assert named(["default", key, key]) == (*PERMISSIONS, key)
    assert hit((key, "iam.googleapis.com/*.*"), (), named([key])) == ((key,), ())
    assert hit(("cloudkms.googleapis.com/*.*",), (), named([key])) == ((key,), ())
    assert severity_of((key,)) == "critical"
    assert in_words((key,)) == f"to do what your organisation file lists ({key})"


def test_a_group_of_permissions_is_every_one_of_it() -> None:
    """`SERVICE/*.VERB` is documented; a star never goes across a full stop or a stroke."""
    real, meant = hit(("iam.googleapis.com/*.delete",), ())
    assert real == (
        "iam.googleapis.com/denypolicies.delete",
        "iam.googleapis.com/accesspolicies.delete",
    )
    assert meant == ()
    assert hit(("iam.googleapis.com/*.*",), ("iam.googleapis.com/*.*",)) == ((), ())


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("iam.googleapis.com/denypolicies.updat", "iam.googleapis.com/denypolicies.update"),
        ("iam.googleapis.com/denyPolicies.update", "iam.googleapis.com/denypolicies.update"),
        ("iam.googleapis.com/denypolicies.udpate", "iam.googleapis.com/denypolicies.update"),
        ("iam.googleapis.com/denypolicies.update2", "iam.googleapis.com/denypolicies.update"),
        (f"{PROJECTS}.setIamPolicies", f"{PROJECTS}.setIamPolicy"),
        (f"{PROJECTS[:-1]}.setIamPolicy", f"{PROJECTS}.setIamPolicy"),
        ("iam.googleapis.com/denypolicies.update", ""),
        ("iam.googleapis.com/denypolicies.create", ""),
        ("iam.googleapis.com/principalaccessboundarypolicies.bind", ""),
        ("accesscontextmanager.googleapis.com/accessPolicies.get", ""),
        ("cloudresourcemanager.googleapis.com/tagKeys.setIamPolicy", ""),
        ("cloudsupport.googleapis.com/denypolicies.updat", ""),
        ("iam.googleapis.com/denypolicie.*", ""),
    ],
)
def test_a_name_that_is_nearly_right_is_known_by_its_neighbour(written: str, meant: str) -> None:
    """What exists beside the table must not be taken for a mistake."""
    assert nearest(written) == meant


def test_an_exception_in_the_wrong_form_takes_nothing_out() -> None:
    """Google does not take it, so nobody may count on it."""
    permission = "cloudresourcemanager.googleapis.com/projects.setIamPolicy"
    assert hit((permission,), ("resourcemanager.projects.setIamPolicy",)) == ((permission,), ())


def test_the_words_name_each_part_of_a_rescue_once() -> None:
    """The first permission of each, and how many more."""
    real, _ = hit(("iam.googleapis.com/denypolicies.*", "cloudsupport.googleapis.com/*.create"), ())
    assert in_words(real) == (
        "to edit deny policies (iam.googleapis.com/denypolicies.delete and 3 more); "
        "to open a support case (cloudsupport.googleapis.com/techCases.create)"
    )


def test_a_denied_repair_is_worse_than_a_denied_case() -> None:
    """And reading alone is the least."""
    case = "cloudsupport.googleapis.com/techCases.create"
    assert severity_of((case,)) == "high"
    assert (
        severity_of(
            (
                case,
                "orgpolicy.googleapis.com/policy.set",
            )
        )
        == "critical"
    )
    assert severity_of(("orgpolicy.googleapis.com/policy.get",)) == "medium"
    assert re.fullmatch("critical|high", TASKS[0].severity)
