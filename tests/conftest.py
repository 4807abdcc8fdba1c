"""How hard property tests try: 100 examples each, and in `make fuzz` as many as it says."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile(
    "fuzz", max_examples=int(os.environ.get("EXAMPLES") or 20_000), deadline=None
)
