"""The chain of facts: what was changed, removed or swapped is found, and named."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import events as e
from bot.core.timeline import (
    GENESIS,
    Actor,
    ChainBreak,
    Draft,
    Fact,
    canonical_json,
    check_chain,
    fact_from_dict,
    fact_to_dict,
    format_time,
    hash_of,
    parse_time,
    seal_drafts,
)

AT = datetime(2026, 11, 22, 3, 4, 5, 6, tzinfo=UTC)
WHO = Actor("slack:U0ONCALL1", "On-call engineer")
NOTES = ("Called the provider", "They pass it on", "Ärger mit “Anführung”", "They call at 05:00")
SIZE = len(NOTES)


def sealed() -> list[Fact]:
    """A short timeline, as a store would keep it."""
    drafts = [
        Draft(f"f{number}", e.NoteAdded(text=text), WHO, AT + timedelta(minutes=number))
        for number, text in enumerate(NOTES, start=1)
    ]
    return list(seal_drafts("L-1", drafts, after=0, head=GENESIS, now=AT + timedelta(hours=1)))


def exported() -> list[dict[str, Any]]:
    """The same timeline as a file holds it."""
    return [json.loads(json.dumps(fact_to_dict(fact))) for fact in sealed()]


def test_an_untouched_timeline_is_intact() -> None:
    """Also an empty one."""
    assert check_chain(exported()) is None
    assert check_chain([]) is None


def test_each_fact_names_the_one_before_it() -> None:
    """Versions count from 1, and the first follows the genesis."""
    facts = sealed()
    assert [fact.version for fact in facts] == [1, 2, 3, 4]
    assert [fact.previous for fact in facts] == [GENESIS, *(fact.hash for fact in facts[:-1])]


def test_a_later_batch_goes_on_where_the_chain_ends() -> None:
    """Sealing in two goes gives the same chain as in one."""
    first = sealed()[:2]
    drafts = [
        Draft(fact.id, e.NoteAdded(text=NOTES[2]), WHO, fact.occurred_at) for fact in sealed()[2:3]
    ]
    rest = list(
        seal_drafts("L-1", drafts, after=2, head=first[-1].hash, now=AT + timedelta(hours=1))
    )
    assert rest == sealed()[2:3]


def paths(value: object, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The way to each leaf of an exported fact."""
    if isinstance(value, dict):
        return [found for key, inner in value.items() for found in paths(inner, (*path, key))]
    return [path]


@pytest.mark.parametrize("number", range(SIZE))
@pytest.mark.parametrize("path", paths(exported()[0]), ids=".".join)
def test_any_single_change_is_found_and_named(number: int, path: tuple[str, ...]) -> None:
    """Whatever leaf of whatever fact is changed, the first fact at fault is named."""
    facts = exported()
    place = facts[number]
    for key in path[:-1]:
        place = place[key]
    old = place[path[-1]]
    place[path[-1]] = {"kept": "no"} if old is None else old + old
    found = check_chain(facts)
    assert found is not None
    # A changed hash that nobody follows is noticed at once; the fact before is untouched.
    assert found.version == number + 1
    assert found.fact == facts[number]["id"]
    assert found.reason


@pytest.mark.parametrize("number", range(SIZE - 1))
def test_a_removed_fact_is_missed_at_its_place(number: int) -> None:
    """The gap is named by the version that should stand there."""
    facts = exported()
    del facts[number]
    found = check_chain(facts)
    assert found == ChainBreak(
        number + 1,
        f"f{number + 2}",
        f"fact {number + 1} should stand here, fact {number + 2} does: removed or reordered",
    )


def test_a_cut_at_the_end_cannot_be_seen_from_the_facts_alone() -> None:
    """That is why the head is kept outside as well."""
    assert check_chain(exported()[:-1]) is None


@pytest.mark.parametrize("number", range(SIZE - 1))
def test_two_swapped_facts_are_found(number: int) -> None:
    """The first of the two is named."""
    facts = exported()
    facts[number], facts[number + 1] = facts[number + 1], facts[number]
    found = check_chain(facts)
    assert found is not None
    assert found.version == number + 1
    assert "reordered" in found.reason


def test_a_fact_of_another_chain_is_found_although_its_hash_is_right() -> None:
    """Renumbered and hashed anew, it still does not follow the one before it."""
    facts = exported()
    facts[1]["previous"] = GENESIS
    facts[1]["hash"] = hash_of(facts[1])
    found = check_chain(facts)
    assert found == ChainBreak(
        2, "f2", "it does not follow the fact before it: removed or reordered"
    )


def test_a_fact_without_its_parts_is_a_break_and_no_crash() -> None:
    """An empty object is named with a question mark."""
    found = check_chain([{}])
    assert found is not None
    assert (found.version, found.fact) == (1, "?")


@given(st.integers(0, SIZE - 1), st.sampled_from(["id", "incident", "surface", "kind"]), st.text())
def test_no_other_text_passes_for_the_recorded_one(number: int, key: str, text: str) -> None:
    """Any other words in a fact break the chain there."""
    facts = exported()
    unchanged = facts[number][key] == text
    facts[number][key] = text
    found = check_chain(facts)
    assert (found is None) == unchanged
    assert found is None or found.version == number + 1


def test_a_fact_survives_the_trip_through_an_export() -> None:
    """Read back it is the same fact with the same event."""
    for fact, data in zip(sealed(), exported(), strict=True):
        assert fact_from_dict(data) == fact
        assert fact_from_dict(data).event == fact.event
        assert list(data)[-1] == "hash"


def test_the_event_of_a_fact_is_read_by_its_kind() -> None:
    """An unknown kind is kept as such."""
    data = exported()[0]
    assert fact_from_dict(data).event == e.NoteAdded(text=NOTES[0])
    assert isinstance(fact_from_dict({**data, "kind": "Later"}).event, e.UnknownEvent)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data.pop("actor"),
        lambda data: data.update(actor="somebody"),
        lambda data: data.update(occurred_at="yesterday"),
        lambda data: data.update(recorded_at="2026-11-22T03:04:05"),
    ],
)
def test_another_shape_is_no_fact(damage: Callable[[dict[str, Any]], object]) -> None:
    """It raises one of three plain errors, for the reader of files to explain."""
    data = exported()[0]
    damage(data)
    with pytest.raises((KeyError, TypeError, ValueError)):
        fact_from_dict(data)


def test_the_surface_is_the_part_before_the_colon() -> None:
    """So the actor of a terminal is told from one of Slack."""
    assert WHO.surface == "slack"
    assert Actor("terminal:root", "Root").surface == "terminal"


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-11-22T03:04:05.000006Z", AT),
        ("2026-11-22T04:04:05.000006+01:00", AT),
        ("20261122T030405.000006Z", AT),
        ("2026-11-22T03:04Z", AT.replace(second=0, microsecond=0)),
    ],
)
def test_a_time_with_an_offset_is_read_as_utc(text: str, utc: datetime) -> None:
    """Any ISO 8601 time that says where it belongs."""
    assert parse_time(text) == utc
    assert parse_time(text).tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2026-11-22T03:04",
        "2026-13-01T00:00Z",
        "0001-01-01T00:00+14:00",
        "9999-12-31T23:59-12:00",
    ],
)
def test_what_is_no_moment_in_utc_is_a_value_error(text: str) -> None:
    """Without a zone, out of the calendar, or out of what a datetime can hold."""
    with pytest.raises(ValueError, match=r".+"):
        parse_time(text)


@given(st.datetimes(timezones=st.timezones(no_cache=True) | st.just(UTC)))
def test_every_moment_is_written_and_read_alike(moment: datetime) -> None:
    """One form with microseconds and a Z, whatever the zone and the century."""
    try:
        utc = moment.astimezone(UTC)
    except OverflowError:
        return
    text = format_time(moment)
    assert text.endswith("Z")
    assert len(text) == len("2026-11-22T03:04:05.000006Z")
    assert parse_time(text) == utc
    assert format_time(parse_time(text)) == text


def test_a_moment_of_another_zone_is_stored_in_utc() -> None:
    """Two surfaces in two zones write the same text."""
    local = AT.astimezone(timezone(timedelta(hours=9)))
    assert format_time(local) == format_time(AT) == "2026-11-22T03:04:05.000006Z"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), JSON))
def test_the_same_value_always_gives_the_same_bytes(value: dict[str, object]) -> None:
    """The order of keys does not matter, and nothing is lost."""
    turned = dict(reversed(value.items()))
    assert canonical_json(turned) == canonical_json(value)
    assert json.loads(canonical_json(value)) == value


def test_canonical_json_is_plain_and_short() -> None:
    """Sorted keys, no blanks, UTF-8; what JSON cannot say is refused."""
    assert canonical_json({"b": [1, None], "a": "é"}) == '{"a":"é","b":[1,null]}'.encode()
    with pytest.raises(ValueError, match="JSON"):
        canonical_json({"x": float("nan")})


def test_the_hash_covers_everything_but_itself() -> None:
    """The hash in the data does not change the hash of the data."""
    data = exported()[0]
    assert hash_of(data) == hash_of({**data, "hash": "other"}) == data["hash"]
    assert hash_of({**data, "surface": "other"}) != data["hash"]
