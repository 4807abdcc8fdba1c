"""A tree says which policies hang above an account, each by any of its names."""

import pytest

from bot.audit.aws.document import Policy
from bot.audit.aws.tree import names_of, parse_tree
from bot.core.errors import Invalid

POLICY = Policy("aws/scp/guard.json#/Policy", "p-1", "Guard", True, "scp", "", {}, (), False)  # noqa: FBT003


def test_a_way_leads_from_the_root_to_the_account() -> None:
    """Each node by its name, or else its ID, or else as the root."""
    tree = parse_tree(
        {
            "organization": "o-example",
            "root": {
                "policies": ["P-1"],
                "accounts": ["111122223333"],
                "children": [
                    {
                        "id": "ou-1",
                        "children": [{"name": "Prod", "accounts": {"444455556666": ["x"]}}],
                    }
                ],
            },
        }
    )
    assert [step.name for step in tree.ways["111122223333"]] == ["root", "account 111122223333"]
    deep = tree.ways["444455556666"]
    assert [step.name for step in deep] == ["root", "ou-1", "Prod", "account 444455556666"]
    assert [step.holds(POLICY) for step in deep] == [True, False, False, False]
    assert tree.organization == "o-example"


def test_a_policy_is_known_by_id_name_and_file() -> None:
    """In lower case, with or without folder and ending."""
    assert names_of(POLICY) == {"p-1", "guard", "guard.json", "aws/scp/guard.json"}


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        ({}, "root"),
        ({"root": {"children": [{"policies": [1]}]}}, "root.children.0.policies.0"),
        ({"root": {}, "tags": {"arn": ["x"]}}, "tags.arn"),
    ],
)
def test_a_tree_of_another_form_is_invalid_at_its_place(raw: dict[str, object], place: str) -> None:
    """Nothing is guessed about what somebody may have meant."""
    with pytest.raises(Invalid) as caught:
        parse_tree(raw)
    assert [problem.field for problem in caught.value.problems] == [place]
