"""files.*: the three steps of an upload, and files.info. The bytes come in by web_api.py."""

from ..calls import Call, Method, World
from ..model import BOT_USER_ID, File, Json, SlackError

SNIPPET_LIMIT, ALT_TEXT_LIMIT = 1024 * 1024, 1000


def get_upload_url(world: World, call: Call) -> Json:
    """Say where to send the bytes."""
    name, size = call.need("filename"), int(call.text("length") or 0)
    if size <= 0:
        raise SlackError("missing_argument")
    if call.text("snippet_type") and size > SNIPPET_LIMIT:
        raise SlackError("snippet_too_large")
    if len(call.text("alt_txt")) > ALT_TEXT_LIMIT:
        raise SlackError("alt_txt_too_large")
    file = File(world.state.new_id("F"), name, size)
    file.url_private = f"{world.address}/files-pri/{file.id}/{name}"
    world.state.files[file.id] = file
    return {"file_id": file.id, "upload_url": f"{world.address}/upload/v1/{file.id}"}


def complete_upload(world: World, call: Call) -> Json:
    """Publish uploaded files, and share them in a channel or a thread if one is named."""
    wanted: list[Json] = call.structure("files") or []
    files = [_uploaded(world, entry) for entry in wanted]
    if not files:
        call.need("files")
    targets = call.text("channel_id") or call.text("channels")
    for target in filter(None, targets.split(",")):
        channel = world.state.channel(target)
        if BOT_USER_ID not in channel.members:
            raise SlackError("not_in_channel")
        for file in files:
            file.channels.append(channel.id)
        world.state.post(
            channel,
            BOT_USER_ID,
            text=call.text("initial_comment"),
            thread_ts=call.text("thread_ts") or None,
            files=files,
        )
    return {"files": [file.payload() for file in files]}


def info(world: World, call: Call) -> Json:
    """Return one file's description."""
    return {"file": _file(world, call.need("file")).payload()}


def _uploaded(world: World, entry: Json) -> File:
    file = _file(world, entry["id"])
    if file.content is None:
        raise SlackError("file_not_found")
    file.title = entry.get("title") or file.name
    return file


def _file(world: World, file_id: str) -> File:
    try:
        return world.state.files[file_id]
    except KeyError:
        raise SlackError("file_not_found") from None


METHODS = {
    "files.getUploadURLExternal": Method(get_upload_url, ("files:write",), tier=4),
    "files.completeUploadExternal": Method(complete_upload, ("files:write",), tier=4),
    "files.info": Method(info, ("files:read",), tier=4),
}
