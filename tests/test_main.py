"""The console script is the module, and both start."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import bot.__main__


def test_the_module_and_the_console_script_are_the_same_program() -> None:
    """`python -m bot` where nothing is on the path, `lockout` where it is."""
    script = Path(sys.executable).parent / "lockout"
    said = [
        subprocess.run([*command, "--version"], capture_output=True, text=True, check=True).stdout
        for command in ([str(script)], [sys.executable, "-m", bot.__name__])
    ]
    assert said[0] == said[1]
    assert "lockout" in said[0].lower()
