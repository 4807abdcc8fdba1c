"""What a Slack client does with each kind of input: start values, choosing, and complaining.

The shapes are those of `state.values` in recorded view_submission payloads. A value is given the
way a person would say it: the label of an option, the name of a colleague, a date.
"""

import datetime as dt
from collections.abc import Callable

from .model import Json, Value, elements

REQUIRED = "Please complete this required field."

_HOLDS = {
    "plain_text_input": "value",
    "email_text_input": "value",
    "number_input": "value",
    "url_text_input": "value",
    "static_select": "selected_option",
    "radio_buttons": "selected_option",
    "checkboxes": "selected_options",
    "multi_static_select": "selected_options",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
}
"""The key under which each kind keeps its value; kinds not listed (buttons) keep none."""


class NotThere(AssertionError):
    """The person looked for something that is not on the screen."""


def initial_values(blocks: list[Json]) -> dict[str, Json]:
    """Return `state.values` of blocks nobody has touched: what the app filled in."""
    values: dict[str, Json] = {}
    for block, element in elements(blocks):
        if element["type"] in _HOLDS:
            values.setdefault(block["block_id"], {})[element["action_id"]] = _initial(element)
    return values


def _initial(element: Json) -> Json:
    key = _HOLDS[element["type"]]
    empty: list[Json] | None = [] if key.endswith("s") else None
    return {"type": element["type"], key: element.get(_initial_key(key), empty)}


def _initial_key(key: str) -> str:
    return key.replace("selected", "initial") if key != "value" else "initial_value"


def keeps_a_value(element: Json) -> bool:
    """Tell selects, pickers and text fields from buttons and overflow menus."""
    return element["type"] in _HOLDS


def is_empty(value: Json) -> bool:
    """Tell whether nothing was typed or chosen."""
    return value[_HOLDS[value["type"]]] in (None, "", [])


def options_of(element: Json) -> list[Json]:
    """Return all options of a menu, those in groups included."""
    grouped = [o for group in element.get("option_groups", ()) for o in group["options"]]
    return [*element.get("options", ()), *grouped]


def option_called(element: Json, label: str) -> Json:
    """Return the option a person would read as `label`. NotThere: there is none."""
    options = options_of(element)
    for option in options:
        if option["text"]["text"] == label:
            return option
    there = [option["text"]["text"] for option in options]
    message = f"no option {label!r}; there are {there}"
    raise NotThere(message)


def chosen(element: Json, wanted: Value, id_of: Callable[[str], str]) -> Json:
    """Return the value after a person has typed or chosen `wanted`.

    Args:
        element: the Block Kit element.
        wanted: text; an option's label, or a list of them; a person's name; a date or time as
            `datetime`, `date`, `time` or the ISO text; None empties the field.
        id_of: turns the name of a person or channel into an id.

    """
    key = _HOLDS[element["type"]]
    if wanted is None:
        return _initial({"type": element["type"]})
    return {"type": element["type"], key: _CHOOSE[key](element, wanted, id_of)}


def _one_option(element: Json, wanted: Value, _id_of: Callable[[str], str]) -> Json:
    return option_called(element, wanted)


def _options(element: Json, wanted: Value, _id_of: Callable[[str], str]) -> list[Json]:
    labels = [wanted] if isinstance(wanted, str) else wanted
    if len(labels) > element.get("max_selected_items", len(labels)):
        message = f"the menu takes only {element['max_selected_items']} options"
        raise NotThere(message)
    return [option_called(element, label) for label in labels]


def _iso(_element: Json, wanted: Value, _id_of: Callable[[str], str]) -> str:
    if isinstance(wanted, dt.time):
        return wanted.strftime("%H:%M")
    return str(wanted)


def _moment(_element: Json, wanted: Value, _id_of: Callable[[str], str]) -> int:
    if isinstance(wanted, str):
        wanted = dt.datetime.fromisoformat(wanted)
    return int(wanted.timestamp() if isinstance(wanted, dt.datetime) else wanted)


def _member(_element: Json, wanted: Value, id_of: Callable[[str], str]) -> str:
    return id_of(wanted)


_CHOOSE: dict[str, Callable[[Json, Value, Callable[[str], str]], Value]] = {
    "value": lambda _element, wanted, _id_of: str(wanted),
    "selected_option": _one_option,
    "selected_options": _options,
    "selected_date": _iso,
    "selected_time": _iso,
    "selected_date_time": _moment,
    "selected_user": _member,
    "selected_users": lambda _element, wanted, id_of: [id_of(name) for name in wanted],
    "selected_conversation": _member,
    "selected_channel": _member,
}


def complaint(block: Json, value: Json) -> str | None:
    """Return what the client says before it lets a form go, or None."""
    if is_empty(value):
        return None if block.get("optional") else REQUIRED
    element, content = block["element"], value[_HOLDS[value["type"]]]
    if _HOLDS[value["type"]] != "value":
        return None
    if len(content) < element.get("min_length", 0):
        return f"Must be at least {element['min_length']} characters."
    if len(content) > element.get("max_length", 3000):
        return f"Must be at most {element.get('max_length', 3000)} characters."
    return None


def spoken(value: Json, name_of: Callable[[str], str]) -> Value:
    """Return a value the way `chosen` takes it: labels and names instead of options and ids."""
    key = _HOLDS[value["type"]]
    content = value[key]
    if content is None:
        return None
    if key == "selected_option":
        return content["text"]["text"]
    if key == "selected_options":
        return [option["text"]["text"] for option in content]
    if key in {"selected_user", "selected_conversation", "selected_channel"}:
        return name_of(content)
    return [name_of(item) for item in content] if key == "selected_users" else content
