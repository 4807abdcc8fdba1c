"""`checklist`: lines to be done one by one."""

from __future__ import annotations

from bot.core import events as e
from bot.core.errors import AlreadyRecorded
from bot.core.incident import Incident
from bot.core.view import Item, Press, Small, Tick
from bot.playbook.model import ChecklistStep
from bot.playbook.situation import Situation
from bot.playbook.steps import checklist
from tests.playbook.small import (
    GROUP,
    LIBRARY,
    TICKET,
    account,
    library_of,
    small_organisation,
    small_walk,
)
from tests.playbook.walking import START, Walk, primary_buttons

DONE = Press(incident="L-2026-001", playbook=GROUP, step="lines", visit=1, button="done")


def tick(item: str, *, done: bool = True, step: str = "lines") -> Tick:
    """Mark a line."""
    return Tick(incident="L-2026-001", playbook=GROUP, step=step, item=item, done=done)


def items(walk: Walk) -> list[tuple[str, bool]]:
    """The lines as they are shown."""
    return [(block.text, block.done) for block in walk.blocks if isinstance(block, Item)]


def counted(walk: Walk) -> str:
    """The line that counts."""
    return next(
        block.text for block in walk.blocks if isinstance(block, Small) and " of " in block.text
    )


def primary(walk: Walk) -> list[str]:
    """What the card offers as the next step."""
    return [button.label for button in primary_buttons(walk.card)]


def at_accounts(*numbers: int) -> Walk:
    """A walk at the list with a line for each account."""
    accounts = [account(number) for number in numbers]
    walk = small_walk(GROUP, tenant={"emergency_accounts": accounts})
    walk.do(tick("one"))
    walk.do(tick("2"))
    walk.press("All of them")
    assert walk.step == "accounts"
    return walk


def test_each_line_has_its_own_button_and_the_first_open_one_is_primary() -> None:
    """With the facts filled in, and what to copy."""
    walk = small_walk(GROUP)
    lines = [block for block in walk.blocks if isinstance(block, Item)]
    assert [(line.text, line.code) for line in lines] == [
        ("First for Example (Entra)", "group sg-break-glass-admins"),
        ("Second", ""),
    ]
    assert [line.button.style for line in lines if line.button] == ["primary", "default"]
    assert counted(walk) == "0 of 2 done."


def test_a_ticked_line_goes_to_the_end_and_can_be_undone() -> None:
    """Lines without an id are known by their number."""
    walk = small_walk(GROUP)
    assert walk.do(tick("one")) == [
        e.ItemTicked(
            playbook=GROUP, step="lines", item="one", label="First for Example (Entra)", done=True
        )
    ]
    assert items(walk) == [("Second", False), ("First for Example (Entra)", True)]
    assert counted(walk) == "1 of 2 done."
    walk.press("Undo")
    assert items(walk) == [("First for Example (Entra)", False), ("Second", False)]


def test_the_way_on_appears_when_every_line_is_done() -> None:
    """Then it is the one primary button."""
    walk = small_walk(GROUP)
    walk.do(tick("one"))
    assert primary(walk) == ["Done"]
    assert "All of them" not in [button.label for button in walk.card.buttons()]
    walk.do(tick("2"))
    assert primary(walk) == ["All of them"]
    walk.press("All of them")
    assert walk.incident.values == {"listed": True}


def test_the_same_tick_twice_is_already_recorded() -> None:
    """So is taking back what was never ticked."""
    walk = small_walk(GROUP)
    walk.do(tick("one"), by="lead")
    assert isinstance(walk.refused(tick("one")), AlreadyRecorded)
    assert isinstance(walk.refused(tick("2", done=False)), AlreadyRecorded)


def test_a_line_that_is_not_on_the_list_cannot_be_ticked() -> None:
    """The organisation file may have changed since the card was shown."""
    refusal = small_walk(GROUP).refused(tick("gone"))
    assert refusal.reason == "This line is not on the list any more"


def test_a_list_with_open_lines_cannot_be_finished() -> None:
    """The first open line is named."""
    walk = small_walk(GROUP)
    walk.do(tick("one"))
    refusal = walk.refused(DONE)
    assert refusal.reason == "Not everything is done: Second"
    assert refusal.hint == "1 of 2 lines are open"


def test_another_way_out_is_open_at_any_time() -> None:
    """Whatever is ticked."""
    walk = small_walk(GROUP)
    walk.press("Another way")
    assert walk.place == (TICKET, "write")
    refusal = small_walk(GROUP).refused(DONE.model_copy(update={"button": "gone"}))
    assert "does not belong to the step" in refusal.reason


def test_a_list_can_have_a_line_for_each_entry_of_a_fact() -> None:
    """Known by what identifies the entry."""
    walk = at_accounts(1, 2)
    assert items(walk) == [
        ("bg1@example.com is excluded", False),
        ("bg2@example.com is excluded", False),
    ]
    walk.do(tick(account(1)["object_id"], step="accounts"))
    walk.do(tick(account(2)["object_id"], step="accounts"))
    walk.press("All done")
    assert walk.step == ""


def test_too_few_lines_are_said_and_cannot_be_finished() -> None:
    """The way out that the step offers then is the primary one."""
    walk = at_accounts(1)
    assert counted(walk) == (
        "0 of 1 done. At least 2 are needed; add them to the organisation file."
    )
    walk.do(tick(account(1)["object_id"], step="accounts"))
    refusal = walk.refused(DONE.model_copy(update={"step": "accounts"}))
    assert refusal.reason == "At least 2 lines are needed, there are 1"
    assert primary(walk) == ["We have fewer"]
    walk.press("We have fewer")
    assert walk.step == ""


def test_a_list_of_nothing_shows_its_way_out() -> None:
    """The fact is missing: no line, no crash, one primary button."""
    walk = at_accounts()
    assert items(walk) == []
    assert primary(walk) == ["We have fewer"]


def test_lines_are_known_by_identifier_or_id_or_themselves() -> None:
    """Accounts, policies, and plain words."""
    library = library_of("""
id: x
title: X
start: a
steps:
  - {id: a, kind: checklist, title: A, each: broad_policies, item: {text: "{{ it.name }}"}, to: b}
  - {id: b, kind: checklist, title: B, each: accounts, item: {text: "{{ it }}"}, to: c}
  - {id: c, kind: checklist, title: C, each: impact, item: {text: "{{ it }}"}, to: end,
     buttons: [{id: go, label: Go, to: end}]}
""")
    policies = [{"id": "p1", "name": "One"}]
    walk = small_walk(
        "x", library=library, tenant={"policies": policies}, accounts=("all",), impact="words"
    )
    walk.do(Tick(playbook="x", step="a", item="p1"))
    walk.press("All done")
    walk.do(Tick(playbook="x", step="b", item="all"))
    walk.press("All done")
    assert items(walk) == []


def test_a_list_outside_of_any_walk_can_be_looked_at() -> None:
    """Nothing is ticked there."""
    step = LIBRARY.playbooks[GROUP].step("lines")
    assert isinstance(step, ChecklistStep)
    nowhere = Situation(Incident(id="L-1"), small_organisation(), LIBRARY, START)
    shown = [block for block in checklist.show(step, nowhere) if isinstance(block, Item)]
    assert [line.done for line in shown] == [False, False]
