"""How hard property tests try: 100 examples each, and in `make fuzz` as many as it says."""

from __future__ import annotations

import os

from hypothesis import settings

# On a busy machine an example may take any time; what is slow, the benchmark says.
settings.register_profile("default", deadline=None)
settings.register_profile(
    "fuzz", max_examples=int(os.environ.get("EXAMPLES") or 20_000), deadline=None
)
