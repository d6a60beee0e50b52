"""What somebody typed, turned into a message.

A frame is one JSON object, made by `sunup chat` out of a line and of what is on the screen:

    {"id": "01934f0e…", "session": "asha", "text": "2", "choices": [["Design", "f6.1:design"], ["Code", "f6.1:code"]],
     "name": "Asha", "language": "en", "file": null, "presence": ""}
    {"id": "01934f0f…", "session": "asha", "text": "my page", "choices": [], "name": "", "language": "",
     "file": {"path": "/home/asha/page.png", "size": 4711}, "presence": ""}
    {"id": "01934f10…", "session": "asha", "text": "", "choices": [], "name": "", "language": "",
     "file": null, "presence": "left"}

The line "2" is the second choice where at least two stand on the screen; a single one is chosen by its title, so that
a number still answers a question that can also be skipped. "= 2" is the number 2 whatever stands on the screen.

A terminal that is closed cannot be reached, just as somebody who blocked a bot: reminders wait until it is opened
again. That is what `presence` says.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath
from typing import Any

import orjson

from core.errors import Malformed
from core.media import Attachment, MediaKind
from core.messages import Button, InboundKind, InboundMessage

CHANNEL = "terminal"
TEXT_LIMIT = 8000
"""Longest line, in characters."""
SESSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,59}")
_NAME_LIMIT = 80
_LITERAL = re.compile(r"=\s*(\S.*)", re.DOTALL)
_UNSPEAKABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
"""Control characters, and halves of characters that a broken encoding leaves behind."""

_SUFFIXES = {
    MediaKind.IMAGE: frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".heic", ".avif"}),
    MediaKind.VOICE: frozenset({".ogg", ".oga", ".opus", ".mp3", ".m4a", ".aac", ".wav", ".flac", ".weba"}),
    MediaKind.VIDEO: frozenset({".mp4", ".mov", ".mkv", ".webm", ".avi"}),
}


class Presence(StrEnum):
    """Whether somebody sits at the terminal."""

    LEFT = "left"
    BACK = "back"


_PRESENCE = {Presence.LEFT: InboundKind.BLOCKED, Presence.BACK: InboundKind.UNBLOCKED}


@dataclass(frozen=True, slots=True)
class File:
    """A file that is sent.

    Args:
        path: Where it is, from the root.
        size: In bytes.
    """

    path: str
    size: int


@dataclass(frozen=True, slots=True)
class Typed:
    """One line, and what was on the screen when it was typed.

    Args:
        id: Unique among all lines ever.
        session: Whose line it is.
        text: The line; with a file, its caption.
        choices: Buttons on the screen, in order.
        name: What the person wants to be called; counts at the first meeting alone.
        language: IETF tag; counts at the first meeting alone.
        file: A file that goes with it.
        presence: Instead of a line, that the terminal was closed or opened; None for a line.
    """

    id: str
    session: str
    text: str
    choices: tuple[Button, ...] = ()
    name: str = ""
    language: str = ""
    file: File | None = None
    presence: Presence | None = None


def write_frame(typed: Typed) -> bytes:
    """Return the frame of a line."""
    return orjson.dumps(
        {
            "id": typed.id,
            "session": typed.session,
            "text": _spoken(typed.text),
            "choices": [(_spoken(button.title), button.payload) for button in typed.choices],
            "name": _spoken(typed.name),
            "language": typed.language,
            "file": typed.file,
            "presence": typed.presence or "",
        }
    )


def parse_frame(body: bytes, account: str = "default") -> InboundMessage | None:
    """Read a frame.

    Returns:
        Its message; None where nothing was said.

    Raises:
        Malformed: It is no frame, or its line is too long.
    """
    try:
        typed = _read(orjson.loads(body))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Malformed("This is not a line of the terminal.") from error
    if len(typed.text) > TEXT_LIMIT:
        raise Malformed(
            f"This line has {len(typed.text):,} characters; {TEXT_LIMIT:,} is the most. Please send it in parts."
        )
    if typed.presence is not None:
        return _message(typed, account, _PRESENCE[typed.presence], "")
    if typed.file is not None:
        return _message(typed, account, InboundKind.MEDIA, typed.text, attachments=(_attachment(typed.file),))
    button = chosen(typed.text, typed.choices)
    if button is not None:
        return _message(typed, account, InboundKind.TAP, button.title, payload=button.payload)
    literal = _LITERAL.fullmatch(typed.text)
    text = literal.group(1) if literal else typed.text
    return _message(typed, account, InboundKind.TEXT, text) if text.strip() else None


def chosen(text: str, choices: Sequence[Button]) -> Button | None:
    """Return the choice that a line names by its number or by its whole title; None where it names none."""
    words = text.strip()
    if len(choices) > 1 and words.isascii() and words.isdecimal() and len(words) < 4:
        place = int(words)
        return choices[place - 1] if 1 <= place <= len(choices) else None
    folded = words.casefold()
    return next((button for button in choices if button.title.strip().casefold() == folded), None) if folded else None


def kind_of(path: str) -> MediaKind:
    """Return what the end of a file's name says it is; what it really is, is judged later by its content."""
    suffix = PurePath(path).suffix.lower()
    return next((kind for kind, suffixes in _SUFFIXES.items() if suffix in suffixes), MediaKind.DOCUMENT)


def _read(frame: Mapping[str, Any]) -> Typed:
    session, line = frame["session"], frame["text"]
    if not (isinstance(frame["id"], str) and frame["id"] and isinstance(line, str) and SESSION.fullmatch(session)):
        raise ValueError("no id, no line or no session")
    file = frame["file"]
    return Typed(
        id=frame["id"],
        session=session,
        text=_spoken(line),
        choices=tuple(Button(str(title), str(payload)) for title, payload in frame["choices"]),
        name=_spoken(frame["name"])[:_NAME_LIMIT],
        language=str(frame["language"]),
        file=File(str(file["path"]), int(file["size"])) if file else None,
        presence=Presence(frame["presence"]) if frame["presence"] else None,
    )


def _attachment(file: File) -> Attachment:
    return Attachment(kind=kind_of(file.path), ref=file.path, size=file.size, name=PurePath(file.path).name)


def _message(
    typed: Typed,
    account: str,
    kind: InboundKind,
    text: str,
    *,
    payload: str = "",
    attachments: tuple[Attachment, ...] = (),
) -> InboundMessage:
    return InboundMessage(
        key=typed.id,
        channel=CHANNEL,
        account=account,
        address=typed.session,
        chat=typed.session,
        kind=kind,
        text=text,
        payload=payload,
        tap_id=typed.id if kind is InboundKind.TAP else "",
        attachments=attachments,
        name=typed.name,
        language=typed.language,
    )


def _spoken(text: str) -> str:
    return _UNSPEAKABLE.sub("", text)
