"""How what a person writes into the organisation file must look: names, addresses, durations.

Only the form is checked here; whether a thing of that name exists is the audit's question.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator

from bot.core.secrets import find_secrets

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def parse_duration(value: object) -> timedelta:
    """`15m`, `4h` or `2d`. Errors: ValueError with a sentence for whoever wrote it."""
    if isinstance(value, timedelta):
        return value
    found = re.fullmatch(r"(\d{1,5})([mhd])", value, re.ASCII) if isinstance(value, str) else None
    if not found:
        message = "write a duration as a number and m, h or d, for example 4h"
        raise ValueError(message)
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def shape(pattern: str, what: str) -> Callable[[str], str]:
    """A check that the whole text matches; `what` says in words what it should be."""
    compiled = re.compile(pattern, re.ASCII)

    def check(value: str) -> str:
        if not compiled.fullmatch(value):
            message = f"'{value[:80]}' is not {what}"
            raise ValueError(message)
        return value

    return check


def _no_secret(value: str) -> str:
    for name in find_secrets(value):
        message = (
            f"this looks like a {name}. No credential belongs in this file:"
            " name the place where it is kept"
        )
        raise ValueError(message)
    return value


def _address(value: str) -> str:
    try:
        ipaddress.ip_network(value, strict=False)
    except ValueError:
        message = f"'{value}' is not an IP address or network"
        raise ValueError(message) from None
    return value


def _time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        message = f"'{value}' is not a time zone name, for example 'Europe/Berlin' or 'UTC'"
        raise ValueError(message) from None
    return value


def _as_text(value: object) -> object:
    """YAML reads 012345678901 and 123456789012 as numbers; an id is text."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Text = Annotated[str, BeforeValidator(_as_text), AfterValidator(_no_secret)]
Guid = Annotated[
    str,
    AfterValidator(
        shape(
            r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
            "a GUID, for example 11111111-2222-3333-4444-555555555555",
        )
    ),
]
AwsAccount = Annotated[
    str,
    BeforeValidator(_as_text),
    AfterValidator(shape(r"\d{12}", "a 12-digit AWS account ID (write it in quotes)")),
]
AwsOrganization = Annotated[
    str,
    AfterValidator(
        shape(r"o-[a-z0-9]{10,32}", "an AWS organization ID, for example o-exampleorg1")
    ),
]
PrincipalArn = Annotated[
    str,
    AfterValidator(
        shape(
            r"arn:aws[a-z-]*:iam::(\d{12}|\*):(role|user)/[\w+=,.@/*-]{1,512}",
            "an IAM role or user ARN, for example arn:aws:iam::123456789012:role/break-glass-1"
            " (a session ARN, sts:assumed-role, never matches a policy)",
        )
    ),
]
AwsAction = Annotated[
    str,
    AfterValidator(
        shape(
            r"default|[a-z0-9-]+:[A-Za-z][A-Za-z0-9]*",
            "an AWS action without wildcards, for example iam:PutRolePolicy, or default",
        )
    ),
]
GooglePermission = Annotated[
    str,
    AfterValidator(
        shape(
            r"default|[a-z0-9-]+\.googleapis\.com/[A-Za-z]\w*\.[A-Za-z]\w*",
            "a permission as deny policies write it, without wildcards, for example"
            " iam.googleapis.com/denypolicies.update, or default",
        )
    ),
]
GoogleOrganization = Annotated[
    str,
    BeforeValidator(_as_text),
    AfterValidator(shape(r"\d{6,20}", "a Google Cloud organization number")),
]
GoogleCustomer = Annotated[
    str, AfterValidator(shape(r"C[0-9a-z]{6,20}", "a Google customer ID, for example C01example"))
]
Email = Annotated[str, AfterValidator(shape(r"[^\s@]{1,64}@[^\s@]{1,255}", "an e-mail address"))]
Domain = Annotated[
    str,
    AfterValidator(shape(r"(?=.{4,253}$)([A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}", "a domain name")),
]
TenantKey = Annotated[
    str,
    AfterValidator(
        shape(r"[a-z0-9][a-z0-9-]{0,39}", "a short name (lower case letters, digits, hyphens)")
    ),
]
Address = Annotated[str, AfterValidator(_address)]
SlackUser = Annotated[
    str,
    AfterValidator(
        shape(
            r"[UW][A-Z0-9]{2,20}",
            "a Slack member ID, for example U0123ABCD (profile, three dots, 'Copy member ID')",
        )
    ),
]
SlackChannel = Annotated[
    str, AfterValidator(shape(r"[CG][A-Z0-9]{2,20}", "a Slack channel ID, for example C0123ABCD"))
]
Phone = Annotated[
    str,
    BeforeValidator(_as_text),
    AfterValidator(shape(r"\+?[0-9][0-9 ()/.-]{3,28}", "a phone number, for example +1 555 0100")),
]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
