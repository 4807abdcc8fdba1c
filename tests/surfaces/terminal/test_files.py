"""Files that are left behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.errors import Refused
from bot.exports import Document
from bot.surfaces.terminal.files import place_of, write_file, writing


def test_a_file_is_whole_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    """A timeline names tenants, policies and people."""
    path = tmp_path / "a.md"
    path.write_bytes(b"old and longer")
    write_file(path, b"new")
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o077 == 0
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_takes_nothing_is_refused_and_left_clean(tmp_path: Path) -> None:
    """With the system's reason, and no half file."""
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "none" / "a.md", tmp_path / "folder"):
        with pytest.raises(Refused, match="could not be written"):
            write_file(path, b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_file_written_in_pieces_appears_when_it_is_whole(tmp_path: Path) -> None:
    """Until then, and when the writer fails, the older one stands there alone."""
    path = tmp_path / "a.json"
    path.write_bytes(b"older")
    with writing(path) as write:
        write(b"new")
        assert path.read_bytes() == b"older"
        write(b"er")
    assert path.read_bytes() == b"newer"
    with pytest.raises(TypeError), writing(path) as write:
        write("not bytes")  # type: ignore[arg-type]
    assert path.read_bytes() == b"newer"
    assert list(tmp_path.iterdir()) == [path]


def test_the_name_is_that_of_the_incident() -> None:
    """`<incident>.<suffix>` in the chosen folder."""
    document = Document("lockout-lo-261122-1.md", "text/markdown", iter(()))
    assert place_of(document, Path("out")) == Path("out/lo-261122-1.md")
