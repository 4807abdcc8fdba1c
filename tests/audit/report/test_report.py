"""The report in every format: everything is in it, and nothing in a file can drive a reader."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from bot.audit.model import Report, Source
from bot.audit.report import FORMATS
from bot.audit.report.json_report import render as as_json
from bot.audit.report.markdown import render as as_markdown
from bot.audit.report.places import Places
from bot.audit.report.sarif import render as as_sarif
from bot.audit.report.text import render as as_text
from bot.audit.report.words import counts, problems_in_words, sorted_findings, summary, title_of
from bot.core.errors import Problem
from tests.audit.report.reports import EMPTY, PLACES, REPORT, SOURCE, finding

# What the schema of SARIF 2.1.0 requires of the parts that are written here.
URI: dict[str, Any] = {"type": "string", "pattern": r"^[^\s<>\"\\^`{}]+$"}
MESSAGE: dict[str, Any] = {
    "type": "object",
    "required": ["text"],
    "properties": {"text": {"type": "string", "minLength": 1}},
}
LOCATION: dict[str, Any] = {
    "type": "object",
    "required": ["physicalLocation"],
    "properties": {
        "physicalLocation": {
            "type": "object",
            "required": ["artifactLocation", "region"],
            "properties": {
                "artifactLocation": {"required": ["uri"], "properties": {"uri": URI}},
                "region": {
                    "required": ["startLine"],
                    "properties": {"startLine": {"type": "integer", "minimum": 1}},
                },
            },
        }
    },
}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
SARIF: dict[str, Any] = {
    "type": "object",
    "required": ["version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "properties": {
                    "tool": {
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "required": ["name", "rules"],
                                "properties": {
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {
                                            "required": ["id", "shortDescription"],
                                            "properties": {
                                                "shortDescription": MESSAGE,
                                                "fullDescription": MESSAGE,
                                                "help": MESSAGE,
                                                "defaultConfiguration": {
                                                    "properties": {"level": LEVEL}
                                                },
                                            },
                                        },
                                    }
                                },
                            }
                        },
                    },
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "invocations": {
                        "items": {
                            "required": ["executionSuccessful"],
                            "properties": {
                                "toolExecutionNotifications": {
                                    "items": {
                                        "required": ["message"],
                                        "properties": {
                                            "message": MESSAGE,
                                            "level": LEVEL,
                                            "locations": {"items": LOCATION},
                                        },
                                    }
                                }
                            },
                        }
                    },
                    "results": {
                        "type": "array",
                        "items": {
                            "required": ["message", "ruleId", "ruleIndex", "level", "locations"],
                            "properties": {
                                "message": MESSAGE,
                                "level": LEVEL,
                                "ruleIndex": {"type": "integer", "minimum": 0},
                                "locations": {"type": "array", "minItems": 1, "items": LOCATION},
                                "partialFingerprints": {"additionalProperties": {"type": "string"}},
                            },
                        },
                    },
                },
            },
        },
    },
}


def test_json_has_the_promised_keys_and_the_order_of_the_audit() -> None:
    """Programs read it: keys may be added, never taken away."""
    said = json.loads(as_json(REPORT, PLACES))
    assert list(said) == ["provider", "accounts", "findings", "problems"]
    keys = ["policy_id", "policy_name", "account", "verdict", "severity", "reason", "path", "fix"]
    assert [list(one) for one in said["findings"]] == [keys] * 5
    assert [one["verdict"] for one in said["findings"]] == [one.verdict for one in REPORT.findings]
    assert said["findings"][0]["fix"] is None
    assert list(said["findings"][1]["fix"]) == ["corrected", "diff", "commands", "hcl", "warnings"]
    assert said["problems"][0] == {
        "file": "broken.json",
        "line": 3,
        "field": "",
        "message": "Is not valid JSON.",
        "fatal": True,
    }


def test_sarif_has_what_its_schema_requires() -> None:
    """And an empty report is one as well."""
    for report in (REPORT, EMPTY):
        jsonschema.validate(json.loads(as_sarif(report, PLACES)), SARIF)


def test_sarif_names_the_line_and_the_rule_of_each_alert() -> None:
    """Only what needs a person is an alert; a problem is a notification."""
    (run,) = json.loads(as_sarif(REPORT, PLACES))["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [one["level"] for one in run["results"]] == ["error", "error", "note", "warning"]
    for one in run["results"]:
        assert rules[one["ruleIndex"]]["id"] == one["ruleId"]
        place = one["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "policies/one%20two.json"
        assert place["region"]["startLine"] == 7
    prints = [one["partialFingerprints"]["policyAndAccount/v1"] for one in run["results"]]
    assert prints[0] != prints[1]
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    notes = invocation["toolExecutionNotifications"]
    lines = [one["locations"][0]["physicalLocation"]["region"]["startLine"] for one in notes]
    assert lines == [3, 7]


def test_sarif_points_only_into_files_that_there_are() -> None:
    """A word on what was asked has no place; it is said all the same."""
    asked = Problem("emergency accounts", 0, "two", "Too few.", fatal=False)
    (run,) = json.loads(as_sarif(Report("entra", (), (), (asked,)), PLACES))["runs"]
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert note == {"level": "warning", "message": {"text": str(asked)}}


def test_an_alert_keeps_its_fingerprint_when_its_line_moves() -> None:
    """An edit further up must not open it anew."""
    moved = Places([Source(SOURCE.name, b"\n\n" + SOURCE.content)])
    (before,), (after,) = (json.loads(as_sarif(REPORT, one))["runs"] for one in (PLACES, moved))
    for one, other in zip(before["results"], after["results"], strict=True):
        assert one["partialFingerprints"] == other["partialFingerprints"]
        assert one["locations"] != other["locations"]


def test_an_absolute_path_is_a_file_uri() -> None:
    """A relative one is relative to where the audit ran."""
    report = Report("aws", (), (finding(path="/x/a b.json#/rules"), finding(path="./c.json#")))
    (run,) = json.loads(as_sarif(report, Places()))["runs"]
    uris = [
        one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in run["results"]
    ]
    assert uris == ["file:///x/a%20b.json", "c.json"]


def test_text_shows_the_worst_first_and_each_edit_once() -> None:
    """The rest in one line each, what could not be read at the end, and a sum."""
    said = as_text(REPORT, PLACES)
    order = ["BLOCKING", "PENDING", "UNKNOWN", "EXCLUDED", "PROBLEMS", "1 policy"]
    places = [said.index(word) for word in order[:5]]
    assert places == sorted(places)
    assert said.index("critical") < said.index("severity  high")
    assert said.count("--- a/x") == 1
    assert "as above: the same edit" in said
    assert "    place     policies/one two.json:7\n" in said
    assert "  Zero (id-0): user:a@example.com\n" in said
    assert "note      Read it again first." in said
    assert said.endswith(
        "2 accounts: 2 blocking, 1 pending, 1 unknown, 1 excluded.\n"
        "1 problem: what it hides was NOT audited; 1 warning.\n"
    )
    assert "\x1b" not in said


def test_an_empty_report_is_said_to_be_one() -> None:
    """In words, not by silence."""
    assert as_text(EMPTY, Places()) == "0 policies, 1 account: no findings.\n"
    assert as_markdown(EMPTY, Places()) == "# Audit: aws\n\n0 policies, 1 account: no findings.\n"


def test_markdown_lets_no_name_format_the_page() -> None:
    """A mention, a tag, a cell's end and a fence in a diff stay text."""
    said = as_markdown(REPORT, PLACES)
    assert "<img" not in said.replace("\\<", "")
    assert "@team" not in said
    assert "\\<img src=x\\> \\| @<!-- -->team \\`x\\`" in said
    rows = [line for line in said.splitlines() if line.startswith("| **")]
    assert len(rows) == 4
    assert all(row.replace("\\|", "").count("|") == 7 for row in rows)
    assert "````diff\n" in said
    assert said.count("### ") == 1
    assert "tool update --policy-file=one.json" in said
    assert "## Nothing to do" in said
    assert "- broken.json" in said


def test_the_words_of_a_report() -> None:
    """The worst first, in every format."""
    assert counts(REPORT) == "2 blocking, 1 pending, 1 unknown, 1 excluded"
    assert summary(EMPTY) == "0 policies, 1 account: no findings."
    assert problems_in_words(EMPTY) == ""
    warned = Report("aws", (), (), (Problem("a", 0, "", "b", fatal=False),) * 2)
    assert problems_in_words(warned) == "2 warnings"
    assert [one.severity for one in sorted_findings(REPORT, "blocking")] == ["critical", "high"]
    assert title_of(finding(policy_id="One")) == title_of(finding(policy_id="")) == "One"


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ("policies/one two.json#/rules/1/b", ("policies/one two.json", 8)),
        ("policies/one two.json", ("policies/one two.json", 1)),
        ("a#b.json", ("a#b.json", 1)),
        ("a#b.json#/x", ("a#b.json", 2)),
        ("utf16.json#/x", ("utf16.json", 2)),
        ("bad.json#/x", ("bad.json", 1)),
        ("gone.json#/x", ("gone.json", 1)),
    ],
)
def test_a_place_is_a_file_and_a_line(place: str, found: tuple[str, int]) -> None:
    """Whatever is in the file's name, and line 1 where there is no JSON."""
    places = Places(
        [
            SOURCE,
            Source("a#b.json", b'{\n"x": 1}'),
            Source("utf16.json", '{\n"x": 1}'.encode("utf-16")),
            Source("bad.json", b"\xff{"),
        ]
    )
    assert places.find(place) == found


@pytest.mark.parametrize("name", list(FORMATS))
def test_the_same_report_gives_the_same_text(name: str) -> None:
    """And every format ends with a line break."""
    once, twice = (FORMATS[name](REPORT, Places([SOURCE])) for _ in range(2))
    assert once == twice
    assert once.endswith("\n")
    assert not once.endswith("\n\n")
