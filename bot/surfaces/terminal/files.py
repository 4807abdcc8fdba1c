"""Files that the commands leave behind: whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from bot.core.errors import Refused
from bot.exports import Document
from bot.surfaces.terminal.plain import printable_line


def write_file(path: Path, content: bytes) -> None:
    """Beside the place first, then into it. Errors: Refused with the system's reason."""
    try:
        handle, name = tempfile.mkstemp(prefix=".lockout-", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            # mkstemp lets only the owner read, and a timeline is sensitive: it stays so.
            Path(name).replace(path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Refused(
            f"{printable_line(str(path))} could not be written: {reason}",
            "Choose another place with -o or --out",
        ) from error


def place_of(document: Document, folder: Path) -> Path:
    """`<incident>.<suffix>` in a folder; the name holds nothing that leads out of it."""
    return folder / document.name.removeprefix("lockout-")
