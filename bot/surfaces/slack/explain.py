"""Errors in words, and always whether it was recorded."""

from __future__ import annotations

from bot.core.errors import AlreadyRecorded, Broken, Refused, Unavailable
from bot.surfaces.slack.render import escape


def explain(error: Exception, incident: str = "") -> str:
    """One or two lines of mrkdwn for the person who pressed or typed."""
    match error:
        case AlreadyRecorded():
            return f"Nothing to do. {escape(error.reason)}."
        case Refused():
            hint = f"\n{escape(error.hint)}." if error.hint else ""
            return f"*Not done.* {escape(error.reason)}.{hint}"
        case Unavailable():
            return (
                "*NOT recorded.* The database does not answer now. "
                "Write down what you did and when, and press again in a minute. "
                "Without this bot: `lockout walk` in a terminal."
            )
        case Broken():
            return f"*This does not work now.* {escape(error.reason)}.\n{escape(error.hint)}"
        case _:
            where = f" in {escape(incident)}" if incident else ""
            return (
                f"*Something broke{where}, and it is our fault.* It may not be recorded: "
                "look at `/lockout timeline`, and press again if it is not there."
            )
