"""Views and forms of every kind and size, with the worst text that somebody could paste."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

from hypothesis import strategies as st

from bot.core.view import (
    AddNote,
    Block,
    Button,
    Buttons,
    Choice,
    Clock,
    Clocks,
    Close,
    Copyable,
    Facts,
    FieldKind,
    Form,
    FormField,
    Heading,
    Item,
    Link,
    Links,
    Rule,
    Small,
    Table,
    Text,
    Tick,
    View,
)

HOSTILE = (
    "<!channel> <!here|x> <@U0APPROV1> <https://example.com|x> & &lt;!channel&gt; *b* `c` **d**"
)

TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=80),
    st.sampled_from([HOSTILE, "", " ", "\n", "*", "**", "`", "```", "a" * 5_000, "&" * 4_000]),
    st.builds(
        lambda text, times: text * times,
        st.sampled_from(["<!here>\n", "& ", "x\n\n"]),
        st.integers(1, 900),
    ),
)
WORDS = st.one_of(TEXTS.filter(str.strip), st.just("Go on"))
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is added
LINKS = st.builds(
    Link,
    TEXTS,
    st.sampled_from(
        ["https://example.com/a?b=c&d=e", "!channel", "javascript:x", "https://a|b>", ""]
    )
    | TEXTS,
)
ACTIONS = st.sampled_from(
    [Close(incident="lo-1"), Tick(incident="lo-1", playbook="p", step="s", item="i" * 200)]
)
BUTTONS = st.builds(
    Button,
    WORDS,
    ACTIONS,
    style=st.sampled_from(["default", "primary", "danger"]),
    confirm=st.just("") | TEXTS,
)
BLOCKS: st.SearchStrategy[Block] = st.one_of(
    st.builds(Text, TEXTS),
    st.builds(Heading, TEXTS),
    st.builds(Small, TEXTS, st.lists(LINKS, max_size=6).map(tuple)),
    st.builds(Facts, st.lists(st.tuples(TEXTS, TEXTS), max_size=25).map(tuple)),
    st.builds(Clocks, st.lists(st.builds(Clock, TEXTS, MOMENTS), max_size=25).map(tuple)),
    st.builds(Copyable, TEXTS, TEXTS),
    st.builds(
        Table,
        st.just(("a", "b")),
        st.lists(st.lists(TEXTS, max_size=4).map(tuple), max_size=30).map(tuple),
    ),
    st.builds(Links, st.lists(LINKS, max_size=12).map(tuple)),
    st.builds(Buttons, st.lists(BUTTONS, max_size=30).map(tuple)),
    st.just(Rule()),
    st.builds(Item, TEXTS, st.booleans(), st.none() | BUTTONS, TEXTS),
)
VIEWS = st.builds(View, WORDS, st.lists(BLOCKS, max_size=60).map(tuple), TEXTS)

CHOICES = st.lists(
    st.builds(
        Choice,
        st.text("abcdef-/", min_size=1, max_size=140),
        WORDS,
        TEXTS,
    ),
    min_size=1,
    max_size=130,
    unique_by=lambda choice: choice.value,
)


@st.composite
def fields(draw: st.DrawFn, number: int = 0) -> FormField:
    """A field of any kind; its default is what such a field may hold."""
    kind: FieldKind = draw(st.sampled_from(get_args(FieldKind)))
    choices = tuple(draw(CHOICES)) if kind in {"one_of", "many_of"} else ()
    default: str | tuple[str, ...] = ""
    if kind == "one_of":
        default = draw(st.sampled_from(["", choices[0].value, choices[-1].value, "unknown"]))
    elif kind == "many_of":
        default = tuple(draw(st.lists(st.sampled_from([c.value for c in choices]), max_size=12)))
    elif kind == "moment":
        default = draw(st.just("") | MOMENTS.map(datetime.isoformat))
    else:
        default = draw(TEXTS)
    return FormField(
        f"field-{number}",
        draw(TEXTS),
        kind,
        required=draw(st.booleans()),
        hint=draw(TEXTS),
        placeholder=draw(TEXTS),
        choices=choices,
        default=default,
    )


@st.composite
def forms(draw: st.DrawFn) -> Form:
    """A form of a few fields."""
    count = draw(st.integers(1, 6))
    return Form(
        draw(TEXTS),
        draw(TEXTS),
        tuple(draw(fields(number)) for number in range(count)),
        AddNote(incident="lo-1"),
        draw(TEXTS),
    )
