"""What `verify` finds in an exported JSON, and what it says about it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.errors import Invalid
from bot.core.timeline import GENESIS, hash_of
from bot.exports.verify import verify
from tests.exports.example import example, exported

INTACT = exported("json")
COUNT = len(example()[1])
HEAD = example()[0].head
Document = dict[str, Any]


def changed(change: Callable[[Document], object]) -> bytes:
    """The exported example after somebody's change."""
    document = json.loads(INTACT)
    change(document)
    return json.dumps(document).encode()


def problem_of(change: Callable[[Document], object]) -> str:
    """What is said about the changed example."""
    verdict = verify(changed(change))
    assert not verdict.intact
    return verdict.problem


def refusal_of(data: bytes) -> str:
    """What is said about a file that is no export."""
    with pytest.raises(Invalid) as refused:
        verify(data, file="night.json")
    return str(refused.value)


def seal_again(facts: list[Document], start: int = 0) -> None:
    """Compute every hash anew, as a forger would."""
    head = facts[start - 1]["hash"] if start else GENESIS
    for version, fact in enumerate(facts[start:], start=start + 1):
        fact |= {"version": version, "previous": head}
        head = fact["hash"] = hash_of(fact)


def test_what_was_exported_is_intact() -> None:
    """With the number of facts and the head, to be compared with the card."""
    verdict = verify(INTACT)
    assert (verdict.intact, verdict.problem) == (True, "")
    assert (verdict.facts, verdict.head) == (COUNT, HEAD)


def test_another_layout_of_the_same_json_is_intact() -> None:
    """Somebody's editor may indent it, add a byte order mark or sort the keys."""
    pretty = json.dumps(json.loads(INTACT), indent=4, sort_keys=True)
    assert verify(b"\xef\xbb\xbf" + pretty.encode()).intact


def test_numbers_of_a_later_release_are_intact() -> None:
    """A kind of fact to come may hold fractions."""

    def measure(document: Document) -> None:
        document["facts"][8]["payload"]["hours"] = 1.5
        seal_again(document["facts"])
        document["head"] = document["facts"][-1]["hash"]

    assert verify(changed(measure)).intact


def test_a_changed_fact_is_named() -> None:
    """By its number and its id."""
    problem = problem_of(lambda d: d["facts"][8]["payload"].update(text="nothing happened"))
    assert problem == "fact 9 (id fact-0009): its content does not match its hash: changed"


@pytest.mark.parametrize("key", ["actor", "occurred_at", "recorded_at", "surface", "kind", "id"])
def test_every_part_of_a_fact_is_covered(key: str) -> None:
    """Who, when and where as much as what."""
    assert "fact 9" in problem_of(lambda d: d["facts"][8].update({key: "other"}))


def test_an_added_key_is_a_change() -> None:
    """Nothing can be slipped in beside what is hashed."""
    assert "fact 2 " in problem_of(lambda d: d["facts"][1].update(extra=1))


def test_a_removed_fact_is_named() -> None:
    """In the middle and at the start."""
    told = "fact {0} should stand here, fact {1} does: removed or reordered"
    assert told.format(9, 10) in problem_of(lambda d: d["facts"].pop(8))
    assert told.format(1, 2) in problem_of(lambda d: d["facts"].pop(0))


def test_reordered_facts_are_named() -> None:
    """The first that stands where another should."""
    assert "fact 4 should stand here" in problem_of(
        lambda d: d["facts"].insert(3, d["facts"].pop())
    )


def test_a_removed_fact_with_renumbered_followers_is_found() -> None:
    """The chain does not depend on the numbers."""

    def remove(document: Document) -> None:
        del document["facts"][8]
        for version, fact in enumerate(document["facts"], start=1):
            fact["version"] = version

    assert "fact 9 (id fact-0010): it does not follow the fact before it" in problem_of(remove)


def test_a_cut_at_the_end_is_found() -> None:
    """The facts that are left are a chain; the count is not theirs."""
    problem = problem_of(lambda d: d.update(facts=d["facts"][:-3]))
    assert problem == f"fact {COUNT - 2} and after: 3 removed at the end"


def test_a_cut_with_a_mended_count_is_found_by_the_head() -> None:
    """Both would have to be rewritten."""

    def cut(document: Document) -> None:
        document |= {"facts": document["facts"][:-1], "count": COUNT - 1}

    assert "another head" in problem_of(cut)


def test_facts_added_at_the_end_are_found() -> None:
    """Also when they are sealed properly."""

    def add(document: Document) -> None:
        document["facts"].append(dict(document["facts"][-1]))
        seal_again(document["facts"], COUNT)

    assert problem_of(add) == f"fact {COUNT + 1} and after: 1 more than were exported"


def test_facts_of_another_incident_are_named() -> None:
    """Also when they are sealed properly."""

    def mix(document: Document) -> None:
        document["facts"][4]["incident"] = "INC-OTHER"
        seal_again(document["facts"])
        document["head"] = document["facts"][-1]["hash"]

    assert "fact 5 (id fact-0005) belongs to incident 'INC-OTHER'" in problem_of(mix)


def test_a_rewritten_timeline_is_found_with_the_head_from_the_card() -> None:
    """Who computes everything anew is found by comparing with another place."""

    def rewrite(document: Document) -> None:
        document["facts"][8]["payload"]["text"] = "nothing happened"
        seal_again(document["facts"])
        document["head"] = document["facts"][-1]["hash"]

    forged = changed(rewrite)
    assert verify(forged).intact
    verdict = verify(forged, HEAD)
    assert not verdict.intact
    assert "another timeline, or a rewritten one" in verdict.problem
    assert verify(INTACT, f" {HEAD.upper()} ").intact


def test_a_file_without_facts_is_not_intact() -> None:
    """Every incident has at least its declaration."""
    problem = problem_of(lambda d: d.update(facts=[], count=0, head=GENESIS))
    assert "there is no fact in it" in problem


def test_text_that_no_fact_can_hold_is_a_change() -> None:
    """A lone surrogate can be written in JSON, but was never recorded."""
    problem = problem_of(lambda d: d["facts"][8]["payload"].update(text="\ud800"))
    assert problem.startswith("fact 9: ")


def test_what_is_said_can_be_printed() -> None:
    """A forged id cannot send controls to the terminal."""
    problem = problem_of(lambda d: d["facts"][8].update(id="\x1b[2J\nok"))
    assert "\x1b" not in problem
    assert "\n" not in problem


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "night.json:1: column 1: not JSON"),
        (b'{"format":\n "lockout-timeline",, }', "night.json:2: column 21: not JSON"),
        (b'{\n"a": "\xff"}', "night.json:2: column 7: not UTF-8 text"),
        (b'{"a": 1, "a": 2}', "the key 'a' stands twice in one object"),
        (b'{"a": NaN}', "NaN is not a JSON number"),
        (b'{"a": -Infinity}', "-Infinity is not a JSON number"),
        (b'{"a": 1e999}', "1e999 is not a JSON number"),
        (b'{"a": ' + b"9" * 5000 + b"}", "digits"),
        (b"[" * 100_000, "nested too deep"),
        (b"[]", "not an exported timeline"),
        (b'{"format": "other"}', "not an exported timeline"),
        (changed(lambda d: d.pop("head")), "'head' is missing"),
        (changed(lambda d: d.update(count=True)), "'count' must be a whole number"),
        (changed(lambda d: d.update(facts={})), "'facts' must be a list"),
        (changed(lambda d: d.update(note="x")), "'note' does not belong in an export"),
        (changed(lambda d: d.update(version=2)), "version 2 of the format"),
        (changed(lambda d: d["facts"].insert(1, 7)), "fact 2 is not an object"),
    ],
)
def test_what_is_no_export_is_refused_with_the_place(data: bytes, told: str) -> None:
    """The person reads what is wrong with the file, and where."""
    assert told in refusal_of(data)


def test_all_problems_of_the_shape_are_told_at_once() -> None:
    """Nobody mends a file one message at a time."""
    refusal = refusal_of(changed(lambda d: (d.pop("head"), d.pop("count"))))
    assert refusal.count("is missing") == 2


def test_a_key_that_stands_twice_in_a_fact_is_refused() -> None:
    """Readers differ on which of the two counts."""
    data = INTACT.replace(b'"surface":"slack"', b'"surface":"slack","surface":"slack"', 1)
    assert "'surface' stands twice" in refusal_of(data)


FACTS = range(INTACT.index(b'"facts": [') + 10, len(INTACT))


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(FACTS), st.integers(1, 255))
def test_a_change_of_any_single_byte_in_the_facts_is_found(place: int, by: int) -> None:
    """Unless it says the same, as one blank instead of another does."""
    data = bytearray(INTACT)
    data[place] ^= by
    try:
        verdict = verify(bytes(data))
    except Invalid:
        return
    if verdict.intact:
        assert json.loads(bytes(data)) == json.loads(INTACT)


@given(st.binary() | st.text().map(str.encode))
def test_no_file_makes_it_fail(data: bytes) -> None:
    """A verdict or a refusal, whatever somebody hands in."""
    with pytest.raises(Invalid):
        verify(data)
