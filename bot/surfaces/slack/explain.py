"""Errors in words, and always whether it was recorded."""

from __future__ import annotations

from bot.core.errors import AlreadyRecorded, Broken, OutcomeUnknown, Refused, Unavailable
from bot.surfaces.slack.render import to_mrkdwn

# How the id of every drill begins; alone, a drill that has no id yet.
DRILL = "drill-"


def explain(error: Exception, incident: str = "") -> str:
    """One or two lines of mrkdwn for the person who pressed or typed; of a drill, marked so."""
    mark = "*DRILL.* " if incident.startswith(DRILL) else ""
    return f"{mark}{_explained(error, incident)}"


def _explained(error: Exception, incident: str) -> str:
    match error:
        case AlreadyRecorded():
            return f"Nothing to do. {_sentence(error.reason)}"
        case Refused():
            return f"*Not done.* {_sentence(error.reason)}\n{_sentence(error.hint)}".rstrip()
        case OutcomeUnknown():
            return (
                "*It may be recorded, or not.* The database was lost at that moment. "
                "In a minute look at `/lockout timeline`, and press again if it is not there. "
                "Without this bot: `lockout walk` in a terminal."
            )
        case Unavailable():
            return (
                "*NOT recorded.* The database does not answer now. "
                "Write down what you did and when, and press again in a minute. "
                "Without this bot: `lockout walk` in a terminal."
            )
        case Broken():
            reason, hint = _sentence(error.reason), _sentence(error.hint)
            return f"*This does not work now.* {reason}\n{hint}".rstrip()
        case _:
            where = f" in {to_mrkdwn(incident)}" if incident.removeprefix(DRILL) else ""
            return (
                f"*Something broke{where}, and it is our fault.* It may not be recorded: "
                "look at `/lockout timeline`, and press again if it is not there."
            )


def _sentence(text: str) -> str:
    """Escaped, and with exactly one mark at its end."""
    text = to_mrkdwn(text.strip())
    return text if not text or text[-1] in ".!?`" else f"{text}."
