"""Modals and Homes: the stack in front of each person, and the rules of the views.* methods.

Sources: docs.slack.dev/surfaces/modals, /reference/methods/views.open (and push, update, publish).
"""

from .controls import initial_values
from .model import Json, SlackError, Trigger, View
from .normal import settle_view
from .state import State

STACK_LIMIT = 3
TRIGGER_SECONDS = 3


class Screens:
    """What stands in front of each person besides the channels."""

    def __init__(self, state: State) -> None:
        """No modal is open, no Home was published."""
        self._state = state
        self.stacks: dict[str, list[View]] = {}
        """By user id; the last view is the one in front."""
        self.homes: dict[str, View] = {}
        self._triggers: dict[str, Trigger] = {}

    # --- trigger ids

    def issue_trigger(self, user: str) -> str:
        """Return a trigger id for something `user` has just done."""
        number = self._state.new_ts().replace(".", "")
        trigger = f"{number}.1000000000.{self._state.new_secret()}"
        self._triggers[trigger] = Trigger(user, self._state.clock.now())
        return trigger

    def exchange(self, trigger_id: str) -> str:
        """Spend a trigger id and return whose it was.

        SlackError: invalid_trigger_id, exchanged_trigger_id, expired_trigger_id (after 3 s).
        """
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self._state.clock.now() - trigger.at > TRIGGER_SECONDS:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger.user

    # --- the stack

    def top(self, user: str) -> View | None:
        """Return the modal in front of a person, if any."""
        stack = self.stacks.get(user)
        return stack[-1] if stack else None

    def open(self, user: str, body: Json) -> View:
        """Show a modal on its own. SlackError: duplicate_external_id.

        Whatever was open before goes; Slack documents no other effect of opening a second one.
        """
        view = self._new(user, body)
        self.stacks[user] = [view]
        return view

    def push(self, user: str, body: Json) -> View:
        """Show a modal on top of another. SlackError: push_limit_reached, not_found."""
        stack = self.stacks.get(user)
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= STACK_LIMIT:
            raise SlackError("push_limit_reached")
        view = self._new(user, body)
        view.root, view.previous = stack[0].id, stack[-1].id
        stack.append(view)
        return view

    def update(self, view: View, body: Json, expected_hash: str | None = None) -> View:
        """Put other content into a view. SlackError: hash_conflict.

        What the person typed stays where block id and action id stay
        (docs.slack.dev/reference/views/home-tab-views, "Preserving input entry in views").
        """
        if expected_hash and expected_hash != view.hash:
            raise SlackError("hash_conflict")
        self._check_external_id(body, but=view)
        typed = view.values
        view.body, view.hash, view.errors = self._settled(body), self._new_hash(), {}
        view.values = initial_values(view.blocks)
        for block_id, actions in view.values.items():
            for action_id, now in actions.items():
                before = typed.get(block_id, {}).get(action_id)
                if before and before["type"] == now["type"]:
                    actions[action_id] = before
        return view

    def publish(self, user: str, body: Json, expected_hash: str | None = None) -> View:
        """Show a Home to one person. SlackError: hash_conflict."""
        if user in self.homes:
            return self.update(self.homes[user], body, expected_hash)
        self.homes[user] = self._new(user, body)
        return self.homes[user]

    def find(self, view_id: str | None, external_id: str | None) -> View:
        """Return an open view. SlackError: not_found."""
        for view in self._every_view():
            if view.id == view_id or (external_id and view.body.get("external_id") == external_id):
                return view
        raise SlackError("not_found")

    def close(self, view: View) -> None:
        """Take one modal away; the one below it shows again."""
        stack = self.stacks.get(view.user, [])
        if view in stack:
            stack.remove(view)

    def clear(self, user: str) -> None:
        """Take all modals away."""
        self.stacks.pop(user, None)

    # --- within

    def _every_view(self) -> list[View]:
        return [v for stack in self.stacks.values() for v in stack] + [*self.homes.values()]

    def _new(self, user: str, body: Json) -> View:
        self._check_external_id(body)
        view_id = self._state.new_id("V")
        view = View(view_id, user, self._settled(body), self._new_hash(), root=view_id)
        view.values = initial_values(view.blocks)
        return view

    def _check_external_id(self, body: Json, but: View | None = None) -> None:
        wanted = body.get("external_id")
        others = [view for view in self._every_view() if view is not but]
        if wanted and any(view.body.get("external_id") == wanted for view in others):
            raise SlackError("duplicate_external_id")

    def _settled(self, body: Json) -> Json:
        return settle_view(body, lambda: self._state.new_secret(5))

    def _new_hash(self) -> str:
        return f"{int(self._state.clock.now())}.{self._state.new_secret(8)}"
