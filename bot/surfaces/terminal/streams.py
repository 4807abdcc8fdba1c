"""Standard input and output as bytes and as text, for commands that are used in pipes."""

from __future__ import annotations

import json
import sys

import click

from bot.surfaces.terminal.plain import storable


def read_bytes() -> bytes:
    """All of the standard input."""
    return sys.stdin.buffer.read()


def read_text(given: str) -> str:
    """The text itself, or all of the standard input when it is '-'."""
    return storable(read_bytes().decode("utf-8", "replace") if given == "-" else given)


def write_bytes(content: bytes) -> None:
    """Exactly these bytes to the standard output."""
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def print_json(value: object) -> None:
    """Pure ASCII: whatever somebody pasted can neither drive a terminal nor miss an encoding."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=True))
