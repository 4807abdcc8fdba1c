"""What is lost is named so that a tired person sees how bad it is."""

import pytest

from bot.audit.aws.rescue import DEFAULT
from bot.audit.aws.statement import Coverage
from bot.audit.aws.verdicts import Judgement
from bot.audit.aws.wording import judged_severity, name_actions, severity

COVERAGE = Coverage(DEFAULT)


def mask(*patterns: str) -> int:
    """The bits of the actions that the patterns name."""
    return COVERAGE.of(patterns)[0]


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (("*",), "critical"),
        (("iam:*", "sts:*", "organizations:*"), "critical"),
        (("sts:*",), "high"),
        (("iam:*", "iam:PutRolePolicy"), "high"),
        (("iam:PutRolePolicy",), "medium"),
        (("support:*",), "medium"),
        (("support:*", "signin:*"), "medium"),
        (("support:CreateCase",), "low"),
        (("signin:*",), "low"),
    ],
)
def test_severity_grows_with_what_is_lost(patterns: tuple[str, ...], expected: str) -> None:
    """A way back in that is gone whole is worse than parts of it, or than other comforts."""
    assert severity(mask(*patterns), COVERAGE) == expected


def test_what_is_not_sure_weighs_less() -> None:
    """Unknown one step below blocking, a choice low, the rest for information."""
    every = COVERAGE.every
    assert judged_severity(Judgement(open=every), COVERAGE) == "high"
    assert judged_severity(Judgement(open=mask("signin:*")), COVERAGE) == "low"
    assert judged_severity(Judgement(choice=every), COVERAGE) == "low"
    assert judged_severity(Judgement(exempt=every), COVERAGE) == "info"


def test_whole_groups_are_named_by_their_purpose_and_others_by_action() -> None:
    """With the count, in the order of the table."""
    assert name_actions(COVERAGE.every, COVERAGE) == "every rescue action"
    assert name_actions(mask("support:*", "sts:*", "iam:PutRolePolicy"), COVERAGE) == (
        "10 of 37 rescue actions (sts:AssumeRole, iam:PutRolePolicy, "
        "all that is needed to work on a support case)"
    )
