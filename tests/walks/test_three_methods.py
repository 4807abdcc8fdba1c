"""All three methods at all three providers, from `/lockout` to the exported timeline."""

from __future__ import annotations

import json
import re

import pytest

from bot.exports import FORMATS
from bot.exports.verify import verify
from tests.walks.office import APPROVER, ONCALL, Office
from tests.walks.scripts import WALKS
from tests.workspace.model import File

# The report is of a drill.
OF_INCIDENTS = {name for name, one in FORMATS.items() if not one.drills_only}


async def play(office: Office, script: str) -> None:
    """Press what the script says, line by line."""
    joined = re.sub(r"\n\s*\|", " |", script)
    for line in filter(None, map(str.strip, joined.splitlines())):
        spoken, *fields = (part.strip() for part in line.split("|"))
        who = APPROVER if spoken.startswith("approver: ") else ONCALL
        found = re.fullmatch(r"(?:approver: )?(?:(\d+) x )?(.+)", spoken)
        assert found, line
        answers = dict(field.split(" = ", 1) for field in fields)
        for _ in range(int(found[1] or 1)):
            if answers:
                await office.answer(found[2], answers, who)
            else:
                await office.press(found[2], who)


def arrived(office: Office) -> list[File]:
    """The exports, once all of them can be opened in a channel."""
    files = [file for file in office.slack.files if file.channels and file.content]
    return files if len(files) == len(OF_INCIDENTS) else []


@pytest.mark.parametrize(("provider", "method"), WALKS)
async def test_a_lockout_is_walked_from_the_command_to_the_exported_timeline(
    office: Office, provider: str, method: str
) -> None:
    """Every button is found by its label, nothing is refused, nothing stays open."""
    await office.declare(provider)
    await play(office, WALKS[provider, method])
    await office.press("Close the incident")
    files = await office.slack.until(lambda: arrived(office), within=10)
    exported = {file.name.rpartition(".")[2]: file.content or b"" for file in files}
    assert set(exported) == OF_INCIDENTS
    assert verify(exported["json"]).intact
    kinds = [fact["kind"] for fact in json.loads(exported["json"])["facts"]]
    assert "PressRefused" not in kinds
    assert kinds.count("ObligationOpened") == kinds.count("ObligationSettled")
    assert office.person(ONCALL).troubles == []
    assert office.person(APPROVER).troubles == []
