"""A story: what a person does and when, as lines that can be read.

    # Monday: she says hello.
    at 18:30
    > hello
    > [Freelancer]
    file page.png My page is on sale.
    < Step 2 of 5

`at` goes on to the next time at which the person's clock shows this; all that comes in between happens. `>` says words
or, in brackets, taps a button. `file` sends a file. `<` makes sure that something of what was said last says this. `#`
tells those who watch what is going on.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from importlib import resources


@dataclass(frozen=True, slots=True)
class Told:
    """Words to those who watch."""

    words: str


@dataclass(frozen=True, slots=True)
class At:
    """The clock goes on to the next time of day of this kind."""

    time: time


@dataclass(frozen=True, slots=True)
class Said:
    """The person says or taps something."""

    words: str


@dataclass(frozen=True, slots=True)
class Sent:
    """The person sends a file."""

    name: str
    caption: str


@dataclass(frozen=True, slots=True)
class Heard:
    """Something of what was said to the person last holds these words."""

    words: str


Beat = Told | At | Said | Sent | Heard

_BEAT = re.compile(r"(at|file|[#><])\s+(.+)")


def read_story(text: str) -> Iterator[Beat]:
    """Return the beats of a story.

    Raises:
        ValueError: A line is none; it names the line.
    """
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        found = _BEAT.fullmatch(line.strip())
        if found is None:
            raise ValueError(f"line {number}: {line.strip()!r} is no beat; begin it with at, file, >, < or #.")
        yield _beat(found.group(1), found.group(2))


def first_days() -> list[Beat]:
    """Return the story that ships."""
    return list(read_story((resources.files("sunup.demo") / "first_days.txt").read_text(encoding="utf-8")))


def _beat(kind: str, words: str) -> Beat:
    match kind:
        case "at":
            return At(time.fromisoformat(words))
        case "file":
            name, _, caption = words.partition(" ")
            return Sent(name, caption)
        case ">":
            return Said(words.removeprefix("[").removesuffix("]"))
        case "<":
            return Heard(words)
        case _:
            return Told(words)
