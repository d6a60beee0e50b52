"""Frames of the browser, turned into what they mean.

A frame is one JSON object in one text message of the WebSocket:

    {"type": "hello", "after": 12, "who": "4f1c0a9be2d7", "language": "de-DE", "zone": "Europe/Berlin"}
    {"type": "say", "id": "<uuid>", "text": "hello"}
    {"type": "tap", "id": "<uuid>", "payload": "yes", "title": "Yes"}
    {"type": "media", "id": "<uuid>", "ref": "<of the upload>", "kind": "image", "mime": "image/png",
     "name": "page.png", "size": 4711, "seconds": 0, "text": "my page"}
    {"type": "seen", "seq": 14}
    {"type": "earlier", "before": 12}
    {"type": "ping"}

A frame that cannot be used is a `Refusal`, not an exception: the socket lives on.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import orjson

from core.media import Attachment, MediaKind
from core.messages import InboundKind, InboundMessage

CHANNEL = "web"
TEXT_LIMIT = 8000
"""Longest message, in characters."""
_PAYLOAD_BYTES = 64
_TITLE_LIMIT = 200
_NAME_LIMIT = 200
_SECONDS_LIMIT = 24 * 3600
_SEQ_LIMIT = 2**53 - 1
"""Largest whole number that a browser's JavaScript holds exactly."""

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_REF = re.compile(r"[A-Za-z0-9_-]{8,128}")
_MIME = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,60}/[A-Za-z0-9!#$&^_.+-]{1,80}(;[ A-Za-z0-9=.,_+-]{1,60})?")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}")
_WHO = re.compile(r"[0-9a-f]{1,40}")
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+/-]{0,63}")
_UNSPEAKABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Control characters; PostgreSQL keeps no NUL in a text, and none of them means anything to a reader."""


@dataclass(frozen=True, slots=True)
class Session:
    """Whose frames these are, and what their browser said of itself.

    Args:
        address: Of the person, as `signature.session_address` makes it.
        account: Our account on the channel.
        language: IETF tag of the browser; may be empty.
        zone: IANA time zone of the browser; may be empty.
    """

    address: str
    account: str = "default"
    language: str = ""
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Hello:
    """The browser is there.

    Args:
        after: It has everything up to here; 0 for nothing.
        language: IETF tag; may be empty.
        zone: IANA time zone; may be empty.
        who: Whose history it shows, as the frame `ready` told it; empty where it shows none.
    """

    after: int
    language: str = ""
    zone: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything up to `seq` was in front of the person's eyes."""

    seq: int


@dataclass(frozen=True, slots=True)
class Earlier:
    """The person scrolls back: messages before `before` are wanted."""

    before: int


@dataclass(frozen=True, slots=True)
class Ping:
    """The browser asks whether the line still stands."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A frame that cannot be used.

    Args:
        code: One of `malformed`, `bad_id`, `empty`, `too_long`, `bad_file`.
        why: The same in plain words.
        id: The frame's own id where it has a good one, so that the page knows which message it was.
    """

    code: str
    why: str
    id: str = ""


Frame = Hello | Seen | Earlier | Ping | Refusal | InboundMessage


def read_frame(raw: bytes | str, session: Session) -> Frame:
    """Read one frame of a browser whose session is proven. Pure and total."""
    try:
        frame = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return Refusal("malformed", "This was not JSON.")
    if not isinstance(frame, dict):
        return Refusal("malformed", "A frame is a JSON object.")
    reader = _READERS.get(str(frame.get("type")))
    if reader is None:
        return Refusal("malformed", "This type of frame is not known.", _id(frame))
    return reader(frame, session)


def owned_ref(owner: str, ref: str) -> str:
    """Return a reference that names its owner, so that nobody sends on what another uploaded."""
    return f"{owner}/{ref}"


def split_ref(owned: str) -> tuple[str, str]:
    """Return owner and bare reference out of an owned one; the owner is empty where none is named."""
    owner, _, ref = owned.rpartition("/")
    return owner, ref


def _hello(frame: Mapping[str, object], _session: Session) -> Frame:
    after = _whole(frame, "after", _SEQ_LIMIT)
    if after is None:
        return Refusal("malformed", "`after` is a whole number from 0.")
    return Hello(
        after=after,
        language=_matching(frame, "language", _LANGUAGE),
        zone=_matching(frame, "zone", _ZONE),
        who=_matching(frame, "who", _WHO),
    )


def _seen(frame: Mapping[str, object], _session: Session) -> Frame:
    seq = _whole(frame, "seq", _SEQ_LIMIT)
    return Refusal("malformed", "`seq` is a whole number from 0.") if seq is None else Seen(seq)


def _earlier(frame: Mapping[str, object], _session: Session) -> Frame:
    before = _whole(frame, "before", _SEQ_LIMIT)
    return Refusal("malformed", "`before` is a whole number from 0.") if before is None else Earlier(before)


def _ping(_frame: Mapping[str, object], _session: Session) -> Frame:
    return Ping()


def _say(frame: Mapping[str, object], session: Session) -> Frame:
    text = _text(frame, "text")
    refusal = _bad_id(frame) or _bad_text(frame, text)
    if refusal is not None:
        return refusal
    if not text.strip():
        return Refusal("empty", "There is nothing in this message.", _id(frame))
    return _message(frame, session, InboundKind.TEXT, text)


def _tap(frame: Mapping[str, object], session: Session) -> Frame:
    payload = _text(frame, "payload")
    refusal = _bad_id(frame)
    if refusal is not None:
        return refusal
    if not payload or len(payload.encode()) > _PAYLOAD_BYTES:
        return Refusal("malformed", "This button cannot be understood.", _id(frame))
    return _message(frame, session, InboundKind.TAP, _text(frame, "title")[:_TITLE_LIMIT], payload=payload)


def _media(frame: Mapping[str, object], session: Session) -> Frame:
    text = _text(frame, "text")
    refusal = _bad_id(frame) or _bad_text(frame, text)
    if refusal is not None:
        return refusal
    ref = _matching(frame, "ref", _REF)
    size = _whole(frame, "size", _SEQ_LIMIT)
    seconds = _whole(frame, "seconds", _SECONDS_LIMIT)
    kind = _text(frame, "kind")
    if not ref or size is None or seconds is None or kind not in set(MediaKind):
        return Refusal("bad_file", "This file cannot be understood; please choose it again.", _id(frame))
    attachment = Attachment(
        kind=MediaKind(kind),
        ref=owned_ref(session.address, ref),
        mime=_matching(frame, "mime", _MIME),
        size=size,
        name=_text(frame, "name").replace("\n", " ")[:_NAME_LIMIT],
        seconds=seconds,
    )
    return _message(frame, session, InboundKind.MEDIA, text, attachments=(attachment,))


def _message(
    frame: Mapping[str, object],
    session: Session,
    kind: InboundKind,
    text: str,
    *,
    payload: str = "",
    attachments: tuple[Attachment, ...] = (),
) -> InboundMessage:
    return InboundMessage(
        key=_id(frame),
        channel=CHANNEL,
        account=session.account,
        address=session.address,
        chat=session.address,
        kind=kind,
        text=text,
        payload=payload,
        attachments=attachments,
        language=session.language,
        zone=session.zone,
    )


_READERS: dict[str, Callable[[Mapping[str, object], Session], Frame]] = {
    "hello": _hello,
    "say": _say,
    "tap": _tap,
    "media": _media,
    "seen": _seen,
    "earlier": _earlier,
    "ping": _ping,
}


def _id(frame: Mapping[str, object]) -> str:
    return _matching(frame, "id", _ID)


def _bad_id(frame: Mapping[str, object]) -> Refusal | None:
    return None if _id(frame) else Refusal("bad_id", "`id` is a UUID in lower case.")


def _bad_text(frame: Mapping[str, object], text: str) -> Refusal | None:
    if len(text) <= TEXT_LIMIT:
        return None
    why = f"This message has {len(text):,} characters; {TEXT_LIMIT:,} is the most. Please send it in parts."
    return Refusal("too_long", why, _id(frame))


def _text(frame: Mapping[str, object], name: str) -> str:
    value = frame.get(name)
    return _UNSPEAKABLE.sub("", value) if isinstance(value, str) else ""


def _matching(frame: Mapping[str, object], name: str, pattern: re.Pattern[str]) -> str:
    value = frame.get(name)
    return value if isinstance(value, str) and pattern.fullmatch(value) else ""


def _whole(frame: Mapping[str, object], name: str, limit: int) -> int | None:
    """Return a whole number from 0 to `limit`; 0 where the frame does not have it."""
    value = frame.get(name, 0)
    # A bool is an int to Python, and `true` is not a number to us.
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= limit:
        return None
    return value
