"""The reader of a provider is loaded when it is needed, and what is missing is said."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from bot.adapters.clouds.by_provider import PolicySourceByProvider
from bot.adapters.memory import FixedClock
from bot.core.errors import Broken
from bot.core.events import Provider
from tests.services.desks import example
from tests.services.tenants import ScriptedSource

PROVIDERS: tuple[Provider, ...] = ("entra", "aws", "google")


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A reader's module as it is once it is there."""
    found = ModuleType("tests_reader")
    vars(found)["Reader"] = ScriptedSource
    monkeypatch.setitem(sys.modules, "tests_reader", found)
    return found


async def test_each_provider_has_one_reader_for_all_its_tenants(module: ModuleType) -> None:
    """It keeps its sign-in from one reading to the next."""
    made: list[ScriptedSource] = []

    def make(clock: FixedClock) -> ScriptedSource:
        made.append(ScriptedSource(clock))
        return made[-1]

    vars(module)["Reader"] = make
    source = PolicySourceByProvider(
        FixedClock(), dict.fromkeys(PROVIDERS, ("tests_reader", "Reader"))
    )
    for tenant in (*example().tenants, *example().tenants):
        assert (await source.read(tenant)).tenant == tenant.id
    assert [one.asked for one in made] == [[tenant.id] * 2 for tenant in example().tenants]


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_a_reader_that_is_not_installed_is_named(provider: Provider) -> None:
    """With what to install, and what to do without it."""
    readers = dict.fromkeys(PROVIDERS, ("tests_no_such_reader", "Reader"))
    source = PolicySourceByProvider(FixedClock(), readers)
    tenant = example().tenants_of(provider)[0]
    with pytest.raises(Broken, match="tests_no_such_reader is not installed") as refusal:
        await source.read(tenant)
    assert f"pip install 'lockout[{provider}]'" in refusal.value.hint
    assert "lockout snapshot TENANT PATH" in refusal.value.hint


async def test_a_reader_that_fails_to_load_is_loaded_again(module: ModuleType) -> None:
    """Somebody installed it meanwhile."""
    reader = vars(module).pop("Reader")
    source = PolicySourceByProvider(
        FixedClock(), dict.fromkeys(PROVIDERS, ("tests_reader", "Reader"))
    )
    with pytest.raises(Broken):
        await source.read(example().tenants[0])
    vars(module)["Reader"] = reader
    assert (await source.read(example().tenants[0])).provider == "entra"
