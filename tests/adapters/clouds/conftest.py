"""moto's server for one test after another, on a free loopback port."""

from __future__ import annotations

from collections.abc import Iterator

import boto3  # type: ignore[import-untyped]
import pytest
from moto.server import ThreadedMotoServer

from tests.adapters.clouds.organization import Elsewhere, Organization
from tests.adapters.clouds.trail import Trail, serving


@pytest.fixture(scope="session")
def moto_url() -> Iterator[str]:
    """One server for all; what is in it is thrown away before each test."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def organization(moto_url: str) -> Organization:
    """A new organization."""
    boto3.session.botocore.httpsession.URLLib3Session().send(
        boto3.session.botocore.awsrequest.AWSRequest("POST", f"{moto_url}/moto-api/reset").prepare()
    )
    return Organization(moto_url)


@pytest.fixture
def trail() -> Iterator[Trail]:
    """CloudTrail without an event."""
    with serving(Trail()) as running:
        yield running


@pytest.fixture
def reached(organization: Organization, trail: Trail) -> Elsewhere:
    """A session that reaches both."""
    return Elsewhere(organization.endpoint, {"cloudtrail": trail.url})
