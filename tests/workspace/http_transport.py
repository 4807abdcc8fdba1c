"""Signed HTTP requests to the app's request URL.

Signature: `v0=` HMAC-SHA256 of `v0:<timestamp>:<body>` (docs.slack.dev/authentication/
verifying-requests-from-slack). The timestamp is the wall's, whatever the workspace's clock says.
"""

import asyncio
import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

import aiohttp

from .model import Json
from .push import Answer, Attempt, Delivery, NotAnswered

OK = range(200, 300)
USER_AGENT = "Slackbot 1.0 (+https://api.slack.com/robots)"


class HttpTransport:
    """Sends deliveries to one URL."""

    def __init__(
        self, session: aiohttp.ClientSession, url: str, signing_secret: str, deadline: float
    ) -> None:
        """Wait `deadline` real seconds for each acknowledgement."""
        self._session = session
        self._url = url
        self._secret = signing_secret
        self._deadline = deadline

    async def send(self, delivery: Delivery, attempt: Attempt) -> Answer:
        """Return the app's answer.

        NotAnswered: http_timeout, connection_failed, http_error (any status but 2xx) or no_retry
        (an error that came with `X-Slack-No-Retry: 1`).
        """
        body, content_type = _body(delivery)
        headers = {"Content-Type": content_type, "User-Agent": USER_AGENT}
        headers |= self._signature(body, attempt)
        if attempt.number:
            headers["X-Slack-Retry-Num"] = str(attempt.number)
            headers["X-Slack-Retry-Reason"] = attempt.reason
        try:
            async with (
                asyncio.timeout(self._deadline),
                self._session.post(self._url, data=body.encode(), headers=headers) as response,
            ):
                text = await response.text()
        except TimeoutError:
            raise NotAnswered("http_timeout") from None
        except aiohttp.ClientError:
            raise NotAnswered("connection_failed") from None
        if response.status not in OK:
            final = response.headers.get("X-Slack-No-Retry") == "1"
            raise NotAnswered("no_retry" if final else "http_error")
        return Answer(response.status, _decoded(text))

    def _signature(self, body: str, attempt: Attempt) -> dict[str, str]:
        timestamp = str(int(time.time()) - attempt.age)
        secret = "somebody else's" if attempt.forged else self._secret
        base = f"v0:{timestamp}:{body}".encode()
        signature = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
        return {
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": f"v0={signature}",
        }


def _body(delivery: Delivery) -> tuple[str, str]:
    if delivery.kind == "events_api":
        return json.dumps(delivery.payload), "application/json"
    form: Json = delivery.payload
    if delivery.kind == "interactive":
        form = {"payload": json.dumps(delivery.payload)}
    return urlencode(form), "application/x-www-form-urlencoded"


def _decoded(text: str) -> Json | str:
    try:
        answer = json.loads(text)
    except json.JSONDecodeError:
        return text
    return answer if isinstance(answer, dict) else text
