"""What is asked is met with what is registered, and never with what is only hoped for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.audit.entra.controls import Controls
from bot.audit.entra.methods import registered
from tests.audit.entra.policies import BUILT_IN
from tests.audit.entra.test_scope import read

CONTROLS = ["mfa", "compliantDevice", "passwordChange", "riskRemediation", "tomorrow"]
METHODS = ["fido2", "certificate", "password", "sms", "softwareOath", "deviceBasedPush"]


def met(operator: str, controls: list[str], methods: set[str], strength: str = "") -> bool | None:
    """Whether a demand can be met."""
    grant: dict[str, object] = {"operator": operator, "builtInControls": controls}
    if strength:
        grant["authenticationStrength"] = {"id": strength}
    demand = Controls(registered(methods), {}, {}).demand(read({"grantControls": grant}))
    return demand.met


@given(
    controls=st.lists(st.sampled_from(CONTROLS), min_size=1, max_size=4),
    methods=st.sets(st.sampled_from(METHODS)),
)
def test_and_asks_for_the_worst_or_for_the_best_of_its_controls(
    controls: list[str], methods: set[str]
) -> None:
    """With one control there is no difference; with several, each alone decides."""
    order = (False, None, True)
    alone = [order.index(met("AND", [control], methods)) for control in controls]
    assert order.index(met("AND", controls, methods)) == min(alone)
    assert order.index(met("OR", controls, methods)) == max(alone)


@given(
    methods=st.sets(st.sampled_from(METHODS)),
    more=st.sampled_from(METHODS),
    level=st.sampled_from("234"),
)
def test_another_method_never_keeps_an_account_out(
    methods: set[str], more: str, level: str
) -> None:
    """What was met stays met."""
    if met("AND", [], methods, BUILT_IN + level):
        assert met("AND", [], methods | {more}, BUILT_IN + level)


@given(
    controls=st.lists(st.sampled_from(CONTROLS), max_size=3),
    methods=st.sets(st.sampled_from(METHODS)),
    operator=st.sampled_from(["AND", "OR", ""]),
)
def test_block_wins_over_everything(controls: list[str], methods: set[str], operator: str) -> None:
    """In either spelling, whatever stands beside it."""
    assert met(operator, [*controls, "Block"], methods) is False
