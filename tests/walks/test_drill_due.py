"""A drill that came due is said in Slack: once, by whichever process runs first."""

from __future__ import annotations

from pathlib import Path

from tests.walks.office import APPROVER, OTHER_APPROVER, Office, open_office
from tests.workspace import Message

EXAMPLE = Path("bot") / "resources" / "organisation.example.yaml"


def overdue(folder: Path) -> Path:
    """The example organisation, with a drill that was due long ago."""
    root = Path(__file__).parent.parent.parent
    text = (root / EXAMPLE).read_text("utf-8") + "drills: {every: quarterly, first: 2026-01-31}\n"
    file = folder / "organisation.yaml"
    file.write_text(text, "utf-8")
    return file


def said(office: Office) -> list[Message]:
    """The notices, wherever they went."""
    messages = office.slack.world.state.messages.values()
    return [message for message in messages if "DRILL due" in message.text]


async def test_what_came_due_while_nobody_ran_is_said_at_the_start_and_once(
    tmp_path: Path,
) -> None:
    """To each approver, since the example's fallback channel does not exist here."""
    file = overdue(tmp_path)
    async with open_office(tmp_path, "http", file) as office:
        # Three tenants, two approvers.
        found = await office.slack.until(lambda: said(office) * (len(said(office)) == 6), within=8)
        assert all("DRILL due" in message.text.splitlines()[0] for message in found)
        assert {"entra-example", "aws-example", "google-example"} == {
            message.text.rpartition("/lockout drill ")[2].strip("`") for message in found
        }
        for who in (APPROVER, OTHER_APPROVER):
            members = [
                office.slack.world.state.channels[message.channel].members for message in found
            ]
            assert sum(who in one for one in members) == 3
    async with open_office(tmp_path, "http", file) as office:
        await office.declare("entra")
        assert said(office) == []
