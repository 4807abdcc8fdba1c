"""The organisation file on disk: read, checked in one go, refused with every mistake at once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from pydantic import ValidationError

from bot.adapters.yaml_lines import Document, read_yaml
from bot.adapters.yaml_problems import problems_of
from bot.core.errors import Invalid, Problem
from bot.core.organisation import Organisation
from bot.core.organisation_checks import check_organisation
from bot.core.secrets import find_secrets


def load_organisation(
    path: Path, *, today: date | None = None
) -> tuple[Organisation, list[Problem]]:
    """The organisation, and the warnings in line order. `today` judges the age of tests (UTC).

    Errors: Invalid with all problems, warnings among them, in line order.
    """
    document = read_yaml(path)
    problems = list(document.problems)
    organisation: Organisation | None = None
    if document.data is not None:
        try:
            organisation = Organisation.model_validate(document.data)
        except ValidationError as error:
            problems += problems_of(error, document, Organisation)
        findings = check_organisation(document.data, today=today or datetime.now(UTC).date())
        problems += [
            document.problem(found.path, found.message, fatal=found.fatal) for found in findings
        ]
    problems = _with_secrets(document, problems)
    if organisation is None or any(problem.fatal for problem in problems):
        raise Invalid(problems)
    return organisation, problems


def _with_secrets(document: Document, problems: list[Problem]) -> list[Problem]:
    """On a line with a credential only that is said: other messages might quote it."""
    secrets = {
        number: name
        for number, line in enumerate(document.text.splitlines(), start=1)
        for name in find_secrets(line)
    }
    found = [
        Problem(
            document.file,
            line,
            "",
            f"this looks like a {name}. No credential belongs in this file, not even in a comment: "
            "name the place where it is kept",
        )
        for line, name in secrets.items()
    ]
    others = [
        problem
        for problem in problems
        if problem.line not in secrets and not any(find_secrets(problem.message))
    ]
    return sorted([*others, *found])
