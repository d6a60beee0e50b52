"""Phrases: Sunup's own sentences and the plain words it understands, one file for each language.

English is whole; a sentence that another language lacks is said in English. A test holds every
language to the same keys and the same places. May import nothing of ours.
"""

import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from conversations.phrases import ar, de, en, es, hi

SENTENCES: dict[str, Mapping[str, str]] = {
    "en": en.SENTENCES,
    "de": de.SENTENCES,
    "es": es.SENTENCES,
    "hi": hi.SENTENCES,
    "ar": ar.SENTENCES,
}
COUNTED: dict[str, Mapping[str, Mapping[str, str]]] = {
    "en": en.COUNTED,
    "de": de.COUNTED,
    "es": es.COUNTED,
    "hi": hi.COUNTED,
    "ar": ar.COUNTED,
}
COURTESIES: dict[str, Mapping[str, tuple[str, ...]]] = {
    "en": en.COURTESIES,
    "de": de.COURTESIES,
    "es": es.COURTESIES,
    "hi": hi.COURTESIES,
    "ar": ar.COURTESIES,
}
REFUSING: dict[str, tuple[str, ...]] = {
    "en": en.REFUSING,
    "de": de.REFUSING,
    "es": es.REFUSING,
    "hi": hi.REFUSING,
    "ar": ar.REFUSING,
}
WORDS: dict[str, Mapping[str, tuple[str, ...]]] = {
    "en": en.WORDS,
    "de": de.WORDS,
    "es": es.WORDS,
    "hi": hi.WORDS,
    "ar": ar.WORDS,
}
COMMAND_WORDS: dict[str, Mapping[str, tuple[str, ...]]] = {
    "en": en.COMMAND_WORDS,
    "de": de.COMMAND_WORDS,
    "es": es.COMMAND_WORDS,
    "hi": hi.COMMAND_WORDS,
    "ar": ar.COMMAND_WORDS,
}


def phrase(language: str, key: str, /, **values: object) -> str:
    """Return one of Sunup's sentences.

    Args:
        language: IETF tag; its base language counts, English where it is not shipped.
        key: Name of the sentence.
        values: What it puts in.

    Raises:
        KeyError: There is no such sentence in English either.
    """
    sentences = SENTENCES.get(language.partition("-")[0], en.SENTENCES)
    sentence = sentences.get(key) or en.SENTENCES[key]
    return sentence.format_map(values) if values else sentence


def counted(language: str, key: str, form: str, count: str) -> str:
    """Return the words for a number of things, such as "3 customers".

    Args:
        language: IETF tag, as for `phrase`.
        key: Name of what is counted.
        form: Which plural the number asks for in this language; a category of CLDR, `other` where it has none.
        count: The number as the language writes it.
    """
    forms = COUNTED.get(language.partition("-")[0], en.COUNTED)[key]
    return forms.get(form, forms["other"]).format(count=count)


def means(language: str, words: str, word: str) -> bool:
    """Return whether plain words mean one of `WORDS`, such as `yes`, in a language or in English."""
    own = WORDS.get(language.partition("-")[0], en.WORDS)
    return words in own.get(word, ()) or words in en.WORDS[word]


def command_for(language: str, words: str) -> str | None:
    """Return the command that plain words give, in a language or in English."""
    return _command_table(language.partition("-")[0]).get(words)


def ends_messages(words: str) -> bool:
    """Return whether plain words are what ends messages in any language."""
    return words in _stop_words()


def refuses(language: str, word: str) -> bool:
    """Return whether a word among others turns what they say round, such as "not", or leaves it open, such as "or"."""
    own = REFUSING.get(language.partition("-")[0], ())
    return word in own or word in en.REFUSING


def courtesy(language: str, words: str) -> str | None:
    """Return which of `COURTESIES` plain words are, such as `thanks`, in a language or in English."""
    bare = "".join(character for character in words if not unicodedata.category(character).startswith("S")).strip()
    return _courtesy_table(language.partition("-")[0]).get(bare)


@lru_cache(maxsize=1)
def _stop_words() -> frozenset[str]:
    return frozenset(words for table in COMMAND_WORDS.values() for words in table["stop"])


@lru_cache(maxsize=64)
def _command_table(language: str) -> dict[str, str]:
    return _meanings(en.COMMAND_WORDS, COMMAND_WORDS.get(language, {}))


@lru_cache(maxsize=64)
def _courtesy_table(language: str) -> dict[str, str]:
    return _meanings(en.COURTESIES, COURTESIES.get(language, {}))


def _meanings(*tables: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {words: meaning for table in tables for meaning, spoken in table.items() for words in spoken}
