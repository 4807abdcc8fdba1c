"""A person at a Slack client: types, reads, presses, fills in and submits, by what is written.

Doing returns once the app has acknowledged, and never raises because the app did badly: what the
client would show then is in `troubles`. Looking for something that is not there waits `patience`
seconds for it, as people do, then raises NotThere with what is on the screen instead.
"""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar

from . import controls, events
from .answers import obey_slash, obey_submission
from .controls import NotThere
from .modal import Modal
from .model import Json, Message, SlackError, Value, View
from .push import NotAnswered
from .reach import Reach, action_of
from .response_urls import ResponseUrl
from .typed import typed
from .viewer import Viewer

if TYPE_CHECKING:
    from .workspace import Workspace

T = TypeVar("T")
_PHRASES = {"http_error": "dispatch_failed"}


class Person:
    """One member of the workspace."""

    def __init__(self, workspace: "Workspace", user: str) -> None:
        """Be `user`."""
        self._workspace = workspace
        self._world = workspace.world
        self._viewer = Viewer(workspace.world, user)
        self._reach = Reach(workspace.world, self._viewer, user)
        self.user = user
        self.patience = 3.0
        """Real seconds to wait for something to appear."""
        self.troubles: list[str] = []
        """Errors the Slack client showed: timeouts, refusals, answers that could not be shown."""

    # --- looking

    @property
    def modal(self) -> Modal | None:
        """The modal in front, if one is open."""
        view = self._world.screens.top(self.user)
        return Modal(view, self._viewer) if view else None

    @property
    def home(self) -> str:
        """The app's Home as text; empty if none was published."""
        view = self._world.screens.homes.get(self.user)
        return self._viewer.view(view) if view else ""

    @property
    def told(self) -> list[str]:
        """Messages only this person sees, oldest first, as text."""
        everything = self._world.state.messages.values()
        mine = [message for message in everything if message.seen_only_by == self.user]
        return [self._viewer.message(message) for message in mine]

    def screen(self, channel: str | None = None) -> str:
        """Return what this person sees in a channel; by default the first one they are in."""
        return self._viewer.channel(self._channel(channel))

    async def sees_modal(self, title: str | None = None) -> Modal:
        """Wait for a modal, of that title if one is given."""

        def find() -> Modal | None:
            modal = self.modal
            return modal if modal and title in {None, modal.title} else None

        return await self._find(find, f"no modal {title or ''}")

    async def sees(self, words: str, channel: str | None = None) -> Message:
        """Wait for a message with these words and return it, the newest if there are several."""
        where = self._channel(channel)
        return await self._find(
            lambda: next(self._reach.messages_with(words, where), None),
            f"no message with {words!r}",
        )

    async def sees_home(self, words: str) -> str:
        """Wait for a Home with these words, and read it."""
        return await self._find(
            lambda: self.home if words in self.home else "", f"no Home with {words!r}: {self.home}"
        )

    # --- doing in channels

    async def types(self, command: str, text: str = "", channel: str | None = None) -> None:
        """Send a slash command. What it is answered with is in `told`, `screen` or `modal`."""
        where = self._channel(channel)
        payload = self._workspace.payloads.slash(self.user, where, command, text)
        with self._trouble(f"{command} failed with the error"):
            answer = await self._workspace.push.interact("slash_commands", payload)
            link = ResponseUrl(self.user, where, 0)
            obey_slash(self._world, self._workspace.response_urls, link, answer.body)
        await self._workspace.changed()

    async def writes(
        self, text: str, channel: str | None = None, thread: Message | None = None
    ) -> Message:
        """Post a message, or a reply in the thread of another; `<@U…>` mentions somebody."""
        message = self._world.state.post(
            self._world.state.channel(self._channel(channel)),
            self.user,
            thread_ts=thread.thread_ts or thread.ts if thread else None,
            **typed(text),
        )
        await self._workspace.changed()
        return message

    async def edits(self, message: Message, text: str) -> None:
        """Change a message."""
        self._world.state.edit(message, self.user, **typed(text))
        await self._workspace.changed()

    async def deletes(self, message: Message) -> None:
        """Delete a message."""
        self._world.state.remove(message)
        await self._workspace.changed()

    async def reacts(self, emoji: str, message: Message) -> None:
        """Put an emoji on a message."""
        self._world.state.react(message, self.user, emoji)
        await self._workspace.changed()

    async def unreacts(self, emoji: str, message: Message) -> None:
        """Take one's own emoji off."""
        self._world.state.unreact(message, self.user, emoji)
        await self._workspace.changed()

    async def opens_home(self, tab: str = "home") -> None:
        """Open the app's Home, or its tab of `messages`; Slack sends the same event."""
        view = self._world.screens.homes.get(self.user)
        shown = view.payload() if view else None
        state = self._world.state
        event = events.home_opened(self.user, state.direct(self.user), tab, shown, state.new_ts())
        state.outbox.append(event)
        await self._workspace.changed()

    # --- doing with elements

    async def presses(
        self, label: str, message: Message | str | None = None, *, confirms: bool = True
    ) -> None:
        """Press a button, or the entry of an overflow menu.

        Args:
            label: what is written on it.
            message: where; a message, or words in it. By default what is in front: the open
                modal, else the newest message that has such a button, else the Home.
            confirms: what to answer should a confirmation dialog come up.

        """
        view = self._world.screens.top(self.user)
        if view and label == self._viewer.reader.text(view.body.get("submit")):
            await self.submits()
            return
        origin, action = await self._find(
            lambda: next(self._reach.pressable(label, message), None), f"no button {label!r}"
        )
        if confirms or "confirm" not in action:
            await self._act(origin, action)

    async def chooses(self, option: Value, menu: str, message: Message | str | None = None) -> None:
        """Choose in a menu or picker of a message, by its placeholder or its section's text."""
        origin, block, element = await self._find(
            lambda: next(self._reach.menus(menu, message), None), f"no menu {menu!r}"
        )
        value = controls.chosen(element, option, self._viewer.id_of)
        origin.values.setdefault(block["block_id"], {})[element["action_id"]] = value
        await self._act(origin, action_of(block, element) | value)

    # --- doing in modals

    async def fills(self, answers: Mapping[str, Value]) -> None:
        """Fill in fields of the open modal, by label. See `controls.chosen` for the values."""
        modal = await self.sees_modal()
        for label, wanted in answers.items():
            block, element = modal.field(label)
            value = controls.chosen(element, wanted, self._viewer.id_of)
            modal.view.values[block["block_id"]][element["action_id"]] = value
            modal.view.errors.pop(block["block_id"], None)
            if block["type"] != "input" or block["dispatch_action"]:
                await self._act(modal.view, action_of(block, element) | value)

    async def submits(self) -> None:
        """Press the submit button. A form the client finds incomplete is not sent."""
        modal = await self.sees_modal()
        if not modal.is_submittable:
            message = f"the modal has no submit button:\n{modal.text}"
            raise NotThere(message)
        if not modal.check():
            return
        with self._trouble("We had some trouble connecting. Try again?"):
            payload = self._workspace.payloads.submitted(modal.view)
            answer = await self._workspace.push.interact("interactive", payload)
            obey_submission(self._world, modal.view, answer.body)
        await self._workspace.changed()

    async def closes(self) -> None:
        """Press the close button; the app hears of it only if it asked to."""
        view = (await self.sees_modal()).view
        cleared = bool(view.body.get("clear_on_close"))
        stack = self._world.screens.stacks[self.user]
        gone = stack[::-1] if cleared else [view]
        for closing in gone:
            self._world.screens.close(closing)
            if closing.body.get("notify_on_close"):
                payload = self._workspace.payloads.closed(closing, cleared=cleared)
                with self._trouble("closing failed"):
                    await self._workspace.push.interact("interactive", payload)
        await self._workspace.changed()

    # --- within

    async def _act(self, origin: Message | View, action: Json) -> None:
        payload = self._workspace.payloads.pressed(self.user, origin, action)
        with self._trouble("the button shows a warning sign"):
            await self._workspace.push.interact("interactive", payload)
        await self._workspace.changed()

    def _channel(self, channel: str | None) -> str:
        if channel is not None:
            return channel
        mine = (c.id for c in self._world.state.channels.values() if self.user in c.members)
        return next(mine)

    async def _find(self, look: Callable[[], T | None], missing: str) -> T:
        try:
            found = await self._workspace.changes.until(look, self.patience)
        except TimeoutError:
            raise NotThere(f"{missing}; {self._surroundings()}") from None
        assert found is not None  # until() returns truthy answers only
        return found

    def _surroundings(self) -> str:
        modal = f"\n--- modal\n{self.modal.text}" if self.modal else ""
        channels = [c for c in self._world.state.channels.values() if self.user in c.members]
        shown = [f"\n--- #{c.name}\n{self._viewer.channel(c.id)}" for c in channels]
        return f"on the screen:{modal}{''.join(shown)}\n--- troubles: {self.troubles}"

    @contextlib.contextmanager
    def _trouble(self, words: str) -> Iterator[None]:
        """Turn a failure of the app into what the client shows."""
        try:
            yield
        except NotAnswered as failure:
            self.troubles.append(f"{words} ({_PHRASES.get(str(failure), 'operation_timeout')})")
        except SlackError as refusal:
            self.troubles.append(f"{words} ({refusal.code})")
