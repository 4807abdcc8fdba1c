"""Take out of a text the pieces that a ticket needs: identifiers, names, times.

Nothing is made up here: every value is a part of the normalised text. Only a time with a zone is
written anew, in UTC.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from ipaddress import ip_address

from bot.diagnosis.table import Field, rule

GUID = r"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?![0-9a-z])"
EMAIL = r"([a-z0-9][a-z0-9._%+#-]{0,63}@[a-z0-9][a-z0-9.-]{0,189}\.[a-z]{2,24})(?![a-z0-9])"
NAME = r"([^\s\"'*,{}\[\]][^\n\"{}\[\]]{0,119})"
"""A name with spaces, up to the end of the line, a quote or a bracket."""

MOMENT = (
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}[t\s][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?"
    r"\s?(?:z\b|utc\b|[+-][0-9]{2}:?[0-9]{2}\b)?"
    r"|[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4},?\s[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?"
    r"(?:\s?[ap]m\b)?(?:\s?(?:utc|gmt|z)\b)?)"
)
_BEFORE = r"(?<![a-z0-9/])"
_COLON = r"[\"'*_)]{0,3}\s?[:=]\s?[\"'*_(\[]{0,3}\s?"
_GAP = r"[\"'*_)]{0,3}\s?[:=]?\s?[\"'*_({\[]{0,3}\s?"

# The labels that can follow a name when the lines of the panel were run together.
_NEXT_LABEL = rule(
    r"[\s,;|]{1,3}(?:error ?code|request ?id|correlation ?id|trace ?id|time ?stamp|app ?name"
    r"|app ?id|ip ?address|device (?:identifier|platform|state)|resource|tenant|user|policy|object"
    r"|flag sign-in|message|date|result|state|status|location)(?: ?(?:id|name|errors))?"
    r"[^\n:=]{0,20}[:=]"
    r"|\s(?:app(?:lication)?|request|correlation|trace|object|policy) ?id\s"
    r"|\sflag sign-in errors|[.;](?:\s|$)"
)


def labelled(label: str, value: str) -> str:
    """Give an expression for a value of strict shape after its label, colon or not."""
    return f"{_BEFORE}{label}{_GAP}{value}"


def titled(label: str, value: str) -> str:
    """Give an expression for a value of loose shape: the colon or equals sign must be there."""
    return f"{_BEFORE}{label}{_COLON}{value}"


def _moment(written: str) -> str | None:
    """Write a time that has a zone in UTC to the second, leave any other as it stands."""
    plain = written.upper().replace("UTC", "Z").replace(" Z", "Z").replace("\n", " ")
    try:
        moment = datetime.fromisoformat(plain)
        moment = moment.astimezone(UTC) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        return written
    if moment.tzinfo is None:
        return written
    return moment.replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def _name(written: str) -> str | None:
    # The leading space lets the label of the next line be seen when this value is empty.
    spaced = f" {written}"
    following = _NEXT_LABEL.search(spaced)
    plain = spaced[: following.start()] if following else spaced
    return plain.strip(" *_'\",;") or None


def _address(written: str) -> str | None:
    plain = written.rstrip(".:")
    try:
        ip_address(plain)
    except ValueError:
        return None
    return plain


def _tail(written: str) -> str | None:
    return written.rstrip(".,:;") or None


_SHAPES: dict[str, Callable[[str], str | None]] = {
    "timestamp": _moment,
    "app_name": _name,
    "policy_name": _name,
    "device_state": _name,
    "ip_address": _address,
    "principal_arn": _tail,
    "resource_arn": _tail,
    "policy_id": _tail,
    "resource": _tail,
    "principal": _tail,
}


def _first(field: Field, text: str) -> str | None:
    shape = _SHAPES.get(field.key, str)
    for form in field.forms:
        for match in form.finditer(text):
            value = shape(match[1])
            if value is not None:
                return value
    return None


def pick(text: str, fields: Iterable[Field]) -> dict[str, str]:
    """Give the first value of each field found in a normalised text.

    Of several fields with one key the earlier wins, so the caller puts the provider that was
    recognised first.
    """
    picked: dict[str, str] = {}
    for field in fields:
        if field.key not in picked and (value := _first(field, text)) is not None:
            picked[field.key] = value
    return picked
