"""A workspace with one person in it, and the tiny app connected either way."""

from collections.abc import AsyncIterator

import pytest

from tests.workspace import HandClock, Person, Workspace
from tests.workspace.bolt_app import App, over_http, over_socket


@pytest.fixture
def clock() -> HandClock:
    """Give a clock that stands still."""
    return HandClock()


@pytest.fixture
async def slack(clock: HandClock) -> AsyncIterator[Workspace]:
    """Give a workspace on that clock."""
    users = {"U0RESPOND": "Responder", "U0COLLEAGUE": "Colleague"}
    channels = {"C0GENERAL": "general", "C0OTHER": "other"}
    async with Workspace(users=users, channels=channels, clock=clock) as workspace:
        yield workspace


@pytest.fixture
async def http_app(slack: Workspace) -> AsyncIterator[App]:
    """Connect the tiny app over HTTP."""
    async with over_http(slack) as app:
        yield app


@pytest.fixture
async def socket_app(slack: Workspace) -> AsyncIterator[App]:
    """Connect the tiny app in Socket Mode."""
    async with over_socket(slack) as app:
        yield app


@pytest.fixture(params=["http", "socket"])
async def app(request: pytest.FixtureRequest, slack: Workspace) -> AsyncIterator[App]:
    """Connect the tiny app, once each way."""
    connect = over_http if request.param == "http" else over_socket
    async with connect(slack) as connected:
        yield connected


@pytest.fixture
def responder(slack: Workspace) -> Person:
    """Give the person who works here."""
    return slack.person("U0RESPOND")
