"""A drill that failed in one place and was repaired, with fixed times, for golden files.

To write them anew after a change that you have looked at: `python -m tests.exports.drill_example`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from bot.core import events as e
from bot.core.incident import Incident, fold
from bot.core.timeline import GENESIS, Actor, Draft, Fact, seal_drafts
from bot.exports import export, formats_of
from tests.exports.example import GOLDEN, ORGANISATION, TIME_ZONE

ID = "drill-261215-example"
BEGUN = datetime(2026, 12, 15, 9, 0, tzinfo=UTC)
ENGINEER = Actor("slack:U0ONCALL1", "On-call engineer")
SECURITY = Actor("slack:U0APPROV1", "Head of security")
BOT = Actor("slack:lockout", "Lockout")
READER = Actor("bot:lockout", "Lockout")
BOOK = "entra-drill"
ACCOUNTS = ("emergency-1@example.onmicrosoft.com", "emergency-2@example.onmicrosoft.com")


def proof(part: str, label: str, result: str, wanted: int = 1, **given: str) -> e.EvidenceRecorded:
    """A piece of evidence; the questions are the names, with spaces."""
    return e.EvidenceRecorded.model_validate(
        {
            "playbook": BOOK,
            "step": part,
            "part": part,
            "item": label,
            "label": label,
            "result": result,
            "wanted": wanted,
            "given": tuple(
                {"label": key.replace("_", " "), "text": text} for key, text in given.items()
            ),
        }
    )


def audited(*names: str) -> e.PoliciesAudited:
    """Twelve policies were read, and these keep the second account out."""
    return e.PoliciesAudited.model_validate(
        {
            "playbook": BOOK,
            "step": "members",
            "asked": 5,
            "tenant": "entra-example",
            "taken_at": BEGUN + timedelta(minutes=6),
            "live": True,
            "policies": 12,
            "accounts": 2,
            "counts": {"blocking": len(names), "excluded": 24 - len(names)},
            "findings": [
                {
                    "policy_id": name,
                    "policy_name": name,
                    "standings": [
                        {
                            "account": ACCOUNTS[1],
                            "verdict": "blocking",
                            "severity": "high",
                            "reason": "It asks for what the account has not.",
                        }
                    ],
                }
                for name in names
            ],
        }
    )


def examined(**changes: object) -> e.AccountsExamined:
    """What stands beside it: the group is as it should be."""
    counts = ({"excluded": 11, "not_in_scope": 1}, {"blocking": 2, "excluded": 10})
    said: dict[str, object] = {
        "playbook": BOOK,
        "step": "members",
        "asked": 5,
        "tenant": "entra-example",
        "taken_at": BEGUN + timedelta(minutes=6),
        "live": True,
        "accounts": [
            {"account": account, "name": account, "counts": found, "in_group": True}
            for account, found in zip(ACCOUNTS, counts, strict=True)
        ],
        "group": "sg-break-glass-admins",
    }
    return e.AccountsExamined.model_validate({**said, **changes})


def answered(step: str, to: str, label: str = "All recorded") -> e.StepAnswered:
    """The walk went on."""
    reached = e.StepReached(playbook=BOOK, step=to, state="working") if to else None
    return e.StepAnswered(
        playbook=BOOK, step=step, visit=1, answer="done", label=label, reached=reached
    )


DAY: list[tuple[float, Actor, e.Event]] = [
    (
        0,
        ENGINEER,
        e.DrillBegun(
            tenant="entra-example",
            tenant_id="11111111-2222-3333-4444-555555555555",
            provider="entra",
            why="scheduled",
            exercise=True,
            origin="C0GENERAL",
        ),
    ),
    (
        0,
        ENGINEER,
        e.WalkStarted(
            reached=e.StepReached(playbook=BOOK, step="prepare", state="working"), why="drill"
        ),
    ),
    (1, BOT, e.CardPosted(channel="C0DRILL", message="1.1")),
    (5, ENGINEER, answered("prepare", "members")),
    (6, ENGINEER, e.AuditAsked(playbook=BOOK, step="members", tenant="entra-example")),
    (6, READER, audited("CA003 <b>|_emergency-2_", "CA007: Terms of use")),
    (6, READER, examined()),
    (13, ENGINEER, answered("members", "audit")),
    (
        20,
        SECURITY,
        e.PolicyWaived(
            playbook=BOOK,
            step="audit",
            policy_id="CA007: Terms of use",
            policy_name="CA007: Terms of use",
            verdict="blocking",
            reason="Accepted for both accounts on paper",
        ),
    ),
    (26, ENGINEER, answered("audit", "sign-in", "Go on: this part has FAILED")),
    (
        26,
        ENGINEER,
        e.ObligationOpened(
            obligation="repair-policies",
            title="Exclude the group from what kept an account out",
            due_at=BEGUN + timedelta(days=7),
        ),
    ),
    (
        40,
        SECURITY,
        proof(
            "sign-in",
            "emergency-1@example.onmicrosoft.com",
            "failed",
            2,
            What_else="AADSTS500121: the key was not the one in envelope 1",
        ),
    ),
    (
        55,
        SECURITY,
        proof(
            "sign-in",
            "emergency-1@example.onmicrosoft.com",
            "passed",
            2,
            Signed_in_at="2026-12-15T09:52:00.000000Z",
            Sign_in_event="6a1b0000-0000-0000-0000-000000000001",
            Key="EX-0001, safe in the main office",
        ),
    ),
    (
        61,
        SECURITY,
        proof(
            "sign-in",
            "emergency-2@example.onmicrosoft.com",
            "passed",
            2,
            Signed_in_at="2026-12-15T10:00:00.000000Z",
            Sign_in_event="6a1b0000-0000-0000-0000-000000000002",
            Key="EX-0002, bank deposit box",
        ),
    ),
    (62, SECURITY, answered("sign-in", "alert")),
    (
        70,
        SECURITY,
        proof(
            "alert",
            "The sign-ins raised an alert, and somebody received it",
            "passed",
            Alert_ID="ALERT-4711",
            Who_received_it="Security on duty",
            Minutes="4",
        ),
    ),
    (71, SECURITY, answered("alert", "")),
    (
        72,
        SECURITY,
        e.DrillFinished(result="failed", summary="One part failed", next_on=date(2027, 3, 31)),
    ),
]


def drill_facts(count: int | None = None) -> list[Fact]:
    """The drill as it was recorded, or its first facts."""
    facts: list[Fact] = []
    for minutes, actor, event in DAY[:count]:
        at = BEGUN + timedelta(minutes=minutes)
        head = facts[-1].hash if facts else GENESIS
        draft = Draft(f"fact-{len(facts) + 1:04}", event, actor, at)
        facts += seal_drafts(ID, [draft], after=len(facts), head=head, now=at)
    return facts


def drill(count: int | None = None) -> tuple[Incident, list[Fact]]:
    """The drill with its facts."""
    facts = drill_facts(count)
    return fold(ID, facts), facts


def exported(export_format: str, count: int | None = None) -> bytes:
    """The drill as a file."""
    incident, facts = drill(count)
    return export(
        export_format,
        incident=incident,
        organisation_name=ORGANISATION,
        time_zone=TIME_ZONE,
        facts=facts,
    ).content()


if __name__ == "__main__":
    for name in formats_of(drill()[0]):
        (GOLDEN / f"drill.{name}").write_bytes(exported(name))
