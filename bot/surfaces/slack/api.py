"""Slack's Web API with its errors in our words. One shared session; no retries in here.

The SDK's default retries a connection error, which can post a message twice; who may try again is
the outbox's decision. Error codes: docs.slack.dev/reference/methods.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.errors import Broken, Unavailable
from bot.services.watching import Watch

TIMEOUT_SECONDS = 10
OK = 200
HOOKS = "https://hooks.slack.com/"
_PASSING = {
    "ratelimited",
    "rate_limited",
    "internal_error",
    "fatal_error",
    "service_unavailable",
    "request_timeout",
    "team_added_to_org",
}
# Nothing goes through until somebody changes something; then everything does.
_ANOTHER_TOKEN = "Slack wants another token"  # noqa: S105 - no token
_SHUT = {
    "accesslimited": "Slack does not take calls from this network",
    "account_inactive": _ANOTHER_TOKEN,
    "invalid_auth": _ANOTHER_TOKEN,
    "message_limit_exceeded": "the workspace has no messages left",
    "missing_scope": "the Slack app wants its whole manifest",
    "not_allowed_token_type": _ANOTHER_TOKEN,
    "not_authed": _ANOTHER_TOKEN,
    "org_login_required": "the workspace is being moved",
    "token_expired": _ANOTHER_TOKEN,
    "token_revoked": _ANOTHER_TOKEN,
}


class SlackRefusal(Broken):
    """Slack's final answer, with its error code."""

    def __init__(self, method: str, code: str) -> None:
        super().__init__(f"Slack {method}: {code}")
        self.code = code


def wait_if_shut(error: Broken) -> None:
    """What Slack takes as soon as somebody has changed something is not given up.

    Errors: Unavailable, and what must be changed.
    """
    if isinstance(error, SlackRefusal) and error.code in _SHUT:
        raise Unavailable(f"{error.reason}: {_SHUT[error.code]}") from error


class SlackApi:
    """`await api.call("chat.postMessage", channel=…)`. Errors: Unavailable, Broken."""

    def __init__(self, client: AsyncWebClient, watch: Watch | None = None) -> None:
        self.client = client
        self._watch = watch or Watch()
        # Slack answers at a host of its own; a stand-in at the one where it serves.
        own = client.base_url.partition("/api/")[0] + "/"
        self._answers_at = (HOOKS, own)

    async def call(self, method: str, **arguments: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        """One Web API call with a JSON body."""
        with self._watched(method):
            response = await self.client.api_call(method, json=arguments)
        data = response.data
        return data if isinstance(data, dict) else {}

    async def open_dm(self, user: str) -> str:
        """The channel in which this person alone is told something."""
        opened = await self.call("conversations.open", users=user)
        return str(opened["channel"]["id"])

    async def query(self, method: str, **arguments: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        """One reading call; reads take no JSON body."""
        with self._watched(method):
            response = await self.client.api_call(method, http_verb="GET", params=arguments)
        data = response.data
        return data if isinstance(data, dict) else {}

    async def upload(self, channel: str, name: str, chunks: Iterable[bytes], comment: str) -> None:
        """A file into a channel, in the three steps that replaced files.upload.

        The SDK would hold the whole file. `chunks` are taken twice: the length is wanted first.
        """
        session = self._session()
        with self._watched("files.upload"):
            length = sum(map(len, chunks))
            opened = await self.client.files_getUploadURLExternal(filename=name, length=length)
            async with session.post(
                str(opened["upload_url"]),
                data=_one_by_one(chunks),
                headers={"Content-Length": str(length)},
                raise_for_status=True,
            ):
                pass
            await self.client.files_completeUploadExternal(
                files=[{"id": opened["file_id"], "title": name}],
                channel_id=channel,
                initial_comment=comment,
            )

    async def answer(self, url: str, message: dict[str, Any]) -> None:
        """An answer to what a person did, to the address that came with it; no token goes along.

        Errors: Broken for an address that is not Slack's or does not take it, Unavailable.
        """
        if not url.startswith(self._answers_at):
            raise Broken("A response_url that is not Slack's")
        session = self._session()
        with self._watched("response_url"):
            async with session.post(url, json=message) as response:
                if response.status != OK:
                    raise Broken(f"Slack response_url: {response.status}")

    async def upload_all(
        self, channel: str, files: Mapping[str, bytes], comment: str, thread: str
    ) -> None:
        """Several files as one message in a thread."""
        uploads = [
            {"filename": name, "title": name, "content": content} for name, content in files.items()
        ]
        with self._watched("files.upload"):
            await self.client.files_upload_v2(
                channel=channel, file_uploads=uploads, initial_comment=comment, thread_ts=thread
            )

    def _session(self) -> aiohttp.ClientSession:
        """Errors: Broken."""
        if self.client.session is None:
            raise Broken("No HTTP session")
        return self.client.session

    @contextmanager
    def _watched(self, method: str) -> Iterator[None]:
        """One call: counted, traced, and its errors in our words."""
        outcome = "abandoned"
        try:
            with self._watch.tracer.span("slack", method=method):
                yield
            outcome = "ok"
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
            translated = _translate(method, error)
            outcome = "unavailable" if isinstance(translated, Unavailable) else "broken"
            raise translated from error
        finally:
            self._watch.meter.count("slack_calls", method=method, outcome=outcome)


async def _one_by_one(chunks: Iterable[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


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
