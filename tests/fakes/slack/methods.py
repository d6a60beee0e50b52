"""The methods of the Web API that the server knows, a function for each."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.fakes.slack.blocks import read_blocks, read_view
from tests.fakes.slack.errors import Json, Refused
from tests.fakes.slack.people import Person
from tests.fakes.slack.workspace import Channel, Shown, Token, Workspace, new_id

if TYPE_CHECKING:
    from tests.fakes.slack.server import FakeSlack

TEXT_CUT = 40_000
SPLIT_FROM = 4_041
SPLIT_INTO = 4_000
"""A text of 4,041 characters becomes messages of 4,000. Source: measured by a third party; Slack says nothing."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a method."""

    slack: "FakeSlack"
    token: Token
    params: Json

    @property
    def team(self) -> Workspace:
        """The workspace that the token belongs to."""
        return self.token.team

    @property
    def channel(self) -> Channel:
        """The channel that the call names."""
        return self.team.find(self.params.get("channel"))

    def needs(self, scope: str) -> None:
        """Refuse where the token lacks a scope."""
        if scope not in self.token.scopes:
            raise Refused("missing_scope", needed=scope, provided=",".join(self.token.scopes))


Method = Callable[[Call], Awaitable[Json]]


async def auth_test(call: Call) -> Json:
    team = call.team
    return {
        "url": f"https://{team.domain}.slack.com/",
        "team": team.name,
        "user": "sunup",
        "team_id": team.id,
        "user_id": team.bot_user,
        "bot_id": team.bot_id,
        "is_enterprise_install": False,
    }


async def bots_info(call: Call) -> Json:
    call.needs("users:read")
    if call.params.get("bot") != call.team.bot_id:
        raise Refused("bot_not_found")
    return {"bot": {"id": call.team.bot_id, "app_id": call.slack.app.id, "user_id": call.team.bot_user}}


async def auth_revoke(call: Call) -> Json:
    call.token.revoked = True
    return {"revoked": True}


async def post_message(call: Call) -> Json:
    call.needs("chat:write")
    channel, shown = call.channel, _message(call)
    parts = [shown.words]
    if not shown.blocks and len(shown.words) >= SPLIT_FROM:
        parts = [shown.words[start : start + SPLIT_INTO] for start in range(0, len(shown.words), SPLIT_INTO)]
    thread = str(call.params.get("thread_ts") or "")
    if thread and not any(each["ts"] == thread for each in channel.said):
        raise Refused("thread_not_found")
    for number, words in enumerate(parts):
        one = shown if not number else Shown(call.team.new_ts(), channel.id, words)
        one.words, one.thread = words, thread
        _show(call, channel, one)
    return {"channel": channel.id, "ts": shown.ts, "message": shown.as_json(call.team)}


async def post_ephemeral(call: Call) -> Json:
    call.needs("chat:write")
    channel, shown = call.channel, _message(call)
    if call.params.get("user") not in call.team.people:
        raise Refused("user_not_in_channel")
    shown.only_for = str(call.params["user"])
    channel.show(shown)
    return {"message_ts": shown.ts}


async def update_message(call: Call) -> Json:
    call.needs("chat:write")
    channel, ts = call.channel, call.params.get("ts")
    shown = channel.find(ts)
    if shown is None:
        said = any(each["ts"] == ts for each in channel.said)
        raise Refused("cant_update_message" if said else "message_not_found")
    new = _message(call)
    old = shown.as_json(call.team)
    shown.words = new.words or shown.words
    shown.blocks = new.blocks if "blocks" in call.params or not new.words else []
    shown.edits += 1
    channel.notify()
    change = {"message": shown.as_json(call.team), "previous_message": old}
    _tell(call, channel, {"type": "message", "subtype": "message_changed", **change})
    return {"channel": channel.id, "ts": shown.ts, "text": shown.words, "message": shown.as_json(call.team)}


def _message(call: Call) -> Shown:
    words, blocks = str(call.params.get("text") or ""), call.params.get("blocks")
    shown = Shown(call.team.new_ts(), call.channel.id, words[:TEXT_CUT], read_blocks(blocks) if blocks else [])
    if not shown.words and not shown.blocks:
        raise Refused("no_text")
    return shown


def _show(call: Call, channel: Channel, shown: Shown) -> None:
    channel.show(shown)
    message = shown.as_json(call.team)
    channel.said.append(message)
    _tell(call, channel, message)


def _tell(call: Call, channel: Channel, event: Json) -> None:
    # An app hears its own messages too.
    where = {"channel": channel.id, "channel_type": "im" if channel.direct else "channel"}
    call.slack.event(call.team, {**event, **where, "event_ts": call.team.new_ts()}, queue=f"echo {channel.id}")


async def conversations_open(call: Call) -> Json:
    call.needs("im:write")
    users = [each for each in str(call.params.get("users") or "").split(",") if each]
    if len(users) != 1:
        raise Refused("users_list_not_supplied")
    person = call.team.people.get(users[0])
    if person is None:
        raise Refused("user_not_found")
    if person.deleted:
        raise Refused("user_disabled")
    return {"no_op": True, "already_open": True, "channel": {"id": person.channel.id}}


async def conversations_info(call: Call) -> Json:
    channel = call.channel
    found = {"id": channel.id, "name": channel.name, "is_im": channel.direct, "is_channel": not channel.direct}
    return {"channel": found}


async def conversations_history(call: Call) -> Json:
    channel, limit = call.channel, int(call.params.get("limit") or 100)
    call.needs("im:history" if channel.direct else "channels:history")
    oldest = float(call.params.get("oldest") or 0)
    found = [each for each in reversed(channel.said) if float(each["ts"]) > oldest]
    return {"messages": found[:limit], "has_more": len(found) > limit}


async def users_info(call: Call) -> Json:
    call.needs("users:read")
    person = call.team.people.get(str(call.params.get("user")))
    if person is None:
        raise Refused("user_not_found")
    return {"user": person.as_json(with_locale=str(call.params.get("include_locale")).lower() in ("true", "1"))}


# -- views -----------------------------------------------------------------------------------


async def views_open(call: Call) -> Json:
    view = read_view(call.params.get("view"), "modal")
    person = call.slack.triggers.use(call.params.get("trigger_id"))
    if person.team is not call.team:
        raise Refused("invalid_trigger_id")
    person.modal = _new_view(call, view)
    return {"view": person.modal}


async def views_update(call: Call) -> Json:
    person = _whose(call, call.params.get("view_id"))
    kind = "home" if person.home and person.home["id"] == call.params.get("view_id") else "modal"
    view = _new_view(call, read_view(call.params.get("view"), kind), str(call.params["view_id"]))
    _refuse_stale(call, person.home if kind == "home" else person.modal)
    if kind == "home":
        person.home = view
    else:
        person.modal = view
    return {"view": view}


async def views_publish(call: Call) -> Json:
    person = call.team.people.get(str(call.params.get("user_id")))
    if person is None:
        raise Refused("user_not_found")
    view = read_view(call.params.get("view"), "home")
    _refuse_stale(call, person.home)
    person.home = _new_view(call, view, person.home["id"] if person.home else "")
    return {"view": person.home}


def _whose(call: Call, view_id: object) -> Person:
    for person in call.team.people.values():
        if any(view is not None and view["id"] == view_id for view in (person.modal, person.home)):
            return person
    raise Refused("not_found")


def _refuse_stale(call: Call, view: Json | None) -> None:
    if call.params.get("hash") and view is not None and view["hash"] != call.params["hash"]:
        raise Refused("hash_conflict")


def _new_view(call: Call, view: Json, view_id: str = "") -> Json:
    view_id = view_id or new_id("V")
    known = {"team_id": call.team.id, "app_id": call.slack.app.id, "bot_id": call.team.bot_id}
    return {
        "private_metadata": "",
        "callback_id": "",
        "state": {"values": {}},
        **view,
        **known,
        "id": view_id,
        "root_view_id": view_id,
        "hash": f"{call.team.new_ts()}.h",
    }


# -- files -----------------------------------------------------------------------------------


async def get_upload_url(call: Call) -> Json:
    call.needs("files:write")
    length = str(call.params.get("length") or "0")
    name = str(call.params.get("filename") or "")
    file = call.slack.files.reserve(call.team, name, int(length) if length.isdecimal() else 0)
    return {"upload_url": f"{call.slack.url}/upload/v1/{file.id}", "file_id": file.id}


async def complete_upload(call: Call) -> Json:
    call.needs("files:write")
    given = call.params.get("files")
    given = json.loads(given) if isinstance(given, str) else given
    if not isinstance(given, list) or not given:
        raise Refused("invalid_arguments", ["[ERROR] missing required field: files"])
    files = [call.slack.files.find(each.get("id")) for each in given]
    if any(not file.uploaded or file.team is not call.team for file in files):
        raise Refused("file_not_found")
    if call.params.get("channel_id"):
        channel = call.team.find(call.params["channel_id"])
        words, thread = str(call.params.get("initial_comment") or ""), str(call.params.get("thread_ts") or "")
        shown = Shown(call.team.new_ts(), channel.id, words, thread=thread, files=[file.data for file in files])
        _show(call, channel, shown)
    return {
        "files": [
            {"id": file.id, "title": each.get("title", file.name)} for file, each in zip(files, given, strict=True)
        ]
    }


async def files_info(call: Call) -> Json:
    call.needs("files:read")
    return {"file": call.slack.files.find(call.params.get("file")).as_json(call.slack.url)}


METHODS: dict[str, Method] = {
    "auth.test": auth_test,
    "auth.revoke": auth_revoke,
    "bots.info": bots_info,
    "chat.postMessage": post_message,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update_message,
    "conversations.open": conversations_open,
    "conversations.info": conversations_info,
    "conversations.history": conversations_history,
    "users.info": users_info,
    "views.open": views_open,
    "views.update": views_update,
    "views.publish": views_publish,
    "files.getUploadURLExternal": get_upload_url,
    "files.completeUploadExternal": complete_upload,
    "files.info": files_info,
}
FORM_ONLY = frozenset(
    {
        "bots.info",
        "users.info",
        "conversations.info",
        "conversations.history",
        "files.info",
        "files.getUploadURLExternal",
    }
)
"""Methods that see no arguments in a JSON body: those that only read, and one that the documentation has both ways."""
