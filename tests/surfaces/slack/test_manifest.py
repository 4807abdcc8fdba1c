"""The manifest asks for what the code uses: no scope too few, none without a use."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import bot.surfaces.slack
from bot.surfaces.slack.manifest import SCOPES, make_manifest
from bot.surfaces.slack.reactions import HANDLED
from bot.surfaces.slack.readiness import OPENED
from bot.surfaces.slack.server import COMMAND, PATH
from tests.walks.moments import GENERAL, shown
from tests.walks.office import ONCALL, open_office
from tests.workspace.methods import METHODS

SOURCE = Path(bot.surfaces.slack.__file__).parent
# Through the SDK's own function, which names them itself.
UPLOAD = {"files.getUploadURLExternal", "files.completeUploadExternal"}
# Scopes that no call needs: for the command, for events, for a public channel without the bot.
NOT_FOR_CALLS = {"commands", "reactions:read", "chat:write.public"}


def methods_named() -> set[str]:
    """Every Web API method that the source names."""
    found: set[str] = set(UPLOAD)
    for path in SOURCE.glob("*.py"):
        found |= set(re.findall(r'"((?:chat|conversations|views|pins)\.\w+)"', path.read_text()))
    return found


def event_types(manifest: dict[str, dict[str, dict[str, list[str]]]]) -> set[str]:
    """The types of event that are subscribed to, without the kind of channel."""
    names = manifest["settings"]["event_subscriptions"]["bot_events"]
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("method", sorted(methods_named()))
def test_each_method_that_is_called_has_a_scope(method: str) -> None:
    """By the stand-in's table, which follows Slack's reference."""
    needed = METHODS[method].scopes
    assert not needed or set(needed) & SCOPES.keys(), needed


def test_no_scope_is_asked_for_without_a_use() -> None:
    """An app that asks for less is approved sooner, and can do less harm."""
    used = {scope for method in methods_named() for scope in METHODS[method].scopes}
    assert set(SCOPES) - used <= NOT_FOR_CALLS


def test_each_event_that_is_handled_is_subscribed_to() -> None:
    """And no other."""
    assert event_types(make_manifest(socket_mode=True)) == {*HANDLED, OPENED}


def test_the_home_tab_is_there_and_the_tab_of_messages_stays() -> None:
    """What one person is told hangs in the tab of messages, and is only read."""
    assert make_manifest(socket_mode=True)["features"]["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": True,
    }


def test_over_http_every_address_is_named() -> None:
    """The command's, the events', the interactions'."""
    manifest = make_manifest(socket_mode=False, request_url="https://bot.example.com/")
    address = f"https://bot.example.com{PATH}"
    (command,) = manifest["features"]["slash_commands"]
    assert (command["command"], command["url"]) == (COMMAND, address)
    assert manifest["settings"]["event_subscriptions"]["request_url"] == address
    assert manifest["settings"]["interactivity"]["request_url"] == address
    assert manifest["settings"]["socket_mode_enabled"] is False


def test_over_socket_mode_no_address_is_needed() -> None:
    """Nothing of ours can be reached from outside."""
    manifest = make_manifest(socket_mode=True)
    assert "http" not in str({k: v for k, v in manifest.items() if k != "display_information"})
    assert manifest["settings"]["socket_mode_enabled"] is True


def test_the_texts_fit_into_slacks_fields() -> None:
    """docs.slack.dev/reference/app-manifest: name 35, description 140, command 100, hint 1000."""
    manifest = make_manifest(socket_mode=True)
    assert len(manifest["display_information"]["name"]) <= 35
    assert len(manifest["display_information"]["description"]) <= 140
    (command,) = manifest["features"]["slash_commands"]
    assert len(command["description"]) <= 100
    assert len(command["usage_hint"]) <= 1_000


async def test_a_lockout_is_walked_with_these_scopes_and_events_only(tmp_path: Path) -> None:
    """From the command to the exports, with a pin on the way: Slack refuses nothing."""
    async with open_office(tmp_path, "http") as office:
        office.slack.grant(*SCOPES)
        office.slack.push.subscribed = frozenset(event_types(make_manifest(socket_mode=False)))
        card = await office.declare("entra")
        await office.press("Yes, something is down")
        message = await office.person().writes("Pinned", GENERAL)
        await office.person().reacts("pushpin", message)
        await office.slack.settled()
        await office.person().types("/lockout", "close", card.channel)
        await shown(office, card.channel, "Head of the timeline", ONCALL)
        await office.slack.until(
            lambda: len([file for file in office.slack.files if file.channels]) == 4, within=15
        )
        assert [call for call in office.slack.calls if "scope" in str(call.answer)] == []
        called = {call.method for call in office.slack.calls}
        assert called <= methods_named()
        assert "NoteAdded" in [fact.kind for fact in await office.facts()]
