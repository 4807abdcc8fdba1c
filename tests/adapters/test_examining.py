"""The doctor's round: everything is looked at, whatever is wrong with the rest."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.db.engine import migrate, open_engine
from bot.adapters.db.outgoing import write_effect
from bot.adapters.db.snapshots import SqlSnapshotStore
from bot.adapters.db.writer import Writer
from bot.adapters.examining import Patient, examine, examine_time_zones, without_settings
from bot.adapters.system import SystemClock
from bot.audit.snapshot import Snapshot
from bot.core.errors import Invalid, Problem
from bot.core.organisation import Organisation, SnapshotSettings
from bot.services.doctor import Check
from tests.services.desks import example

DOUBT = Problem("organisation.yaml", 3, "exercise", "is on", fatal=False)
WRONG = Problem("organisation.yaml", 4, "people", "is missing")


def refused() -> tuple[Organisation, list[Problem]]:
    """A file with a mistake."""
    raise Invalid([WRONG, DOUBT])


@pytest.fixture
def patient(tmp_path: Path) -> Patient:
    """In good health."""
    tokens = {"SLACK_BOT_TOKEN": "xoxb-1-geheim", "SLACK_APP_TOKEN": "xapp-1-geheim"}
    return Patient(
        f"sqlite:///{tmp_path}/lockout.db",
        {**tokens, "SLACK_SIGNING_SECRET": ""},
        lambda: (example(), []),
        uses_example=False,
        playbooks=list,
        env_file=tmp_path / ".env",
        reads=lambda tenant: tenant.provider == "entra",
    )


def found(patient: Patient, name: str) -> list[Check]:
    """What was said of one thing."""
    return [check for check in examine(patient) if check.name == name]


def watching() -> tuple[Organisation, list[Problem]]:
    """All tenants of the example are to be watched."""
    return example().model_copy(update={"snapshots": SnapshotSettings()}), []


async def keep(patient: Patient, tenant: str, age: timedelta) -> None:
    """A snapshot that was taken so long ago."""
    engine = open_engine(patient.database_url)
    migrate(engine)
    writer, clock = Writer(engine), SystemClock()
    taken = Snapshot("entra", tenant, clock.now() - age, ())
    await SqlSnapshotStore(writer, clock, write_effect).keep(taken)
    writer.close()


async def test_what_is_watched_but_not_read_is_said(patient: Patient) -> None:
    """Never, too long ago, or by nobody; and without a single question to a provider."""
    watched = replace(patient, organisation=watching)
    never, not_installed, *_ = found(watched, "snapshots")
    assert (never.level, not_installed.level) == ("warn", "warn")
    assert "entra-example was never read" in never.said
    assert not_installed.todo == "pip install 'lockout[aws]'"
    await keep(watched, "entra-example", timedelta(hours=30))
    stale = found(watched, "snapshots")[0]
    assert (stale.level, stale.said) == ("warn", "entra-example was read last 30 hours ago")
    assert "lockout snapshot entra-example" in stale.todo
    await keep(watched, "entra-example", timedelta(minutes=5))
    well = found(watched, "snapshots")[0]
    assert (well.level, well.todo) == ("ok", "")
    assert "its provider was not asked" in well.said


def test_snapshots_that_nobody_wants_are_not_looked_for(patient: Patient) -> None:
    """Nor with a file that cannot be read, or where the example stands in."""
    assert found(patient, "snapshots") == []
    assert found(replace(patient, organisation=refused), "snapshots") == []
    assert found(replace(patient, organisation=watching, uses_example=True), "snapshots") == []
    no_database = replace(patient, organisation=watching, database_url="nonsense")
    assert found(no_database, "snapshots")[0].said == "entra-example was never read"


def test_everything_is_looked_at(patient: Patient) -> None:
    """In the order in which it should be mended; each well thing says so."""
    checks = examine(patient)
    assert [check.name for check in checks] == [
        "versions",
        "database",
        "disk space",
        "organisation",
        "playbooks",
        "Slack",
        "time zones",
    ]
    assert [check for check in checks if check.name not in {"versions", "disk space"}] == [
        check
        for check in checks
        if check.level == "ok" and not check.todo and check.name not in {"versions", "disk space"}
    ]
    assert "3 tenants" in found(patient, "organisation")[0].said


def test_no_credential_is_shown(patient: Patient) -> None:
    """Neither one of Slack nor the database's."""
    away = replace(patient, database_url="postgresql+psycopg://u:geheim@127.0.0.1:1/x")
    for one in (patient, away):
        assert not [check for check in examine(one) if "geheim" in check.said + check.todo]


@pytest.mark.parametrize(
    ("organisation", "level", "said"),
    [
        (lambda: (example(), [DOUBT]), "warn", "1 warning"),
        (refused, "fail", "1 problem"),
    ],
)
def test_the_organisation_file_is_judged(
    patient: Patient,
    organisation: Callable[[], tuple[Organisation, list[Problem]]],
    level: str,
    said: str,
) -> None:
    """Its own check has the details."""
    (check,) = found(replace(patient, organisation=organisation), "organisation")
    assert (check.level, check.said) == (level, said)
    assert "organisation check" in check.todo


def test_the_example_is_no_organisation(patient: Patient) -> None:
    """At night it would name people who do not exist."""
    (check,) = found(replace(patient, uses_example=True, organisation=refused), "organisation")
    assert check.level == "warn"
    assert "LOCKOUT_ORGANISATION" in check.todo


def test_playbooks_that_do_not_hold_fail(patient: Patient) -> None:
    """A walk would end in them."""
    (check,) = found(replace(patient, playbooks=lambda: [WRONG]), "playbooks")
    assert check.level == "fail"


def test_files_that_everybody_reads_are_named(patient: Patient, tmp_path: Path) -> None:
    """The database, what SQLite keeps beside it, and the credentials."""
    assert found(patient, "permissions") == []
    with closing(sqlite3.connect(tmp_path / "lockout.db")) as writer:
        # SQLite keeps the log beside a database for as long as somebody has it open.
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("CREATE TABLE something (else_ TEXT)")
        (tmp_path / ".env").touch()
        for name, mode in (("", 0o600), ("-wal", 0o644), ("-shm", 0o600)):
            (tmp_path / f"lockout.db{name}").chmod(mode)
        (tmp_path / ".env").chmod(0o644)
        modes = found(patient, "permissions")
    assert [check.level for check in modes] == ["ok", "warn", "ok", "warn"]
    assert modes[3].todo == f"chmod 600 {tmp_path / '.env'}"


def test_a_machine_without_time_zones_is_said() -> None:
    """Slim images have none, unless tzdata is installed."""
    assert examine_time_zones().level == "ok"
    assert examine_time_zones("Example/Nowhere").level == "fail"


def test_wrong_settings_do_not_keep_the_doctor_away() -> None:
    """Each is named, beside what can be said without them."""
    wrong = [Problem("environment", 0, "LOCKOUT_LISTEN", "write it as HOST:PORT")] * 2
    checks = without_settings(Invalid(wrong))
    assert [check.name for check in checks] == ["versions", "settings", "settings"]
    assert "LOCKOUT_LISTEN" in checks[1].said
