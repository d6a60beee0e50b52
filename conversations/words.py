"""Words as they compare: what a person typed, without what does not matter."""

import unicodedata

_MARKS = " \t\r\n.,;:!?¡¿…\"'“”„»«।॥。！？،؛؟*_"
_UNSEEN = dict.fromkeys(map(ord, "\ufe0e\ufe0f\u200b\u200e\u200f\u061c\u2066\u2067\u2068\u2069\ufeff"))
"""Characters that choose a picture or a direction; keyboards add them and people never see them."""
_DIGITS = 2
"""In the number of a choice; nobody is shown a hundred of them."""
_SAME = {**_UNSEEN, ord("’"): "'", ord("‘"): "'"}


def plain_words(text: str) -> str:
    """Return words in folded case, without marks around them, with single spaces; marks alone stay."""
    folded = unicodedata.normalize("NFKC", text).translate(_SAME).casefold()
    return " ".join((folded.strip(_MARKS) or folded).split())


def place_of(words: str, count: int) -> int | None:
    """Return which of so many choices a number among plain words names, from 0 on; None where they name none."""
    if words.isdecimal() and len(words) <= _DIGITS and 1 <= int(words) <= count:
        return int(words) - 1
    return None
