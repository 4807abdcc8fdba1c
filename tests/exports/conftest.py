"""Chromium, when this machine has it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.exports.chromium import Chromium

_NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture
def browser(tmp_path: Path) -> Chromium:
    """Give a browser with an empty profile; the one thing that a machine may lack."""
    program = next(filter(None, map(shutil.which, _NAMES)), None)
    if program is None:
        how = "Chromium is not installed; on Debian or Ubuntu: sudo apt-get install chromium"
        if os.environ.get("LOCKOUT_REQUIRE_ALL") == "1":
            pytest.fail(how)
        pytest.skip(how)
    return Chromium(program, tmp_path)
