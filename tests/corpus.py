"""Real policies from public repositories, which lie beside the checkout and are not kept in it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"


def corpus(folder: str = "") -> Path:
    """Where they are: `azure`, `aws`, `gcp`, or all of them.

    Where there are none, a test is left out; with LOCKOUT_REQUIRE_ALL=1, as in CI, it fails.
    """
    found = CORPUS / folder
    if not found.is_dir():
        why = f"the corpus of real policies (../shared/corpus/{folder}) is not beside the checkout"
        if os.environ.get("LOCKOUT_REQUIRE_ALL") == "1":
            pytest.fail(why)
        pytest.skip(why)
    return found
