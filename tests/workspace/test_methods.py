"""The methods keep Slack's rules and use Slack's words when they refuse."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.workspace import BOT_USER_ID, Person, Workspace
from tests.workspace.bolt_app import section

Json = dict[str, Any]
GENERAL = "C0GENERAL"


@pytest.fixture
def client(slack: Workspace) -> AsyncWebClient:
    """Give slack_sdk's client with the bot's token."""
    return AsyncWebClient(slack.bot_token, slack.api_url)


async def error_of(call: Any) -> str:  # noqa: ANN401 -- any coroutine of slack_sdk
    """Await a call that must fail and return Slack's code for why."""
    with pytest.raises(SlackApiError) as refused:
        await call
    return str(refused.value.response["error"])


# --- messages


async def test_timestamps_grow_even_when_time_stands_still(client: AsyncWebClient) -> None:
    """Two messages of one instant can be told apart and ordered."""
    stamps = [(await client.chat_postMessage(channel=GENERAL, text="x"))["ts"] for _ in range(3)]
    assert stamps == sorted(set(stamps))


async def test_a_message_can_be_changed_but_not_beyond_4000(client: AsyncWebClient) -> None:
    """chat.update refuses what chat.postMessage takes, and keeps blocks it was not given."""
    long = await client.chat_postMessage(channel=GENERAL, text="x" * 40_001)
    assert len(long["message"]["text"]) == 40_000
    too_long = client.chat_update(channel=GENERAL, ts=long["ts"], text="x" * 4_001)
    assert await error_of(too_long) == "msg_too_long"
    posted = await client.chat_postMessage(channel=GENERAL, text="x", blocks=[section("kept")])
    assert posted["message"]["blocks"][0]["text"]["verbatim"] is False
    await client.chat_update(channel=GENERAL, ts=posted["ts"], text="y")
    [_, message] = (await client.conversations_history(channel=GENERAL))["messages"][::-1]
    assert (message["text"], message["blocks"][0]["text"]["text"]) == ("y", "kept")
    await client.chat_update(channel=GENERAL, ts=posted["ts"], text="y", blocks=[])
    [message, _] = (await client.conversations_history(channel=GENERAL))["messages"]
    assert "blocks" not in message
    assert message["edited"]["user"] == BOT_USER_ID


async def test_only_the_apps_own_messages_are_its_to_change(
    client: AsyncWebClient, responder: Person
) -> None:
    """People's messages are theirs; what does not exist is not found."""
    theirs = await responder.writes("mine", GENERAL)
    update = client.chat_update(channel=GENERAL, ts=theirs.ts, text="x")
    assert await error_of(update) == "cant_update_message"
    assert (
        await error_of(client.chat_delete(channel=GENERAL, ts=theirs.ts)) == "cant_delete_message"
    )
    gone = client.chat_delete(channel=GENERAL, ts="1.000000")
    assert await error_of(gone) == "message_not_found"
    assert await error_of(client.chat_delete(channel="C404", ts="1.0")) == "channel_not_found"
    own = await client.chat_postMessage(channel=GENERAL, text="x")
    await client.chat_delete(channel=GENERAL, ts=own["ts"])
    assert "x" not in responder.screen(GENERAL).split()


async def test_only_its_reader_sees_an_ephemeral_message(
    slack: Workspace, client: AsyncWebClient, responder: Person
) -> None:
    """It is in no history, cannot be changed, and needs a reader who is in the channel."""
    posted = await client.chat_postEphemeral(channel=GENERAL, user="U0RESPOND", text="psst")
    assert "psst" in responder.screen(GENERAL)
    assert "psst" in responder.told[0]
    assert "psst" not in slack.person("U0COLLEAGUE").screen(GENERAL)
    assert (await client.conversations_history(channel=GENERAL))["messages"] == []
    update = client.chat_update(channel=GENERAL, ts=posted["message_ts"], text="x")
    assert await error_of(update) == "message_not_found"
    stranger = client.chat_postEphemeral(channel=GENERAL, user="U404", text="x")
    assert await error_of(stranger) == "user_not_in_channel"


async def test_a_thread_is_read_by_its_parent(
    slack: Workspace, client: AsyncWebClient, responder: Person
) -> None:
    """Replies stay out of the history unless broadcast; a reply's ts as thread_ts is a mistake."""
    parent = await client.chat_postMessage(channel=GENERAL, text="parent")
    first = await responder.writes("first", GENERAL, thread=slack.messages(GENERAL)[0])
    await client.chat_postMessage(
        channel=GENERAL, text="second", thread_ts=parent["ts"], reply_broadcast=True
    )
    thread = await client.conversations_replies(channel=GENERAL, ts=first.ts)
    assert [message["text"] for message in thread["messages"]] == ["parent", "first", "second"]
    assert thread["messages"][0]["reply_count"] == 2
    assert thread["messages"][1]["parent_user_id"] == BOT_USER_ID
    history = await client.conversations_history(channel=GENERAL)
    assert [message["text"] for message in history["messages"]] == ["second", "parent"]
    assert "    Responder:\n      first" in responder.screen(GENERAL)
    await client.chat_postMessage(channel=GENERAL, text="x", thread_ts=first.ts)
    assert [violation.pointer for violation in slack.take_violations()] == ["/thread_ts"]
    nowhere = client.chat_postMessage(channel=GENERAL, text="x", thread_ts="1.000000")
    assert await error_of(nowhere) == "cannot_reply_to_message"
    unknown = client.conversations_replies(channel=GENERAL, ts="1.000000")
    assert await error_of(unknown) == "thread_not_found"


async def test_history_comes_in_pages_and_windows(client: AsyncWebClient) -> None:
    """cursor, limit, oldest, latest and inclusive work as documented."""
    stamps = [(await client.chat_postMessage(channel=GENERAL, text=str(n)))["ts"] for n in range(5)]
    first = await client.conversations_history(channel=GENERAL, limit=2)
    assert first["has_more"]
    cursor = first["response_metadata"]["next_cursor"]
    rest = await client.conversations_history(channel=GENERAL, cursor=cursor)
    assert [m["text"] for m in first["messages"] + rest["messages"]] == ["4", "3", "2", "1", "0"]
    inside = await client.conversations_history(
        channel=GENERAL, oldest=stamps[1], latest=stamps[3], inclusive=True
    )
    assert [m["text"] for m in inside["messages"]] == ["3", "2", "1"]
    outside = await client.conversations_history(
        channel=GENERAL, oldest=stamps[1], latest=stamps[3]
    )
    assert [m["text"] for m in outside["messages"]] == ["2"]


async def test_a_person_can_be_written_to_directly(
    client: AsyncWebClient, responder: Person
) -> None:
    """A user id as channel goes to the direct messages, the same ones conversations.open gives."""
    posted = await client.chat_postMessage(channel="U0RESPOND", text="hello you")
    opened = await client.conversations_open(users="U0RESPOND")
    assert posted["channel"] == opened["channel"]["id"]
    assert "hello you" in responder.screen(posted["channel"])
    several = client.conversations_open(users="U0RESPOND,U0COLLEAGUE")
    assert await error_of(several) == "invalid_arguments"


async def test_a_permalink_names_channel_and_message(client: AsyncWebClient) -> None:
    """The address has the ts without its dot."""
    posted = await client.chat_postMessage(channel=GENERAL, text="x")
    link = await client.chat_getPermalink(channel=GENERAL, message_ts=posted["ts"])
    assert link["permalink"].endswith(f"/archives/{GENERAL}/p{posted['ts'].replace('.', '')}")


# --- channels


@pytest.mark.parametrize(("name", "error"), [
    ("", "invalid_name_required"),
    ("x" * 81, "invalid_name_maxlength"),
    ("Incident", "invalid_name_specials"),
    ("in cident", "invalid_name_specials"),
    ("inc.ident", "invalid_name_specials"),
    ("---", "invalid_name_punctuation"),
    ("general", "name_taken"),
])  # fmt: skip
async def test_channel_names_have_rules(client: AsyncWebClient, name: str, error: str) -> None:
    """The codes are those of conversations.create."""
    assert await error_of(client.conversations_create(name=name)) == error


async def test_a_channel_lives_and_is_archived(client: AsyncWebClient) -> None:
    """Create, invite, topic, archive; afterwards it takes nothing, and its name stays taken."""
    created = await client.conversations_create(name="inc-1")
    channel = created["channel"]["id"]
    await client.conversations_invite(channel=channel, users=["U0RESPOND"])
    again = client.conversations_invite(channel=channel, users=["U0RESPOND"])
    assert await error_of(again) == "already_in_channel"
    await client.conversations_setTopic(channel=channel, topic="Locked out")
    await client.conversations_setPurpose(channel=channel, purpose="Getting back in")
    assert (
        await error_of(client.conversations_setTopic(channel=channel, topic="x" * 251))
        == "too_long"
    )
    shown = (await client.conversations_info(channel=channel))["channel"]
    assert shown["topic"]["value"] == "Locked out"
    members = (await client.conversations_members(channel=channel))["members"]
    assert members == [BOT_USER_ID, "U0RESPOND"]
    await client.conversations_archive(channel=channel)
    assert await error_of(client.conversations_archive(channel=channel)) == "already_archived"
    posting = client.chat_postMessage(channel=channel, text="x")
    assert await error_of(posting) == "is_archived"
    assert await error_of(client.conversations_create(name="inc-1")) == "name_taken"
    listed = await client.conversations_list(exclude_archived=True)
    assert [c["name"] for c in listed["channels"]] == ["general", "other"]


@pytest.mark.parametrize(("users", "error"), [
    ("U404", "user_not_found"),
    (BOT_USER_ID, "cant_invite_self"),
    ("", "no_user"),
])  # fmt: skip
async def test_some_cannot_be_invited(client: AsyncWebClient, users: str, error: str) -> None:
    """The codes are those of conversations.invite."""
    assert await error_of(client.conversations_invite(channel=GENERAL, users=users)) == error


async def test_the_app_posts_only_where_it_is_a_member(
    slack: Workspace, client: AsyncWebClient
) -> None:
    """not_in_channel until it has joined; a private channel it is not in does not exist for it."""
    slack.channel("other").members.remove(BOT_USER_ID)
    assert await error_of(client.chat_postMessage(channel="C0OTHER", text="x")) == "not_in_channel"
    assert await error_of(client.conversations_history(channel="C0OTHER")) == "not_in_channel"
    await client.conversations_join(channel="C0OTHER")
    await client.chat_postMessage(channel="C0OTHER", text="x")
    assert (await client.conversations_join(channel="C0OTHER"))["warning"] == "already_in_channel"
    slack.channel("other").kind = "group"
    slack.channel("other").members.remove(BOT_USER_ID)
    assert await error_of(client.conversations_info(channel="C0OTHER")) == "channel_not_found"


async def test_people_are_found_by_id_and_address(client: AsyncWebClient) -> None:
    """users.info, users.list and users.lookupByEmail agree."""
    found = await client.users_lookupByEmail(email="responder@example.com")
    assert found["user"]["id"] == "U0RESPOND"
    assert (await client.users_info(user="U0RESPOND"))["user"] == found["user"]
    assert len((await client.users_list())["members"]) == 3
    assert await error_of(client.users_info(user="U404")) == "user_not_found"
    assert await error_of(client.users_lookupByEmail(email="a@example.com")) == "users_not_found"


async def test_what_is_done_twice_is_refused_by_name(
    client: AsyncWebClient, responder: Person
) -> None:
    """Reactions and pins: already_reacted, no_reaction, already_pinned, no_pin."""
    ts = (await client.chat_postMessage(channel=GENERAL, text="x"))["ts"]
    where: Json = {"channel": GENERAL, "timestamp": ts}
    await client.reactions_add(name="eyes", **where)
    assert await error_of(client.reactions_add(name="eyes", **where)) == "already_reacted"
    assert await error_of(client.reactions_add(name=":eyes:", **where)) == "invalid_name"
    got = (await client.reactions_get(**where))["message"]["reactions"]
    assert got == [{"name": "eyes", "users": [BOT_USER_ID], "count": 1}]
    await client.reactions_remove(name="eyes", **where)
    assert await error_of(client.reactions_remove(name="eyes", **where)) == "no_reaction"
    await client.pins_add(**where)
    assert await error_of(client.pins_add(**where)) == "already_pinned"
    assert "(pinned)" in responder.screen(GENERAL)
    assert (await client.pins_list(channel=GENERAL))["items"][0]["message"]["ts"] == ts
    await client.pins_remove(**where)
    assert await error_of(client.pins_remove(**where)) == "no_pin"
    assert await error_of(client.pins_add(channel=GENERAL)) == "no_item_specified"


async def test_a_bookmark_needs_a_web_address(client: AsyncWebClient) -> None:
    """bookmarks.add keeps title and link."""
    added = await client.bookmarks_add(
        channel_id=GENERAL, title="Board", type="link", link="https://example.com/"
    )
    listed = await client.bookmarks_list(channel_id=GENERAL)
    assert listed["bookmarks"] == [added["bookmark"]]
    bad = client.bookmarks_add(channel_id=GENERAL, title="x", type="link", link="example.com")
    assert await error_of(bad) == "invalid_link"
    other = client.bookmarks_add(
        channel_id=GENERAL, title="x", type="file", link="https://x.example"
    )
    assert await error_of(other) == "invalid_bookmark_type"
