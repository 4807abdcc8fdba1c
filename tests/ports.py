"""Ports for servers under test.

Never one that the system hands out by itself: between the look and the bind, a connection of
another test would take it. Each worker of a run looks in a range of its own.
"""

from __future__ import annotations

import itertools
import os
import random
import socket

FIRST, EACH = 12_000, 1_000
_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw9").removeprefix("gw")) % 20
# Another run on this machine hardly begins at the same place.
_begin = random.SystemRandom().randrange(EACH)
_offsets = itertools.count(_begin)


def free_port() -> int:
    """A port of this machine that nobody listens on now, and that was not given out lately."""
    for offset in _offsets:
        port = FIRST + _worker * EACH + offset % EACH
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise AssertionError  # pragma: no cover - the offsets never end
