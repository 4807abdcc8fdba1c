"""`choose`: an instruction or a question, and its buttons."""

from __future__ import annotations

from bot.core.view import Button, Buttons, Copyable, Link, Links, Press, Text
from bot.playbook.steps import KINDS
from tests.playbook.small import library_of, small_walk
from tests.playbook.walking import Walk


def buttons_of(walk: Walk) -> list[Button]:
    """The buttons of the step itself."""
    return [one for block in walk.blocks if isinstance(block, Buttons) for one in block.buttons]


def one_step(buttons: str, more: str = "") -> Walk:
    """A walk at a step with these buttons."""
    return small_walk(
        "x",
        library=library_of(
            f"{{id: x, title: X, start: a, steps: [{{id: a, kind: choose, title: A, {more}"
            f"buttons: [{buttons}]}}]}}"
        ),
    )


def test_every_kind_that_can_be_shown_is_registered() -> None:
    """A step whose kind nobody knows could not be shown."""
    assert set(KINDS) == {
        "choose",
        "draft",
        "wait",
        "form",
        "checklist",
        "audit",
        "members",
        "approval",
        "proof",
    }


def test_text_comes_before_what_to_copy_and_open_and_then_the_buttons() -> None:
    """With the facts filled in; what does not apply now is left out."""
    blocks = small_walk(access=("nobody",)).blocks
    assert blocks[1:4] == [
        Text("You said: Nobody."),
        Copyable("say 11111111-2222-3333-4444-555555555555", "For Example (Entra)"),
        Links((Link("A page", "https://example.com/page"),)),
    ]
    assert [button.label for button in buttons_of(small_walk())] == [
        "Yes",
        "No",
        "Nothing works",
        "Ask again",
    ]


def test_a_step_without_text_or_links_has_only_its_buttons() -> None:
    """Nothing empty is shown."""
    walk = one_step("{id: go, label: Go, to: end}")
    assert [type(block).__name__ for block in walk.blocks] == ["Heading", "Buttons"]


def test_a_button_carries_the_step_and_how_often_the_walk_stood_there() -> None:
    """So that an old button stays old; and asks first when it should."""
    walk = small_walk()
    walk.press("Ask again")
    button = walk.button("Ask again")
    assert button.action == Press(
        incident="L-2026-001", playbook="triage", step="ask", visit=2, button="again"
    )
    assert button.confirm == "Ask Example (Entra) again?"


def test_the_first_button_is_the_primary_one() -> None:
    """Unless another one says so, or it says itself that it is not."""
    plain = one_step("{id: a, label: A, to: end}, {id: b, label: B, to: end}")
    assert [button.style for button in buttons_of(plain)] == ["primary", "default"]
    said = one_step("{id: a, label: A, to: end}, {id: b, label: B, to: end, style: primary}")
    assert [button.style for button in buttons_of(said)] == ["default", "primary"]
    danger = one_step("{id: a, label: A, to: end, style: danger}, {id: b, label: B, to: end}")
    assert [button.style for button in buttons_of(danger)] == ["danger", "default"]


def test_the_first_button_that_applies_is_the_primary_one() -> None:
    """One that is hidden does not take the mark with it."""
    walk = one_step("{id: a, label: A, to: end, when: still_in}, {id: b, label: B, to: end}")
    assert [(button.label, button.style) for button in buttons_of(walk)] == [("B", "primary")]


def test_an_answer_leaves_what_its_button_sets() -> None:
    """And the label as it was read, with the facts in it."""
    walk = one_step('{id: a, label: "Tell {{ tenant }}", to: end, sets: {told: true}}')
    walk.press("Tell Example (Entra)")
    assert walk.incident.values == {"told": True}
    assert walk.incident.answers["x", "a", 1].label == "Tell Example (Entra)"
    assert walk.step == ""
