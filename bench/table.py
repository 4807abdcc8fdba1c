"""One row of the table, and how it is printed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A figure, the floor measured in the same run, and the ratio to reach (`<= 2.0`).

    Without a floor the figure itself is compared.
    """

    what: str
    ours: float
    floor_is: str
    floor: float
    wanted: str


def ratio(row: Row) -> float:
    """Ours over the floor, or the figure itself."""
    return row.ours / row.floor if row.floor else row.ours


def reached(row: Row) -> bool:
    """Whether the ratio is what it should be."""
    sign, _, bound = row.wanted.partition(" ")
    return ratio(row) <= float(bound) if sign == "<=" else ratio(row) >= float(bound)


def render(rows: list[Row]) -> str:
    """As Markdown, so that it can be pasted into the README."""
    lines = ["| what | ours | floor | | ratio | wanted | |", "|---|---|---|---|---|---|---|"]
    for row in rows:
        floor = f"{row.floor:.2f}" if row.floor else ""
        mark = "yes" if reached(row) else "**no**"
        lines.append(
            f"| {row.what} | {row.ours:.2f} | {floor} | {row.floor_is} | {ratio(row):.2f} "
            f"| {row.wanted} | {mark} |"
        )
    return "\n".join(lines)
