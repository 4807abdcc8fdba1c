"""Files, folders and zips of policies: read, or named."""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path

import pytest

from bot.adapters.policy_files import (
    BROKEN,
    ENCRYPTED,
    HCL,
    HIDDEN,
    MISSING,
    NESTED,
    NO_ZIP,
    NOTHING,
    Limits,
    read_policies,
)
from bot.audit.model import Source


def zipped(files: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip with these members."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def messages(found: tuple[list[Source], list[object]]) -> list[str]:
    """What the problems say."""
    return [str(problem) for problem in found[1]]


def test_a_folder_is_read_through_all_its_folders_in_order(tmp_path: Path) -> None:
    """Other files are passed over; Terraform's own language and what is hidden are told."""
    for name in (
        "b.json",
        "a/z.JSON",
        "a/b.tf.json",
        "a/c.yaml",
        "x.tf",
        "notes.md",
        ".git/c.json",
        ".github/c.json",
        ".h.json",
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(name)
    os.mkfifo(tmp_path / "pipe.json")
    sources, problems = read_policies([tmp_path])
    names = [Path(one.name).relative_to(tmp_path).as_posix() for one in sources]
    assert names == ["b.json", "a/b.tf.json", "a/c.yaml", "a/z.JSON"]
    # What ends like YAML comes as JSON.
    contents = [one.content.decode().strip('"') for one in sources]
    assert contents == names
    assert messages((sources, [*problems])) == [
        f"{tmp_path.as_posix()}/x.tf: {HCL}",
        f"{tmp_path.as_posix()}: warning: {HIDDEN.format(2, '.github, .h.json')}",
    ]


def test_yaml_comes_as_json_under_its_own_name(tmp_path: Path) -> None:
    """In a folder and in a zip; what is no YAML is named, and the others are still read."""
    (tmp_path / "a.yaml").write_text("Version: '2012-10-17'\nStatement: []\n")
    (tmp_path / "b.yml").write_text("a: [1")
    (tmp_path / "c.zip").write_bytes(zipped({"d.yml": b"- 1"}))
    sources, problems = read_policies([tmp_path])
    assert [(Path(one.name).name, json.loads(one.content)) for one in sources] == [
        ("a.yaml", {"Version": "2012-10-17", "Statement": []}),
        ("d.yml", [1]),
    ]
    assert [Path(problem.file).name for problem in problems] == ["b.yml"]


def test_a_file_that_is_named_is_read_whatever_its_ending(tmp_path: Path) -> None:
    """And once, also when it is named twice or lies in a folder that is named too."""
    path = tmp_path / "policy.txt"
    path.write_bytes(b"\xff\xfe{")
    again = tmp_path / "b.json"
    again.write_bytes(b"{}")
    sources, _ = read_policies([path, path, again, tmp_path])
    assert [one.name for one in sources] == [path.as_posix(), again.as_posix()]
    assert sources[0].content == b"\xff\xfe{"


def test_what_is_missing_or_empty_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    """A gate that looks at nothing must not be green in silence."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.json").write_bytes(b"{}")
    (tmp_path / "empty.zip").write_bytes(zipped({"readme.md": b""}))
    paths = [tmp_path / name for name in ("gone", "empty", "empty.zip", "a.json")]
    sources, problems = read_policies(paths)
    assert [Path(one.name).name for one in sources] == ["a.json"]
    assert [(Path(one.file).name, one.message) for one in problems] == [
        ("gone", MISSING),
        ("empty", NOTHING),
        ("empty.zip", NOTHING),
    ]


def test_a_zip_is_read_without_unpacking_it(tmp_path: Path) -> None:
    """A name that leads out of a folder leads nowhere, since nothing is written."""
    path = tmp_path / "export.zip"
    members = {"b/c.json": b"1", "../../up.json": b"2", "__MACOSX/x.json": b"3", ".x.json": b"4"}
    members |= {"./here.json": b"7", "./.git/x.json": b"8"}
    members |= {f".old/{n}/x.json": b"9" for n in range(9)}
    members |= {f"z/.old{n}.json": b"9" for n in range(3)}
    path.write_bytes(zipped({**members, "a.md": b"5", "folder/": b"", "in.zip": b"6"}))
    before = sorted(tmp_path.rglob("*"))
    sources, problems = read_policies([tmp_path])
    assert [(one.name.removeprefix(path.as_posix()), one.content) for one in sources] == [
        ("/../../up.json", b"2"),
        ("/./here.json", b"7"),
        ("/b/c.json", b"1"),
    ]
    assert messages((sources, [*problems])) == [
        f"{path.as_posix()}/in.zip: {NESTED}",
        f"{path.as_posix()}: warning: {HIDDEN.format(5, '.old, .x.json, z/.old0.json, …')}",
    ]
    assert sorted(tmp_path.rglob("*")) == before


def test_a_damaged_zip_is_named_and_its_good_members_are_read(tmp_path: Path) -> None:
    """A flipped byte, an encrypted member, and something that is no zip at all."""
    broken = bytearray(zipped({"a.json": b"first", "b.json": b"second"}, method=zipfile.ZIP_STORED))
    broken[broken.index(b"first")] ^= 1
    (tmp_path / "broken.zip").write_bytes(broken)
    locked = bytearray(zipped({"a.json": b"x"}))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "locked.zip").write_bytes(locked)
    (tmp_path / "none.zip").write_bytes(b"no zip")
    sources, problems = read_policies([tmp_path])
    assert [one.content for one in sources] == [b"second"]
    assert [(Path(one.file).name, one.message) for one in problems] == [
        ("a.json", BROKEN),
        ("a.json", ENCRYPTED),
        ("none.zip", NO_ZIP),
    ]


def test_no_more_is_read_than_is_bearable(tmp_path: Path) -> None:
    """By the bytes that come out, not by what a zip says of itself."""
    (tmp_path / "bomb.zip").write_bytes(zipped({"a.json": b"0" * 1_000_000, "b.json": b"1"}))
    sources, problems = read_policies([tmp_path], Limits(file_bytes=1_000))
    assert [one.content for one in sources] == [b"1"]
    assert "larger than 1,000 bytes" in messages((sources, [*problems]))[0]


@pytest.mark.parametrize("limits", [Limits(files=2), Limits(all_bytes=2)])
def test_when_it_is_too_much_the_rest_is_said_to_be_unread(tmp_path: Path, limits: Limits) -> None:
    """With the file from which on nothing was read."""
    for name in "abcd":
        (tmp_path / f"{name}.json").write_text("x")
    sources, problems = read_policies([tmp_path], limits)
    assert [Path(one.name).name for one in sources] == ["a.json", "b.json"]
    (said,) = messages((sources, [*problems]))
    assert said.startswith(
        f"{(tmp_path / 'c.json').as_posix()}: This and what follows was NOT read"
    )


def test_what_the_system_refuses_is_named(tmp_path: Path) -> None:
    """A name too long for a file, and a link that leads to itself; the others are read."""
    loop, long = tmp_path / "loop.json", tmp_path / ("x" * 300)
    loop.symlink_to(loop)
    good = tmp_path / "a.json"
    good.write_text("{}")
    sources, problems = read_policies([loop, long, good])
    assert [one.content for one in sources] == [b"{}"]
    assert [one.message for one in problems] == [MISSING, "Cannot be read: File name too long."]
