"""What Slack sends to an app: slash commands, interactions and events, as JSON.

Shapes: docs.slack.dev/reference/interaction-payloads, and payloads recorded from real workspaces
in vercel/chat (`packages/integration-tests/fixtures/replay`). test_shapes.py holds these functions
to the recorded keys. How they travel is in push.py and socket_mode.py.
"""

from .calls import World
from .model import (
    APP_ID,
    BOT_USER_ID,
    TEAM_DOMAIN,
    TEAM_ID,
    VERIFICATION_TOKEN,
    Json,
    Message,
    View,
)
from .response_urls import ResponseUrls


class Payloads:
    """Writes payloads; each interaction gets a new trigger id, and a response URL where due."""

    def __init__(self, world: World, urls: ResponseUrls) -> None:
        """Take names from `world` and response URLs from `urls`."""
        self._world = world
        self._urls = urls

    def slash(self, user: str, channel: str, command: str, text: str) -> Json:
        """Write a slash command; all values are strings, as in a form."""
        return {
            "token": VERIFICATION_TOKEN, "team_id": TEAM_ID, "team_domain": TEAM_DOMAIN,
            "channel_id": channel, "channel_name": self._world.state.channel(channel).name,
            "user_id": user, "user_name": self._world.state.user(user).name,
            "command": command, "text": text, "api_app_id": APP_ID,
            "is_enterprise_install": "false", "response_url": self._urls.issue(user, channel),
            "trigger_id": self._world.screens.issue_trigger(user),
        }  # fmt: skip

    def pressed(self, user: str, origin: Message | View, action: Json) -> Json:
        """Write block_actions for an element of a message, a modal or a Home."""
        action = action | {"action_ts": self._world.state.new_ts()}
        if isinstance(origin, View):
            place: Json = {
                "container": {"type": "view", "view_id": origin.id}, "view": origin.payload(),
            }  # fmt: skip
        else:
            place = self._place(user, origin)
        return self._common("block_actions", user) | place | {"actions": [action]}

    def _place(self, user: str, message: Message) -> Json:
        container: Json = {
            "type": "message", "message_ts": message.ts, "channel_id": message.channel,
            "is_ephemeral": message.seen_only_by is not None,
        }  # fmt: skip
        if message.thread_ts:
            container["thread_ts"] = message.thread_ts
        channel = self._world.state.channel(message.channel)
        place: Json = {
            "container": container, "channel": {"id": channel.id, "name": channel.name},
            "state": {"values": message.values},
            "response_url": self._urls.issue(user, channel.id, message.ts),
        }  # fmt: skip
        # Slack leaves the message out when it is ephemeral.
        shown = {} if message.seen_only_by else {"message": self._world.state.shown(message)}
        return place | shown

    def submitted(self, view: View) -> Json:
        """Write view_submission."""
        return self._common("view_submission", view.user) | {
            "view": view.payload(), "response_urls": [],
        }  # fmt: skip

    def closed(self, view: View, *, cleared: bool) -> Json:
        """Write view_closed, which carries no trigger id."""
        payload = self._common("view_closed", view.user) | {
            "view": view.payload(), "is_cleared": cleared, "response_urls": [],
        }  # fmt: skip
        del payload["trigger_id"]
        return payload

    def _common(self, kind: str, user: str) -> Json:
        name = self._world.state.user(user).name
        return {
            "type": kind, "api_app_id": APP_ID, "token": VERIFICATION_TOKEN,
            "user": {"id": user, "username": name, "name": name, "team_id": TEAM_ID},
            "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
            "enterprise": None, "is_enterprise_install": False,
            "trigger_id": self._world.screens.issue_trigger(user),
        }  # fmt: skip

    def event(self, event: Json) -> Json:
        """Put the `event_callback` around an event."""
        place = event.get("channel") or event.get("item", {}).get("channel", "")
        bot = {
            "enterprise_id": None, "team_id": TEAM_ID, "user_id": BOT_USER_ID, "is_bot": True,
            "is_enterprise_install": False,
        }  # fmt: skip
        return {
            "token": VERIFICATION_TOKEN, "team_id": TEAM_ID, "api_app_id": APP_ID, "event": event,
            "type": "event_callback", "event_id": self._world.state.new_id("Ev"),
            "event_time": int(self._world.state.clock.now()), "authorizations": [bot],
            "is_ext_shared_channel": False,
            "event_context": f"1-{event['type']}-{TEAM_ID}-{place}",
        }  # fmt: skip

    def url_verification(self) -> Json:
        """Write the challenge Slack sends before it uses a request URL."""
        challenge = self._world.state.new_secret()
        return {"token": VERIFICATION_TOKEN, "challenge": challenge, "type": "url_verification"}
