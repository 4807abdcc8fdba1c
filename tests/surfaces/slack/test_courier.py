"""What was written down with the facts reaches people, once, wherever it can."""

from __future__ import annotations

import pytest

from bot.core.errors import Broken, NeedsNewer, Unavailable
from bot.core.events import ApprovalAsked, NoteAdded, Reminded
from bot.services.ports import Outgoing, OutgoingKind
from bot.surfaces.slack.courier import SlackCourier
from tests.core.audits import answer, correction, open_policy
from tests.services.desks import example, obligation, put, put_first
from tests.surfaces.slack.stage import GENERAL, ONCALL, Stage, open_stage
from tests.workspace import Message
from tests.workspace.model import File, elements
from tests.workspace.reach import action_of

KEY = "lockout-7"
RESPONDERS = len(example().people_with("responder"))


async def ready(stage: Stage, *lines: str) -> tuple[SlackCourier, Outgoing]:
    """A card that hangs, and notes that are to be said."""
    await stage.card()
    name = (await stage.desk.store.incidents())[0].id
    incident = await put(stage.desk, name, *(NoteAdded(text=line) for line in lines))
    said = list(range(incident.version - len(lines) + 1, incident.version + 1))
    return SlackCourier(stage.api, stage.cards), Outgoing(name, "show", {"say": said})


def fall_back(stage: Stage) -> None:
    """The organisation's fallback channel exists."""
    slack = stage.desk.organisation.slack.model_copy(update={"fallback_channel": GENERAL})
    stage.desk.organisation = stage.desk.organisation.model_copy(update={"slack": slack})


def saying(stage: Stage, words: str) -> list[Message]:
    """Messages with these words, in any channel."""
    return [
        message for message in stage.slack.world.state.messages.values() if words in message.text
    ]


async def test_several_lines_come_as_one_message_below_the_card() -> None:
    """In the order of their facts."""
    async with open_stage() as stage:
        courier, item = await ready(stage, "first", "second")
        await courier.deliver(item, KEY, again=False)
        (message,) = saying(stage, "first")
        assert message.text.index("first") < message.text.index("second")
        assert message.thread_ts is not None


async def test_a_second_attempt_finds_what_the_first_one_posted() -> None:
    """The message carries its key; nothing is posted twice."""
    async with open_stage() as stage:
        courier, item = await ready(stage, "once")
        first = await courier.deliver(item, KEY, again=False)
        assert await courier.deliver(item, KEY, again=True) == first
        assert len(saying(stage, "once")) == 1


async def test_a_second_attempt_posts_what_the_first_one_lost() -> None:
    """It looks, finds nothing, and posts."""
    async with open_stage() as stage:
        courier, item = await ready(stage, "lost")
        stage.slack.fail("chat.postMessage", error="internal_error")
        with pytest.raises(Unavailable):
            await courier.deliver(item, KEY, again=False)
        await courier.deliver(item, KEY, again=True)
        assert len(saying(stage, "lost")) == 1


@pytest.mark.parametrize(
    "code",
    [
        "channel_not_found",
        "is_archived",
        "not_in_channel",
        "restricted_action_thread_locked",
        "restricted_action_read_only_channel",
        "thread_not_found",
        "cannot_reply_to_message",
        "a_code_of_next_year",
    ],
)
async def test_what_the_channel_does_not_take_reaches_the_responders(code: str) -> None:
    """The fallback channel of the example does not exist here, so each responder gets it, once."""
    async with open_stage() as stage:
        courier, item = await ready(stage, "precious")
        stage.slack.fail("chat.postMessage", error=code)
        await courier.deliver(item, KEY, again=False)
        found = saying(stage, "precious")
        assert len(found) >= 2
        assert all(code in message.text for message in found)
        stage.slack.fail("chat.postMessage", error=code)
        await courier.deliver(item, KEY, again=True)
        assert saying(stage, "precious") == found


async def test_what_the_channel_does_not_take_goes_to_the_fallback_channel_first() -> None:
    """And to nobody else then; a second attempt finds it there."""
    async with open_stage() as stage:
        courier, item = await ready(stage, "precious")
        fall_back(stage)
        for again in (False, True):
            stage.slack.fail("chat.postMessage", error="is_archived")
            await courier.deliver(item, KEY, again=again)
        assert [message.channel for message in saying(stage, "precious")] == [GENERAL]


@pytest.mark.parametrize("kind", ["show", "export", "corrections"])
async def test_without_a_card_what_is_to_be_said_is_said_all_the_same(kind: OutgoingKind) -> None:
    """Its channel could not be made, or takes no card; the card itself is dropped."""
    async with open_stage() as stage:
        fall_back(stage)
        incident = await stage.incident()
        found = open_policy("p-1", "blocking", correction())
        version = (await put(stage.desk, incident.id, answer(1, found))).version
        payload = {"say": [version], "audit": version, "format": "md"}
        courier = SlackCourier(stage.api, stage.cards)
        refuse_cards(stage)
        with pytest.raises(Broken, match="restricted_action"):
            await courier.deliver(Outgoing(incident.id, "show", {"say": []}), KEY, again=False)
        for again in (False, True):
            refuse_cards(stage)
            await courier.deliver(Outgoing(incident.id, kind, payload), KEY, again=again)
        (message,) = stage.slack.messages(GENERAL)
        assert f"{incident.id}: its channel does not take this (restricted_action)" in message.text


def refuse_cards(stage: Stage) -> None:
    """Neither the incident's channel nor its declarer can get the next card."""
    stage.slack.fail("chat.postMessage", error="restricted_action", times=2)


async def test_what_reaches_nobody_is_said_to_have_failed() -> None:
    """The engine drops it with the reason, and health turns red."""
    async with open_stage() as stage:
        courier, item = await ready(stage, "nobody")
        stage.slack.fail("chat.postMessage", error="channel_not_found", times=20)
        with pytest.raises(Broken, match="channel_not_found"):
            await courier.deliver(item, KEY, again=False)


async def test_a_reminder_has_buttons_that_work() -> None:
    """Put it off, or confirm, right where it is read; it stands in the channel, not in a thread."""
    async with open_stage() as stage:
        courier, _ = await ready(stage, "a note")
        name = (await stage.desk.store.incidents())[0].id
        await put(stage.desk, name, obligation("exclusion"))
        reminded = Reminded(
            subject="obligation:exclusion",
            number=1,
            text="OVERDUE: take it back",
            to=("slack:U0ONCALL1",),
            loud=True,
        )
        incident = await put(stage.desk, name, reminded)
        await courier.deliver(Outgoing(name, "show", {"say": [incident.version]}), KEY, again=False)
        (message,) = saying(stage, "OVERDUE")
        assert message.thread_ts is None
        assert "<@U0ONCALL1>" in message.text
        labels = [e["text"]["text"] for b in message.blocks for e in b.get("elements", [])]
        assert labels == ["Confirm as done", "Not for 30 minutes"]


async def test_a_reminder_to_nobody_in_particular_calls_the_channel() -> None:
    """From the fifth on, everybody hears it."""
    async with open_stage() as stage:
        courier, _ = await ready(stage, "a note")
        name = (await stage.desk.store.incidents())[0].id
        incident = await put(stage.desk, name, Reminded(subject="news", number=5, text="No news"))
        await courier.deliver(Outgoing(name, "show", {"say": [incident.version]}), KEY, again=False)
        assert "<!channel>" in saying(stage, "No news")[0].text


async def test_who_may_approve_is_called_by_name() -> None:
    """A request that nobody sees is a lockout that goes on."""
    async with open_stage() as stage:
        courier, _ = await ready(stage, "a note")
        name = (await stage.desk.store.incidents())[0].id
        asked = ApprovalAsked(playbook="p", step="s", visit=1, what="unseal it")
        incident = await put(stage.desk, name, asked)
        await courier.deliver(Outgoing(name, "show", {"say": [incident.version]}), KEY, again=False)
        (message,) = saying(stage, "unseal it")
        assert "<@U0APPROV1>" in message.text
        assert message.thread_ts is None


async def test_an_export_is_handed_over_once() -> None:
    """A second attempt knows the file by its name and the head beside it."""
    async with open_stage() as stage:
        courier, item = await ready(stage, "a note")
        export = Outgoing(item.incident, "export", {"format": "json"})
        await courier.deliver(export, KEY, again=False)
        await courier.deliver(export, KEY, again=True)
        assert len(stage.slack.files) == 1


async def test_a_file_is_found_again_when_the_timeline_went_on() -> None:
    """A fact that came between two attempts does not make it another file."""
    async with open_stage() as stage:
        courier, item = await ready(stage, "a note")
        version = item.payload["say"][-1]
        export = Outgoing(item.incident, "export", {"format": "json", "version": version})
        await courier.deliver(export, KEY, again=False)
        await put(stage.desk, item.incident, NoteAdded(text="later"))
        await courier.deliver(export, KEY, again=True)
        (file,) = stage.slack.files
        assert b"later" not in (file.content or b"")


async def test_in_a_long_thread_what_was_posted_last_is_found_as_well() -> None:
    """Slack hands a thread out oldest first, a page at a time."""
    async with open_stage() as stage:
        courier, item = await ready(stage, "the last one")
        card = (await stage.desk.load(item.incident)).card
        assert card is not None
        state = stage.slack.world.state
        for number in range(450):
            state.post(
                state.channel(card.channel), "U0SECOND1", text=str(number), thread_ts=card.thread
            )
        await courier.deliver(item, KEY, again=False)
        await courier.deliver(item, KEY, again=True)
        assert len(saying(stage, "the last one")) == 1


async def test_what_is_too_long_for_its_buttons_comes_without_them() -> None:
    """The words matter more."""
    async with open_stage() as stage:
        courier, _ = await ready(stage, "a note")
        name = (await stage.desk.store.incidents())[0].id
        incident = await put(stage.desk, name, Reminded(subject="news", number=1, text="No news"))
        stage.slack.fail("chat.postMessage", error="msg_blocks_too_long")
        await courier.deliver(Outgoing(name, "show", {"say": [incident.version]}), KEY, again=False)
        (message,) = saying(stage, "No news")
        assert message.blocks == []


@pytest.mark.parametrize("code", ["channel_not_found", "is_inactive"])
async def test_a_card_that_cannot_be_drawn_keeps_no_words_back(code: str) -> None:
    """Somebody archived the channel; what is to be said is said, there or elsewhere."""
    async with open_stage() as stage:
        courier, item = await ready(stage, "still said")
        await stage.sent()
        stage.slack.fail("chat.update", error=code, times=3)
        await courier.deliver(item, KEY, again=False)
        assert len(saying(stage, "still said")) == 1


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("invalid_auth", "another token"),
        ("token_revoked", "another token"),
        ("account_inactive", "another token"),
        ("missing_scope", "its whole manifest"),
        ("message_limit_exceeded", "no messages left"),
    ],
)
async def test_what_somebody_can_change_for_all_messages_is_waited_for(
    code: str, words: str
) -> None:
    """With a dead token nothing is dropped, nor when it dies on the way to the fallback."""
    async with open_stage() as stage:
        courier, item = await ready(stage, "kept")
        for before in ([], ["is_archived"]):
            for refusal in (*before, code):
                stage.slack.fail("chat.postMessage", error=refusal)
            with pytest.raises(Unavailable, match=words):
                await courier.deliver(item, KEY, again=False)
        await courier.deliver(item, KEY, again=True)
        assert len(saying(stage, "kept")) == 1


async def test_the_buttons_of_a_reminder_do_what_they_say() -> None:
    """Putting it off is a fact; confirming ends the obligation."""
    async with open_stage() as stage:
        courier, _ = await ready(stage, "a note")
        name = (await stage.desk.store.incidents())[0].id
        await put(stage.desk, name, obligation("exclusion"))
        reminded = Reminded(subject="obligation:exclusion", number=1, text="OVERDUE", loud=True)
        incident = await put(stage.desk, name, reminded)
        await courier.deliver(Outgoing(name, "show", {"say": [incident.version]}), KEY, again=False)
        (message,) = saying(stage, "OVERDUE")
        for block, element in elements(message.blocks):
            action = action_of(block, element)
            payload = stage.slack.payloads.pressed("U0ONCALL1", message, action)
            await stage.routes.action(payload)
        now = await stage.desk.load(name)
        assert now.reminding["obligation:exclusion"].quiet_until is not None
        assert now.obligations["exclusion"].status == "settled"


def corrections(stage: Stage) -> list[File]:
    """The files of corrections in any channel."""
    return [file for file in stage.slack.files if "-corrections-" in file.name and file.channels]


async def test_the_corrections_of_an_audit_hang_where_the_card_hangs() -> None:
    """Once, also when a first attempt arrived and nobody knows."""
    async with open_stage() as stage:
        courier, _ = await ready(stage, "a note")
        name = (await stage.desk.store.incidents())[0].id
        found = open_policy("p-1", "blocking", correction())
        incident = await put(stage.desk, name, answer(1, found), answer(1))
        item = Outgoing(name, "corrections", {"audit": incident.version - 1})
        first = await courier.deliver(item, KEY, again=False)
        assert await courier.deliver(item, KEY, again=True) == first
        (file,) = corrections(stage)
        assert file.name == first == f"{name}-corrections-{incident.version - 1}.md"
        assert file.content is not None
        assert b"Policy p-1" in file.content
        await courier.deliver(item, KEY, again=False)
        assert len(corrections(stage)) == 2


async def test_an_audit_without_findings_has_no_file() -> None:
    """Nor has a fact that is no audit."""
    async with open_stage() as stage:
        courier, _ = await ready(stage, "a note")
        name = (await stage.desk.store.incidents())[0].id
        incident = await put(stage.desk, name, answer(1))
        for version in (incident.version, incident.version - 1):
            item = Outgoing(name, "corrections", {"audit": version})
            assert await courier.deliver(item, KEY, again=False) == ""
        assert corrections(stage) == []


async def file_of(stage: Stage, kind: str) -> tuple[SlackCourier, Outgoing]:
    """A file that is to be handed over where the card hangs."""
    courier, item = await ready(stage, "a note")
    if kind == "export":
        return courier, Outgoing(item.incident, "export", {"format": "md"})
    found = open_policy("p-1", "blocking", correction())
    incident = await put(stage.desk, item.incident, answer(1, found))
    # Drawn while the channel is still there.
    await stage.cards.show(item.incident)
    return courier, Outgoing(item.incident, "corrections", {"audit": incident.version})


def places(stage: Stage) -> list[tuple[str, str]]:
    """The kind of each channel that got a file, and what was said beside it."""
    state = stage.slack.world.state
    return [
        (state.channels[message.channel].kind, message.text)
        for message in state.messages.values()
        if message.files
    ]


@pytest.mark.parametrize("code", ["is_archived", "channel_not_found"])
@pytest.mark.parametrize("kind", ["export", "corrections"])
async def test_a_file_that_its_channel_does_not_take_reaches_people_all_the_same(
    kind: str, code: str
) -> None:
    """The fallback channel if it is there, else each responder; a second attempt finds it there."""
    for with_fallback, expected in ((True, ["channel"]), (False, ["im"] * RESPONDERS)):
        async with open_stage() as stage:
            courier, item = await file_of(stage, kind)
            if with_fallback:
                fall_back(stage)
            refused = 1 if with_fallback else 2
            for again in (False, True):
                stage.slack.fail("files.completeUploadExternal", error=code, times=refused)
                await courier.deliver(item, KEY, again=again)
            assert [kind for kind, _ in places(stage)] == expected
            assert all(code in text for _, text in places(stage))


async def test_a_file_that_reaches_nobody_is_said_to_have_failed() -> None:
    """With the reason of its own channel; without a scope it waits."""
    async with open_stage() as stage:
        courier, item = await file_of(stage, "export")
        stage.slack.fail("files.completeUploadExternal", error="is_archived")
        stage.slack.fail("files.completeUploadExternal", error="no_such_place", times=20)
        with pytest.raises(Broken, match="is_archived"):
            await courier.deliver(item, KEY, again=False)
    async with open_stage() as stage:
        courier, item = await file_of(stage, "export")
        stage.slack.fail("files.getUploadURLExternal", error="missing_scope")
        with pytest.raises(Unavailable, match="its whole manifest"):
            await courier.deliver(item, KEY, again=False)


async def test_whoever_asked_for_a_file_hears_once_where_it_went() -> None:
    """It was asked for where the bot is no member."""
    async with open_stage() as stage:
        courier, item = await ready(stage, "a note")
        asked = {"format": "md", "channel": "C0ELSEWHERE", "user": ONCALL}
        for again in (False, True):
            await courier.deliver(Outgoing(item.incident, "export", asked), KEY, again=again)
        (message,) = saying(stage, "could not come to")
        assert "own channel" in message.text
        assert [kind for kind, _ in places(stage)] == ["group"]


@pytest.mark.parametrize(
    ("kind", "payload"),
    [("show", {"say": [1]}), ("export", {"format": "md"}), ("corrections", {"audit": 1})],
)
async def test_what_began_with_a_fact_of_a_newer_release_is_left_to_it(
    kind: OutgoingKind, payload: dict[str, object]
) -> None:
    """Hung up as an incident, a thing like a drill would wake people."""
    async with open_stage() as stage:
        await stage.card()
        drawn = len(stage.slack.world.state.messages)
        await put_first(stage.desk, "later-1", NoteAdded(text="all that is known of it"))
        courier = SlackCourier(stage.api, stage.cards)
        with pytest.raises(NeedsNewer, match="later-1"):
            await courier.deliver(Outgoing("later-1", kind, payload), KEY, again=False)
        with pytest.raises(NeedsNewer):
            await stage.cards.show("later-1")
        assert len(stage.slack.world.state.messages) == drawn
