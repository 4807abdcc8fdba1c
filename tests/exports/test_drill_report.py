"""The report of a drill: golden, deterministic, and of drills only."""

from __future__ import annotations

import csv
import io

import pytest

from bot.core import events as e
from bot.core.errors import Refused
from bot.core.foreseeing import expect
from bot.core.incident import Incident
from bot.exports import FORMATS, export, formats_of
from bot.exports.drill_report import report_of, write
from bot.exports.times import Times
from bot.exports.verify import verify
from tests.exports.drill_example import ACCOUNTS, DAY, ID, drill, exported, proof
from tests.exports.example import GOLDEN, ORGANISATION, TIME_ZONE, example


@pytest.mark.parametrize("name", list(FORMATS))
def test_an_export_of_a_drill_is_the_golden_file(name: str) -> None:
    """Looked at once; `python -m tests.exports.drill_example` writes them anew."""
    assert exported(name) == (GOLDEN / f"drill.{name}").read_bytes()


@pytest.mark.parametrize("name", ["report", "report-md"])
def test_the_report_of_an_incident_is_refused_kindly(name: str) -> None:
    """And says which files there are."""
    incident, facts = example()
    with pytest.raises(Refused) as refused:
        export(
            name,
            incident=incident,
            organisation_name=ORGANISATION,
            time_zone=TIME_ZONE,
            facts=facts,
        )
    assert "report of a drill" in refused.value.reason
    assert refused.value.hint == "There are: md, html, json, csv"
    assert formats_of(incident) == ["md", "html", "json", "csv"]
    assert formats_of(drill()[0]) == list(FORMATS)


@pytest.mark.parametrize("count", range(1, len(DAY)))
def test_a_drill_under_way_can_be_reported_at_any_moment(count: int) -> None:
    """It says that it is not finished, instead of a result."""
    assert b"DRILL NOT FINISHED" in exported("report-md", count)
    assert b"DRILL NOT FINISHED" in exported("report", count)


def test_the_report_has_what_an_auditor_asks_for() -> None:
    """Who, when, four parts with evidence, what failed and until when, the head, the next day."""
    text = exported("report-md").decode()
    incident, _ = drill()
    for words in (
        "DRILL FAILED",
        "Example Organisation",
        "entra-example (Microsoft Entra, 11111111-2222-3333-4444-555555555555)",
        "On-call engineer, Head of security",
        "2026-12-15 09:00:00 UTC (2026-12-15 10:00:00 CET)",
        "Signed in at: 2026-12-15 09:52:00 UTC (2026-12-15 10:52:00 CET)",
        "PASSED, after 1 failed attempt**",
        "ALERT-4711",
        "OPEN, due 2026-12-22",
        "2027-03-31",
        incident.head,
    ):
        assert words in text
    assert [line for line in text.splitlines() if line.startswith("## ")][:2] == [
        "## 1. Membership of the exclusion group: PASSED",
        "## 2. Every policy, for every account: FAILED",
    ]
    assert "Lockout," not in text


def test_a_repair_says_how_it_ended() -> None:
    """By whom, and why it may stay; and without a day when it has none."""
    incident, facts = drill(5)
    obligations: list[e.Event] = [
        e.ObligationOpened(obligation=name, title=f"Repair {name}") for name in ("a", "b", "c")
    ]
    ends: list[e.Event] = [
        e.ObligationSettled(obligation="a", title="Repair a"),
        e.ObligationWaived(obligation="b", title="Repair b", reason="Replaced"),
    ]
    after = expect(incident, [*obligations, *ends], DAY[0][1], facts[-1].occurred_at)
    report = report_of(after, ORGANISATION, Times(TIME_ZONE), facts)
    assert report.obligations == (
        ("Repair a", "repaired, confirmed by On-call engineer"),
        ("Repair b", "waived by On-call engineer: Replaced"),
        ("Repair c", "OPEN"),
    )


def test_a_real_drill_is_not_called_an_exercise_and_nothing_to_repair_says_so() -> None:
    """A facts' list without its beginning gives a report too."""
    begun = DAY[0][2].model_copy(update={"exercise": False, "tenant_id": ""})
    at = drill()[1][0].occurred_at
    real = expect(Incident("drill-1"), [begun], DAY[0][1], at)
    text = b"".join(write(real, ORGANISATION, TIME_ZONE, [])).decode()
    assert "EXERCISE" not in text
    assert "entra-example (Microsoft Entra)" in text
    assert "no schedule in the organisation file" in text
    assert "- **Who took part:** nobody" in text
    assert "## To repair\n\nNothing." in text
    strange = report_of(Incident("drill-2"), ORGANISATION, Times(TIME_ZONE), [])
    assert strange.result == "DRILL NOT FINISHED"


def test_what_only_looks_like_a_moment_is_left_as_it_was_typed() -> None:
    """A label of a key may end with a Z."""
    proof_ = proof("alert", "Alert", "passed", Alert_ID="T-800 of ZZZ, TZ")
    at = drill()[1][0].occurred_at
    incident = expect(Incident("drill-1"), [DAY[0][2], proof_], DAY[0][1], at)
    assert "T-800 of ZZZ, TZ" in b"".join(write(incident, ORGANISATION, TIME_ZONE, [])).decode()


def test_what_was_typed_stays_text() -> None:
    """No tag, no table cell, no emphasis comes out of an answer."""
    assert r"CA003 \<b\>&#124;\_emergency-2\_" in exported("report-md").decode()


@pytest.mark.parametrize("name", ["md", "html", "json", "csv", "report", "report-md"])
def test_every_file_of_a_drill_says_so_at_its_beginning(name: str) -> None:
    """In the first line; a page of HTML in its title and its heading."""
    text = exported(name).decode("utf-8-sig")
    if FORMATS[name].suffix.endswith("html"):
        assert "<title>" in text
        title = text.partition("<title>")[2].partition("</title>")[0]
        heading = text.partition("<h1>")[2].partition("</h1>")[0]
        assert "DRILL" in title
        assert "DRILL" in heading
    else:
        assert "drill" in text.splitlines()[0].lower()


@pytest.mark.parametrize("name", ["md", "html", "report", "report-md"])
def test_no_figure_of_a_lockout_is_made_of_a_drill(name: str) -> None:
    """Nobody was locked out, so there is no time to restore."""
    text = exported(name).decode()
    for word in ("MTTR", "MTTA", "restore)", "Suspected policy", "Addresses to let in"):
        assert word not in text


def test_the_json_of_a_drill_verifies() -> None:
    """The head in the report is the head of a timeline that can be checked."""
    data = exported("json")
    assert verify(data, drill()[0].head).intact
    assert not verify(data.replace(b'"failed"', b'"passed"', 1)).intact


def test_a_spreadsheet_of_a_drill_has_a_column_that_says_so() -> None:
    """In its header and in every row; the other columns are those of an incident."""
    rows = list(csv.DictReader(io.StringIO(exported("csv").decode("utf-8-sig"))))
    assert {row["DRILL"] for row in rows} == {"DRILL"}
    assert [row["version"] for row in rows] == [str(n) for n in range(1, len(DAY) + 1)]


def test_the_files_bear_the_name_of_the_drill() -> None:
    """A person finds it again in a folder of downloads."""
    incident, facts = drill()
    document = export(
        "report",
        incident=incident,
        organisation_name=ORGANISATION,
        time_zone=TIME_ZONE,
        facts=facts,
    )
    assert document.name == f"lockout-{ID}.report.html"


def test_what_was_read_has_a_line_for_each_account_its_time_and_its_waivers() -> None:
    """On paper too: a list there, not one long sentence."""
    text = exported("report-md").decode()
    for account, counts in zip(
        ACCOUNTS, ("11 excluded, 1 not in scope", "2 blocking, 10 excluded"), strict=True
    ):
        assert f"  - {account}: in the group" in text
        assert f"  - {account}: {counts}" in text
    assert text.count("  - Read: 2026-12-15 09:06:00 UTC") == 2
    assert "Waived by Head of security: CA007: Terms of use (blocking): Accepted for" in text
    page = exported("report").decode()
    assert f"{ACCOUNTS[0]}: <b>11 excluded, 1 not in scope</b><br>" in page
    assert "blocking)</b>; " not in page


def test_what_was_recorded_by_hand_after_a_reading_counts_and_both_are_shown() -> None:
    """An old snapshot said one thing, people looked and found another."""
    facts = drill()[1]
    by_hand = proof("policies", "No policy keeps an account out", "passed", How="What If")
    after = expect(drill(8)[0], [by_hand], DAY[0][1], facts[-1].occurred_at)
    report = report_of(after, ORGANISATION, Times(TIME_ZONE), facts)
    part = report.parts[1]
    assert part.status == "PASSED"
    assert [proof.result for proof in part.proofs] == ["FAILED", "PASSED"]
    assert "by hand later counts" in part.proofs[0].told
