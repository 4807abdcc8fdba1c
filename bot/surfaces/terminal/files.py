"""Files that the commands leave behind: whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.core.errors import Refused
from bot.exports import Document
from bot.surfaces.terminal.plain import printable_line

Write = Callable[[bytes], object]


def write_file(path: Path, content: bytes) -> None:
    """Beside the place first, then into it. Errors: Refused with the system's reason."""
    with writing(path) as write:
        write(content)


def write_document(path: Path, document: Document) -> None:
    """The same, of any length. Errors: as `write_file`, and those of taking the chunks."""
    with writing(path) as write:
        for chunk in document.chunks:
            write(chunk)


@contextmanager
def writing(path: Path) -> Iterator[Write]:
    """Write piece by piece; the file is at its place, and on disk, when the block has ended well.

    Errors: Refused with the system's reason, and then what stood there before still does.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=".lockout-", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                yield file.write
                file.flush()
                os.fsync(file.fileno())
            # mkstemp lets only the owner read, and a timeline is sensitive: it stays so.
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Refused(
            f"{printable_line(str(path))} could not be written: {reason}",
            "Choose another place",
        ) from error


def _sync_folder(folder: Path) -> None:
    """A new name is on disk only when its folder is; where folders cannot be synced, so be it."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def place_of(document: Document, folder: Path) -> Path:
    """`<incident>.<suffix>` in a folder; the name holds nothing that leads out of it."""
    return folder / document.name.removeprefix("lockout-")
