"""Texts with facts of the incident in them, and conditions on those facts.

Jinja's sandbox, because playbooks may be overridden from a directory; values are only ever
values, so a pasted `{{ ... }}` is text. What the incident does not know appears as a visible
`[MISSING: ...]`, never as a blank, and is false in a condition. A name that nobody ever sets is
an author's mistake and raises.

Jinja is the one library besides pydantic in the core: both rooms that write texts need it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

_ENV = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
)


class Missing:
    """A fact that the incident does not know yet. False, and says so wherever it is printed.

    `seen` collects the labels that were printed, in order of appearance.
    """

    def __init__(self, label: str, seen: list[str] | None = None) -> None:
        self._label = label
        self._seen = seen if seen is not None else []

    def __str__(self) -> str:
        if self._label not in self._seen:
            self._seen.append(self._label)
        return f"[MISSING: {self._label}]"

    def __bool__(self) -> bool:
        return False

    def __iter__(self) -> Iterator[Missing]:
        yield self

    def __getattr__(self, name: str) -> Missing:
        if name.startswith("__"):
            raise AttributeError(name)
        return self


def with_missing(
    facts: Mapping[str, object], labels: Mapping[str, str]
) -> tuple[dict[str, object], list[str]]:
    """Facts for a template, each empty one replaced by a `Missing` with its label.

    Returns the facts and the list that will hold the labels that a rendering printed.
    """
    seen: list[str] = []
    filled: dict[str, object] = {
        name: Missing(label, seen)
        for name, label in labels.items()
        if facts.get(name) in (None, "", ())
    }
    return {**{k: v for k, v in facts.items() if v not in (None, "", ())}, **filled}, seen


@lru_cache(maxsize=2048)
def _compiled(source: str) -> Template:
    return _ENV.from_string(source)


@lru_cache(maxsize=512)
def _condition(source: str) -> Any:  # noqa: ANN401 - jinja's own type is private
    return _ENV.compile_expression(source, undefined_to_none=False)


def render_text(source: str, facts: Mapping[str, object]) -> str:
    """Fill in the facts. Errors: `jinja2.TemplateError` on an author's mistake (lint finds it)."""
    return _compiled(source).render(facts).strip()


def render_block(source: str, block: str, facts: Mapping[str, object]) -> str:
    """Fill in one `{% block %}` of a template that has several. Errors: as `render_text`."""
    template = _compiled(source)
    return "".join(template.blocks[block](template.new_context(dict(facts)))).strip()


def holds(condition: str, facts: Mapping[str, object]) -> bool:
    """Whether a condition is true for these facts. Errors: as `render_text`."""
    return bool(_condition(condition)(**facts))


def names_in(source: str, *, condition: bool = False) -> set[str]:
    """The facts that a text or condition names. Errors: `TemplateSyntaxError`."""
    return meta.find_undeclared_variables(
        _ENV.parse(f"{{{{ {source} }}}}" if condition else source)
    )


def blocks_in(source: str) -> set[str]:
    """The `{% block %}` names of a template. Errors: `TemplateSyntaxError`."""
    return set(_compiled(source).blocks)


__all__ = [
    "Missing",
    "TemplateError",
    "TemplateSyntaxError",
    "blocks_in",
    "holds",
    "names_in",
    "render_block",
    "render_text",
    "with_missing",
]
