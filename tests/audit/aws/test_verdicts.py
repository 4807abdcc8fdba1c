"""The worst that a policy does to any rescue action is its verdict."""

import pytest

from bot.audit.aws.verdicts import Grants, Judgement


@pytest.mark.parametrize(
    ("judgement", "verdict"),
    [
        (Judgement(denied=1, open=2, choice=4, exempt=8), "blocking"),
        (Judgement(implied=1, open=2), "blocking"),
        (Judgement(open=2, choice=4, exempt=8), "unknown"),
        (Judgement(choice=4, exempt=8), "satisfiable"),
        (Judgement(exempt=8), "excluded"),
        (Judgement(granted=8), "excluded"),
        (Judgement(), "not_in_scope"),
    ],
)
def test_the_worst_counts(judgement: Judgement, verdict: str) -> None:
    """Denied before open, open before a choice, a choice before an exemption."""
    assert judgement.verdict == verdict
    assert judgement.reaches is (verdict in {"blocking", "unknown", "satisfiable"})


def test_policies_of_a_node_allow_together() -> None:
    """What any of them allows is allowed; what would decide is named once."""
    one = Grants(plain=1, open=4, needs=("x",))
    two = Grants(plain=2, by_who=8, needs=("x", "y"), lists=True)
    assert one | two == Grants(plain=3, by_who=8, open=4, needs=("x", "y"), lists=True)
