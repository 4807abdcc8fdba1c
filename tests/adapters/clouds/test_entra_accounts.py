"""What Graph says of the emergency accounts themselves."""

from __future__ import annotations

from typing import Any

import pytest

from bot.adapters.clouds.entra_accounts import GONE, read_memberships, read_methods
from bot.adapters.clouds.graph import open_graph
from bot.audit.entra.methods import registered
from bot.core.errors import Problem
from tests.adapters.clouds.entra_example import (
    ANNA,
    BERT,
    GROUP,
    OUTER,
    example_directory,
    example_tenant,
)
from tests.adapters.clouds.graph_stand_in import FakeCredential, Fault, GraphStandIn


async def methods_of(
    *listed: dict[str, Any], named: tuple[str, ...] = ()
) -> tuple[tuple[str, ...], list[Problem]]:
    """What an account with these methods at Graph, and `named` in the file, has registered."""
    directory = example_directory()
    directory.methods[ANNA] = [*listed]
    account = example_tenant().emergency_accounts[0].model_copy(update={"methods": named})
    problems: list[Problem] = []
    async with (
        GraphStandIn(directory).running() as base_url,
        open_graph(base_url, FakeCredential().token) as graph,
    ):
        return (await read_methods(graph, [account], problems))[ANNA], problems


def method(kind: str, **fields: str) -> dict[str, Any]:
    """A method as Graph lists it."""
    return {"@odata.type": f"#microsoft.graph.{kind}AuthenticationMethod", "id": "1", **fields}


@pytest.mark.parametrize(
    ("listed", "modes"),
    [
        (method("fido2"), ("fido2",)),
        (method("windowsHelloForBusiness"), ("windowsHelloForBusiness",)),
        (method("platformCredential"), ("windowsHelloForBusiness",)),
        (method("microsoftAuthenticator"), ("microsoftAuthenticatorPush",)),
        (method("softwareOath"), ("softwareOath",)),
        (method("phone", phoneType="mobile"), ("sms", "voice")),
        (method("phone", phoneType="office"), ("voice",)),
        (method("password"), ("password",)),
        (method("x509Certificate"), ("certificate",)),
        (method("temporaryAccessPass"), ()),
        (method("email"), ()),
    ],
)
async def test_a_method_is_what_it_can_prove(
    listed: dict[str, Any], modes: tuple[str, ...]
) -> None:
    """In words that the audit knows, and no more than the list shows."""
    found, problems = await methods_of(listed)
    assert (found, problems) == (modes, [])
    assert registered(found).unheard_of == ()


async def test_an_unknown_method_is_named_and_not_counted() -> None:
    """A later Graph knows more of them."""
    found, problems = await methods_of(method("telepathy"))
    assert found == ()
    assert "telepathy" in problems[0].message
    assert not problems[0].fatal


async def test_a_certificate_is_taken_from_the_organisation_file() -> None:
    """Graph does not always list it; a key that Graph does not list is not taken from there."""
    found, _ = await methods_of(method("password"), named=("Smart card", "FIDO2 key"))
    assert found == ("certificate", "password")


async def test_memberships_are_read_through_any_nesting() -> None:
    """And of no account when one is missing, so that no group looks emptier than it is."""
    problems: list[Problem] = []
    server = GraphStandIn(example_directory())
    async with (
        server.running() as base_url,
        open_graph(base_url, FakeCredential().token) as graph,
    ):
        found = await read_memberships(graph, [ANNA, BERT], problems)
        assert found is not None
        assert {GROUP, OUTER} <= found[BERT]
        server.faults.append(Fault(f"users/{ANNA}"))
        assert await read_memberships(graph, [ANNA, BERT], problems) is None
    assert [problem.field for problem in problems] == [ANNA]


async def test_an_account_that_is_gone_is_in_no_group() -> None:
    """Which is told, since an emergency account that is gone helps nobody."""
    directory = example_directory()
    del directory.methods[BERT]
    problems: list[Problem] = []
    async with (
        GraphStandIn(directory).running() as base_url,
        open_graph(base_url, FakeCredential().token) as graph,
    ):
        found = await read_memberships(graph, [ANNA, BERT], problems)
    assert found is not None
    assert found[BERT] == frozenset()
    assert [problem.message for problem in problems] == [GONE]
