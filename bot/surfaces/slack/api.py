"""Slack's Web API with its errors in our words. One shared session; no retries in here.

The SDK's default retries a connection error, which can post a message twice; who may try again is
the outbox's decision. Error codes: docs.slack.dev/reference/methods.
"""

from __future__ import annotations

from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.errors import Broken, Unavailable

TIMEOUT_SECONDS = 10
_PASSING = {
    "ratelimited",
    "internal_error",
    "fatal_error",
    "service_unavailable",
    "request_timeout",
    "team_added_to_org",
}


class SlackRefusal(Broken):
    """Slack's final answer, with its error code."""

    def __init__(self, method: str, code: str) -> None:
        super().__init__(f"Slack {method}: {code}")
        self.code = code


class SlackApi:
    """`await api.call("chat.postMessage", channel=…)`. Errors: Unavailable, Broken."""

    def __init__(self, client: AsyncWebClient) -> None:
        self.client = client

    async def call(self, method: str, **arguments: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        """One Web API call with a JSON body."""
        try:
            response = await self.client.api_call(method, json=arguments)
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _translate(method, error) from error
        data = response.data
        return data if isinstance(data, dict) else {}

    async def query(self, method: str, **arguments: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        """One reading call; reads take no JSON body."""
        try:
            response = await self.client.api_call(method, http_verb="GET", params=arguments)
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _translate(method, error) from error
        data = response.data
        return data if isinstance(data, dict) else {}

    async def upload(self, channel: str, name: str, content: bytes, comment: str) -> None:
        """A file into a channel, in the three steps that replaced files.upload."""
        try:
            await self.client.files_upload_v2(
                channel=channel, filename=name, content=content, title=name, initial_comment=comment
            )
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _translate("files.upload", error) from error


def _translate(method: str, error: Exception) -> Exception:
    if not isinstance(error, SlackApiError):
        return Unavailable(f"Slack {method}: {error.__class__.__name__}")
    response = error.response
    data = getattr(response, "data", None)
    code = str(data.get("error", "")) if isinstance(data, dict) else ""
    status = getattr(response, "status_code", 200)
    # Without a code it was no answer of Slack's own, but a gateway's page or half an answer.
    if not code or code in _PASSING or status == 429 or status >= 500:  # noqa: PLR2004 - HTTP
        headers = getattr(response, "headers", {}) or {}
        after = headers.get("Retry-After") or headers.get("retry-after")
        return Unavailable(f"Slack {method}: {code or f'no answer ({status})'}", _seconds(after))
    return SlackRefusal(method, code)


def _seconds(after: object) -> float | None:
    text = str(after or "")
    return float(text) if text.isascii() and text.isdecimal() else None
