"""A Web API that says yes to everything: `python -m bench.slack_stub PORT [DELAY_SECONDS]`.

For measuring the app, not Slack: no state but counters, as fast as aiohttp is.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
from urllib.parse import parse_qs

from aiohttp import web

COUNT = itertools.count(1)


def channel_of(name: object) -> str:
    """The id of the channel with this name: `lockout-261128-abcde` is `C0261128ABCDE`."""
    return "C0" + str(name).removeprefix("lockout-").replace("-", "").upper()


def main() -> None:
    """Serve until killed."""
    port, delay = int(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 0.0

    async def answer(request: web.Request) -> web.Response:
        if delay:
            await asyncio.sleep(delay)
        method, number = request.path.rpartition("/")[2], next(COUNT)
        body: dict[str, object] = {"ok": True, "ts": f"1700000000.{number:06d}"}
        if method == "conversations.create":
            body["channel"] = {"id": channel_of((await _arguments(request)).get("name", ""))}
        elif method in {"chat.postMessage", "chat.update"}:
            sent = await _arguments(request)
            body["channel"] = sent.get("channel", "C0")
        elif method in {"conversations.history", "conversations.replies"}:
            body["messages"] = []
        elif method == "files.getUploadURLExternal":
            body |= {"upload_url": f"http://127.0.0.1:{port}/upload", "file_id": f"F{number}"}
        elif method == "files.completeUploadExternal":
            body["files"] = []
        return web.json_response(body)

    app = web.Application(client_max_size=1 << 28)
    app.router.add_route("*", "/{path:.*}", answer)
    web.run_app(app, host="127.0.0.1", port=port, print=None, access_log=None)


async def _arguments(request: web.Request) -> dict[str, object]:
    if request.content_type == "application/json":
        found = await request.json()
        return found if isinstance(found, dict) else {}
    return {name: values[0] for name, values in parse_qs(await request.text()).items()}


if __name__ == "__main__":
    main()
