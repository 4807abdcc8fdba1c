"""What a person can touch, and in which order they would find it.

What is in front comes first: the open modal, then messages from the newest on, then the Home. With
a message named, only that message is looked at, as if the person had scrolled to it.
"""

from collections.abc import Iterator

from . import controls
from .calls import World
from .model import Json, Message, View, elements
from .viewer import Viewer


class Reach:
    """Finds interactive elements by what is written on them."""

    def __init__(self, world: World, viewer: Viewer, user: str) -> None:
        """Reach what `user` sees through `viewer`."""
        self._world = world
        self._viewer = viewer
        self._user = user

    def messages_with(self, words: str, channel: str) -> Iterator[Message]:
        """Yield the messages of a channel in which these words are to read, newest first."""
        for message in self._world.state.seen_in(channel, self._user)[::-1]:
            if words in self._viewer.message(message):
                yield message

    def pressable(
        self, label: str, message: Message | str | None
    ) -> Iterator[tuple[Message | View, Json]]:
        """Yield where a button or overflow entry of that name is, and its action."""
        for origin, block, element in self._reachable(message):
            action = action_of(block, element)
            words = element.get("text")
            if element["type"] == "button" and self._viewer.reader.text(words) == label:
                yield origin, action
            if element["type"] == "overflow":
                for option in controls.options_of(element):
                    if option["text"]["text"] == label:
                        yield origin, action | {"selected_option": option}

    def menus(
        self, menu: str, message: Message | str | None
    ) -> Iterator[tuple[Message | View, Json, Json]]:
        """Yield where a menu of that name is, its block and its element."""
        read = self._viewer.reader.text
        for origin, block, element in self._reachable(message):
            names = {read(element.get("placeholder")), read(block.get("text"))}
            if controls.keeps_a_value(element) and menu in names:
                yield origin, block, element

    def _reachable(
        self, message: Message | str | None
    ) -> Iterator[tuple[Message | View, Json, Json]]:
        """Yield every element this person could touch, what is in front first."""
        for origin in self._origins(message):
            attached = getattr(origin, "attachments", [])
            inside = [block for attachment in attached for block in attachment.get("blocks", ())]
            for block, element in elements([*origin.blocks, *inside]):
                yield origin, block, element

    def _origins(self, message: Message | str | None) -> Iterator[Message | View]:
        if isinstance(message, Message):
            yield message
            return
        view = self._world.screens.top(self._user)
        if message is None and view:
            yield view
        for channel in self._world.state.channels.values():
            if self._user in channel.members:
                yield from self.messages_with(message or "", channel.id)
        home = self._world.screens.homes.get(self._user)
        if message is None and home:
            yield home


def action_of(block: Json, element: Json) -> Json:
    """Return an entry of `actions`: the element without what is only for drawing it."""
    kept = ("type", "action_id", "text", "value", "style", "placeholder", "confirm", "url")
    return {"block_id": block["block_id"]} | {k: element[k] for k in kept if k in element}
