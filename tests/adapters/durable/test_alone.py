"""On SQLite one process serves at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.adapters.durable.alone import Alone
from bot.core.errors import Broken


async def test_a_second_one_is_refused_while_the_first_one_serves(tmp_path: Path) -> None:
    """It would run the first one's work again."""
    first, second = Alone(f"{tmp_path}/lockout.db"), Alone(f"{tmp_path}/lockout.db")
    await first.take()
    with pytest.raises(Broken, match=r"serves lockout\.db already"):
        await second.take(patience=0.01)
    first.release()
    await second.take(patience=0.01)
    second.release()


async def test_letting_go_twice_does_no_harm(tmp_path: Path) -> None:
    """A stop may come while another is under way."""
    alone = Alone(f"{tmp_path}/lockout.db")
    await alone.take()
    alone.release()
    alone.release()


async def test_a_uri_names_the_same_file_as_its_path(tmp_path: Path) -> None:
    """SQLite takes both; two processes must not slip past each other by it."""
    first, second = Alone(f"file:{tmp_path}/lockout.db"), Alone(f"{tmp_path}/lockout.db")
    await first.take()
    with pytest.raises(Broken):
        await second.take(patience=0.01)
    first.release()


async def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """Before anything is done twice."""
    with pytest.raises(Broken, match="cannot be written"):
        await Alone(f"{tmp_path}/nowhere/lockout.db").take()
