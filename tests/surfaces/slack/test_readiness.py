"""Readiness in Slack: acknowledged in time whatever it costs, and a Home for those who belong."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.adapters.memory import MemorySnapshotStore
from bot.core.errors import Unavailable
from bot.core.readiness_view import BUTTONS
from bot.surfaces.slack import readiness
from bot.surfaces.slack.readiness import AWAY, BEING_READ, BROKE
from tests.services.tenants import policy, snapshot
from tests.surfaces.slack.stage import ONCALL, STRANGER, Stage
from tests.workspace.validate import judge_blocks

LABELS = [button.label for button in BUTTONS.buttons]


@dataclass
class SlowStore(MemorySnapshotStore):
    """Answers when `go` is set; `errors` come first."""

    go: asyncio.Event = field(default_factory=asyncio.Event)
    errors: list[Exception] = field(default_factory=list)

    async def heads(self) -> list[Any]:
        """Wait, then fail or answer."""
        await self.go.wait()
        if self.errors:
            raise self.errors.pop(0)
        return await super().heads()


def with_store(stage: Stage, *policies: dict[str, Any], slow: bool = False) -> SlowStore:
    """A snapshot of these policies behind the desk."""
    store = SlowStore()
    if policies:
        store.kept.append(snapshot(stage.desk.clock.now(), *policies))
    if slow:
        stage.routes._readiness._patience = 0.01
    else:
        store.go.set()
    stage.desk.snapshots = store
    return store


def opened(user: str = ONCALL, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """What Slack sends when somebody opens the app."""
    event = {"type": "app_home_opened", "user": user, "channel": "D1", "tab": "home", **changes}
    return {"event": event, "event_id": "Ev1"}


def home(stage: Stage, user: str = ONCALL) -> str:
    """What this person sees."""
    return stage.slack.person(user).home


def published(stage: Stage) -> list[Any]:
    """Every Home that was drawn, in order."""
    calls = [call for call in stage.slack.calls if call.method == "views.publish"]
    return [call.args["view"] for call in calls]


async def test_the_answer_stands_in_the_ack(stage: Stage) -> None:
    """With the one next thing as its text, in blocks that Slack takes, uncut."""
    with_store(stage, policy(1), policy(2, block=False))
    answer = await stage.command("readiness")
    assert answer["response_type"] == "ephemeral"
    assert answer["text"].startswith("🔴 Not ready. Next: Correct CA001")
    assert list(judge_blocks(answer["blocks"], "message", "")) == []
    assert "As of" in str(answer["blocks"][-1])
    assert "1 blocking, 1 excluded" in str(answer["blocks"])


async def test_one_tenant_can_be_named(stage: Stage) -> None:
    """A name that nobody knows is answered with those there are."""
    with_store(stage)
    assert "Example (Entra)" not in str(await stage.command("readiness aws-example"))
    assert "There are: entra-example" in (await stage.command("readiness nowhere"))["text"]


async def test_what_takes_longer_than_slack_waits_follows(stage: Stage) -> None:
    """The ack comes in time, the view by the answer's own address."""
    store = with_store(stage, policy(1), slow=True)
    assert await stage.command("readiness") == {
        "response_type": "ephemeral",
        "text": BEING_READ,
    }
    assert stage.whispers(ONCALL) == ""
    store.go.set()
    await stage.sent()
    await stage.sent()
    assert "Next: Correct" in stage.whispers(ONCALL)
    assert "CA001: Block everybody  blocking     blocking" in stage.whispers(ONCALL)


@pytest.mark.parametrize(
    ("error", "words"),
    [(Unavailable("no database"), "does not answer now"), (ValueError("bug"), "our fault")],
)
async def test_a_failure_after_the_ack_is_told(stage: Stage, error: Exception, words: str) -> None:
    """Nobody waits for what does not come."""
    store = with_store(stage, slow=True)
    store.errors = [error]
    with capture_logs():
        await stage.command("readiness")
        store.go.set()
        await stage.sent()
        await stage.sent()
    assert words in stage.whispers(ONCALL)


async def test_a_failure_at_once_stands_in_the_ack(stage: Stage) -> None:
    """As of every other word."""
    with_store(stage).errors = [Unavailable("no database")]
    assert "does not answer" in (await stage.command("readiness"))["text"]


async def test_a_stranger_sees_no_readiness(stage: Stage) -> None:
    """What keeps us out is nobody else's business: whom to ask, and no data."""
    with_store(stage, policy(1))
    assert (await stage.command("readiness", user=STRANGER))["text"].startswith("*Not done.*")
    await stage.routes.event(opened(STRANGER))
    await stage.sent()
    told = home(stage, STRANGER)
    assert "not listed" in told
    assert "Head of security" in told
    assert not [word for word in ("CA001", "Entra", "emergency", "drill", *LABELS) if word in told]


async def test_whoever_opens_the_home_sees_the_readiness(stage: Stage) -> None:
    """The same as the command shows, with its buttons."""
    with_store(stage, policy(1))
    assert await stage.routes.event(opened()) == {}
    await stage.sent()
    assert "Next: Correct" in home(stage)
    assert all(label in home(stage) for label in LABELS)
    (view,) = published(stage)
    assert view["type"] == "home"
    assert list(judge_blocks(view["blocks"], "home", "")) == []


async def test_many_open_policies_stay_within_what_slack_takes(stage: Stage) -> None:
    """In the ack and on the Home: eight of them by name, and how many more there are."""
    with_store(stage, *(policy(number, displayName="&<" * 120) for number in range(40)))
    answer = await stage.command("readiness")
    assert list(judge_blocks(answer["blocks"], "message", "")) == []
    assert str(answer["blocks"]).count("blocking     blocking") == 8
    assert "32 more policies." in str(answer["blocks"])
    await stage.routes.event(opened())
    await stage.sent()
    (view,) = published(stage)
    assert list(judge_blocks(view["blocks"], "home", "")) == []


async def test_only_the_home_tab_is_drawn(stage: Stage) -> None:
    """The tab of messages is the same event."""
    with_store(stage)
    await stage.routes.event(opened(tab="messages"))
    await stage.routes.event(opened(tab=""))
    await stage.sent()
    assert published(stage) == []


async def test_an_event_without_a_person_is_refused(stage: Stage) -> None:
    """Input is hostile; Slack is not asked to send it again."""
    assert await stage.routes.event(opened(user=None)) == {}  # type: ignore[arg-type]
    assert published(stage) == []


async def test_a_home_that_takes_long_says_so_first(stage: Stage) -> None:
    """Its buttons are there at once: 'Declare' needs no audit."""
    store = with_store(stage, policy(1), slow=True)
    await stage.routes.event(opened())
    await stage.slack.until(lambda: "is being read" in home(stage))
    assert "Declare a lockout" in home(stage)
    store.go.set()
    await stage.sent()
    assert "Next: Correct" in home(stage)


async def test_a_database_that_is_away_is_asked_again(stage: Stage) -> None:
    """Meanwhile the Home says so, and does not show what was true before."""
    rests: list[float] = []

    async def rest(seconds: float) -> None:
        rests.append(seconds)
        assert plain(AWAY) in plain(home(stage))

    stage.outbox._sleep = rest
    with_store(stage, policy(1)).errors = [Unavailable("no database"), Unavailable("no database")]
    await stage.routes.event(opened())
    await stage.sent()
    assert len(rests) == 2
    assert "Next: Correct" in home(stage)


def plain(text: str) -> str:
    """Without marks and breaks."""
    return "".join(letter for letter in text if letter.isalnum())


async def test_a_bug_of_ours_is_said_on_the_home(stage: Stage) -> None:
    """Once, and the way on with it."""
    with_store(stage).errors = [ValueError("bug")]
    with capture_logs() as logs:
        await stage.routes.event(opened())
        await stage.sent()
    assert plain(BROKE) in plain(home(stage))
    assert [line["event"] for line in logs] == ["slack_send_broke"]


@pytest.mark.parametrize("options", [{"error": "not_enabled"}, {"status": 503}])
async def test_a_home_that_slack_does_not_take_harms_nobody(
    stage: Stage, options: dict[str, Any]
) -> None:
    """An app with the old manifest, an hour without Slack's Web API: the next look works."""

    async def rest(_: float) -> None:
        return

    stage.outbox._sleep = rest
    with_store(stage)
    stage.slack.fail("views.publish", times=1, **options)
    await stage.routes.event(opened())
    await stage.sent()
    await stage.routes.event(opened())
    await stage.sent()
    assert "Not ready" in home(stage)


@pytest.mark.parametrize(
    ("label", "title"), [("Declare a lockout", "Locked out"), ("Begin a drill", "DRILL")]
)
async def test_a_button_of_the_home_opens_its_form(stage: Stage, label: str, title: str) -> None:
    """The same forms as behind the commands."""
    with_store(stage)
    await stage.routes.event(opened())
    await stage.sent()
    await press(stage, label)
    assert (await stage.slack.person(ONCALL).sees_modal()).title == title


async def test_somebody_who_is_not_listed_any_more_opens_no_form(stage: Stage) -> None:
    """Their Home still hangs there from yesterday."""
    with_store(stage)
    await stage.routes.event(opened())
    await stage.sent()
    others = [one for one in stage.desk.organisation.people if one.slack != ONCALL]
    stage.desk.organisation = stage.desk.organisation.model_copy(update={"people": tuple(others)})
    await press(stage, "Declare a lockout")
    await press(stage, "Begin a drill")
    assert stage.slack.person(ONCALL).modal is None
    assert "declare a lockout" in home_messages(stage)
    assert "begin a drill" in home_messages(stage)
    await press(stage, "Look again")
    assert "not listed" in home(stage)


async def test_looking_again_draws_what_is_true_now(stage: Stage) -> None:
    """Without a new event; looking is limited, as everywhere."""
    store = with_store(stage, policy(1))
    await stage.routes.event(opened())
    await stage.sent()
    store.kept = [snapshot(stage.desk.clock.now(), policy(1, block=False))]
    await press(stage, "Look again")
    assert "Correct" not in home(stage)
    for _ in range(30):
        await press(stage, "Look again")
    assert "You looked 30 times" in home_messages(stage)


async def press(stage: Stage, label: str) -> None:
    """A button of the Home, as the app hears of it."""
    view = stage.slack.world.screens.homes[ONCALL]
    button = next(
        element
        for block in view.blocks
        if block["type"] == "actions"
        for element in block["elements"]
        if element["text"]["text"] == label
    )
    action = {key: button[key] for key in ("type", "action_id", "value")}
    await stage.routes.action(stage.slack.payloads.pressed(ONCALL, view, action))
    await stage.sent()


def home_messages(stage: Stage) -> str:
    """What the bot wrote to this person alone, in the app's own conversation."""
    channel = stage.slack.world.state.direct(ONCALL)
    return stage.slack.person(ONCALL).screen(channel.id)


def test_slack_is_answered_well_within_its_three_seconds() -> None:
    """The wait is spent before the ack."""
    assert readiness.PATIENCE_SECONDS < 2
