"""What tools put around a policy comes off, and nothing is looked for without end."""

from typing import Any

from bot.audit.aws.wrapping import NO_POLICY, NOT_PLANNED, Wrapped, unwrap
from bot.audit.terraform import MODULES
from bot.core.errors import Problem


def test_a_list_of_wrapped_policies_gives_each_with_its_place() -> None:
    """Also where one of them holds nothing."""
    described = {"PolicySummary": {"Name": "a"}, "Content": '{"Statement": []}'}
    found = list(unwrap([described, {}, {"Document": {"Statement": 1}}], Wrapped("f.json")))
    places = [one.field if isinstance(one, Problem) else one.pointer for one in found]
    assert places == ["/0/Content", "/1", "/2/Document"]
    first = found[0]
    assert isinstance(first, Wrapped)
    assert (first.name, first.kind, first.text) == ("a", "scp", '{"Statement": []}')


def test_what_is_wrapped_too_often_is_given_up() -> None:
    """No tool wraps seven times; a file that does holds no policy."""
    raw: object = {"Statement": []}
    for _ in range(8):
        raw = {"Policy": raw}
    (found,) = unwrap(raw, Wrapped("f.json"))
    assert isinstance(found, Problem)


def planned(values: dict[str, Any], unknown: dict[str, Any]) -> dict[str, Any]:
    """A plan with one SCP."""
    kind = "aws_organizations_policy"
    resource = {"address": f"{kind}.deny", "mode": "managed", "type": kind, "values": values}
    return {
        "planned_values": {"root_module": {"resources": [resource]}},
        "resource_changes": [
            {"address": f"{kind}.deny", "change": {"after_unknown": unknown}},
        ],
    }


def test_a_plan_of_terraform_gives_its_policies() -> None:
    """As they will be, with the place of the text in the plan."""
    values = {"name": "deny", "type": "RESOURCE_CONTROL_POLICY", "content": '{"Statement": []}'}
    (found,) = unwrap(planned(values, {"id": True}), Wrapped("plan.json"))
    assert isinstance(found, Wrapped)
    assert (found.name, found.kind, found.text) == ("deny", "rcp", values["content"])
    assert found.pointer == "/planned_values/root_module/resources/0/values/content"


def test_a_text_that_is_not_known_before_the_apply_is_named() -> None:
    """It is not taken for a plan without a policy."""
    for unknown in ({"content": True}, {}):
        (found,) = unwrap(planned({"name": "deny"}, unknown), Wrapped("plan.json"))
        assert isinstance(found, Problem)
        assert (found.message, found.fatal) == (NOT_PLANNED, True)


def test_terraform_that_shows_no_policy_is_named() -> None:
    """With what hides them, where that is known."""
    for raw, says in (
        ({"module": {"scps": {"source": "x"}}}, MODULES),
        ({"resource": {"aws_s3_bucket": {"a": {}}}}, NO_POLICY),
    ):
        (found,) = unwrap(raw, Wrapped("a.tf.json"))
        assert isinstance(found, Problem)
        assert (found.message, found.fatal) == (says, True)
