"""text: any words."""

import unicodedata

from conversations.inputs.answer import Answer, Reading, Refused

_KEPT = "\n\t\u200c\u200d"
"""Line breaks, and the joiners that Persian, Hindi and compound pictures are written with."""


def read(words: str, reading: Reading) -> Answer:
    """Take the words as they are, without control characters.

    Raises:
        Refused: `need_words`, `text_too_short` or `text_too_long`.
    """
    cleaned = clean(words)
    if not cleaned:
        raise Refused("need_words")
    if reading.least is not None and len(cleaned) < reading.least:
        raise Refused("text_too_short", least=int(reading.least))
    if reading.most is not None and len(cleaned) > reading.most:
        raise Refused("text_too_long", most=int(reading.most))
    return Answer(cleaned)


def clean(words: str) -> str:
    """Return words without characters that steer a screen instead of being read, and without space around them.

    Control characters, overrides of direction and halves of a pair of UTF-16 go; line breaks stay.
    """
    plain = words.replace("\r\n", "\n").replace("\r", "\n")
    if plain.isascii() and plain.isprintable():
        return plain.strip()
    return "".join(character for character in plain if _is_kept(character)).strip()


def _is_kept(character: str) -> bool:
    return character in _KEPT or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn")
