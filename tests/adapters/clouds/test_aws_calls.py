"""What AWS answers in trouble, in our own words."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ProfileNotFound  # type: ignore[import-untyped]
from botocore.stub import Stubber  # type: ignore[import-untyped]

from bot.adapters.clouds.aws_calls import Calls, Denied, Gone
from bot.core.errors import Broken, LockoutError, Unavailable
from tests.adapters.clouds.organization import SECRET, Elsewhere, session
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
