"""Files, folders and zips of exported policies → what an audit reads.

YAML comes as JSON. Reading only: nothing is ever written, so a name in a zip can lead nowhere. What
cannot be read is a problem with its name, and the others are still read. Not about what the bytes
mean: that is the audit's.
"""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bot.adapters import policy_yaml
from bot.audit.model import Source
from bot.core.errors import Problem

# What is looked at in a folder or zip.
SUFFIXES = (".json", ".yaml", ".yml", ".tf", ".hcl")
_HCL = (".tf", ".hcl")
ZIP = ".zip"
MISSING = "There is no such file or folder."
NOTHING = "Holds no file that ends in .json (nor .zip, .yaml, .tf)."
NESTED = "A zip in a zip is not opened. Take it out first."
ENCRYPTED = "Is encrypted. Take it out of the zip first."
BROKEN = "Is damaged: it cannot be taken out of the zip."
NO_ZIP = "Is no zip that can be read."
HCL = (
    "Is Terraform's HCL, which is not read. Give the output of terraform show -json instead, or an"
    " export from the provider."
)
HIDDEN = "Hidden files or folders in it were left out ({}): {}. What is in them is not audited."
# Nobody looks for policies there.
_NO_LOSS = (".git", "__macosx")
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes of one file, bytes of all, and how many files; more is a problem, not read."""

    file_bytes: int = 32 << 20
    all_bytes: int = 256 << 20
    files: int = 20_000


class _Full(Exception):
    """All that may be read was read."""


def read_policies(
    paths: Iterable[Path], limits: Limits | None = None
) -> tuple[list[Source], list[Problem]]:
    """Every file among `paths`: itself, or the policy files in a folder, through all folders.

    A source is named by its path as given; one in a zip by the zip's path and its own. Folders are
    read in the order of names; hidden ones and symbolic links to folders are left out, the hidden
    ones with a remark. Never raises for what a file is like.
    """
    reader = _Reader(limits or Limits())
    try:
        for path in paths:
            reader.read(path)
    except _Full:
        reader.problems.append(Problem(reader.last, 0, "", reader.full))
    return reader.sources, reader.problems


class _Reader:
    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._bytes = 0
        self._seen: set[str] = set()
        self.sources: list[Source] = []
        self.problems: list[Problem] = []
        self.last = ""
        self.full = (
            f"This and what follows was NOT read: more than {limits.files:,} files or "
            f"{limits.all_bytes:,} bytes. Audit a part at a time."
        )

    def read(self, path: Path) -> None:
        """A file, a folder or a zip."""
        name = path.as_posix()
        try:
            if path.is_dir():
                self._folder(path, name)
            elif path.is_file():
                self._file(path)
            else:
                self._fail(name, MISSING)
        except OSError as error:
            self._fail(name, _unreadable(error))

    def _folder(self, path: Path, name: str) -> None:
        before = len(self.sources) + len(self.problems)
        hidden: list[str] = []
        for inside in _policy_files(path, self._fail, hidden):
            self._file(inside)
        if before == len(self.sources) + len(self.problems):
            self._fail(name, NOTHING)
        self._remark(name, [Path(one).relative_to(path).as_posix() for one in hidden])

    def _file(self, path: Path) -> None:
        name = path.as_posix()
        if name in self._seen:
            return
        self._seen.add(name)
        if name.lower().endswith(ZIP):
            self._zip(path)
            return
        try:
            with path.open("rb") as file:
                self._keep(name, file)
        except OSError as error:
            self._fail(name, _unreadable(error))

    def _zip(self, path: Path) -> None:
        name = path.as_posix()
        try:
            with zipfile.ZipFile(path) as archive:
                before = len(self.sources) + len(self.problems)
                members = sorted(archive.infolist(), key=lambda one: one.filename)
                members = [one for one in members if _is_wanted(one)]
                for member in members:
                    if not _hidden(member.filename):
                        self._member(archive, member, f"{name}/{member.filename}")
                if before == len(self.sources) + len(self.problems):
                    self._fail(name, NOTHING)
                self._remark(name, list(filter(None, (_hidden(one.filename) for one in members))))
        except (OSError, zipfile.BadZipFile, NotImplementedError, ValueError):
            self._fail(name, NO_ZIP)

    def _member(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> None:
        if member.filename.lower().endswith(ZIP):
            self._fail(name, NESTED)
        elif member.flag_bits & 1:
            self._fail(name, ENCRYPTED)
        else:
            try:
                with archive.open(member) as file:
                    self._keep(name, file)
            except (OSError, zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError):
                self._fail(name, BROKEN)

    def _keep(self, name: str, file: IO[bytes]) -> None:
        """No more than the limit is ever in memory, whatever a zip says of its sizes."""
        self.last = name
        if len(self.sources) >= self._limits.files:
            raise _Full
        content = file.read(self._limits.file_bytes + 1)
        if len(content) > self._limits.file_bytes:
            self._fail(name, f"Is larger than {self._limits.file_bytes:,} bytes.")
            return
        self._bytes += len(content)
        if self._bytes > self._limits.all_bytes:
            raise _Full
        self._take(name, content)

    def _take(self, name: str, content: bytes) -> None:
        """YAML becomes JSON here, under its own name; the audits read nothing else.

        HCL is named, as what it hides is not audited.
        """
        if name.lower().endswith(_HCL):
            self._fail(name, HCL)
            return
        if name.lower().endswith(policy_yaml.SUFFIXES):
            content, problem = policy_yaml.json_of(content, name)
            if problem:
                self.problems.append(problem)
                return
        self.sources.append(Source(name, content))

    def _fail(self, name: str, message: str) -> None:
        self.problems.append(Problem(name, 0, "", message))

    def _remark(self, name: str, hidden: list[str]) -> None:
        told = [one for one in dict.fromkeys(hidden) if not one.lower().endswith(_NO_LOSS)]
        if told:
            shown = ", ".join(told[:_SHOWN]) + (", …" if len(told) > _SHOWN else "")
            message = HIDDEN.format(len(told), shown)
            self.problems.append(Problem(name, 0, "", message, fatal=False))


def _unreadable(error: OSError) -> str:
    return f"Cannot be read: {error.strerror or type(error).__name__}."


def _policy_files(
    folder: Path, fail: Callable[[str, str], None], hidden: list[str]
) -> Iterator[Path]:
    def unreadable(error: OSError) -> None:
        fail(Path(error.filename).as_posix(), _unreadable(error))

    for place, folders, names in os.walk(folder, onerror=unreadable):
        wanted = sorted(name for name in names if name.lower().endswith((*SUFFIXES, ZIP)))
        hidden += [f"{place}/{name}" for name in sorted((*folders, *wanted)) if _hidden(name)]
        folders[:] = sorted(name for name in folders if not _hidden(name))
        for name in wanted:
            if not _hidden(name):
                path = Path(place) / name
                # A pipe or a device would keep the reader waiting.
                if path.is_file():
                    yield path


def _is_wanted(member: zipfile.ZipInfo) -> bool:
    return not member.is_dir() and member.filename.lower().endswith((*SUFFIXES, ZIP))


def _hidden(name: str) -> str:
    """The path down to what is hidden in it, empty if nothing is; `.` and `..` hide nothing."""
    parts = name.split("/")
    for number, part in enumerate(parts, 1):
        if part not in {".", ".."} and part.lower().startswith((".", "__macosx")):
            return "/".join(parts[:number])
    return ""
