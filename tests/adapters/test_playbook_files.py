"""Playbooks on disk: the shipped ones, a folder over them, and every problem with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.adapters.playbook_files import check_folder, load_library, shipped_playbooks
from bot.core.errors import Invalid
from tests.playbook.planting import PLAYBOOKS, TEMPLATE, TICKET


def _folder(place: Path, files: dict[str, str]) -> Path:
    place.mkdir()
    for name, text in files.items():
        (place / name).write_text(text, encoding="utf-8")
    return place


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """A sound little folder."""
    files = {f"{name}.yaml": text for name, text in PLAYBOOKS.items()}
    return _folder(tmp_path / "shipped", {**files, "entra.escalation.j2": TEMPLATE})


def _said(folder: Path | None, shipped: Path) -> list[tuple[str, int, str]]:
    return [
        (Path(problem.file).name, problem.line, problem.message)
        for problem in check_folder(folder, shipped=shipped)
    ]


def test_the_id_of_a_playbook_is_the_name_of_its_file(shipped: Path) -> None:
    """Nobody has to write it down twice."""
    library = load_library(None, shipped=shipped)
    assert set(library.playbooks) == set(PLAYBOOKS)
    assert {playbook.id for playbook in library.playbooks.values()} == set(PLAYBOOKS)
    assert library.templates == {"entra": TEMPLATE}


def test_a_file_of_the_folder_replaces_the_shipped_one_and_others_stay(
    tmp_path: Path, shipped: Path
) -> None:
    """One changed text needs one file."""
    changed = {
        f"{TICKET}.yaml": PLAYBOOKS[TICKET].replace("Do it", "Call our own desk"),
        "entra.escalation.j2": TEMPLATE.replace("I call", "We call"),
    }
    library = load_library(_folder(tmp_path / "own", changed), shipped=shipped)
    first = library.shown_step(TICKET, "first")
    assert first.title == "Call our own desk"
    assert "We call" in library.templates["entra"]
    assert set(library.playbooks) == set(PLAYBOOKS)


def test_a_folder_may_add_a_provider(tmp_path: Path, shipped: Path) -> None:
    """A new playbook needs no code."""
    added = {
        f"{name}.yaml".replace("entra", "aws"): text.replace("entra", "aws")
        for name, text in PLAYBOOKS.items()
        if name != "triage"
    }
    library = load_library(_folder(tmp_path / "own", added), shipped=shipped)
    assert library.method("support-ticket", "aws") is library.playbooks["aws-support-ticket"]


def test_problems_of_all_files_come_at_once_with_file_and_line(
    tmp_path: Path, shipped: Path
) -> None:
    """Mistakes of YAML, of form and of sense are mended in one go."""
    wrong = {
        "entra-support-user.yaml": PLAYBOOKS["entra-support-user"].replace(
            "to: end", "to: nowhere"
        ),
        "entra-exclusion-group.yaml": PLAYBOOKS["entra-exclusion-group"].replace(
            "    title: Do it", "    titel: Do it"
        ),
        f"{TICKET}.yaml": PLAYBOOKS[TICKET].replace("start: first", "start: first\nstart: first"),
        "entra.escalation.j2": TEMPLATE.replace("organisation", "organization"),
        "triage.yaml": PLAYBOOKS["triage"].replace("title: Triage", "title: Triage: one"),
    }
    with pytest.raises(Invalid) as caught:
        load_library(_folder(tmp_path / "own", wrong), shipped=shipped)
    found = [
        (Path(one.file).name, one.line, one.field, one.message) for one in caught.value.problems
    ]
    assert found == [
        ("entra-exclusion-group.yaml", 7, "steps[0]", "'title' is needed"),
        (
            "entra-exclusion-group.yaml",
            9,
            "steps[0].titel",
            "unknown key 'titel'; did you mean 'title'?",
        ),
        (f"{TICKET}.yaml", 6, "", "'start' is written twice; first on line 5"),
        (
            "entra-support-user.yaml",
            11,
            "steps[0].buttons[0].to[0].to",
            "there is no step 'nowhere'; known: first, end",
        ),
        (
            "entra.escalation.j2",
            3,
            "",
            "no fact has this name: 'organization' (did you mean 'organisation'?)",
        ),
        (
            "triage.yaml",
            2,
            "",
            (
                "cannot be read: a second ': ' on the line, or a wrong indentation; "
                "put text with ': ' in quotes"
            ),
        ),
    ]
    assert all(Path(one.file).parent == tmp_path / "own" for one in caught.value.problems)


def test_one_broken_file_does_not_make_others_look_wrong(tmp_path: Path, shipped: Path) -> None:
    """What the broken file would have defined is not reported as missing elsewhere."""
    asking = (
        PLAYBOOKS[TICKET]
        .replace("    kind: choose", "    kind: form\n    feilds: []")
        .replace(
            "title: Do it",
            "title: Do it\n    fields: [{fact: case_number, label: Number}]\n    to: end",
        )
    )
    naming = PLAYBOOKS["entra-support-user"].replace("Do it", "Case {{ case_number }}")
    folder = _folder(
        tmp_path / "own", {f"{TICKET}.yaml": asking, "entra-support-user.yaml": naming}
    )
    assert [(name, message) for name, _, message in _said(folder, shipped)] == [
        (f"{TICKET}.yaml", "unknown key 'feilds'; did you mean 'fields'?")
    ]


def test_what_is_missing_is_shown_where_it_should_be(tmp_path: Path, shipped: Path) -> None:
    """A file that is not there has a name all the same."""
    (shipped / "triage.yaml").unlink()
    (problem,) = check_folder(None, shipped=shipped)
    assert problem.file == str(shipped / "triage.yaml")
    assert "this playbook is missing" in problem.message
    assert _said(_folder(tmp_path / "own", {"triage.yaml": PLAYBOOKS["triage"]}), shipped) == []


def test_a_missing_template_is_shown_where_it_should_be(shipped: Path) -> None:
    """A step that shows the ticket text needs its provider's template."""
    (shipped / "entra.escalation.j2").unlink()
    drafting = PLAYBOOKS[TICKET].replace("kind: choose", "kind: draft")
    (shipped / f"{TICKET}.yaml").write_text(drafting, encoding="utf-8")
    assert [(name, line) for name, line, _ in _said(None, shipped)] == [("entra.escalation.j2", 0)]


def test_a_file_named_yml_is_not_silently_left_out(shipped: Path) -> None:
    """Whoever wrote it believes that it is used."""
    (shipped / "extra.yml").write_text("title: x", encoding="utf-8")
    (shipped / "README.md").write_text("Notes.", encoding="utf-8")
    assert _said(None, shipped) == [("extra.yml", 0, "is not read: name it extra.yaml")]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path, shipped: Path) -> None:
    """A mistyped setting must not fall back to the shipped playbooks in silence."""
    assert _said(tmp_path / "nowhere", shipped) == [("nowhere", 0, "there is no such folder")]


def test_an_empty_folder_has_no_playbook(tmp_path: Path) -> None:
    """Nothing to walk is a mistake of its own."""
    (tmp_path / "empty").mkdir()
    messages = [message for _, _, message in _said(None, tmp_path / "empty")]
    assert "no playbook is here" in messages


def test_a_template_that_is_no_text_is_named_with_its_line(shipped: Path) -> None:
    """Some editors save as something else than UTF-8."""
    (shipped / "entra.escalation.j2").write_bytes(b"a\nb \xff\n")
    assert _said(None, shipped) == [
        ("entra.escalation.j2", 2, "is not UTF-8 text: save the file as UTF-8")
    ]


def test_a_playbook_that_is_no_text_is_one_problem(shipped: Path) -> None:
    """Its method counts as there, since its name says so."""
    (shipped / f"{TICKET}.yaml").write_bytes(b"\xff\xfe")
    assert _said(None, shipped) == [
        (f"{TICKET}.yaml", 1, "is not UTF-8 text: save the file as UTF-8")
    ]


def test_the_shipped_playbooks_are_in_the_checkout() -> None:
    """Without an installed copy the folder beside the package is used."""
    assert shipped_playbooks().name == "playbooks"
    assert (shipped_playbooks().parent / "bot").is_dir()


def test_the_shipped_playbooks_have_no_problem() -> None:
    """What ships was checked with the same eyes as everybody's own."""
    assert [str(problem) for problem in check_folder(None)] == []
