"""Graph over HTTP: pages, patience, and what its refusals mean."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.adapters.clouds import graph as graph_module
from bot.adapters.clouds.graph import Absent, Denied, Graph, Misled, Place, open_graph
from bot.core.errors import Broken, Unavailable
from tests.adapters.clouds.entra_example import policy
from tests.adapters.clouds.graph_stand_in import Directory, FakeCredential, Fault, GraphStandIn

POLICIES = Place("v1.0/identity/conditionalAccess/policies", "the policies", "Policy.Read.All")


class Sleeper:
    """Remembers for how long somebody would have slept."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def __call__(self, seconds: float) -> None:
        """Not a moment."""
        self.slept.append(seconds)


def stand_in(*faults: Fault, page_size: int = 2) -> GraphStandIn:
    """Five policies, two a page."""
    directory = Directory(policies=[policy(number, f"CA{number}") for number in range(5)])
    return GraphStandIn(directory, *faults, page_size=page_size)


@asynccontextmanager
async def opened(server: GraphStandIn, sleeper: Sleeper | None = None) -> AsyncIterator[Graph]:
    """Graph with a token."""
    async with (
        server.running() as base_url,
        open_graph(base_url, FakeCredential().token, sleeper or Sleeper()) as graph,
    ):
        yield graph


async def test_all_pages_are_read() -> None:
    """By the link that each gives."""
    server = stand_in()
    async with opened(server) as graph:
        found = await graph.entries(POLICIES)
    assert [one["displayName"] for one in found] == ["CA0", "CA1", "CA2", "CA3", "CA4"]
    assert len(server.requests) == 3


async def test_a_first_page_is_no_more_than_that() -> None:
    """The next one is not asked for."""
    server = stand_in()
    async with opened(server) as graph:
        assert len(await graph.first_page(POLICIES)) == 2
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("fault", "slept"),
    [
        (Fault("policies", 429, "TooManyRequests", retry_after="7", times=2), [7.0, 7.0]),
        (Fault("policies", 503, times=2), [1.0, 4.0]),
        (Fault("policies", 504, retry_after="Wed, 21 Oct 2026 07:28:00 GMT", times=1), [1.0]),
        (Fault("policies", half=True, times=1), [1.0]),
        (Fault("policies", cut=True, times=1), [1.0]),
    ],
)
async def test_what_passes_is_waited_for(fault: Fault, slept: list[float]) -> None:
    """As long as Graph says, else a little longer each time."""
    sleeper = Sleeper()
    async with opened(stand_in(fault), sleeper) as graph:
        assert len(await graph.entries(POLICIES)) == 5
    assert sleeper.slept == slept


async def test_patience_ends() -> None:
    """After the fourth attempt, with what Graph said of when to come back."""
    sleeper = Sleeper()
    server = stand_in(Fault("policies", 429, retry_after="5"))
    async with opened(server, sleeper) as graph:
        with pytest.raises(Unavailable) as raised:
            await graph.entries(POLICIES)
    assert raised.value.retry_after == 5
    assert (len(server.requests), sleeper.slept) == (4, [5.0, 5.0, 5.0])


async def test_nobody_waits_an_hour() -> None:
    """A reading that is throttled for long is left to the next turn."""
    sleeper = Sleeper()
    async with opened(stand_in(Fault("policies", 429, retry_after="3600")), sleeper) as graph:
        with pytest.raises(Unavailable) as raised:
            await graph.entries(POLICIES)
    assert (raised.value.retry_after, sleeper.slept) == (3600, [])


async def test_waiting_is_bounded_over_all_requests() -> None:
    """Many short waits are one long one."""
    sleeper = Sleeper()
    server = stand_in(Fault("policies", 429, retry_after="100", times=3))
    async with opened(server, sleeper) as graph:
        await graph.entries(POLICIES)
        server.faults = [Fault("policies", 429, retry_after="1", times=1)]
        with pytest.raises(Unavailable):
            await graph.entries(POLICIES)
    assert sum(sleeper.slept) == 300


@pytest.mark.parametrize(
    ("fault", "error", "reason", "hint"),
    [
        (Fault("policies", 401, "InvalidAuthenticationToken"), Broken, "401", "Policy.Read.All"),
        (Fault("policies", 403), Denied, "Policy.Read.All", "admin consent"),
        (
            Fault("policies", 403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant"),
            Denied,
            "no licence",
            "P1",
        ),
        (Fault("policies", 404), Absent, "404", ""),
        (Fault("policies", 400, "BadRequest"), Broken, "400, BadRequest", ""),
        (Fault("policies", 302), Broken, "302", ""),
        (Fault("policies", 400, "<b>Not a code</b>"), Broken, "the policies (400)", ""),
    ],
)
async def test_a_refusal_says_what_is_missing(
    fault: Fault, error: type[Broken], reason: str, hint: str
) -> None:
    """With Graph's code, and nothing else that it wrote; nobody tries again."""
    server = stand_in(fault)
    async with opened(server) as graph:
        with pytest.raises(error) as raised:
            await graph.entries(POLICIES)
    assert reason in raised.value.reason
    assert hint in raised.value.hint
    assert "Insufficient privileges" not in raised.value.reason
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "elsewhere",
    ["https://example.com/v1.0/x", "/v1.0/x", "http://127.0.0.1:1/v1.0/x", "http://[", "7"],
)
async def test_a_next_page_elsewhere_is_not_followed(elsewhere: str) -> None:
    """The token would go with it."""
    server = stand_in(Fault("policies", next_link=elsewhere))
    async with opened(server) as graph:
        with pytest.raises(Misled, match="another host"):
            await graph.entries(POLICIES)
    assert len(server.requests) == 1


async def test_a_token_goes_over_https_only() -> None:
    """But to this machine itself."""
    with pytest.raises(Broken, match="https only"):
        async with open_graph("http://graph.example.com", "token"):
            pass


@pytest.mark.parametrize("document", [{}, {"value": None}, {"value": {"id": "1"}}])
async def test_an_answer_that_is_no_list_is_no_empty_list(document: object) -> None:
    """Nothing is taken for 'no policies'."""
    async with opened(stand_in(Fault("policies", document=document))) as graph:
        with pytest.raises(Broken, match="is no list"):
            await graph.entries(POLICIES)


async def test_pages_that_go_round_in_circles_end() -> None:
    """Whoever made them."""
    server = stand_in()
    async with opened(server) as graph:
        again = f"{server.base_url}/{POLICIES.path}?$skiptoken=2"
        server.faults = [Fault("policies", next_link=again)]
        with pytest.raises(Broken, match="circles"):
            await graph.entries(POLICIES)
    assert len(server.requests) == 2


async def test_an_endless_answer_is_cut_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is not Graph's to fill."""
    monkeypatch.setattr(graph_module, "_LARGEST_ANSWER", 1000)
    async with opened(stand_in()) as graph:
        with pytest.raises(Broken, match="too large"):
            await graph.entries(POLICIES)
