"""`Tracer` with OpenTelemetry where it is installed (extra `otel`); without it, nothing happens.

Where spans go is OpenTelemetry's own business, by its OTEL_* variables:
https://opentelemetry.io/docs/specs/otel/protocol/exporter/. A provider that is there already
(`opentelemetry-instrument`) is used; the global one is never replaced.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

import structlog

from bot.services.ports import Tracer
from bot.services.watching import NoTracer

if TYPE_CHECKING:
    from opentelemetry.trace import TracerProvider

log = structlog.get_logger(__name__)

NAME = "lockout"
ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


class SpanTracer:
    """Spans of one provider. Attributes are short names; never what a person typed."""

    def __init__(self, provider: TracerProvider) -> None:
        self._tracer = provider.get_tracer(NAME)

    def span(self, name: str, **attributes: str) -> AbstractContextManager[object]:
        """Open until the block ends; an exception that leaves the block marks it as failed.

        Only the exception's class is kept: its text may quote what a person pasted.
        """
        return self._span(name, attributes)

    @contextmanager
    def _span(self, name: str, attributes: Mapping[str, str]) -> Iterator[object]:
        from opentelemetry.trace import Status, StatusCode  # noqa: PLC0415 - an extra

        with self._tracer.start_as_current_span(
            name, attributes=dict(attributes), record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield span
            except BaseException as error:
                span.set_status(Status(StatusCode.ERROR, type(error).__name__))
                raise


@contextmanager
def open_tracer(environment: Mapping[str, str]) -> Iterator[Tracer]:
    """By the OTEL_* variables; what waits is sent at the end of the block."""
    wanted = any(environment.get(name) for name in ENDPOINTS)
    if not wanted and "opentelemetry.trace" not in sys.modules:
        # Nobody is listening, neither here nor around this program.
        yield NoTracer()
        return
    try:
        from opentelemetry import trace  # noqa: PLC0415 - an extra
    except ImportError:
        if wanted:
            log.warning("tracing_not_installed", hint="pip install 'lockout[otel]'")
        yield NoTracer()
        return
    if not wanted:
        yield SpanTracer(trace.get_tracer_provider())
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415 - an extra
        OTLPSpanExporter,
    )
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - an extra
    from opentelemetry.sdk.trace import TracerProvider as OwnProvider  # noqa: PLC0415 - an extra
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 - an extra

    named = environment.get("OTEL_SERVICE_NAME") or NAME
    provider = OwnProvider(resource=Resource.create({"service.name": named}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    try:
        yield SpanTracer(provider)
    finally:
        provider.shutdown()
