"""views.*: modals and the App Home. The rules themselves are in screens.py."""

from ..calls import Call, Method, World, complaints
from ..model import Json, SlackError


def open_view(world: World, call: Call) -> Json:
    """Open a modal in front of whoever the trigger belongs to."""
    body = _modal(world, call)
    user = world.screens.exchange(call.need("trigger_id"))
    return {"view": world.screens.open(user, body).payload()}


def push(world: World, call: Call) -> Json:
    """Put a modal on top of the one that is open."""
    body = _modal(world, call)
    user = world.screens.exchange(call.need("trigger_id"))
    return {"view": world.screens.push(user, body).payload()}


def update(world: World, call: Call) -> Json:
    """Change an open modal, or a Home, by `view_id` or `external_id`."""
    if not (call.text("view_id") or call.text("external_id")):
        call.need("view_id")
    view = world.screens.find(call.text("view_id") or None, call.text("external_id") or None)
    body = _view(world, call)
    if body["type"] != view.body["type"]:
        raise SlackError("invalid_arguments", **complaints("the type of a view cannot change"))
    return {"view": world.screens.update(view, body, call.text("hash") or None).payload()}


def publish(world: World, call: Call) -> Json:
    """Show a person their Home."""
    user = world.state.user(call.need("user_id")).id
    body = _view(world, call)
    if body["type"] != "home":
        raise SlackError("invalid_arguments", **complaints("unsupported type: " + body["type"]))
    return {"view": world.screens.publish(user, body, call.text("hash") or None).payload()}


def _modal(world: World, call: Call) -> Json:
    body = _view(world, call)
    if body["type"] != "modal":
        raise SlackError("invalid_arguments", **complaints("unsupported type: " + body["type"]))
    return body


def _view(world: World, call: Call) -> Json:
    call.need("view")
    body: Json = call.structure("view")
    world.inspector.check_view(call.method, body)
    return body


METHODS = {
    "views.open": Method(open_view),
    "views.push": Method(push),
    "views.update": Method(update),
    "views.publish": Method(publish),
}
