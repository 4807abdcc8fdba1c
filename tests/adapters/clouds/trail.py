"""A stand-in of CloudTrail's LookupEvents, which moto does not have.

Speaks JSON 1.1 as documented (CloudTrail API reference, LookupEvents): events of one name, newest
first, in pages of `page`.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Trail:
    """`events` by name; `asked` are the requests that came.

    `refuse` is a code to refuse with, `says` what to say whatever is asked.
    """

    events: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)
    refuse: str = ""
    page: int = 2
    url: str = ""
    says: bytes = b""

    def add(self, name: str, at: int, told: dict[str, Any], username: str = "somebody") -> None:
        """An event, later ones first. `at` is in seconds since 1970."""
        event = {
            "EventName": name,
            "EventTime": at,
            "Username": username,
            "CloudTrailEvent": json.dumps({"eventSource": "organizations.amazonaws.com", **told}),
        }
        self.events.setdefault(name, []).insert(0, event)

    def answer(self, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Status and body for one request."""
        self.asked.append(asked)
        if self.refuse:
            return 400, {"__type": self.refuse, "message": "User: arn:… is not authorized"}
        name = asked["LookupAttributes"][0]["AttributeValue"]
        begin = int(asked.get("NextToken", 0))
        found = self.events.get(name, [])
        end = begin + self.page
        more = {"NextToken": str(end)} if end < len(found) else {}
        return 200, {"Events": found[begin:end], **more}


@contextmanager
def serving(trail: Trail) -> Iterator[Trail]:
    """The stand-in at `trail.url`, on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """One call."""
            length = int(self.headers["Content-Length"])
            asked = self.rfile.read(length)
            status, content = 200, trail.says
            if not content:
                status, body = trail.answer(json.loads(asked))
                content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *told: object) -> None:
            """Silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        trail.url = f"http://127.0.0.1:{server.server_port}"
        # Looks for the end more often than twice a second.
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield trail
        server.shutdown()
        thread.join()
