"""What `lockout doctor` looks at on this machine; `services.doctor` judges what it finds.

It looks, and changes nothing. Not looked at: whether the clock is right, and whether Slack answers.
"""

from __future__ import annotations

import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.adapters.db.examining import examine_database, newest_snapshots, sqlite_file
from bot.adapters.system import SystemClock
from bot.core.errors import Invalid, Problem
from bot.core.facts import AnyTenant
from bot.core.organisation import Organisation
from bot.services.doctor import (
    Check,
    judge_mode,
    judge_problems,
    judge_slack,
    judge_snapshot,
    judge_space,
    judge_versions,
)

# Any zone that a machine without time zone data does not know.
A_ZONE = "Europe/Berlin"


@dataclass(frozen=True, slots=True)
class Patient:
    """What is configured, as plain values. `slack`: by name of the setting, empty when not set.

    `reads` says whether what reads a tenant at its provider is installed; it asks nobody.
    """

    database_url: str
    slack: Mapping[str, str]
    organisation: Callable[[], tuple[Organisation, list[Problem]]]
    uses_example: bool
    playbooks: Callable[[], list[Problem]]
    env_file: Path
    reads: Callable[[AnyTenant], bool]


def examine(patient: Patient) -> list[Check]:
    """Everything, in the order in which it should be mended."""
    file = sqlite_file(patient.database_url)
    return [
        examine_versions(on_sqlite=file is not None),
        *examine_database(patient.database_url),
        *_disk(file),
        *_modes(file, patient.env_file),
        _organisation(patient),
        *_snapshots(patient),
        _playbooks(patient),
        *judge_slack(patient.slack),
        examine_time_zones(),
    ]


def examine_versions(*, on_sqlite: bool) -> Check:
    """Of this very process."""
    return judge_versions(sys.version_info[:3], sqlite3.sqlite_version_info, on_sqlite=on_sqlite)


def without_settings(error: Invalid) -> list[Check]:
    """What can be said when the settings themselves are wrong."""
    wrong = [Check("settings", "fail", str(problem), "Mend it") for problem in error.problems]
    return [examine_versions(on_sqlite=True), *wrong]


def _disk(file: Path | None) -> Iterator[Check]:
    """A database on a server has its disk there."""
    folder = file.absolute().parent if file else None
    if folder is not None and folder.is_dir():
        yield judge_space(shutil.disk_usage(folder).free)


def _modes(file: Path | None, env_file: Path) -> Iterator[Check]:
    beside = [Path(f"{file}{tail}") for tail in ("", "-wal", "-shm")] if file else []
    for path in (*beside, env_file):
        try:
            mode = path.stat().st_mode
        except OSError:
            continue
        yield judge_mode(str(path), mode)


def _organisation(patient: Patient) -> Check:
    if patient.uses_example:
        return Check(
            "organisation",
            "warn",
            "none is set; the example stands in",
            "lockout init, fill it in, and name it in LOCKOUT_ORGANISATION",
        )
    try:
        found, problems = patient.organisation()
    except Invalid as error:
        good, problems = "", error.problems
    else:
        good = f"{found.name}, {len(found.tenants)} tenants, {len(found.people)} people"
    todo = "lockout organisation check names each"
    return judge_problems("organisation", problems, good=good, todo=todo)


def _snapshots(patient: Patient) -> Iterator[Check]:
    """Each tenant that is to be watched; what is wrong with the file is said elsewhere."""
    if patient.uses_example:
        return
    try:
        found, _ = patient.organisation()
    except Invalid:
        return
    if found.snapshots is None:
        return
    now, seen = SystemClock().now(), newest_snapshots(patient.database_url)
    for tenant in found.watched():
        yield judge_snapshot(
            tenant.id,
            tenant.provider,
            installed=patient.reads(tenant),
            age=now - seen[tenant.id] if tenant.id in seen else None,
            stale_after=found.snapshots.stale_after,
        )


def _playbooks(patient: Patient) -> Check:
    todo = "lockout playbooks check names each"
    return judge_problems("playbooks", patient.playbooks(), good="no problems", todo=todo)


def examine_time_zones(zone: str = A_ZONE) -> Check:
    """Whether this machine knows one."""
    try:
        ZoneInfo(zone)
    except (KeyError, OSError):
        return Check("time zones", "fail", "no time zone data", "pip install tzdata")
    return Check("time zones", "ok", "time zone data is there")
