"""One file a kind of step; this is their registry.

A new kind is a file, a class in `model`, a line here.
"""

from __future__ import annotations

from bot.playbook.steps import (
    approval,
    audit,
    checklist,
    choose,
    draft,
    form,
    members,
    proof,
    wait,
)
from bot.playbook.steps.parts import Kind

KINDS: dict[str, Kind] = {
    "choose": choose,
    "draft": draft,
    "wait": wait,
    "form": form,
    "checklist": checklist,
    "audit": audit,
    "members": members,
    "approval": approval,
    "proof": proof,
}
