"""One file a rule; this is their registry. A new rule is a file, its test, a line here."""

from __future__ import annotations

from bot.playbook.rules.belonging import check_belonging
from bot.playbook.rules.choices import check_choices
from bot.playbook.rules.escalation import check_escalation
from bot.playbook.rules.finding import Rule
from bot.playbook.rules.obligations import check_obligations
from bot.playbook.rules.shape import check_shape
from bot.playbook.rules.texts import check_texts
from bot.playbook.rules.walk import check_walk

RULES: tuple[Rule, ...] = (
    check_belonging,
    check_walk,
    check_choices,
    check_shape,
    check_obligations,
    check_texts,
    check_escalation,
)
