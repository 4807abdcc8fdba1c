"""The house keeps its rules: where things stand, who knows whom, what is written about what.

Not about behaviour. A rule that nothing checks is a rule that nobody keeps.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest

from bot import exports
from bot.playbook import model
from bot.playbook.steps import KINDS

ROOT = Path(__file__).parent.parent
BOT = ROOT / "bot"
MODULES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in BOT.rglob("*.py")
    # Registries and docstrings: what they name is proven where it is written.
    if path.name != "__init__.py"
)

# Modules without a test file of their own, or whole folders (with a slash at the end), and the
# file whose tests would fail if they broke. Keep it short: a new module wants a new test file.
TESTED_ELSEWHERE: dict[str, str] = {
    # Tables; every row of them is a case there.
    "bot/diagnosis/aws.py": "tests/diagnosis/test_run.py",
    "bot/diagnosis/aws_symptoms.py": "tests/diagnosis/test_run.py",
    "bot/diagnosis/entra_symptoms.py": "tests/diagnosis/test_run.py",
    "bot/diagnosis/google.py": "tests/diagnosis/test_run.py",
    "bot/diagnosis/google_symptoms.py": "tests/diagnosis/test_run.py",
    # Kinds of facts, all of them in one union there.
    "bot/core/audit_events.py": "tests/core/test_events.py",
    "bot/core/drill_events.py": "tests/core/test_events.py",
    "bot/core/happened.py": "tests/core/test_events.py",
    # Run as alembic runs them, on both databases.
    "bot/adapters/db/migrations/": "tests/contracts/test_databases.py",
}

LINES_AT_MOST = 400
FUNCTION_LINES_AT_MOST = 40
NAMES_THAT_SAY_NOTHING = {"base", "common", "helper", "helpers", "manager", "util", "utils"}
INNER_ROOMS = {"core", "playbook", "escalation", "diagnosis", "audit", "exports"}

# Written so that they do not find themselves.
PLACES_ON_SOMEBODYS_MACHINE = re.compile(
    r"(?<![\w.~-])/(?:wor[k]|roo[t])/|(?<!\w)/(?:hom[e]|User[s])/\w|/op[t]/(?:wheels|pypi)"
)


def run(*command: str | Path, cwd: Path = ROOT, **environment: str) -> tuple[int, str]:
    """Run a program without a terminal; its exit code, and all that it said."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, "NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "80", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return done.returncode, done.stdout + done.stderr


def installed(program: str) -> Path:
    """A program of this environment."""
    return Path(sys.executable).parent / program


def kept_files() -> list[Path]:
    """What the repository keeps; in a copy without git, everything in plain sight."""
    status, said = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    if status == 0:
        found = [ROOT / name for name in said.split("\0") if name]
    else:
        hidden = {"node_modules", "var", "dist", "__pycache__"}
        found = [
            path
            for path in ROOT.rglob("*")
            if not any(
                part in hidden or part.startswith(".") for part in path.relative_to(ROOT).parts
            )
        ]
    return [path for path in found if path.is_file()]


def headings(page: str) -> set[str]:
    """What a page's headings name as `code`."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return {
        name
        for line in re.findall(r"^#{2,4} .*$", text, flags=re.MULTILINE)
        for name in re.findall(r"`([^`]+)`", line)
    }


# Where things stand


def own_test(module: str) -> Path:
    """Where a module's own test stands."""
    path = Path(module).relative_to("bot")
    return ROOT / "tests" / path.parent / f"test_{path.stem.strip('_')}.py"


@cache
def imported_by_tests() -> set[str]:
    """Every module, or name in a module, that some test file imports."""
    found = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {name.name for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found |= {node.module} | {f"{node.module}.{name.name}" for name in node.names}
    return found


@pytest.mark.parametrize("module", MODULES)
def test_each_module_has_its_test(module: str) -> None:
    """A test bears its name, or imports it; every other exception is written down."""
    elsewhere = [
        ROOT / test
        for place, test in TESTED_ELSEWHERE.items()
        if module == place or (place.endswith("/") and module.startswith(place))
    ]
    name = module.removesuffix(".py").replace("/", ".")
    assert (
        own_test(module).is_file()
        or name in imported_by_tests()
        or any(test.is_file() for test in elsewhere)
    ), f"write {own_test(module).relative_to(ROOT)}, or name its test in TESTED_ELSEWHERE"


def test_no_exception_outlives_its_module() -> None:
    """An exception for what is gone, or what has its own test by now, is taken out."""
    for place, test in TESTED_ELSEWHERE.items():
        assert (ROOT / place).exists(), f"{place} is gone"
        assert (ROOT / test).is_file(), f"{test} is gone"
        assert not own_test(place).is_file(), f"{place} has its own test"


@pytest.mark.parametrize("module", MODULES)
def test_no_module_is_too_long_to_be_read(module: str) -> None:
    """A file of more than 400 lines, or a function of more than 40, is two things.

    A function may be a table that is read line by line; it says so where it silences ruff (C901).
    """
    text = (ROOT / module).read_text(encoding="utf-8")
    lines = text.splitlines()
    assert len(lines) <= LINES_AT_MOST
    too_long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= FUNCTION_LINES_AT_MOST
        and "noqa: C901" not in lines[node.lineno - 1]
    ]
    assert not too_long


def test_each_module_says_why_it_exists() -> None:
    """Every module of bot/ has a docstring."""
    silent = [
        module
        for module in MODULES
        if not ast.get_docstring(ast.parse((ROOT / module).read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_files_are_named_after_what_is_inside() -> None:
    """No file or folder is called utils, helpers, common, manager or base."""
    vague = [
        path.relative_to(ROOT).as_posix()
        for path in kept_files()
        if NAMES_THAT_SAY_NOTHING & set(re.split(r"[/_.]", path.relative_to(ROOT).as_posix()))
    ]
    assert vague == []


def test_nothing_kept_names_a_place_on_somebodys_machine() -> None:
    """A path that exists on one machine only has no business in the repository."""
    found = []
    for path in kept_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [
            f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
            for number, line in enumerate(text.splitlines(), 1)
            if PLACES_ON_SOMEBODYS_MACHINE.search(line)
        ]
    assert found == []


# What is written about what


def kinds_of_steps() -> set[str]:
    """Every kind that a playbook may write, also the one that is never shown."""
    kinds = set(KINDS)
    for name, value in vars(model).items():
        fields: dict[str, Any] = getattr(value, "model_fields", {})
        if name.endswith("Step") and "kind" in fields:
            kinds |= set(get_args(fields["kind"].annotation))
    return kinds


def test_each_kind_of_step_has_its_section() -> None:
    """docs/playbooks.md has a heading with the `kind` for every kind of step."""
    assert kinds_of_steps() - headings("playbooks.md") == set()


def test_each_export_format_has_its_section() -> None:
    """docs/timeline.md has a heading with the `format` for every format."""
    assert set(exports.FORMATS) - headings("timeline.md") == set()


def test_the_readme_shows_the_help_that_the_program_gives() -> None:
    """The block between the help marks in README.md is `lockout --help`, word for word."""
    status, said = run(installed("lockout"), "--help")
    assert status == 0, said
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(
        r"<!-- help:start -->\s*```\w*\n(.*?)```\s*<!-- help:end -->", readme, flags=re.DOTALL
    )
    assert block, "README.md has no block between <!-- help:start --> and <!-- help:end -->"
    assert block[1].strip() == said.strip()


# Who knows whom


def contracts() -> dict[str, dict[str, Any]]:
    """The import contracts of pyproject.toml by their id."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = settings["tool"]["importlinter"]["contracts"]
    return {contract["id"]: contract for contract in found}


def lint_imports(at: Path, *arguments: str) -> tuple[int, str]:
    """Check the contracts of the checkout, or of a copy of it."""
    return run(installed("lint-imports"), "--no-logo", "--no-cache", *arguments, cwd=at)


def test_every_import_goes_through_a_door() -> None:
    """All contracts of pyproject.toml hold."""
    status, said = lint_imports(ROOT)
    assert status == 0, said


def test_each_inner_room_is_held_to_be_pure() -> None:
    """An inner room that exists is named in the contract that keeps the world out of it."""
    rooms = {f"bot.{room}" for room in INNER_ROOMS if any((BOT / room).glob("*.py"))}
    assert rooms == set(contracts()["pure"]["source_modules"])


PLANTED = [
    ("layers", {"core/planted.py": "import bot.services"}),
    ("layers", {"services/planted.py": "import bot.adapters"}),
    ("layers", {"playbook/planted.py": "import bot.diagnosis"}),
    ("layers", {"adapters/planted.py": "import bot.surfaces"}),
    ("layers", {"surfaces/planted.py": "import bot.settings"}),
    ("layers", {"planted/__init__.py": "'A room that has no place in the house.'"}),
    (
        "surfaces",
        {
            "surfaces/planted/__init__.py": "",
            "surfaces/planted_too/__init__.py": "import bot.surfaces.planted",
        },
    ),
    ("pure", {"core/planted.py": "import time"}),
    ("pure", {"playbook/steps/planted.py": "from logging import getLogger"}),
    ("pure", {"exports/planted.py": "def now():\n    import os"}),
    ("pure", {"diagnosis/planted.py": "from slack_sdk.models.blocks import Block"}),
    ("services", {"services/planted.py": "from sqlalchemy.exc import IntegrityError"}),
    (
        "acyclic",
        {
            "core/planted.py": "import bot.core.planted_too",
            "core/planted_too.py": "import bot.core.planted",
        },
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("contract", "files"), PLANTED, ids=[f"{name}: {min(files)}" for name, files in PLANTED]
)
def test_a_planted_violation_is_caught(
    contract: str, files: dict[str, str], tmp_path: Path
) -> None:
    """In a copy of bot/ with one import too many, the contract breaks and names the place."""
    shutil.copytree(BOT, tmp_path / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name, text in files.items():
        path = tmp_path / "bot" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    status, said = lint_imports(tmp_path, "--contract", contract)
    assert status == 1, said
    assert "planted" in said


def test_a_violation_is_planted_for_every_contract() -> None:
    """A contract that nothing was ever seen to break may be holding nothing."""
    assert {contract for contract, _ in PLANTED} == set(contracts())


# What is shipped


def find_uv() -> Path:
    """The uv that `make setup` brought, or else one on the path."""
    found = [path for path in (ROOT / ".uv" / "bin" / "uv", installed("uv")) if path.is_file()]
    anywhere = shutil.which("uv")
    assert found or anywhere, "run: make setup"
    return found[0] if found else Path(str(anywhere))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, freshly built; needs no network."""
    place = tmp_path_factory.mktemp("wheel")
    options = ["--wheel", "--no-build-isolation", "--offline", "--python", sys.executable]
    status, said = run(find_uv(), "build", *options, "--out-dir", place)
    assert status == 0, said
    (built,) = place.glob("*.whl")
    return built


@pytest.mark.slow
def test_the_wheel_has_all_that_the_bot_needs(wheel: Path) -> None:
    """Playbooks, migrations and the example organisation are in the wheel, and no tests."""
    names = zipfile.ZipFile(wheel).namelist()
    playbooks = {path.name for path in (ROOT / "playbooks").rglob("*") if path.is_file()}
    assert playbooks
    assert playbooks == {Path(name).name for name in names if name.startswith("bot/_playbooks/")}
    assert {path.relative_to(ROOT).as_posix() for path in BOT.rglob("*.py")} <= set(names)
    assert any(re.search(r"/migrations/versions/\w+\.py$", name) for name in names)
    assert any(re.search(r"^bot/.*(example|organisation)[^/]*\.ya?ml$", name) for name in names)
    assert not [name for name in names if re.search(r"(^|/)tests?(/|_)", name)]


@pytest.mark.slow
def test_the_bot_from_the_wheel_finds_its_playbooks(wheel: Path, tmp_path: Path) -> None:
    """Away from the checkout, `lockout playbooks check` reads what the wheel brought."""
    zipfile.ZipFile(wheel).extractall(tmp_path)
    command = (sys.executable, "-m", "bot", "playbooks", "check")
    status, said = run(*command, cwd=tmp_path, PYTHONPATH=str(tmp_path))
    assert status == 0, said
