"""Language: how a person's language writes numbers, names and dates."""

from functools import lru_cache

from babel import Locale, UnknownLocaleError


@lru_cache(maxsize=128)
def locale_of(language: str) -> Locale:
    """Return the locale of an IETF tag: itself, its base language, or English where nobody knows it."""
    for tag in (language, language.partition("-")[0]):
        try:
            return Locale.parse(tag, sep="-")
        except (ValueError, LookupError, TypeError, UnknownLocaleError):
            continue
    return Locale("en")
