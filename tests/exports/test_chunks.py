"""Files leave in pieces, and rows may wait compressed."""

from hypothesis import given
from hypothesis import strategies as st

from bot.exports.chunks import HeldRows, in_chunks


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
