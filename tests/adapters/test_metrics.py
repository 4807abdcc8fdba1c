"""Numbers for Prometheus: what was counted stands on the page, and one gauge spoils no other."""

from __future__ import annotations

import asyncio

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.adapters.metrics import PrometheusMeter
from bot.core.errors import Unavailable
from bot.services.watching import MEASURES


async def read(meter: PrometheusMeter) -> dict[str, float]:
    """Every sample of the page, as Prometheus reads it."""
    page, media_type = await meter.page()
    assert media_type.startswith("text/plain")
    return {
        sample.name + "".join(f" {key}={value}" for key, value in sorted(sample.labels.items())):
        sample.value
        for family in text_string_to_metric_families(page.decode())
        for sample in family.samples
    }  # fmt: skip


async def test_what_was_counted_stands_on_the_page() -> None:
    """Counters, and a histogram with Slack's three seconds as its last border."""
    meter = PrometheusMeter()
    for kind in ("NoteAdded", "NoteAdded", "IncidentDeclared"):
        meter.count("facts_appended", kind=kind)
    meter.count("presses_refused")
    for seconds in (0.004, 0.3, 9.0):
        meter.observe("ack_seconds", seconds, request="action")
    found = await read(meter)
    assert found["lockout_facts_appended_total kind=NoteAdded"] == 2
    assert found["lockout_facts_appended_total kind=IncidentDeclared"] == 1
    assert found["lockout_presses_refused_total"] == 1
    assert found["lockout_ack_seconds_count request=action"] == 3
    assert found["lockout_ack_seconds_bucket le=0.005 request=action"] == 1
    assert found["lockout_ack_seconds_bucket le=3.0 request=action"] == 2
    assert found["process_resident_memory_bytes"] > 0


async def test_a_counter_without_labels_begins_at_zero() -> None:
    """So that the first refusal is seen as a change."""
    assert (await read(PrometheusMeter()))["lockout_presses_refused_total"] == 0


async def test_gauges_are_read_when_somebody_looks() -> None:
    """Whether their source answers at once or must be asked."""
    meter, waiting = PrometheusMeter(), [3.0]

    async def asked() -> float:
        await asyncio.sleep(0)
        return waiting[0]

    meter.gauge("deliveries_waiting", asked)
    meter.gauge("timers_due", lambda: waiting[0] + 1)
    assert (await read(meter))["lockout_deliveries_waiting"] == 3
    waiting[0] = 0.0
    found = await read(meter)
    assert (found["lockout_deliveries_waiting"], found["lockout_timers_due"]) == (0, 1)


async def test_a_gauge_may_find_another_source() -> None:
    """The newest counts."""
    meter = PrometheusMeter()
    meter.gauge("timers_due", lambda: 1.0)
    meter.gauge("timers_due", lambda: 2.0)
    assert (await read(meter))["lockout_timers_due"] == 2


async def test_what_is_not_known_is_not_zero() -> None:
    """NaN: nothing came yet, the source is away, or it does not answer in time."""
    meter = PrometheusMeter(patience=0.01)

    def broken() -> float:
        raise Unavailable("The database does not answer")

    async def hanging() -> float:
        await asyncio.Event().wait()
        return 1.0

    meter.gauge("socket_age_seconds", lambda: None)
    meter.gauge("timers_due", broken)
    meter.gauge("deliveries_waiting", hanging)
    meter.count("presses_refused")
    found = await read(meter)
    for name in ("socket_age_seconds", "timers_due", "deliveries_waiting"):
        assert found[f"lockout_{name}"] != found[f"lockout_{name}"], name
    assert found["lockout_presses_refused_total"] == 1


async def test_two_apps_do_not_share_their_numbers() -> None:
    """Each has a registry of its own."""
    one, other = PrometheusMeter(), PrometheusMeter()
    one.count("presses_refused")
    assert (await read(other))["lockout_presses_refused_total"] == 0


def test_every_measure_can_be_taken() -> None:
    """And no other."""
    meter = PrometheusMeter()
    for name, measure in MEASURES.items():
        labels = dict.fromkeys(measure.labels, "x")
        if measure.kind == "counter":
            meter.count(name, **labels)
        elif measure.kind == "histogram":
            meter.observe(name, 1.0, **labels)
        else:
            meter.gauge(name, lambda: 1.0)
    with pytest.raises(ValueError, match="facts_appended"):
        meter.count("facts_appended", kind="x", tenant="entra-example")
