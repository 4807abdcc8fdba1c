"""A JSON document read in pieces, so that a file of any length needs little memory.

The caller knows the shape and walks along it; each `value` is whole in memory, the document never.
Not a validator of shapes: that is the caller's.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable, Iterator
from typing import Any, NoReturn

from bot.core.errors import Invalid, Problem
from bot.core.wording import plain_line
from bot.exports.strict_json import finite, no_such_number, unique_keys

# Characters. A fact is some kilobytes; what is longer than this is no file of ours.
LONGEST_VALUE = 32 * 1024 * 1024
# Characters of a number that mean nothing without the next: `1.`, `1e-`.
CUT = 2
_SPACE = " \t\r\n"
_DECODER = json.JSONDecoder(
    object_pairs_hook=unique_keys, parse_constant=no_such_number, parse_float=finite
)


class JsonReader:
    """Errors everywhere: Invalid, with the line at which the document is not what was asked for."""

    def __init__(self, chunks: Iterable[bytes], file: str, longest: int = LONGEST_VALUE) -> None:
        self._longest = longest
        self._chunks = iter(chunks)
        self._decode = codecs.getincrementaldecoder("utf-8")()
        self._file = file
        self._text = ""
        self._at = 0
        self._line = 1
        self._ended = False

    def refuse(self, message: str) -> NoReturn:
        """Say what is wrong here. Raises Invalid."""
        raise Invalid([Problem(self._file, self._line, "", plain_line(message))]) from None

    def peek(self) -> str:
        """The next sign that is no space; empty at the end of the document."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _SPACE:
                self._line += self._text[self._at] == "\n"
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._fill():
                return ""

    def take(self, sign: str) -> None:
        """Step over this one sign."""
        found = self.peek()
        if found != sign:
            self.refuse(f"'{sign}' should stand here, {_named(found)} does")
        self._at += 1

    def key(self, name: str) -> None:
        """Step over this key and its colon."""
        found = self.value()
        if found != name:
            self.refuse(f"'{name}' should stand here, {str(found)[:40]!r} does")
        self.take(":")

    def items(self) -> Iterator[None]:
        """Once before each item of a list; the caller takes the item before it goes on."""
        self.take("[")
        if self.peek() == "]":
            self.take("]")
            return
        while True:
            yield
            if self.peek() != ",":
                break
            self.take(",")
        self.take("]")

    def value(self) -> Any:  # noqa: ANN401 - JSON
        """The next value, whole."""
        if not self.peek():
            self.refuse("the file ends too early: cut off")
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if not self._fill_for_more():
                    self._line += self._text.count("\n", self._at, error.pos)
                    self.refuse(f"not JSON: {error.msg}")
            except (RecursionError, ValueError) as error:
                deep = isinstance(error, RecursionError)
                self.refuse("nested too deep for a fact" if deep else str(error))
            else:
                # A number may go on in the next piece, even after a dot or an exponent's sign.
                whole = len(self._text) - end > CUT or isinstance(value, dict | list | str)
                began = self._at
                if whole or not self._fill():
                    # Filling moves the text to its beginning, also when nothing came.
                    end += self._at - began
                    self._line += self._text.count("\n", self._at, end)
                    self._at = end
                    return value

    def end(self) -> None:
        """Nothing may follow."""
        if self.peek():
            self.refuse("something follows after the end of the document")

    def _fill_for_more(self) -> bool:
        """Read until there is twice as much, so that a long value is not tried at every piece."""
        wanted = 2 * (len(self._text) - self._at)
        if wanted > 2 * self._longest:
            return False
        more = False
        while len(self._text) - self._at < wanted and self._fill():
            more = True
        return more

    def _fill(self) -> bool:
        """Read one piece; whether there was one."""
        if self._ended:
            return False
        piece = next(self._chunks, None)
        self._ended = piece is None
        try:
            text = self._decode.decode(piece or b"", final=self._ended)
        except UnicodeDecodeError:
            self.refuse("not UTF-8 text")
        self._text, self._at = self._text[self._at :] + text, 0
        return not self._ended


def _named(sign: str) -> str:
    return f"'{sign}'" if sign else "the end of the file"
