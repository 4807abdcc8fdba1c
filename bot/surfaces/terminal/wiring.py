"""What the command line needs of the composition root; `bot.app` provides it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, Protocol

from bot.audit.model import Source
from bot.core.errors import Problem
from bot.core.organisation import Organisation
from bot.playbook.library import Library
from bot.services.desk import Desk
from bot.services.doctor import Check
from bot.services.ports import Mover


class Wiring(Protocol):
    """Nothing is opened before it is asked for. Errors everywhere: Invalid, Broken, Unavailable."""

    @property
    def uses_example(self) -> bool:
        """No organisation file is configured, so the shipped example stands in."""

    def organisation(self, file: Path | None = None) -> tuple[Organisation, list[Problem]]:
        """The organisation file and its warnings; of `file` instead of the configured one."""

    def library(self) -> Library:
        """The playbooks and ticket templates."""

    def desk(self) -> AbstractAsyncContextManager[Desk]:
        """Everything a use case needs, with the database open until the block ends."""

    def mover(self) -> AbstractAsyncContextManager[Mover]:
        """The database alone, for backup and moving house; needs no other file to be right."""

    def examine(self) -> list[Check]:
        """All that `lockout doctor` looks at. Errors: none; what is wrong is a check that fails."""

    async def serve(self) -> None:
        """Run until told to stop: Slack when it is configured, health always."""

    def check_playbooks(self, folder: Path | None) -> list[Problem]:
        """All problems of a folder of playbooks, of the shipped ones without a folder."""

    def policies(self, paths: Iterable[Path]) -> tuple[list[Source], list[Problem]]:
        """What an audit reads in files, folders and zips; what cannot be read is a problem."""

    def example_organisation(self) -> str:
        """The commented example file."""

    def manifest(self) -> dict[str, Any]:
        """The Slack app manifest."""
