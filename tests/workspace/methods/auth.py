"""auth.test and apps.connections.open: who am I, and where do I connect."""

from ..calls import Call, Method, World
from ..model import APP_ID, BOT_ID, BOT_USER_ID, TEAM_DOMAIN, TEAM_ID, TEAM_NAME, Json


def test(world: World, _call: Call) -> Json:
    """Say whose token this is."""
    return {
        "url": f"https://{TEAM_DOMAIN}.slack.com/", "team": TEAM_NAME, "team_id": TEAM_ID,
        "user": world.state.user(BOT_USER_ID).name, "user_id": BOT_USER_ID, "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }  # fmt: skip


def open_connection(world: World, _call: Call) -> Json:
    """Hand out a Socket Mode address that works once."""
    ticket = world.state.new_secret()
    world.tickets.add(ticket)
    address = world.address.replace("http", "ws", 1)
    return {"url": f"{address}/link/?ticket={ticket}&app_id={APP_ID}"}


METHODS = {
    "auth.test": Method(test, tier=5),
    "apps.connections.open": Method(open_connection, tier=3),
}
