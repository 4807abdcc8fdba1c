"""The app manifest, made from what the code uses, so that the two cannot drift."""

from __future__ import annotations

from typing import Any

from bot.surfaces.slack.reactions import HANDLED
from bot.surfaces.slack.readiness import OPENED
from bot.surfaces.slack.server import COMMAND, PATH

# Scope -> what it is for. Each method and event below needs one of them.
SCOPES = {
    "commands": "the /lockout command",
    "chat:write": "the incident card and what is said below it",
    "chat:write.public": "the card in a public channel that the bot was not invited to",
    "groups:write": "a private channel for each incident, and inviting people to it",
    "groups:read": "finding an incident's channel again after a crash",
    "groups:history": "the text of a message that was pinned there",
    "channels:history": "the same in public channels",
    "reactions:read": "a reaction puts a message on the timeline",
    "pins:write": "the card stays at hand",
    "files:write": "the exported timeline",
    "im:write": "telling one person when there is no channel",
    "im:history": "finding after a crash what that person was told, so that it is not told twice",
}
APP_HOME = {
    "home_tab_enabled": True,
    # What the bot tells one person hangs there; it takes no answers.
    "messages_tab_enabled": True,
    "messages_tab_read_only_enabled": True,
}
# `message` is subscribed to by the kind of channel.
_SUBSCRIPTIONS = {"message": ("message.channels", "message.groups")}


def make_manifest(
    *, socket_mode: bool, request_url: str = "https://lockout.example.com"
) -> dict[str, Any]:
    """As https://docs.slack.dev/reference/app-manifest describes it; `request_url` for HTTP."""
    address = f"{request_url.rstrip('/')}{PATH}"
    events = [name for event in (*HANDLED, OPENED) for name in _SUBSCRIPTIONS.get(event, (event,))]
    command: dict[str, Any] = {
        "command": COMMAND,
        "description": "Locked out by a policy? Get back in.",
        "usage_hint": "[entra|aws|google] [error], status, note, timeline, export, close, drill, "
        "readiness, help",
        "should_escape": False,
    }
    subscriptions: dict[str, Any] = {"bot_events": sorted(events)}
    interactivity: dict[str, Any] = {"is_enabled": True}
    if not socket_mode:
        command["url"] = subscriptions["request_url"] = interactivity["request_url"] = address
    return {
        "display_information": {
            "name": "Lockout",
            "description": "Three ways back in when a security policy locked everybody out.",
            "background_color": "#1f2937",
        },
        "features": {
            "app_home": APP_HOME,
            "bot_user": {"display_name": "lockout", "always_online": True},
            "slash_commands": [command],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": subscriptions,
            "interactivity": interactivity,
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket_mode,
            "token_rotation_enabled": False,
        },
    }
