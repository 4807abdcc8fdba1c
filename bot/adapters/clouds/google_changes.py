"""When each policy was changed, and by whom as far as the organization's audit log says.

The log of administrator activity is asked once, for the last days and a bounded number of entries;
it holds what was done at the organization itself, not in its folders and projects.
https://cloud.google.com/logging/docs/audit
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

from bot.adapters.clouds.google_http import CONSTRAINTS, IAM, LEVELS, LOG, GoogleApi, Json
from bot.adapters.clouds.google_notes import Notes, Wanted
from bot.adapters.clouds.google_policies import Read
from bot.audit.google.principal import CUSTOMER, EVERYBODY
from bot.audit.snapshot import Change, newest_first
from bot.core.errors import Broken, Unavailable
from bot.core.wording import plain_line

ENTRIES = Wanted(
    "who changed policies", LOG, "logging.logEntries.list", "roles/logging.viewer", hides=False
)
DAYS = 30
MOST_PAGES = 5
# How far the log's time and the policy's may be apart and still mean the same change.
_SAME = timedelta(minutes=10)
_NEVER_BROAD = ("level", "organization", "user_access")


@dataclass(frozen=True, slots=True)
class Entry:
    """Who did something to a resource, and when (UTC)."""

    by: str
    at: datetime | None


async def read_entries(
    api: GoogleApi, organization: str, notes: Notes, now: datetime
) -> dict[str, Entry]:
    """Resource → the newest entry about it. Empty, with a note, when the log cannot be read."""
    services = " OR ".join(f'"{one}"' for one in (IAM, LEVELS, CONSTRAINTS))
    wanted: Json = {
        "resourceNames": [organization],
        "filter": f'log_id("cloudaudit.googleapis.com/activity")'
        f' AND timestamp>="{now - timedelta(days=DAYS):%Y-%m-%dT%H:%M:%SZ}"'
        f" AND protoPayload.serviceName=({services})",
        "orderBy": "timestamp desc",
        "pageSize": 1000,
    }
    found: dict[str, Entry] = {}
    for _ in range(MOST_PAGES):
        try:
            page = await api.entries(wanted)
        except (Broken, Unavailable) as error:
            notes.failed(ENTRIES, organization, error)
            break
        for raw in page.get("entries") or []:
            for name, entry in _entry(raw):
                found.setdefault(name, entry)
        if not page.get("nextPageToken"):
            break
        wanted = {**wanted, "pageToken": page["nextPageToken"]}
    return found


def changes_of(policies: Iterable[Read], entries: dict[str, Entry]) -> tuple[Change, ...]:
    """One for each policy, newest first."""
    return newest_first([_change(one, entries.get(_plain(one.name))) for one in policies])


def _change(policy: Read, entry: Entry | None) -> Change:
    at = _changed(policy.raw)
    by = entry.by if entry and _same(entry.at, at) else ""
    shown = policy.raw.get("displayName") or policy.raw.get("title")
    name = shown if isinstance(shown, str) else policy.name.rpartition("/")[2]
    when = at or (entry.at if entry else None)
    return Change(policy.name, plain_line(name), when, by, _broad(policy))


def _same(logged: datetime | None, changed: datetime | None) -> bool:
    return logged is None or changed is None or abs(logged - changed) <= _SAME


def _changed(raw: Json) -> datetime | None:
    """`updateTime`; an organization policy has one in each of its halves."""
    halves = [raw, raw.get("spec"), raw.get("dryRunSpec")]
    moments = [_moment(one.get("updateTime")) for one in halves if isinstance(one, dict)]
    return max((one for one in moments if one), default=None)


def _moment(said: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(said) if isinstance(said, str) else None
        return moment.astimezone(UTC) if moment and moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _broad(policy: Read) -> bool:
    """Whether it may reach everybody: what names only some principals does not."""
    if policy.kind in _NEVER_BROAD:
        return False
    if policy.kind not in ("deny", "access"):
        return True
    return any(one == EVERYBODY or one.startswith(CUSTOMER) for one in texts_in(policy.raw))


def texts_in(value: object) -> Iterator[str]:
    """Every text in a JSON value."""
    ahead = [value]
    while ahead:
        here = ahead.pop()
        if isinstance(here, str):
            yield here
        elif isinstance(here, list):
            ahead += here
        elif isinstance(here, dict):
            ahead += here.values()


def _entry(raw: object) -> Iterator[tuple[str, Entry]]:
    """The resources that an entry is about. An attempt that failed changed nothing."""
    payload = raw.get("protoPayload") if isinstance(raw, dict) else None
    if not isinstance(raw, dict) or not isinstance(payload, dict):
        return
    status, who = payload.get("status"), payload.get("authenticationInfo")
    if (isinstance(status, dict) and status.get("code")) or not isinstance(who, dict):
        return
    by = who.get("principalEmail") or who.get("principalSubject")
    entry = Entry(plain_line(by) if isinstance(by, str) else "", _moment(raw.get("timestamp")))
    request = payload.get("request")
    inside = [request, *request.values()] if isinstance(request, dict) else []
    names = [one.get("name") for one in inside if isinstance(one, dict)]
    for name in (payload.get("resourceName"), *names):
        if isinstance(name, str) and name:
            yield _plain(name), entry


def _plain(name: str) -> str:
    """A resource name without quoting and without its service: both are written either way."""
    text = unquote(name)
    return text.removeprefix("//").partition("/")[2] if text.startswith("//") else text
