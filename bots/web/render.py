"""Frames for the browser: what was said, and what became of what it sent.

{"type": "message", "seq": 3, "inbound": false, "at": "2026-11-02T07:30:00+00:00", "title": "Step 1 of 5",
 "text": "Ready?", "buttons": [{"title": "Yes", "payload": "yes"}],
 "image": {"url": "/chat/picture/<id>", "small": "/chat/picture/<id>?size=small"},
 "album": [{"url": "/chat/picture/<id>", "small": "/chat/picture/<id>?size=small", "caption": "Our house"}],
 "kind": "", "key": "", "attachments": []}
{"type": "accepted", "id": "<uuid>"}             the message is kept for good
{"type": "refused", "id": "<uuid>", "code": "too_fast", "why": "…", "retry_after": 2.5}
{"type": "unavailable", "id": "<uuid>"}          nothing was kept; the browser keeps it and tries again
{"type": "ready", "who": "4f1c…", "anew": true}   hello was heard; what is missing follows
{"type": "settled", "seq": 14, "earlier": false} the browser has everything there is for now
{"type": "earlier", "messages": […], "earlier": true}
{"type": "pong"}
"""

from collections.abc import Sequence
from datetime import timedelta

import orjson

from bots.web import parse
from core.history import HistoryEntry
from core.media import Attachment
from core.messages import Picture

_WHO_CHARACTERS = 12


def message(entry: HistoryEntry) -> str:
    """Return the frame that shows one entry of the history."""
    return _text({"type": "message", **_entry(entry)})


def visible(entry: HistoryEntry) -> bool:
    """Tell whether an entry has anything to show; one whose content was forgotten has not."""
    return bool(entry.text or entry.title or entry.buttons or entry.image or entry.album or entry.attachments)


def earlier(entries: Sequence[HistoryEntry], more: bool) -> str:
    """Return the frame that brings a page of older messages, in order; `more` says whether there are older ones."""
    return _text(
        {"type": "earlier", "messages": [_entry(entry) for entry in entries if visible(entry)], "earlier": more}
    )


def accepted(frame_id: str) -> str:
    """Return the frame that says a message is kept for good; only ever sent after the commit."""
    return _text({"type": "accepted", "id": frame_id})


def refused(refusal: parse.Refusal, retry_after: timedelta | None = None) -> str:
    """Return the frame that turns a message down; with `retry_after` the browser tries it again by itself."""
    frame: dict[str, object] = {"type": "refused", "id": refusal.id, "code": refusal.code, "why": refusal.why}
    if retry_after is not None:
        frame["retry_after"] = round(retry_after.total_seconds(), 3)
    return _text(frame)


def unavailable(frame_id: str = "") -> str:
    """Return the frame that says nothing can be kept or read just now."""
    return _text({"type": "unavailable", "id": frame_id})


def ready(address: str, anew: bool) -> str:
    """Return the frame that answers a hello.

    Args:
        address: Of the person whose history it is about to get.
        anew: True where the history comes from its newest page on, so that the browser lets go of what it showed.
    """
    return _text({"type": "ready", "who": who(address), "anew": anew})


def settled(seq: int, more: bool) -> str:
    """Return the frame that says everything up to `seq` was sent; `more` says whether older messages exist."""
    return _text({"type": "settled", "seq": seq, "earlier": more})


def who(address: str) -> str:
    """Return the beginning of an address: enough for a browser to notice that its session was renewed."""
    return address[:_WHO_CHARACTERS]


def pong() -> str:
    """Return the frame that answers a ping."""
    return _text({"type": "pong"})


def _entry(entry: HistoryEntry) -> dict[str, object]:
    picture = f"/chat/picture/{entry.image}"
    return {
        "seq": entry.seq,
        "inbound": entry.inbound,
        "at": entry.at.isoformat(),
        "title": entry.title,
        "text": entry.text,
        "buttons": [{"title": button.title, "payload": button.payload} for button in entry.buttons],
        "image": {"url": picture, "small": f"{picture}?size=small"} if entry.image else None,
        **({"album": [_picture(one) for one in entry.album]} if entry.album else {}),
        "kind": entry.kind,
        "key": entry.key,
        "attachments": [_attachment(attachment) for attachment in entry.attachments],
    }


def _picture(picture: Picture) -> dict[str, object]:
    url = f"/chat/picture/{picture.media}"
    return {"url": url, "small": f"{url}?size=small", "caption": picture.caption}


def _attachment(attachment: Attachment) -> dict[str, object]:
    _owner, ref = parse.split_ref(attachment.ref)
    return {
        "kind": attachment.kind.value,
        "url": f"/chat/media/{ref}",
        "mime": attachment.mime,
        "name": attachment.name,
        "size": attachment.size,
        "seconds": attachment.seconds,
    }


def _text(frame: dict[str, object]) -> str:
    return orjson.dumps(frame).decode()
