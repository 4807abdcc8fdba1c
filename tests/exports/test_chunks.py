"""Files leave in pieces, and rows may wait compressed."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import Unavailable
from bot.exports.chunks import HeldRows, SetAside, in_chunks


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"]))))
def test_held_rows_come_out_as_they_went_in(lines: list[str]) -> None:
    """Compression must not be seen."""
    wanted = "".join(lines).encode()
    assert b"".join(in_chunks(lines)) == wanted
    assert b"".join(HeldRows(lines).chunks()) == wanted


def test_many_held_rows_leave_in_small_pieces() -> None:
    """No piece is as large as the file."""
    row = "the same words again and again\n"
    sizes = [len(piece) for piece in HeldRows(row for _ in range(50_000)).chunks()]
    assert sum(sizes) == 50_000 * len(row)
    assert max(sizes) <= 1 << 16


@pytest.mark.parametrize("count", [0, 1, 3_000])
def test_what_is_set_aside_can_be_taken_again(count: int) -> None:
    """A file is sent to another place when the first one does not take it."""
    chunks = [bytes([number % 256]) * 1_000 for number in range(count)]
    aside = SetAside(iter(chunks))
    next(iter(aside), None)
    for _ in range(2):
        assert b"".join(aside) == b"".join(chunks)
    assert max(map(len, aside), default=0) <= 1 << 16


def test_what_is_set_aside_has_no_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody finds it, and nothing is left behind when the process dies."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    aside = SetAside([b"x" * (1 << 21)])
    assert list(tmp_path.iterdir()) == []
    assert sum(map(len, aside)) == 1 << 21


def test_a_disk_that_takes_nothing_may_do_so_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So whoever sends the file tries again."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    with pytest.raises(Unavailable, match="set aside: No such file"):
        SetAside([b"x" * (1 << 21)])
