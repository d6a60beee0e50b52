"""Long texts: how long they are in a channel's own unit, and where they may be cut."""

import re
from unicodedata import combining

from core.messages import TextUnit

BOUNDARIES = (
    re.compile(r"\n[^\S\n]*\n\s*"),  # paragraph
    re.compile(r"\n\s*"),  # line
    re.compile(r"(?<=[.!?…。！？])[\"')\]»”]*\s+|(?<=[。！？])"),  # sentence
    re.compile(r"\s+"),  # word
)
"""Where a text may be cut, the best first."""
JOINER = "\N{ZERO WIDTH JOINER}"
SKIN_TONES = range(0x1F3FB, 0x1F400)
VARIATIONS = range(0xFE00, 0xFE10)


def length(text: str, unit: TextUnit) -> int:
    """Return how long a text is in a channel's unit."""
    if text.isascii():
        return len(text)
    match unit:
        case TextUnit.CHARACTERS:
            return len(text)
        case TextUnit.BYTES:
            return len(text.encode("utf-8", "surrogatepass"))
        case TextUnit.UTF16:
            return len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(text: str, limit: int, unit: TextUnit, first: int | None = None) -> tuple[str, ...]:
    """Cut a text into parts that fit, at the end of a paragraph, line, sentence or word.

    A boundary counts only in the latter half of what fits, so that no part is needlessly short; a text
    without any is cut between two characters that a reader sees as two.

    Args:
        text: Any length; white space around parts is dropped.
        limit: Longest part, in `unit`.
        unit: The channel's unit.
        first: Longest first part, where it differs.

    Returns:
        Parts in order, none of them empty; none at all for a blank text.
    """
    parts: list[str] = []
    rest = text.strip()
    room = limit if first is None else first
    while rest:
        if length(rest, unit) <= room:
            parts.append(rest)
            break
        part, rest = _cut(rest, room, unit)
        if part:
            parts.append(part)
        room = limit
    return tuple(parts)


def clip(text: str, limit: int, unit: TextUnit) -> str:
    """Shorten a text to a limit, with an ellipsis in place of what is left out."""
    if length(text, unit) <= limit:
        return text
    ellipsis = "…"
    kept = text[: _between(text, _fitting(text, limit - length(ellipsis, unit), unit))].rstrip()
    return kept + ellipsis


def _cut(text: str, room: int, unit: TextUnit) -> tuple[str, str]:
    fitting = max(_fitting(text, room, unit), 1)
    for boundary in BOUNDARIES:
        last = None
        # What lies beyond may only be the white space that ends a part.
        for found in boundary.finditer(text, fitting // 2, fitting + 2):
            if found.start() + len(found.group().rstrip()) <= fitting:
                last = found
        if last is not None:
            return text[: last.start()].rstrip() + last.group().rstrip(), text[last.end() :].lstrip()
    fitting = _between(text, fitting)
    return text[:fitting].rstrip(), text[fitting:].lstrip()


def _fitting(text: str, room: int, unit: TextUnit) -> int:
    """Return how many characters from the start fit."""
    low, high = 0, min(len(text), room)
    while low < high:
        middle = (low + high + 1) // 2
        if length(text[:middle], unit) <= room:
            low = middle
        else:
            high = middle - 1
    return low


def _between(text: str, place: int) -> int:
    """Move a cut to the left until it parts no accent, joined emoji or flag from what it belongs to."""
    moved = place
    while 0 < moved < len(text) and place - moved < 32 and _belongs(text, moved):
        moved -= 1
    return moved if moved > 0 and not _belongs(text, moved) else place


def _belongs(text: str, place: int) -> bool:
    if place >= len(text):
        return False
    here, before = text[place], text[place - 1]
    if _is_flag_letter(here) and _is_flag_letter(before):
        run = 0
        while run < place and _is_flag_letter(text[place - 1 - run]):
            run += 1
        return run % 2 == 1
    return (
        combining(here) != 0
        or JOINER in (here, before)
        or ord(here) in SKIN_TONES
        or ord(here) in VARIATIONS
        or ord(here) == 0x20E3  # the frame around a keycap
    )


def _is_flag_letter(character: str) -> bool:
    return 0x1F1E6 <= ord(character) <= 0x1F1FF
