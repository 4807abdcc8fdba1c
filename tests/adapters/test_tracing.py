"""Spans where somebody wants them; without OpenTelemetry nothing changes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from bot.adapters.tracing import SpanTracer, open_tracer
from bot.core.errors import Refused

# Runs where opentelemetry cannot be imported, as without the extra.
WITHOUT = """
import sys
sys.modules["opentelemetry"] = None
from bot.adapters.tracing import open_tracer
with open_tracer({environment}) as tracer, tracer.span("record", incident="lo-1"):
    print(type(tracer).__name__)
"""


def test_a_span_has_a_name_and_attributes() -> None:
    """And stands within the one around it."""
    kept = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    tracer = SpanTracer(provider)
    with tracer.span("record", incident="lo-1"), tracer.span("slack", method="chat.update"):
        pass
    inner, outer = kept.get_finished_spans()
    assert (inner.name, dict(inner.attributes or {})) == ("slack", {"method": "chat.update"})
    assert (outer.name, dict(outer.attributes or {})) == ("record", {"incident": "lo-1"})
    assert inner.parent is not None
    assert outer.context is not None
    assert inner.parent.span_id == outer.context.span_id


def test_a_failed_span_says_of_what_kind_and_not_what_was_said() -> None:
    """The text of an error may quote what a person pasted."""
    kept = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    with pytest.raises(Refused), SpanTracer(provider).span("record"):
        raise Refused("pasted words")
    (span,) = kept.get_finished_spans()
    assert span.status.description == "Refused"
    assert "pasted" not in span.to_json()


@pytest.mark.parametrize("endpoint", ["", "http://127.0.0.1:1"])
def test_without_the_extra_nothing_is_traced(endpoint: str) -> None:
    """Whether somebody wished for it or not; then it says what to install."""
    environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint}
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT.format(environment=environment)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "NoTracer"
    assert ("lockout[otel]" in done.stdout + done.stderr) == bool(endpoint)


def test_without_a_place_to_send_to_spans_go_where_the_program_around_sends_them() -> None:
    """Which is nowhere, unless `opentelemetry-instrument` runs it."""
    with open_tracer({}) as tracer, tracer.span("record"):
        assert isinstance(tracer, SpanTracer)


@contextmanager
def collector() -> Iterator[tuple[str, list[bytes]]]:
    """An OTLP endpoint on loopback, and what came in."""
    came: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        """Takes everything."""

        def do_POST(self) -> None:
            came.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", came
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_spans_reach_the_collector_that_the_environment_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At the latest when the program stops; the service is called lockout."""
    with collector() as (endpoint, came):
        environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint}
        # The exporter reads the environment by itself.
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)
        with open_tracer(environment) as tracer, tracer.span("record", incident="lo-1"):
            pass
    sent = b"".join(came)
    for word in (b"record", b"lo-1", b"service.name", b"lockout"):
        assert word in sent
