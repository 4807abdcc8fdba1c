"""`Meter` with prometheus-client, in a registry of its own: two apps do not share numbers."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable
from inspect import isawaitable

import structlog
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

from bot.services.ports import Reading
from bot.services.watching import MEASURES, check_measure

log = structlog.get_logger(__name__)

PREFIX = "lockout_"
# Seconds. Slack waits for an ack for three.
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0)
# Seconds. A database that hangs must not hold up the page: the other numbers are wanted then.
PATIENCE = 2.0


class PrometheusMeter:
    """Counts at once; gauges are read when somebody looks."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._counters: dict[str, Counter] = {}
        self._histograms: dict[str, Histogram] = {}
        self._gauges: dict[str, tuple[Gauge, Reading]] = {}
        for name, measure in MEASURES.items():
            full = PREFIX + name
            if measure.kind == "counter":
                self._counters[name] = Counter(
                    full, measure.about, measure.labels, registry=self._registry
                )
            elif measure.kind == "histogram":
                self._histograms[name] = Histogram(
                    full, measure.about, measure.labels, registry=self._registry, buckets=BUCKETS
                )

    def count(self, name: str, **labels: str) -> None:
        """One more. Errors: ValueError for a name or label that `MEASURES` has not."""
        check_measure(name, "counter", labels)
        counter = self._counters[name]
        (counter.labels(**labels) if labels else counter).inc()

    def observe(self, name: str, value: float, **labels: str) -> None:
        """One value of a distribution. Errors: ValueError as for `count`."""
        check_measure(name, "histogram", labels)
        histogram = self._histograms[name]
        (histogram.labels(**labels) if labels else histogram).observe(value)

    def gauge(self, name: str, read: Reading) -> None:
        """Read it whenever somebody looks. Errors: ValueError as for `count`."""
        measure = check_measure(name, "gauge", {})
        known = self._gauges.get(name)
        gauge = known[0] if known else Gauge(PREFIX + name, measure.about, registry=self._registry)
        self._gauges[name] = (gauge, read)

    async def page(self) -> tuple[bytes, str]:
        """All numbers in Prometheus' text format, and its media type. Never fails for a gauge."""
        readings = [self._read(name, read) for name, (_, read) in self._gauges.items()]
        values = await asyncio.gather(*readings)
        for (gauge, _), value in zip(self._gauges.values(), values, strict=True):
            gauge.set(value)
        return generate_latest(self._registry), CONTENT_TYPE_LATEST

    async def _read(self, name: str, read: Reading) -> float:
        """NaN says that it is not known, which is not zero."""
        try:
            found = read()
            if isawaitable(found):
                found = await self._patiently(found)
        except Exception as error:  # noqa: BLE001 - one gauge must not take the page with it
            log.info("gauge_not_read", gauge=name, error=error.__class__.__name__)
            return math.nan
        return math.nan if found is None else float(found)

    async def _patiently(self, found: Awaitable[float | None]) -> float | None:
        async with asyncio.timeout(self._patience):
            return await found
