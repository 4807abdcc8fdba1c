"""The little of the Common Expression Language that decides whom a policy reaches.

`!`, `&&`, `||` and brackets are computed; what stands between them is read by the caller. Three
values: None is what cannot be computed, and it spreads as CEL's errors do (`false && error` is
false). No other part of CEL is evaluated.
https://github.com/google/cel-spec/blob/master/doc/langdef.md#logical-operators
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import product
from typing import Literal

Value = bool | None
# What an operand says: a value, or the name of something that may be so or not.
Read = Callable[[str], bool | str | None]
Reach = Literal["always", "untagged", "tagged", "never", "uncomputable"]

TEXT = r"""(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_TOKENS = re.compile(rf"\s+|{TEXT}|&&|\|\||!=|[!()]|[^\s'\"&|!()]+|.", re.DOTALL)
_DEEPEST = 40
_MOST_ATOMS = 8

_TAG = re.compile(
    rf"resource\.(?:(matchTag|matchTagId)\({TEXT},{TEXT}\)|(hasTagKey|hasTagKeyId)\({TEXT}\))"
)


class _Uncomputable(Exception):
    """The text is no expression that is understood here."""


class Expression:
    """A parsed expression. Parse once, compute often; never raises."""

    def __init__(self, text: str, read: Read) -> None:
        self._tokens = [token for token in _TOKENS.findall(text) if not token.isspace()]
        self._at = 0
        self._read = read
        self.atoms: list[str] = []
        # In postfix: operators, values, and names of atoms with a mark in front.
        self._steps: list[bool | str | None] = []
        try:
            self._either(0)
            whole = self._at == len(self._tokens)
        except _Uncomputable:
            whole = False
        if not whole:
            self._steps, self.atoms = [None], []

    def value(self, given: Mapping[str, bool]) -> Value:
        """What it comes to, with a value for each of its atoms."""
        stack: list[Value] = []
        for step in self._steps:
            if step == "!":
                last = stack.pop()
                stack.append(None if last is None else not last)
            elif step in ("&&", "||"):
                pair = (stack.pop(), stack.pop())
                decides = step == "||"
                stack.append(
                    decides if decides in pair else (None if None in pair else not decides)
                )
            else:
                stack.append(given[step] if isinstance(step, str) else step)
        return stack[0]

    def _either(self, depth: int) -> None:
        self._joined("||", self._both, depth)

    def _both(self, depth: int) -> None:
        self._joined("&&", self._single, depth)

    def _joined(self, operator: str, part: Callable[[int], None], depth: int) -> None:
        part(depth)
        while self._next() == operator:
            self._at += 1
            part(depth)
            self._steps.append(operator)

    def _single(self, depth: int) -> None:
        if depth > _DEEPEST:
            raise _Uncomputable
        if self._next() == "!":
            self._at += 1
            self._single(depth + 1)
            self._steps.append("!")
        elif self._next() == "(":
            self._at += 1
            self._either(depth + 1)
            if self._next() != ")":
                raise _Uncomputable
            self._at += 1
            if self._next() not in ("", "&&", "||", ")"):
                raise _Uncomputable
        else:
            self._operand()

    def _operand(self) -> None:
        start, depth = self._at, 0
        while (word := self._next()) and (depth or word not in ("&&", "||", ")")):
            depth += (word == "(") - (word == ")")
            self._at += 1
        words = self._tokens[start : self._at]
        if not words or depth:
            raise _Uncomputable
        found = {"true": True, "false": False}.get(words[0]) if len(words) == 1 else None
        said = self._read(" ".join(words)) if found is None else found
        self._steps.append(said)
        if isinstance(said, str) and said not in self.atoms:
            self.atoms.append(said)

    def _next(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""


def _read_tag(words: str) -> str | None:
    written = re.sub(r"\s*([(),])\s*", r"\1", words)
    return written if _TAG.fullmatch(written) else None


@lru_cache(maxsize=4096)
def reach_of(text: str) -> Reach:
    """On which resources a condition by tags holds.

    `always`; `untagged`: at least on those that bear none of the tags; `tagged`: only on some that
    do; `never`; `uncomputable`: it needs something else than tags.
    """
    if not text.strip():
        return "always"
    expression = Expression(text, _read_tag)
    bare = expression.value(dict.fromkeys(expression.atoms, False))
    if bare is None:
        return "uncomputable"
    if bare:
        return "untagged" if expression.atoms else "always"
    if len(expression.atoms) > _MOST_ATOMS:
        return "tagged"
    worlds = product((False, True), repeat=len(expression.atoms))
    if any(
        expression.value(dict(zip(expression.atoms, world, strict=True))) is not False
        for world in worlds
    ):
        return "tagged"
    return "never"
