"""Pipes."""

from __future__ import annotations

import io
import json
import sys

import pytest

from bot.surfaces.terminal.streams import print_json, read_text, write_bytes


def test_a_dash_reads_the_standard_input_whatever_its_bytes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A pasted buffer of another encoding must not stop anybody."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"caf\xe9\x1b[31m\x00\r\nx")))
    assert read_text("-") == "caf\ufffd\nx"
    assert read_text("as given") == "as given"


def test_bytes_go_out_as_they_are(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """A hash over a piped export must fit."""
    content = bytes(range(256)) + b"\r\n"
    write_bytes(content)
    assert capfdbinary.readouterr().out == content


def test_json_is_pure_ascii(capsys: pytest.CaptureFixture[str]) -> None:
    """It reads the same in every terminal, and drives none."""
    print_json({"a": "ü\x9b\u202e"})
    printed = capsys.readouterr().out
    assert printed.isascii()
    assert json.loads(printed) == {"a": "ü\x9b\u202e"}
