"""Words of the bold actions: one file for each language, each with the same sixty actions.

An entry is the action, in the imperative, and a sentence that helps to do it. May import nothing of ours.
"""

from collections.abc import Mapping
from typing import Final

from core.action_words import ar, de, en, es, hi

WORDS: Final[Mapping[str, Mapping[str, tuple[str, str]]]] = {
    "en": en.WORDS,
    "de": de.WORDS,
    "es": es.WORDS,
    "hi": hi.WORDS,
    "ar": ar.WORDS,
}
