"""What a rescue needs is documented, and an organisation can say it otherwise."""

from bot.audit.aws.rescue import DEFAULT, RescueActions
from bot.audit.aws.statement import Coverage
from bot.audit.aws.wording import name_actions, severity
from tests.audit.documented import table


def names(rescue: RescueActions) -> list[str]:
    """Its actions in order."""
    return [action.name for action in rescue.actions]


def test_the_table_is_the_one_in_the_documentation() -> None:
    """Group by group, action by action."""
    groups: dict[str, list[str]] = {}
    for action in DEFAULT.actions:
        groups.setdefault(action.group, []).append(action.name)
    assert table("AWS") == groups


def test_the_default_stands_for_the_whole_table_and_an_action_counts_once() -> None:
    """In whatever letters; what is in the table keeps its targets."""
    found = RescueActions.named(["S3:putbucketpolicy", "default", "STS:assumerole"])
    assert names(found) == ["S3:putbucketpolicy", *names(DEFAULT)]
    assert found.actions[1:] == DEFAULT.actions


def test_what_an_organisation_adds_weighs_as_much_as_a_way_back() -> None:
    """And each is named, since no group says what it is for."""
    coverage = Coverage(RescueActions.named(["default", "s3:PutBucketPolicy", "kms:PutKeyPolicy"]))
    lost, _ = coverage.of(["s3:*", "kms:*"])
    assert severity(lost, coverage) == "high"
    assert name_actions(lost, coverage) == (
        "2 of 39 rescue actions (s3:PutBucketPolicy, kms:PutKeyPolicy)"
    )
