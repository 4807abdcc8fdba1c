"""Real policies from public repositories, which lie beside the checkout and are not kept in it."""

from functools import cache

from bot.audit.model import Source
from tests.corpus import corpus


@cache
def read() -> tuple[Source, ...]:
    """Every file of the corpus."""
    folder = corpus("aws")
    return tuple(
        Source(path.relative_to(folder).as_posix(), path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    )
