"""Telegram's HTML: a small strict reader that fails where Telegram's does."""

import re
from typing import Any

from tests.fakes.telegram.messages import bad_request

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "tg-spoiler": "spoiler",
    "blockquote": "blockquote",
}
TAG = re.compile(r"<(/?)([a-zA-Z-]*)([^<>]*)>")
ENTITY = re.compile(r"&(lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);")
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}


def read_html(text: str) -> tuple[str, list[dict[str, Any]]]:
    """Return the visible text and its entities, with offsets in UTF-16 units."""
    plain: list[str] = []
    entities: list[dict[str, Any]] = []
    open_tags: list[tuple[str, int]] = []
    place = 0
    while place < len(text):
        if text[place] != "<":
            end = text.find("<", place)
            end = len(text) if end < 0 else end
            plain.append(ENTITY.sub(_character, text[place:end]))
            place = end
            continue
        tag = TAG.match(text, place)
        if tag is None:
            raise bad_request(f"can't parse entities: Unclosed start tag at byte offset {_offset(text, place)}")
        _apply(tag, open_tags, entities, _units("".join(plain)), _offset(text, place))
        place = tag.end()
    if open_tags:
        raise bad_request(f"can't parse entities: Can't find end tag corresponding to start tag {open_tags[-1][0]}")
    return "".join(plain), entities


def _apply(
    tag: re.Match[str],
    open_tags: list[tuple[str, int]],
    entities: list[dict[str, Any]],
    here: int,
    offset: int,
) -> None:
    closing, name = tag.group(1), tag.group(2).lower()
    if name not in TAGS:
        raise bad_request(f'can\'t parse entities: Unsupported start tag "{name}" at byte offset {offset}')
    if not closing:
        open_tags.append((name, here))
        return
    if not open_tags or open_tags[-1][0] != name:
        raise bad_request(f"can't parse entities: Unexpected end tag at byte offset {offset}")
    _, start = open_tags.pop()
    if here > start:
        entities.append({"type": TAGS[name], "offset": start, "length": here - start})


def _character(found: re.Match[str]) -> str:
    name = found.group(1)
    if name in NAMED:
        return NAMED[name]
    return chr(int(f"0{name[1:]}", 0) if name.startswith("#x") else int(name[1:]))


def _offset(text: str, place: int) -> int:
    return len(text[:place].encode())


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
