"""A modal as the person in front of it knows it: by labels, never by ids."""

from . import controls
from .controls import NotThere
from .model import Json, Value, View, elements
from .viewer import Viewer


class Modal:
    """The view in front of a person. Reading is free; doing is on `Person`."""

    def __init__(self, view: View, viewer: Viewer) -> None:
        """Look at `view` with the eyes of `viewer`."""
        self.view = view
        self._viewer = viewer

    @property
    def title(self) -> str:
        """The title line."""
        return self._viewer.reader.text(self.view.body["title"])

    @property
    def text(self) -> str:
        """Everything that is to read."""
        return self._viewer.view(self.view)

    @property
    def fields(self) -> list[str]:
        """The labels of all fields, from top to bottom."""
        return [self._label(block, element) for block, element in self._fields()]

    @property
    def values(self) -> dict[str, Value]:
        """What is filled in, by label, in the words `Person.fills` takes."""
        return {
            self._label(block, element): controls.spoken(
                self.value(block, element), self._viewer.name_of
            )
            for block, element in self._fields()
        }

    @property
    def errors(self) -> dict[str, str]:
        """What the client or the app said is wrong, by label."""
        return {
            self._label(block, element): self.view.errors[block["block_id"]]
            for block, element in self._fields()
            if block["block_id"] in self.view.errors
        }

    @property
    def is_submittable(self) -> bool:
        """Whether there is a submit button."""
        return bool(self.view.body.get("submit"))

    def field(self, label: str) -> tuple[Json, Json]:
        """Return block and element of a field. NotThere: no field has that label."""
        for block, element in self._fields():
            if label == self._label(block, element):
                return block, element
        message = f"no field {label!r}; there are {self.fields}"
        raise NotThere(message)

    def value(self, block: Json, element: Json) -> Json:
        """Return the state of a field."""
        state: Json = self.view.values[block["block_id"]][element["action_id"]]
        return state

    def check(self) -> bool:
        """Complain as the client does before it sends a form; True if there is nothing to say."""
        self.view.errors = {}
        for block, element in self._fields():
            if block["type"] == "input":
                said = controls.complaint(block, self.value(block, element))
                if said:
                    self.view.errors[block["block_id"]] = said
        return not self.view.errors

    def _fields(self) -> list[tuple[Json, Json]]:
        found = elements(self.view.blocks)
        return [(block, element) for block, element in found if controls.keeps_a_value(element)]

    def _label(self, block: Json, element: Json) -> str:
        """An input has a label; other fields go by their section's text or their placeholder."""
        words = block.get("label") or block.get("text") or element.get("placeholder")
        return self._viewer.reader.text(words) or str(element["action_id"])
