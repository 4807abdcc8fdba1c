"""An office at night: the real app, a stand-in Slack, and people who press what they can read.

Everything goes by the words on the screen, as people do it: labels of buttons and fields, never
ids. `Office.press` waits until the card shows the button, so a script needs no waiting of its own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from bot.app import App
from bot.core.timeline import Fact
from bot.services.desk import Desk
from bot.settings import Settings
from tests.ports import free_port
from tests.workspace import Message, Person, Workspace

ONCALL, SECOND, APPROVER, OTHER_APPROVER = "U0ONCALL1", "U0SECOND1", "U0APPROV1", "U0APPROV2"
STRANGER = "U0STRANGE"
PEOPLE = {
    ONCALL: "oncall",
    SECOND: "second",
    APPROVER: "approver",
    OTHER_APPROVER: "approver2",
    "U0CUSTOD1": "custodian",
    STRANGER: "stranger",
}

Answers = Mapping[str, str | list[str]]


@dataclass(frozen=True)
class Office:
    """One running app and the workspace it serves."""

    slack: Workspace
    app: App
    desk: Desk

    def person(self, user: str = ONCALL) -> Person:
        """Somebody of the office."""
        return self.slack.person(user)

    async def declare(self, command: str = "", who: str = ONCALL, **answers: str) -> Message:
        """`/lockout`, fill in, submit; the card in its own channel."""
        person = self.person(who)
        await person.types("/lockout", command)
        if answers:
            await person.fills({label.replace("_", " "): text for label, text in answers.items()})
        else:
            await person.sees_modal("Locked out")
        await person.submits()
        await person.sees_modal()
        await person.closes()
        return await self.card()

    async def card(self) -> Message:
        """The newest incident card, when it hangs."""
        found = await self.slack.until(self._cards, within=5)
        return found[-1]

    def _cards(self) -> list[Message]:
        channels = self.slack.world.state.channels
        return [
            message
            for name in channels
            for message in self.slack.messages(name)
            if "facts on the timeline" in self.person()._viewer.message(message)
        ]

    async def press(self, label: str, who: str = ONCALL) -> None:
        """Press a button on the newest card, and see the card change."""
        card = await self.card()
        before = self._head(card)
        await self.person(who).presses(label, card)
        await self._changed(card, before)

    async def _changed(self, card: Message, before: str) -> None:
        """Until the card shows something else, and nothing newer is still to be drawn."""

        def drawn() -> bool:
            shown = self._head(card)
            return shown != before and shown in self._newest(shown)

        await self.slack.until(drawn, within=10)

    def _newest(self, shown: str) -> set[str]:
        """Of all incidents; what is shown, where the program is another process."""
        folded = getattr(self.desk, "_folded", None)
        return {shown} if folded is None else {one.head[:12] for one in folded.values()}

    def _head(self, card: Message) -> str:
        return self.person()._viewer.message(card).rpartition("head ")[2].split()[0]

    async def answer(self, label: str, answers: Answers, who: str = ONCALL) -> None:
        """Press a button that asks, fill in its form by label, submit, and see the card change."""
        card, person = await self.card(), self.person(who)
        before = self._head(card)
        await person.presses(label, card)
        await person.fills(answers)
        await person.submits()
        await self._changed(card, before)

    async def facts(self) -> list[Fact]:
        """The timeline of the newest incident."""
        lines = await self.desk.store.incidents()
        return await self.desk.store.read(lines[0].id)


@asynccontextmanager
async def open_office(
    folder: Path, transport: str, organisation: Path | None = None
) -> AsyncIterator[Office]:
    """The app served over `http` or `socket`, on a database in `folder`."""
    async with Workspace(users=PEOPLE) as slack:
        port = free_port()
        app = App()
        app.settings = Settings(
            slack_bot_token=SecretStr(slack.bot_token),
            slack_signing_secret=SecretStr(slack.signing_secret) if transport == "http" else None,
            slack_app_token=SecretStr(slack.app_token) if transport == "socket" else None,
            slack_api_url=slack.api_url,
            lockout_listen=f"127.0.0.1:{port}",
            lockout_database_url=f"sqlite:///{folder}/lockout.db",
            lockout_organisation=organisation,
        )
        async with app.serving() as desk:
            if transport == "http":
                slack.connect_http(f"http://127.0.0.1:{port}")
            else:
                await slack.until(lambda: slack.sockets.connections, within=5)
            yield Office(slack, app, desk)
