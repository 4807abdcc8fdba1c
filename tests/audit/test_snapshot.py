"""A snapshot is kept as it was read, and says whether the tenant changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.audit.model import Source
from bot.audit.snapshot import Change, Snapshot, from_json, newest_first, to_json
from bot.core.errors import Invalid, Problem

NOON = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
SNAPSHOT = Snapshot(
    provider="entra",
    tenant="entra-example",
    taken_at=NOON,
    sources=(Source("policies/ca001.json", b'{"id": "1"}'),),
    changes=(Change("1", "CA001", NOON - timedelta(hours=1), "pipeline"),),
    members={"group": ("a", "b")},
    methods={"a": ("fido2",)},
    problems=(Problem("groups", 0, "", "Could not be read.", fatal=False),),
)


@given(
    content=st.binary(max_size=40),
    tree=st.none() | st.just({"root": {"id": "r-1"}}),
    methods=st.dictionaries(st.text(max_size=5), st.just(("fido2",)), max_size=2),
)
def test_a_snapshot_comes_back_as_it_was_kept(
    content: bytes, tree: dict[str, object] | None, methods: dict[str, tuple[str, ...]]
) -> None:
    """Byte for byte, whatever a provider sent."""
    kept = replace(SNAPSHOT, sources=(Source("a.json", content),), tree=tree, methods=methods)
    assert from_json(to_json(kept)) == kept


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"form": 1}', '{"form": 2}', "[" * 9000])
def test_what_is_no_snapshot_is_named(text: str) -> None:
    """A damaged row is a problem with a name, not a crash."""
    with pytest.raises(Invalid) as caught:
        from_json(text, "entra-example")
    assert caught.value.problems[0].file == "entra-example"


def test_the_digest_is_of_the_tenant_not_of_the_clock() -> None:
    """Two readings of an unchanged tenant have one digest."""
    later = replace(SNAPSHOT, taken_at=NOON + timedelta(hours=1))
    assert later.digest == SNAPSHOT.digest
    changed = replace(SNAPSHOT, sources=(Source("policies/ca001.json", b'{"id": "2"}'),))
    assert changed.digest != SNAPSHOT.digest


def test_the_newest_change_comes_first() -> None:
    """What changed last most likely did it; what has no date cannot be placed."""
    old, new = NOON - timedelta(days=1), NOON
    found = newest_first(
        [Change("3", "Zed"), Change("1", "Old", old), Change("4", "Ay"), Change("2", "New", new)]
    )
    assert [change.name for change in found] == ["New", "Old", "Ay", "Zed"]
