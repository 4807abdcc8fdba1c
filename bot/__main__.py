"""`python -m bot`, which is the console script `lockout`."""

from __future__ import annotations

import sys

from bot.adapters.logs import configure_logs
from bot.app import App
from bot.surfaces.terminal.cli import main_with


def main() -> None:
    """Run the command line and exit with its code."""
    configure_logs("warning", as_json=False)
    sys.exit(main_with(App()))


if __name__ == "__main__":
    main()
