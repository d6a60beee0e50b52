"""Folded words: how what was typed compares, whatever the keyboard."""

import re
import unicodedata

_LATIN_ACCENTS = re.compile("[\u0300-\u036f]")
_UNSEEN = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufe0e\ufe0f\ufeff]")
"""Arabic vowel signs and the stretching stroke, marks of direction, and joiners of no width."""
_FRACTION = re.compile(r"(\d*)\s?([¼½¾])")
_SAME = str.maketrans({"’": "'", "‘": "'", "−": "-", "–": "-", "—": "-", "٫": ".", "٬": "'", "،": ",", "ß": "ss"})


def folded(words: str) -> str:
    """Return words in folded case, without accents, with the digits of any script as 0 to 9, with single spaces.

    An Arabic decimal mark becomes a point and an Arabic thousands mark an apostrophe, which is never a decimal mark;
    "4½" becomes "4.5".
    """
    plain = unicodedata.normalize("NFKD", _FRACTION.sub(_decimal, words.translate(_SAME)))
    plain = unicodedata.normalize("NFC", _UNSEEN.sub("", _LATIN_ACCENTS.sub("", plain))).casefold()
    return " ".join("".join(map(_digit, plain)).split())


def _digit(character: str) -> str:
    value = unicodedata.decimal(character, -1)
    return character if value < 0 else str(value)


def _decimal(found: re.Match[str]) -> str:
    return (found[1] or "0") + f"{unicodedata.numeric(found[2]):g}".removeprefix("0")
