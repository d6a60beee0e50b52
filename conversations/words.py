"""Words as they compare: what a person typed, without what does not matter."""

import unicodedata

_MARKS = " \t\r\n.,;:!?¡¿…\"'“”„»«।॥。！？،؛؟*_"
_UNSEEN = dict.fromkeys(map(ord, "\ufe0e\ufe0f\u200b\u200e\u200f\u061c\u2066\u2067\u2068\u2069\ufeff"))
"""Characters that choose a picture or a direction; keyboards add them and people never see them."""
_SAME = {**_UNSEEN, ord("’"): "'", ord("‘"): "'"}


def plain_words(text: str) -> str:
    """Return words in folded case, without marks around them, with single spaces; marks alone stay."""
    folded = unicodedata.normalize("NFKC", text).translate(_SAME).casefold()
    return " ".join((folded.strip(_MARKS) or folded).split())
