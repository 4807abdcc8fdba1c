"""Taking turns: what is measured and its floor one after the other, several times."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable

ROUNDS = 3


def medians(*works: Callable[[], object]) -> list[float]:
    """Seconds of processor time that each takes, in the order given."""
    took: list[list[float]] = [[] for _ in works]
    # What the benchmark itself holds is none of anybody's garbage.
    gc.collect()
    gc.freeze()
    for _ in range(ROUNDS):
        for work, times in zip(works, took, strict=True):
            gc.collect()
            start = time.process_time()
            work()
            times.append(time.process_time() - start)
    return [statistics.median(times) for times in took]
