"""Signed requests in bulk, and how long each ack took; raw sockets, so that it costs little."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

SECRET = "bench-signing-secret"
ONCALL, SECOND = "U0ONCALL1", "U0SECOND1"
_TRIGGERS = itertools.count(1)


def sign(form: dict[str, str]) -> bytes:
    """A whole HTTP request, signed now."""
    body = urlencode(form).encode()
    stamp = str(int(time.time()))
    mac = hmac.new(SECRET.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256)
    return (
        f"POST /slack/events HTTP/1.1\r\nHost: bench\r\nContent-Length: {len(body)}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"X-Slack-Request-Timestamp: {stamp}\r\nX-Slack-Signature: v0={mac.hexdigest()}\r\n\r\n"
    ).encode() + body


def trigger() -> str:
    """Never the same twice, or the app would rightly do nothing."""
    return f"{time.time_ns()}.{next(_TRIGGERS)}"


def command(text: str, channel: str = "C0BENCH") -> dict[str, str]:
    """`/lockout TEXT`."""
    return {
        "token": "x",
        "team_id": "T1",
        "team_domain": "bench",
        "channel_id": channel,
        "channel_name": "bench",
        "user_id": ONCALL,
        "user_name": "oncall",
        "command": "/lockout",
        "text": text,
        "api_app_id": "A1",
        "is_enterprise_install": "false",
        "response_url": "http://127.0.0.1:1/x",
        "trigger_id": trigger(),
    }


def interaction(payload: dict[str, object], user: str = ONCALL) -> dict[str, str]:
    """What Slack posts for a press or a submission."""
    whole = {
        "team": {"id": "T1", "domain": "bench"},
        "user": {"id": user, "username": "bench", "team_id": "T1"},
        "api_app_id": "A1",
        "token": "x",
        "trigger_id": trigger(),
        **payload,
    }
    return {"payload": json.dumps(whole)}


def press(value: str, channel: str, user: str = ONCALL) -> dict[str, str]:
    """A button on a card."""
    action = {"type": "button", "action_id": "b", "block_id": "x", "value": value}
    return interaction(
        {
            "type": "block_actions",
            "container": {"type": "message", "message_ts": "1.1", "channel_id": channel},
            "channel": {"id": channel, "name": "bench"},
            "actions": [action],
        },
        user,
    )


@dataclass(frozen=True, slots=True)
class Measured:
    """Milliseconds, sorted; and how long the whole took in seconds."""

    latencies: tuple[float, ...]
    seconds: float
    failed: int

    def at(self, share: float) -> float:
        """The latency below which this share of the acks was."""
        return self.latencies[min(len(self.latencies) - 1, int(len(self.latencies) * share))]

    @property
    def rate(self) -> float:
        """Acks a second."""
        return len(self.latencies) / self.seconds


class Connection:
    """One keep-alive connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, port: int) -> Connection:
        """Connect to a local port."""
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def send(self, request: bytes) -> tuple[int, bytes]:
        """Status and body of the answer."""
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        length = next((int(li[15:]) for li in lines if li.startswith(b"content-length:")), 0)
        body = await self._reader.readexactly(length) if length else b""
        return int(head[9:12]), body

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


async def closed_loop(port: int, requests: Sequence[Iterator[bytes]], seconds: float) -> Measured:
    """As many connections as iterators, each sending its next request after the last answer.

    Until the time is over, or the requests are.
    """
    latencies: list[float] = []
    failed = 0
    connections = [await Connection.open(port) for _ in requests]
    start = time.perf_counter()

    async def one(connection: Connection, mine: Iterator[bytes]) -> None:
        nonlocal failed
        for request in mine:
            sent = time.perf_counter()
            if sent - start >= seconds:
                break
            status, _ = await connection.send(request)
            latencies.append((time.perf_counter() - sent) * 1000)
            failed += status != 200

    await asyncio.gather(*(one(c, mine) for c, mine in zip(connections, requests, strict=True)))
    took = time.perf_counter() - start
    for connection in connections:
        connection.close()
    return Measured(tuple(sorted(latencies)), took, failed)


async def open_loop(port: int, requests: Iterator[bytes], rate: float, seconds: float) -> Measured:
    """A fixed rate of arrivals; latency counts from when each was due."""
    latencies: list[float] = []
    failed = 0
    free = [await Connection.open(port) for _ in range(16)]
    start = time.perf_counter()

    async def one(due: float, request: bytes) -> None:
        nonlocal failed
        connection = free.pop() if free else await Connection.open(port)
        status, _ = await connection.send(request)
        latencies.append((time.perf_counter() - due) * 1000)
        failed += status != 200
        free.append(connection)

    tasks = []
    for number in range(int(rate * seconds)):
        due = start + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(one(due, next(requests))))
    await asyncio.gather(*tasks)
    for connection in free:
        connection.close()
    return Measured(tuple(sorted(latencies)), time.perf_counter() - start, failed)
