"""What several walks look at or wait for, in the words of the office."""

from __future__ import annotations

from pathlib import Path

from bot.core.timeline import Fact
from tests.walks.office import ONCALL, Office
from tests.workspace import Message

TENANT_ID = "11111111-2222-3333-4444-555555555555"
GENERAL = "C0GENERAL"

TO_UNSEALING = ("No, only sign-in fails", "Nobody can", "No, nobody can")


def let_in(office: Office, card: Message, user: str) -> None:
    """Somebody has invited this person to the incident's channel."""
    members = office.slack.world.state.channels[card.channel].members
    if user not in members:
        members.append(user)


async def told(office: Office, user: str, words: str) -> str:
    """What only this person sees, with these words; waits for it."""
    person = office.person(user)
    found = await office.slack.until(
        lambda: [text for text in person.told if words in text], within=5
    )
    return found[-1]


async def shown(office: Office, channel: str, words: str, who: str = ONCALL) -> str:
    """A channel as this person sees it, once these words are there."""
    person = office.person(who)
    await office.slack.until(lambda: words in person.screen(channel), within=5)
    return person.screen(channel)


async def kinds(office: Office) -> list[str]:
    """The kinds of fact on the newest timeline, in order.

    Without CardPosted, which comes whenever Slack has taken the card.
    """
    return [fact.kind for fact in await office.facts() if fact.kind != "CardPosted"]


async def only(office: Office, kind: str) -> Fact:
    """The one fact of that kind."""
    (found,) = [fact for fact in await office.facts() if fact.kind == kind]
    return found


async def walk(office: Office, *labels: str, who: str = ONCALL) -> None:
    """Press these buttons one after another."""
    for label in labels:
        await office.press(label, who)


def stored_bytes(folder: Path) -> bytes:
    """Everything that the database keeps on disk, its log included."""
    return b"".join(path.read_bytes() for path in sorted(folder.glob("lockout.db*")))
