"""Real policies from public repositories, which lie beside the checkout and are not kept in it."""

from functools import cache
from pathlib import Path

import pytest

from bot.audit.model import Source

FOLDER = Path(__file__).parents[4] / "shared" / "corpus" / "gcp"


@cache
def read() -> tuple[Source, ...]:
    """Every file of the corpus, or a skip that says what is missing."""
    if not FOLDER.is_dir():
        pytest.skip("the corpus of real policies (../shared/corpus/gcp) is not beside the checkout")
    return tuple(
        Source(path.relative_to(FOLDER).as_posix(), path.read_bytes())
        for path in sorted(FOLDER.rglob("*"))
        if path.is_file()
    )
