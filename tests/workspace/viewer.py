"""What stands on a person's screen, as text: channels with their threads, modals, the Home."""

from . import controls
from .calls import World
from .model import Json, Message, View, elements
from .readable import Reader


class Viewer:
    """Reads the workspace with the eyes of one person."""

    def __init__(self, world: World, user: str) -> None:
        """See what `user` may see."""
        self._state = world.state
        self._user = user
        self.reader = Reader(self.name_of)

    def name_of(self, known_id: str) -> str:
        """Return the name of a person or channel; the id itself if there is neither."""
        if known_id in self._state.users:
            return self._state.users[known_id].real_name
        channel = self._state.channels.get(known_id)
        return channel.name if channel else known_id

    def id_of(self, name: str) -> str:
        """Return the id of a person or channel. NotThere: nobody is called that."""
        for user in self._state.users.values():
            if name in {user.real_name, user.name, user.id}:
                return user.id
        channel = self._state.channel_named(name.removeprefix("#"))
        if channel is None:
            message = f"nobody and no channel is called {name!r}"
            raise controls.NotThere(message)
        return channel.id

    def channel(self, channel_id: str) -> str:
        """Return a channel, oldest message first, replies indented below their message."""
        lines: list[str] = []
        seen = self._state.seen_in(channel_id, self._user)
        for message in seen:
            if message.is_reply:
                continue
            lines += self._message(message)
            replies = [m for m in seen if m.is_reply and m.thread_ts == message.ts]
            for reply in replies:
                lines += ["    " + line for line in self._message(reply)]
        return "\n".join(lines)

    def message(self, message: Message) -> str:
        """Return one message without its thread."""
        return "\n".join(self._message(message))

    def _message(self, message: Message) -> list[str]:
        marks = [" (only you can see this)"] if message.seen_only_by else []
        if message.ts in self._state.channel(message.channel).pins:
            marks.append(" (pinned)")
        if message.edited:
            marks.append(" (edited)")
        content = self.reader.lines(message.blocks) or [self.reader.text(message.text)]
        for attachment in message.attachments:
            content += self.reader.lines(attachment.get("blocks", []))
            content.append(self.reader.text(attachment.get("text")))
        content += [f"[file: {file.title or file.name}]" for file in message.files]
        content += [f":{name}: {len(users)}" for name, users in message.reactions.items()]
        whole = "\n".join(line for line in content if line)
        return [
            f"{self.name_of(message.user)}{''.join(marks)}:",
            *("  " + line for line in whole.split("\n")),
        ]

    def view(self, view: View) -> str:
        """Return a modal or a Home: title, blocks, what is filled in, errors, buttons."""
        lines = [self.reader.text(view.body.get("title"))]
        for block in view.blocks:
            lines += self.reader.lines([block])
            lines += [f"  = {value}" for value in self._filled(view, block)]
            error = view.errors.get(block["block_id"])
            lines += [f"  ! {error}"] if error else []
        buttons = [self.reader.text(view.body.get(key)) for key in ("close", "submit")]
        lines.append("  ".join(f"[{button}]" for button in buttons if button))
        return "\n".join(line for line in lines if line)

    def _filled(self, view: View, block: Json) -> list[str]:
        values = [
            view.values[block["block_id"]][element["action_id"]]
            for _, element in elements([block])
            if controls.keeps_a_value(element)
        ]
        full = [value for value in values if not controls.is_empty(value)]
        return [str(controls.spoken(value, self.name_of)) for value in full]
