"""What tools put around a policy comes off, and nothing is looked for without end."""

from bot.audit.aws.wrapping import Wrapped, unwrap
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
