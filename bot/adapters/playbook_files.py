"""Playbooks and escalation templates on disk: the shipped ones, and a folder that overrides them.

A file of the folder replaces the shipped one of the same name; other files are added. What a
playbook must be like is not known here: `bot.playbook.lint` says it, this gives it file and line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

import bot
from bot.adapters.yaml_lines import Document, read_text, read_yaml
from bot.adapters.yaml_problems import problems_of
from bot.core.errors import Invalid, Problem
from bot.playbook.library import Library
from bot.playbook.lint import check_library
from bot.playbook.model import Playbook

TEMPLATE = ".escalation.j2"
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


def shipped_playbooks() -> Path:
    """The folder that comes with this program, installed or in a checkout."""
    package = Path(bot.__file__).parent
    installed = package / "_playbooks"
    return installed if installed.is_dir() else package.parent / "playbooks"


def load_library(folder: Path | None, *, shipped: Path) -> Library:
    """Every playbook and template, `folder` over `shipped`.

    The shipped ones alone were judged before they were shipped, and a cold start is no time for it;
    what does not load at all is still a problem.
    Errors: Invalid with the problems of all files, by file and line.
    """
    reading = _read(folder, shipped)
    problems = _all_problems(reading) if folder else reading.problems
    if problems:
        raise Invalid(problems)
    return reading.library


def check_folder(folder: Path | None, *, shipped: Path | None = None) -> list[Problem]:
    """Every problem of `folder` laid over the shipped playbooks, by file and line."""
    return _all_problems(_read(folder, shipped or shipped_playbooks()))


@dataclass
class _Reading:
    """What was read, before it is judged. `unread` are the words of files that made no playbook."""

    place: Path
    playbooks: dict[str, Playbook] = field(default_factory=dict)
    templates: dict[str, str] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)

    @property
    def library(self) -> Library:
        return Library(self.playbooks, self.templates)


def _read(folder: Path | None, shipped: Path) -> _Reading:
    reading = _Reading(folder or shipped)
    files: dict[str, Path] = {}
    for place in (shipped, folder):
        if place is not None:
            files |= _files_of(place, reading)
    for _, path in sorted(files.items()):
        if path.name.endswith(TEMPLATE):
            _read_template(path, reading)
        else:
            _read_playbook(path, reading)
    if not reading.playbooks and not reading.problems:
        reading.problems.append(Problem(str(folder or shipped), 0, "", "no playbook is here"))
    return reading


def _files_of(place: Path, reading: _Reading) -> dict[str, Path]:
    if not place.is_dir():
        reading.problems.append(Problem(str(place), 0, "", "there is no such folder"))
        return {}
    found = {}
    for path in sorted(place.iterdir()):
        if path.suffix == ".yml":
            message = f"is not read: name it {path.stem}.yaml"
            reading.problems.append(Problem(str(path), 0, "", message))
        elif path.suffix == ".yaml" or path.name.endswith(TEMPLATE):
            found[path.name] = path
    return found


def _read_playbook(path: Path, reading: _Reading) -> None:
    document = read_yaml(path)
    reading.problems += document.problems
    if document.data is not None:
        reading.documents[path.stem] = document
        try:
            # The name of the file is the id; a file may repeat it, and lint compares the two.
            playbook = Playbook.model_validate({"id": path.stem, **document.data})
        except ValidationError as error:
            reading.problems += problems_of(error, document, Playbook)
        else:
            reading.playbooks[path.stem] = playbook
            return
    reading.unread.update(_WORD.findall(document.text), path.stem.split("-", 1), {path.stem})


def _read_template(path: Path, reading: _Reading) -> None:
    content, problem = read_text(path)
    if problem is not None:
        reading.problems.append(problem)
        return
    # No lines by path are kept: a rule about a template names the line itself.
    reading.templates[path.name.removesuffix(TEMPLATE)] = content
    reading.documents[path.name] = Document(str(path), None, {}, (), content)


def _all_problems(reading: _Reading) -> list[Problem]:
    problems = list(reading.problems)
    for found in check_library(reading.library, unread=frozenset(reading.unread)):
        document = reading.documents.get(found.playbook)
        if document is None:
            name = found.playbook if found.playbook.endswith(TEMPLATE) else f"{found.playbook}.yaml"
            problems.append(Problem(str(reading.place / name), 0, "", found.message))
        else:
            line = found.line or document.line_of(found.path)
            problems.append(Problem(document.file, line, found.path, found.message))
    return sorted(set(problems))
