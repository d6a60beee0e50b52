"""What a request of Slack's holds, before anything is made of it: an event, an interaction or a command.

Three doors, each with its own form: events are JSON, an interaction is JSON in the field `payload` of a form, a
command is a plain form. Source: docs.slack.dev, Events API, Handling user interaction, Slash commands.
"""

import re
from enum import StrEnum
from urllib.parse import parse_qsl

from bots.adapter import Request
from bots.reading import Json, read_object
from core.errors import Malformed, Uninterpretable

IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
LONGEST_ID = 50
"""Slack's ids are short words in capitals; what would not fit beside another one in an address is none."""
LONGEST_TRIGGER = 100
MOST_FIELDS = 200
"""Fields of a form; a command has about fifteen."""


class Door(StrEnum):
    """Where Slack delivers to; the last word of the address, or the one before an account's name."""

    EVENTS = "events"
    INTERACTIONS = "interactions"
    COMMANDS = "commands"


DOORS = {str(door): door for door in Door}


def door_of(path: str) -> Door:
    """Return through which door a request came; a path that names none is the events'."""
    words = path.rstrip("/").rsplit("/", 2)
    return DOORS.get(words[-1]) or DOORS.get(words[-2] if len(words) > 1 else "") or Door.EVENTS


def read(request: Request) -> Json:
    """Read a verified request's body.

    Returns:
        The event's envelope, the interaction's payload, or the command's fields.

    Raises:
        Malformed: It is not of its door's form.
        Uninterpretable: It is nested too deeply.
    """
    door = door_of(request.path)
    if door is Door.EVENTS:
        return read_object(request.body)
    fields = _form(request.body)
    if door is Door.COMMANDS or "payload" not in fields:
        return fields
    return read_object(fields["payload"].encode("utf-8", "replace"))


def identifier(holder: Json, name: str, longest: int = LONGEST_ID) -> str:
    """Return an id that must be there, for instance a user's.

    Raises:
        Uninterpretable: It is missing, or it is none.
    """
    found = holder.get(name)
    if not isinstance(found, str) or len(found) > longest or not IDENTIFIER.fullmatch(found):
        raise Uninterpretable(f"no {name} where there must be one")
    return found


def is_private(channel: str) -> bool:
    """Say whether a channel is a direct message, in which nobody but one person and the app reads."""
    return channel.startswith("D")


def chat_of(channel: str, thread: str) -> str:
    """Return our name of a conversation: the direct message, or a thread of a channel."""
    return channel if is_private(channel) else f"{channel}:{thread}"


def split_chat(chat: str) -> tuple[str, str]:
    """Part our name of a conversation into Slack's channel and thread; the thread is empty where there is none."""
    channel, _, thread = chat.partition(":")
    return channel, thread


def _form(body: bytes) -> dict[str, str]:
    try:
        text = body.decode("utf-8", "replace")
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="replace"))
    except ValueError:
        raise Malformed from None  # the cause would quote the body
