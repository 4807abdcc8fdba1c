"""What AWS answers in trouble, in our own words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.awsrequest import (  # type: ignore[import-untyped]
    AWSPreparedRequest,
    AWSResponse,
)
from botocore.exceptions import ProfileNotFound  # type: ignore[import-untyped]
from botocore.retries.standard import ExponentialBackoff  # type: ignore[import-untyped]
from botocore.stub import Stubber  # type: ignore[import-untyped]

from bot.adapters.clouds.aws import AwsPolicySource
from bot.adapters.clouds.aws_calls import ATTEMPTS, Calls, Denied, Gone
from bot.adapters.memory import FixedClock
from bot.core.errors import Broken, LockoutError, Unavailable
from tests.adapters.clouds.organization import (
    REGION_DENY,
    SECRET,
    Elsewhere,
    Organization,
    session,
)
from tests.adapters.clouds.trail import Trail


def refusing(code: str, status: int = 400) -> Calls:
    """AWS that answers ListRoots with a code, and a message that names who asked."""
    client = session().client("organizations", region_name="us-east-1")
    stubber = Stubber(client)
    stubber.add_client_error("list_roots", code, f"key {SECRET} of arn:aws:sts::1:x", status)
    stubber.activate()
    return Calls("aws", Elsewhere("", stubbed={"organizations": client}))


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("TooManyRequestsException", 400, Unavailable),
        ("ThrottlingException", 400, Unavailable),
        ("ServiceException", 500, Unavailable),
        ("NeverSeen", 503, Unavailable),
        ("AccessDeniedException", 400, Denied),
        ("AccessDenied", 403, Denied),
        ("ExpiredTokenException", 400, Broken),
        ("UnrecognizedClientException", 400, Broken),
        ("AWSOrganizationsNotInUseException", 400, Broken),
        ("TargetNotFoundException", 400, Gone),
        ("NeverSeen", 400, Broken),
    ],
)
def test_each_code_is_passing_or_final(code: str, status: int, kind: type[LockoutError]) -> None:
    """Busy is Unavailable, all else Broken; AWS's text, which names who asked, is not told."""
    with pytest.raises(kind) as caught:
        refusing(code, status).every("organizations", "list_roots", "Roots")
    assert type(caught.value) is kind
    told = str(caught.value) + str(getattr(caught.value, "hint", ""))
    assert SECRET not in told
    assert "arn:" not in told
    # Nothing of botocore's hangs on it, so that no log shows it either.
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@dataclass
class Throttled(Elsewhere):
    """AWS that refuses the first `times` calls of one action; `calls` counts all that it got."""

    action: str = ""
    times: int = 0
    calls: int = 0

    def client(self, service: str, **given: Any) -> Any:  # noqa: ANN401 - boto3's
        """One that goes on to the real place when it is not refused."""
        client = super().client(service, **given)
        if self.action.startswith(f"{service}:"):
            client.meta.events.register(f"before-send.{self.action.replace(':', '.')}", self.answer)
        return client

    def answer(self, request: AWSPreparedRequest, **_: object) -> AWSResponse | None:
        """What stands in for AWS's answer; None: nothing does."""
        self.calls += 1
        if self.calls > self.times:
            return None
        told = json.dumps({"__type": "TooManyRequestsException"}).encode()
        return AWSResponse(request.url, 400, {}, SimpleNamespace(stream=lambda **_: iter([told])))


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """After which attempts botocore waits; here it takes no time."""
    found: list[int] = []

    def wait(_: object, told: Any) -> int:  # noqa: ANN401 - botocore's
        found.append(told.attempt_number)
        return 0

    monkeypatch.setattr(ExponentialBackoff, "delay_amount", wait)
    return found


async def test_a_reading_that_is_throttled_waits_and_goes_on(
    organization: Organization, trail: Trail, reached: Elsewhere, waits: list[int]
) -> None:
    """The snapshot is the same as without, and nothing is said of it."""
    organization.policy("region", REGION_DENY, organization.root)
    tenant = organization.tenant(organization.member("break-glass-1"))
    calm = await AwsPolicySource(FixedClock(), session=reached).read(tenant)
    elsewhere = {"cloudtrail": trail.url}
    asked = Throttled(
        organization.endpoint, elsewhere, action="organizations:ListPolicies", times=2
    )
    assert await AwsPolicySource(FixedClock(), session=asked).read(tenant) == calm
    # SCPs and RCPs, one page each; the first was asked for three times.
    assert (asked.calls, waits) == (4, [1, 2])


def test_a_reading_that_is_throttled_for_long_is_left_to_the_next_turn(
    organization: Organization, waits: list[int]
) -> None:
    """After so many attempts, and not for ever."""
    asked = Throttled(organization.endpoint, action="organizations:ListRoots", times=1_000)
    with pytest.raises(Unavailable, match=r"busy: TooManyRequestsException \(organizations:ListR"):
        Calls("aws", asked).every("organizations", "list_roots", "Roots")
    assert asked.calls == ATTEMPTS
    assert len(waits) == ATTEMPTS - 1


def test_what_is_denied_names_the_action_as_iam_does() -> None:
    """So that somebody can allow it."""
    with pytest.raises(Denied, match="organizations:ListRoots") as caught:
        refusing("AccessDeniedException").every("organizations", "list_roots", "Roots")
    assert "docs/live.md" in caught.value.hint


def test_a_place_where_nobody_answers_is_unavailable(unused_tcp_port: int) -> None:
    """A firewall, a name that is not known, a line that is down."""
    calls = Calls("aws", Impatient(f"http://127.0.0.1:{unused_tcp_port}"))
    with pytest.raises(Unavailable, match="sts:GetCallerIdentity"):
        calls.one("sts", "get_caller_identity")


class Impatient(Elsewhere):
    """Tries once, so that a test need not wait."""

    def client(self, service: str, **given: Any) -> Any:  # noqa: ANN401 - boto3's
        """Without the retries."""
        once = given.pop("config").merge(retrying_once())
        return super().client(service, **given, config=once)


def retrying_once() -> Any:  # noqa: ANN401 - botocore's
    """No second attempt."""
    from botocore.config import Config  # type: ignore[import-untyped] # noqa: PLC0415

    return Config(retries={"mode": "standard", "total_max_attempts": 1})


@pytest.mark.parametrize("says", [b"<html>Please sign in</html>", b"<html>", b"{}", b"moved"])
@pytest.mark.parametrize(
    ("service", "operation", "given"),
    [("iam", "get_role", {"RoleName": "x"}), ("organizations", "describe_organization", {})],
)
def test_an_answer_that_is_not_awss_is_unavailable(
    trail: Trail, says: bytes, service: str, operation: str, given: dict[str, str]
) -> None:
    """A proxy's sign-in page, for example."""
    trail.says = says
    with pytest.raises(Unavailable, match="no answer of AWS"):
        Calls("aws", Impatient(trail.url)).one(service, operation, **given)


def test_a_profile_that_is_not_there_is_broken() -> None:
    """Botocore says so when the client is made."""

    class Lost:
        def client(self, service: str, **_: object) -> object:
            raise ProfileNotFound(profile="nowhere")

    with pytest.raises(Broken, match="ProfileNotFound") as caught:
        Calls("aws", Lost()).one("sts", "get_caller_identity")
    assert "credentials" in caught.value.hint


@pytest.mark.parametrize(
    ("partition", "region"),
    [("aws", "us-east-1"), ("aws-us-gov", "us-gov-west-1"), ("aws-else", "us-east-1")],
)
def test_a_partition_has_its_own_region(partition: str, region: str) -> None:
    """Organizations and its events have one place in each; calls there have bounds."""
    asked: list[dict[str, Any]] = []

    class Noting(Elsewhere):
        def client(self, service: str, **given: Any) -> Any:  # noqa: ANN401 - boto3's
            asked.append(given)
            return self.stubbed[service]

    client = session().client("sts", region_name="us-east-1")
    with Stubber(client) as stubber:
        stubber.add_response("get_caller_identity", {"Account": "111122223333"})
        Calls(partition, Noting("", stubbed={"sts": client})).one("sts", "get_caller_identity")
    assert asked[0]["region_name"] == region
    config = asked[0]["config"]
    assert config.connect_timeout <= 10
    assert config.read_timeout <= 30
    assert config.retries["mode"] == "standard"
