"""users.*: who is here."""

from ..calls import Call, Method, World
from ..model import Json, SlackError


def info(world: World, call: Call) -> Json:
    """Return one member."""
    return {"user": world.state.user(call.need("user")).payload()}


def everybody(world: World, call: Call) -> Json:
    """Return the members, the app's bot among them."""
    members, metadata = call.page([user.payload() for user in world.state.users.values()])
    return {"members": members, **metadata}


def by_email(world: World, call: Call) -> Json:
    """Return the member with that address."""
    wanted = call.need("email").lower()
    for user in world.state.users.values():
        if user.email == wanted:
            return {"user": user.payload()}
    raise SlackError("users_not_found")


METHODS = {
    "users.info": Method(info, ("users:read",), tier=4),
    "users.list": Method(everybody, ("users:read",), tier=2),
    "users.lookupByEmail": Method(by_email, ("users:read.email",), tier=3),
}
