"""From the place that a finding names to a file and a line in it."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable

from bot.audit.jsontext import JsonText
from bot.audit.model import Source

_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


class Places:
    """Looks up lines in the files that were audited; a file is gone through when it is asked for.

    Line 1 is what a file gets that is no JSON (in an encoding that is known here).
    """

    def __init__(self, sources: Iterable[Source] = ()) -> None:
        self._contents = {source.name: source.content for source in sources}
        self._texts: dict[str, JsonText | None] = {}

    def __contains__(self, file: object) -> bool:
        """Whether it was audited; what was asked has a name as well, and is no file."""
        return file in self._contents

    def find(self, place: str) -> tuple[str, int]:
        """The file and the line, from 1, of `file.json#/pointer`."""
        # A file's name may hold a '#', a pointer of ours hardly ever.
        file, _, pointer = place.rpartition("#") if "#" in place else (place, "", "")
        if file not in self._contents and place in self._contents:
            file, pointer = place, ""
        text = self._text(file)
        return file, text.line(pointer) if text else 1

    def line_of(self, file: str, pointer: str) -> int:
        """The line, from 1, of a JSON pointer in a file."""
        return self.find(f"{file}#{pointer}")[1]

    def _text(self, file: str) -> JsonText | None:
        if file not in self._texts:
            self._texts[file] = _json_text(self._contents.get(file, b""))
        return self._texts[file]


def _json_text(content: bytes) -> JsonText | None:
    encoding = next((name for mark, name in _BOMS.items() if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
        json.loads(text)
    except (ValueError, RecursionError):
        return None
    return JsonText(text)
