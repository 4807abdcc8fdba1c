"""What hangs on a message or a channel: reactions.*, pins.*, bookmarks.*."""

import re

from ..calls import Call, Method, World
from ..model import BOT_USER_ID, TEAM_ID, Json, Message, SlackError
from .conversations import joined_channel

_EMOJI = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")
TITLE_LIMIT, LINK_LIMIT = 256, 2048


def add_reaction(world: World, call: Call) -> Json:
    """Put an emoji on a message."""
    name = call.need("name")
    if not _EMOJI.fullmatch(name):
        raise SlackError("invalid_name")
    world.state.react(_item(world, call), BOT_USER_ID, name)
    return {}


def remove_reaction(world: World, call: Call) -> Json:
    """Take the app's own emoji off."""
    world.state.unreact(_item(world, call), BOT_USER_ID, call.need("name"))
    return {}


def get_reactions(world: World, call: Call) -> Json:
    """Return a message with its reactions."""
    message = _item(world, call)
    shown = world.state.shown(message)
    return {"type": "message", "channel": message.channel, "message": shown}


def pin(world: World, call: Call) -> Json:
    """Pin a message to its channel."""
    message = _item(world, call)
    pins = world.state.channel(message.channel).pins
    if message.ts in pins:
        raise SlackError("already_pinned")
    pins.append(message.ts)
    return {}


def unpin(world: World, call: Call) -> Json:
    """Take a pin off."""
    message = _item(world, call)
    pins = world.state.channel(message.channel).pins
    if message.ts not in pins:
        raise SlackError("no_pin")
    pins.remove(message.ts)
    return {}


def list_pins(world: World, call: Call) -> Json:
    """Return what is pinned, newest pin first."""
    channel = joined_channel(world, call)
    return {
        "items": [
            {
                "type": "message",
                "channel": channel.id,
                "message": world.state.shown(world.state.message(channel.id, ts)),
            }
            for ts in channel.pins[::-1]
        ]
    }


def add_bookmark(world: World, call: Call) -> Json:
    """Put a link at the top of a channel."""
    channel = world.state.channel(call.need("channel_id"))
    title, link = call.need("title"), call.text("link")
    if call.need("type") != "link":
        raise SlackError("invalid_bookmark_type")
    if not link.startswith(("http://", "https://")) or len(link) > LINK_LIMIT:
        raise SlackError("invalid_link")
    if len(title) > TITLE_LIMIT:
        raise SlackError("invalid_arguments")
    bookmark = {
        "id": world.state.new_id("Bk"), "channel_id": channel.id, "title": title, "link": link,
        "emoji": call.text("emoji"), "type": "link", "entity_id": None, "app_id": None,
        "date_created": int(world.state.clock.now()), "date_updated": 0, "rank": "g",
        "last_updated_by_user_id": BOT_USER_ID, "last_updated_by_team_id": TEAM_ID,
        "shortcut_id": None, "icon_url": "",
    }  # fmt: skip
    channel.bookmarks.append(bookmark)
    return {"bookmark": bookmark}


def list_bookmarks(world: World, call: Call) -> Json:
    """Return the links at the top of a channel."""
    return {"bookmarks": world.state.channel(call.need("channel_id")).bookmarks}


def _item(world: World, call: Call) -> Message:
    channel = joined_channel(world, call)
    if not call.text("timestamp"):
        raise SlackError("no_item_specified")
    if channel.is_archived:
        raise SlackError("is_archived")
    return world.state.message(channel.id, call.text("timestamp"))


METHODS = {
    "reactions.add": Method(add_reaction, ("reactions:write",), tier=3),
    "reactions.remove": Method(remove_reaction, ("reactions:write",), tier=2),
    "reactions.get": Method(get_reactions, ("reactions:read",), tier=3),
    "pins.add": Method(pin, ("pins:write",), tier=2),
    "pins.remove": Method(unpin, ("pins:write",), tier=2),
    "pins.list": Method(list_pins, ("pins:read",), tier=2),
    "bookmarks.add": Method(add_bookmark, ("bookmarks:write",), tier=2),
    "bookmarks.list": Method(list_bookmarks, ("bookmarks:read",), tier=3),
}
