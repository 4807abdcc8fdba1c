"""The Web API methods the stand-in knows, by name. Any other name answers unknown_method.

Error codes, scopes and rate tiers are those of the method reference
(docs.slack.dev/reference/methods, as collected in slack-ruby/slack-api-ref).
"""

from ..calls import Method
from . import auth, chat, conversations, files, items, membership, users, views

METHODS: dict[str, Method] = (
    auth.METHODS
    | chat.METHODS
    | conversations.METHODS
    | files.METHODS
    | items.METHODS
    | membership.METHODS
    | users.METHODS
    | views.METHODS
)
