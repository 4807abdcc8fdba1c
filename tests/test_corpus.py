"""CI says that the corpus was audited only when it was."""

from __future__ import annotations

from pathlib import Path

import pytest

import tests.corpus
from tests.corpus import corpus


@pytest.mark.parametrize(
    ("required", "ends"), [("1", pytest.fail.Exception), ("", pytest.skip.Exception)]
)
def test_a_missing_corpus_is_left_out_and_fails_where_all_is_required(
    required: str,
    ends: type[BaseException],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And says where it should lie; an empty folder of another provider is no excuse."""
    monkeypatch.setenv("LOCKOUT_REQUIRE_ALL", required)
    monkeypatch.setattr(tests.corpus, "CORPUS", tmp_path)
    (tmp_path / "aws").mkdir()
    assert corpus("aws") == tmp_path / "aws"
    with pytest.raises(ends, match="shared/corpus/azure"):
        corpus("azure")
