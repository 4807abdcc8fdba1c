"""Nobody goes faster than a provider allows, and nobody waits without need."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.services.pace import Pace


def test_a_few_at_once_and_then_one_by_one() -> None:
    """What was not used fills up again."""
    pace = Pace(burst=3, every=2.0)
    assert [pace.take(100.0) for _ in range(5)] == [0, 0, 0, 2, 4]
    assert not pace.free(103.9)
    assert pace.free(106.0)
    assert [pace.take(200.0) for _ in range(4)] == [0, 0, 0, 2]


@given(burst=st.integers(1, 5), gaps=st.lists(st.integers(0, 3), min_size=1, max_size=60))
def test_no_stretch_of_time_has_more_than_its_share(burst: int, gaps: list[int]) -> None:
    """At most the burst, and one for each `every` that passed."""
    pace, now, turns = Pace(burst, 1.0), 0.0, list[float]()
    for gap in gaps:
        now += gap
        free = pace.free(now)
        wait = pace.take(now)
        assert free == (wait == 0)
        turns.append(now + wait)
    for first, begin in enumerate(turns):
        for last in range(first, len(turns)):
            assert last - first + 1 <= burst + turns[last] - begin
