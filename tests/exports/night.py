"""What happened in the example night: who recorded what, how many minutes after the declaration."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.core import events as e
from bot.core.findings import CommandText, Correction, OpenPolicy, Standing
from bot.core.timeline import Actor

DECLARED = datetime(2026, 3, 14, 2, 17, 5, 250_000, tzinfo=UTC)
ENGINEER = Actor("slack:U0RESPOND", "On-call engineer")
APPROVER = Actor("slack:U0APPROVE", "Identity lead")
KEEPER = Actor("slack:U0CUSTODY", "Safe custodian")
ROOT = Actor("terminal:root", "Shift lead")
BOT = Actor("bot:lockout", "Lockout")
SNOOZED_UNTIL = DECLARED + timedelta(minutes=180)

TICKET, GROUP, USER = "entra-support-ticket", "entra-exclusion-group", "entra-support-user"
Line = tuple[float, Actor, e.Event]


def to(playbook: str, step: str, state: e.State = "working") -> e.StepReached:
    """Where the walk goes."""
    return e.StepReached(playbook=playbook, step=step, state=state)


def answer(at: str, label: str, reached: e.StepReached | None, **values: e.Value) -> e.StepAnswered:
    """An answer at `playbook/step`; `values` are what a form asked."""
    playbook, step = at.split("/")
    return e.StepAnswered(
        playbook=playbook,
        step=step,
        visit=1,
        answer="-".join(label.lower().split()[:2]),
        label=label,
        title=step.replace("-", " ").capitalize(),
        values=values,
        reached=reached,
    )


DECLARATION = e.IncidentDeclared(
    tenant="Contoso",
    provider="entra",
    policy_name="CA012: Require compliant device | all users",
    policy_id="4b6f7c1e-0a52-4f9e-9d3c-2f1f0f6f7a10",
    addresses=(
        e.ReportedAddress(text="203.0.113.24", known=True, label="Head office"),
        e.ReportedAddress(text="2001:db8:7::19", known=False),
    ),
    accounts=("admin@contoso.example.com", "breakglass1@contoso.example.com"),
    impact="Nobody can sign in to the admin centres.\nPayroll closes at 09:00.",
    began_at=DECLARED - timedelta(minutes=22),
    access=("nobody",),
    error_text="AADSTS53003: Access has been blocked by Conditional Access policies.\r\n"
    "Correlation ID: 6d1b2f0c-0000-4000-8000-5c2d8a1e9b77\r\n[REMOVED: password]",
    removed_secrets=("password",),
    exercise=True,
)

OPEN_POLICY = OpenPolicy(
    policy_id="CA099",
    policy_name="CA099: Block a retired application",
    standings=(
        Standing(
            account="breakglass1@contoso.example.com",
            verdict="blocking",
            severity="low",
            reason="It blocks everybody, and nothing takes the account out.",
        ),
    ),
    corrections=(
        Correction(
            diff='-  "excludeGroups": []\n+  "excludeGroups": ["sg-break-glass-admins"]\n',
            commands=(CommandText(title="Microsoft Graph", text="PATCH https://graph.example"),),
            file="ca099.json",
            content='{"state": "enabled"}',
            warnings=("A pipeline owns it",),
            cut=True,
        ),
    ),
)

NIGHT: list[Line] = [
    (0, ENGINEER, DECLARATION),
    (
        0,
        ENGINEER,
        e.ErrorDiagnosed(
            provider="entra",
            code="AADSTS53003",
            scenarios=(1, 3),
            cause="A Conditional Access policy blocked the sign-in",
            branch="Find the policy that blocks, then exclude an emergency account from it",
            source="https://learn.microsoft.com/entra/identity-platform/reference-error-codes",
            picked={"correlation_id": "6d1b2f0c-0000-4000-8000-5c2d8a1e9b77"},
        ),
    ),
    (0.1, ENGINEER, e.CardPosted(channel="C0LOCKOUT", message="1773454625.000100")),
    (0.1, ENGINEER, e.WalkStarted(reached=to("triage", "down-now", "triage"), why="declared")),
    (
        1.4,
        ENGINEER,
        answer(
            "triage/down-now", "Yes, people are locked out", to("triage", "anybody-in", "triage")
        ),
    ),
    (
        3.2,
        ENGINEER,
        e.PressRefused(what="approve the unsealing", reason="You asked, so you cannot approve"),
    ),
    (
        3.9,
        ENGINEER,
        answer("triage/anybody-in", "Nobody can sign in", to(TICKET, "call-the-provider")),
    ),
    (4.5, ROOT, e.StepTaken(playbook=TICKET, step="call-the-provider")),
    (
        6,
        ROOT,
        e.NoteAdded(
            text="Called from the number on file. Queue says 10 minutes.\nKeeping the line open."
        ),
    ),
    (
        11,
        ROOT,
        e.DetailsCorrected(
            policy_id="9c0d2c55-6f0e-4b57-8f6a-0d0f3d1f2b31",
            accounts=("admin@contoso.example.com",),
        ),
    ),
    (
        16,
        ROOT,
        answer(
            f"{TICKET}/call-the-provider",
            "I filed the ticket",
            to(TICKET, "wait-for-provider", "waiting"),
            ticket_number="2603140050001234",
            severity="A",
            call_back_at="2026-03-14T03:15:00.000000Z",
            call_backs=("+49 30 0000001",),
            phone=True,
        ),
    ),
    (
        17,
        ROOT,
        e.ObligationOpened(
            obligation="call-back",
            title="Somebody answers the call-back number",
            due_at=DECLARED + timedelta(minutes=80),
        ),
    ),
    (
        21,
        KEEPER,
        e.NoteAdded(
            text="Provider's status page is green.",
            source=e.MessageSource(
                channel="C0LOCKOUT",
                message="1773455900.000200",
                author="U0CUSTODY",
                permalink="https://example.slack.com/archives/C0LOCKOUT/p1773455900000200",
            ),
        ),
    ),
    (
        30,
        KEEPER,
        e.NoteAdded(
            text='=HYPERLINK("https://evil.example";"click") | `code` '
            "<img src=x onerror=alert(1)> **bold**"
        ),
    ),
    (52, ROOT, e.NoteAdded(text="Call-back came at 03:10")),
    (
        88,
        ROOT,
        e.ObligationSettled(obligation="call-back", title="Somebody answers the call-back number"),
    ),
    (
        89,
        ROOT,
        answer(
            f"{TICKET}/wait-for-provider", "The provider called back", to(TICKET, "what-changed")
        ),
    ),
    (
        90,
        ENGINEER,
        e.ObligationOpened(
            obligation="temporary-exclusion",
            title="Temporary exclusion of 203.0.113.24 from CA012 is removed",
            due_at=DECLARED + timedelta(hours=4),
        ),
    ),
    (
        95,
        ENGINEER,
        answer(
            f"{TICKET}/what-changed",
            "They excluded the address",
            to(TICKET, "wait-for-effect", "waiting"),
            exclusion_ends_at="2026-03-14T06:17:05.250000Z",
        ),
    ),
    (
        101,
        ENGINEER,
        answer(
            f"{TICKET}/wait-for-effect",
            "I can sign in again",
            to(TICKET, "find-the-cause", "restored"),
        ),
    ),
    (104, ENGINEER, answer(f"{TICKET}/find-the-cause", "Cause found", None)),
    (
        105,
        APPROVER,
        e.WalkStarted(
            reached=to(GROUP, "create-the-group", "restored"),
            why="chosen by hand: Exclusion group",
        ),
    ),
    (
        118,
        APPROVER,
        answer(
            f"{GROUP}/create-the-group",
            "The group exists",
            to(GROUP, "every-policy", "restored"),
            group_id="0b0f8a2e-77aa-4f0d-9a51-5a4b1d2c3e4f",
        ),
    ),
    (
        121,
        APPROVER,
        e.ItemTicked(
            playbook=GROUP,
            step="every-policy",
            item="ca001",
            label="CA001: Block legacy authentication",
            done=True,
        ),
    ),
    (
        126,
        APPROVER,
        e.ItemTicked(
            playbook=GROUP,
            step="every-policy",
            item="ca012",
            label="CA012: Require compliant device | all users",
            done=True,
        ),
    ),
    (
        129,
        APPROVER,
        e.ItemTicked(
            playbook=GROUP,
            step="every-policy",
            item="ca001",
            label="CA001: Block legacy authentication",
            done=False,
        ),
    ),
    (
        133,
        APPROVER,
        e.ItemTicked(
            playbook=GROUP,
            step="every-policy",
            item="ca001",
            label="CA001: Block legacy authentication",
            done=True,
        ),
    ),
    (
        140,
        APPROVER,
        answer(f"{GROUP}/every-policy", "All done", to(USER, "ask-to-unseal", "restored")),
    ),
    (
        142,
        ENGINEER,
        e.ApprovalAsked(
            playbook=USER, step="ask-to-unseal", visit=1, what="unseal the support-only user"
        ),
    ),
    (
        145,
        BOT,
        e.Reminded(
            subject="approval:ask-to-unseal:1",
            number=1,
            text="Engineer still waits for a second person: unseal the support-only user",
            to=("slack:U0APPROV1",),
            loud=True,
        ),
    ),
    (146, APPROVER, e.Snoozed(subject="approval:ask-to-unseal:1", until=SNOOZED_UNTIL)),
    (
        147,
        APPROVER,
        e.ApprovalDeclined(
            playbook=USER, step="ask-to-unseal", what="unseal the support-only user"
        ),
    ),
    (
        150,
        ENGINEER,
        e.ApprovalAsked(
            playbook=USER,
            step="ask-to-unseal",
            visit=1,
            what="unseal the support-only user for a test",
        ),
    ),
    (
        154,
        APPROVER,
        e.ApprovalGiven(
            playbook=USER,
            step="ask-to-unseal",
            what="unseal the support-only user for a test",
            asked_by="On-call engineer",
        ),
    ),
    (
        154,
        APPROVER,
        answer(f"{USER}/ask-to-unseal", "Approved", to(USER, "rotate-and-seal", "restored")),
    ),
    (
        155,
        KEEPER,
        e.ObligationOpened(
            obligation="re-seal",
            title="The support-only user's credential is rotated and sealed again",
            due_at=DECLARED + timedelta(hours=3, minutes=10),
        ),
    ),
    (
        158,
        KEEPER,
        e.ObligationOpened(obligation="drill", title="The next drill is in the calendar"),
    ),
    (
        202,
        KEEPER,
        e.ObligationSettled(
            obligation="re-seal",
            title="The support-only user's credential is rotated and sealed again",
        ),
    ),
    (203, KEEPER, answer(f"{USER}/rotate-and-seal", "Rotated and sealed", None)),
    (
        214,
        APPROVER,
        e.ObligationWaived(
            obligation="drill",
            title="The next drill is in the calendar",
            reason="The quarter's drill was this exercise",
        ),
    ),
    (216, ENGINEER, e.AuditAsked(playbook=GROUP, step="audit", tenant="entra-example")),
    (
        216.2,
        BOT,
        e.AuditFailed(
            playbook=GROUP,
            step="audit",
            asked=1,
            tenant="entra-example",
            reason="Microsoft Entra could not be read: it is busy",
            hint="Audit again",
        ),
    ),
    (
        217,
        BOT,
        e.PoliciesAudited(
            playbook=GROUP,
            step="audit",
            asked=1,
            tenant="entra-example",
            taken_at=DECLARED + timedelta(minutes=217),
            live=True,
            policies=42,
            accounts=2,
            counts={"blocking": 1, "excluded": 83},
            findings=(OPEN_POLICY,),
        ),
    ),
    (
        219,
        APPROVER,
        e.PolicyWaived(
            playbook=GROUP,
            step="audit",
            policy_id="CA099",
            policy_name="CA099: Block a retired application",
            verdict="blocking",
            reason="Nobody signs in there | it goes next week",
            standings=OPEN_POLICY.standings,
        ),
    ),
    (
        224,
        APPROVER,
        e.WaiverTakenBack(
            playbook=GROUP,
            step="audit",
            policy_id="CA099",
            policy_name="CA099: Block a retired application",
        ),
    ),
    (
        228,
        ENGINEER,
        e.ObligationSettled(
            obligation="temporary-exclusion",
            title="Temporary exclusion of 203.0.113.24 from CA012 is removed",
        ),
    ),
]
END: Line = (
    236,
    ENGINEER,
    e.IncidentClosed(summary="Access back after 101 minutes.\nOne obligation waived."),
)
