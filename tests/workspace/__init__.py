"""A stand-in Slack workspace for tests: Web API, push side, Socket Mode, and people who use it.

It speaks Slack's protocols on 127.0.0.1 and knows nothing of the app under test. A test reads like
what people do:

    async with Workspace(users={"U0RESPOND": "Responder"}) as slack:
        slack.connect_http(app_url)
        responder = slack.person("U0RESPOND")
        await responder.types("/lockout")
        await responder.fills({"What happened": "Nobody can sign in"})
        await responder.submits()
        await responder.presses("I have a colleague with access")
        assert "Next step" in responder.screen()

Where Slack is undocumented, the module concerned says what was chosen and why.
"""

from .clock import Clock, HandClock, WallClock
from .controls import NotThere
from .model import BOT_USER_ID, Message
from .person import Person
from .push import Answer, Delivery, NotAnswered
from .validate import Violation
from .workspace import Workspace

__all__ = [
    "BOT_USER_ID",
    "Answer",
    "Clock",
    "Delivery",
    "HandClock",
    "Message",
    "NotAnswered",
    "NotThere",
    "Person",
    "Violation",
    "WallClock",
    "Workspace",
]
