"""What Slack does with the acknowledgement of an interaction, whichever way it came.

docs.slack.dev/surfaces/modals, "Updating and pushing modal views in response to submissions".
"""

from .calls import World
from .model import Json, SlackError, Value, View
from .response_urls import ResponseUrl, ResponseUrls


def obey_slash(world: World, urls: ResponseUrls, link: ResponseUrl, body: Value) -> None:
    """Show what a slash command was acknowledged with. SlackError: it cannot be shown."""
    answer: Json = {"text": body} if isinstance(body, str) else body
    if any(answer.get(key) for key in ("text", "blocks", "attachments")):
        urls.say(link, answer)
    elif answer != {"text": ""}:
        world.inspector.note("slash_command", "/", f"an answer that says nothing: {answer}")


def obey_submission(world: World, view: View, body: Value) -> None:
    """Close, update, push or complain, as the app answered. SlackError: it cannot be done."""
    if body in ("", {}):
        world.screens.close(view)
        return
    action = body.get("response_action") if isinstance(body, dict) else None
    if action == "clear":
        world.screens.clear(view.user)
    elif action == "errors":
        _complain(world, view, body.get("errors", {}))
    elif action in {"update", "push"}:
        world.inspector.check_view("response_action", body.get("view"))
        if action == "update":
            world.screens.update(view, body["view"])
        else:
            world.screens.push(view.user, body["view"])
    else:
        world.inspector.note("view_submission", "/response_action", f"not understood: {body!r}")
        raise SlackError("invalid_response")


def _complain(world: World, view: View, errors: Json) -> None:
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not errors or not errors.keys() <= inputs:
        problem = f"errors for {sorted(errors)}, but the inputs are {sorted(inputs)}"
        world.inspector.note("view_submission", "/errors", problem)
        raise SlackError("invalid_response")
    view.errors = dict(errors)
