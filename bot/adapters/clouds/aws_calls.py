"""Calls to AWS, one at a time, and what went wrong in our own words.

Nothing of botocore goes further in than this, and none of its texts: an error says which action was
refused and AWS's code for it, never who asked or with what.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import Any

from bot.core.errors import Broken, Unavailable

EXTRA = "pip install 'lockout[aws]'"
PERMISSIONS = "Allow it to the reader: docs/live.md has the whole policy."
CREDENTIALS = (
    "Give this machine credentials of the read-only role in the management account, or of a "
    "delegated administrator; docs/live.md says how."
)
NO_ANSWER = "What came back is no answer of AWS ({})."
# Seconds; a whole read is some hundred calls, so one that hangs must not hold all.
CONNECT, ANSWER = 5, 20
# In all, with the waits between them that botocore's standard mode chooses.
ATTEMPTS = 5
# Where the services that have one endpoint for a partition are called.
REGIONS = {"aws": "us-east-1", "aws-us-gov": "us-gov-west-1", "aws-cn": "cn-northwest-1"}

_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})
_BUSY = frozenset(
    {
        "InternalError",
        "InternalFailure",
        "RequestLimitExceeded",
        "RequestTimeout",
        "ServiceException",
        "ServiceFailure",
        "ServiceUnavailable",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
_GONE = frozenset({"NoSuchEntity", "PolicyNotFoundException", "TargetNotFoundException"})
_NO_ORGANIZATION = "AWSOrganizationsNotInUseException"
_BAD_CREDENTIALS = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "IncompleteSignature",
        "InvalidClientTokenId",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
_SERVER_ERROR = 500

# What AWS answers: JSON as botocore gives it.
Answer = Mapping[str, Any]


class Denied(Broken):
    """AWS does not allow an action; `action` is its name for IAM."""

    def __init__(self, action: str) -> None:
        super().__init__(f"AWS does not allow the reader {action}.", PERMISSIONS)
        self.action = action


class Gone(Broken):
    """What was asked for is not there (any more)."""


class Calls:
    """The services of one partition, for one read. Every method may raise Unavailable and Broken.

    `session` is boto3's, or has its `client`; None: a new one, with the machine's own credentials.
    """

    # Making a client is the one thing of boto3's that threads may not do at once.
    _making = threading.Lock()

    def __init__(self, partition: str, session: Any = None) -> None:  # noqa: ANN401 - boto3's
        boto3, self._config = _library()
        self._region = REGIONS.get(partition, REGIONS["aws"])
        self._clients: dict[str, Any] = {}
        self._session = session
        if session is None:
            with self._making:
                self._session = _translated("sts:GetCallerIdentity", boto3.Session)

    def one(self, service: str, operation: str, **given: Any) -> Answer:  # noqa: ANN401 - boto3's
        """The answer to one call; `operation` as boto3 names it."""
        client = self._client(service)
        found: Answer = _translated(
            _action(service, client, operation), lambda: getattr(client, operation)(**given)
        )
        if found.keys() <= {"ResponseMetadata"}:
            raise Unavailable(NO_ANSWER.format(_action(service, client, operation)))
        return found

    def every(
        self,
        service: str,
        operation: str,
        key: str,
        *,
        most: int = 0,
        **given: Any,  # noqa: ANN401 - boto3's
    ) -> list[Any]:
        """The items under `key` of all pages, no more than `most` if it is given."""
        client = self._client(service)
        limit = {"MaxItems": most} if most else {}

        def items() -> Iterator[Any]:
            pages = client.get_paginator(operation).paginate(**given, PaginationConfig=limit)
            for page in pages:
                yield from page.get(key) or ()

        found: list[Any] = _translated(_action(service, client, operation), lambda: list(items()))
        return found

    def _client(self, service: str) -> Any:  # noqa: ANN401 - botocore makes the class as it goes
        if service not in self._clients:
            with self._making:
                self._clients[service] = _translated(
                    f"{service}:…",
                    lambda: self._session.client(
                        service, region_name=self._region, config=self._config
                    ),
                )
        return self._clients[service]


def _library() -> tuple[Any, Any]:
    """boto3 and how patient it is. Only a read pays for the import. Errors: Broken."""
    try:
        import boto3  # type: ignore[import-untyped] # noqa: PLC0415 - see above
        from botocore.config import Config  # type: ignore[import-untyped] # noqa: PLC0415
    except ImportError as error:
        raise Broken("The reader for AWS is not installed.", EXTRA) from error
    return boto3, Config(
        connect_timeout=CONNECT,
        read_timeout=ANSWER,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
    )


def _action(service: str, client: Any, operation: str) -> str:  # noqa: ANN401 - botocore's
    return f"{service}:{client.meta.method_to_api_mapping[operation]}"


def _translated(action: str, call: Any) -> Any:  # noqa: ANN401 - whatever the call returns
    from botocore import (  # type: ignore[import-untyped] # noqa: PLC0415 - see `_library`
        exceptions,
        parsers,
    )

    try:
        return call()
    except exceptions.ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        code = str(error.response.get("Error", {}).get("Code", ""))
        raise _said_no(action, code, status) from None
    except (exceptions.HTTPClientError, exceptions.ConnectionError):
        raise Unavailable(f"AWS cannot be reached ({action}).") from None
    except (parsers.ResponseParserError, LookupError, ValueError):
        # Something between us and AWS answered in its place; botocore trips over some of it.
        raise Unavailable(NO_ANSWER.format(action)) from None
    except exceptions.BotoCoreError as error:
        # No credentials, a profile that is not there, single sign-on that has run out.
        name = type(error).__name__
        raise Broken(f"AWS cannot be asked: {name} ({action}).", CREDENTIALS) from None


def _said_no(action: str, code: str, status: int) -> Exception:
    if code in _DENIED:
        return Denied(action)
    if code in _BAD_CREDENTIALS:
        return Broken(f"AWS does not take these credentials: {code}.", CREDENTIALS)
    if code == _NO_ORGANIZATION:
        return Broken("This account is in no organization, so that no SCP is over it.", CREDENTIALS)
    if code in _BUSY or status >= _SERVER_ERROR:
        return Unavailable(f"AWS is busy: {code} ({action}).")
    if code in _GONE:
        return Gone(f"AWS has no such thing: {code} ({action}).")
    return Broken(f"AWS refuses {action}: {code or status}.")
