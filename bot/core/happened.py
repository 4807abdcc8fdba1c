"""What all kinds of facts have in common; the kinds are in `events`."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Provider = Literal["entra", "aws", "google"]
State = Literal["declared", "triage", "working", "waiting", "restored", "closed"]
# What a form or a button may leave behind: one value, or several lines of one.
Value = str | bool | tuple[str, ...]


class Happened(BaseModel):
    """Base of all kinds: frozen, and strict about unknown keys so that a typo cannot hide."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    v: Literal[1] = 1
