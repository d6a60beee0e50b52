"""Messages as lines of a terminal. Pure: which colour a tone has is the screen's own affair.

    Step 1 of 5                                              title
    Where did your prompts help a paying client most?        text
      1  Design                                              choice
      2  Copywriting                                         choice

A single button is `[Skip]`, chosen by its words; several are numbered. Those that are called by their number, as on a
scale from 1 to 10, share a line.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile

from core.messages import Button, Content, OutboundMessage, Place

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""A terminal obeys these; words that came from elsewhere must not move its cursor or change its colours."""


class Tone(StrEnum):
    """What a line is to its reader."""

    TITLE = "title"
    TEXT = "text"
    CHOICE = "choice"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a message.

    Args:
        words: Without control characters.
        tone: What it is to its reader.
    """

    words: str
    tone: Tone


def render(message: OutboundMessage) -> tuple[Line, ...]:
    """Return the lines of a message; none for an answer to a tap that says nothing, or what is shown beside a chat."""
    if message.tap_id:
        return (Line(clean(message.content.text), Tone.NOTICE),) if message.content.text.strip() else ()
    return render_content(message.content) if message.content.place is Place.CHAT else ()


def render_content(content: Content) -> tuple[Line, ...]:
    """Return title, text and choices as lines."""
    lines = [Line(clean(content.title), Tone.TITLE)] if content.title else []
    lines += [Line(clean(line), Tone.TEXT) for line in content.text.split("\n")] if content.text else []
    for one in content.album:
        lines.append(Line(f"(picture) {clean(one.caption)}".rstrip(), Tone.NOTICE))
    if content.image is not None:
        lines.append(Line("(a picture goes with this; the web chat shows it)", Tone.NOTICE))
    return (*lines, *choices(content.buttons))


def choices(buttons: Sequence[Button]) -> tuple[Line, ...]:
    """Return buttons as lines."""
    if len(buttons) == 1:
        return (Line(f"  [{clean(buttons[0].title)}]", Tone.CHOICE),)
    numbered = [(str(place), clean(button.title)) for place, button in enumerate(buttons, 1)]
    scale = [number for number, title in takewhile(lambda one: one[0] == one[1], numbered)]
    scale = scale if len(scale) > 1 else []
    width = len(str(len(buttons)))
    lines = ["  " + "  ".join(scale)] if scale else []
    lines += [f"  {number:>{width}}  {title}" for number, title in numbered[len(scale) :]]
    return tuple(Line(line, Tone.CHOICE) for line in lines)


def clean(words: str) -> str:
    """Return words without anything that a terminal would obey."""
    return _CONTROL.sub("", words)
