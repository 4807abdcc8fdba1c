"""A report with a bit of everything, for the tests of all formats."""

from __future__ import annotations

import json

from bot.audit.model import Command, Finding, Fix, Report, Source, Verdict
from bot.audit.report.places import Places
from bot.core.errors import Problem

POLICY = {"name": "one", "rules": [{"a": 1}, {"b": 2}]}
SOURCE = Source("policies/one two.json", json.dumps(POLICY, indent=1).encode())
PLACES = Places([SOURCE])
FIX = Fix(
    corrected='{"mended": true}',
    diff="--- a/x\n+++ b/x\n@@ -1,1 +1,1 @@\n-{}\n+{```}\n",
    commands=(Command("Save it as one.json", "tool update --policy-file=one.json"),),
    hcl='resource "x" "y" {\n}\n',
    warnings=("Read it again first.",),
)


def finding(verdict: Verdict = "blocking", **more: object) -> Finding:
    """A finding about the second rule."""
    given: dict[str, object] = {
        "policy_id": "id-1",
        "policy_name": "One",
        "account": "user:a@example.com",
        "verdict": verdict,
        "severity": "critical",
        "reason": "It denies everybody.",
        "path": "policies/one two.json#/rules/1",
        **more,
    }
    return Finding(**given)  # type: ignore[arg-type]


REPORT = Report(
    "google",
    ("user:a@example.com", "user:b@example.com"),
    (
        finding("excluded", severity="info", policy_id="id-0", policy_name="Zero"),
        finding(severity="high", fix=FIX, account="user:b@example.com"),
        finding(fix=FIX),
        finding("unknown", severity="medium", policy_id="", reason="Nobody can tell."),
        finding("pending", severity="high", policy_name="<img src=x> | @team `x` \x1b[31m"),
    ),
    (
        Problem("broken.json", 3, "", "Is not valid JSON."),
        Problem("policies/one two.json", 0, "/rules/1", "A permission is odd.", fatal=False),
    ),
)
EMPTY = Report("aws", ("arn",), (), ())
