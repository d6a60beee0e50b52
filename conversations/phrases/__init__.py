"""Phrases: Sunup's own sentences and the plain words it understands, one file for each language.

English is whole; a sentence that another language lacks is said in English. A test holds every
language to the same keys and the same places. May import nothing of ours.
"""

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


def means(language: str, words: str, word: str) -> bool:
    """Return whether plain words mean one of `WORDS`, such as `yes`, in a language or in English."""
    own = WORDS.get(language.partition("-")[0], en.WORDS)
    return words in own.get(word, ()) or words in en.WORDS[word]


def command_for(language: str, words: str) -> str | None:
    """Return the command that plain words give, in a language or in English."""
    return _command_table(language.partition("-")[0]).get(words)


@lru_cache(maxsize=64)
def _command_table(language: str) -> dict[str, str]:
    tables = (en.COMMAND_WORDS, COMMAND_WORDS.get(language, {}))
    return {words: command for table in tables for command, spoken in table.items() for words in spoken}
