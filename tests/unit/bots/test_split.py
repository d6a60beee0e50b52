"""Long texts: measured, cut and clipped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.split import clip, length, split
from core.messages import TextUnit

UTF16, CHARACTERS, BYTES = TextUnit.UTF16, TextUnit.CHARACTERS, TextUnit.BYTES


@pytest.mark.parametrize(
    ("text", "utf16", "characters", "octets"),
    [("abc", 3, 3, 3), ("äöü", 3, 3, 6), ("🌞", 2, 1, 4), ("👩‍🚀", 5, 3, 11), ("", 0, 0, 0)],
)
def test_length_is_counted_in_the_channels_unit(text: str, utf16: int, characters: int, octets: int) -> None:
    assert (length(text, UTF16), length(text, CHARACTERS), length(text, BYTES)) == (utf16, characters, octets)


CUTS = {
    "fits": ("short", 10, ("short",)),
    "fits exactly": ("0123456789", 10, ("0123456789",)),
    "blank": (" \n ", 10, ()),
    "paragraph": ("one two.\n\nthree four", 15, ("one two.", "three four")),
    "paragraph goes ahead of sentence": ("aaaa.\n\nbb. cc. dd", 12, ("aaaa.", "bb. cc. dd")),
    "line": ("one two\nthree four", 15, ("one two", "three four")),
    "sentence": ("One two. Three four", 15, ("One two.", "Three four")),
    "sentence with its quote": ('He said "no." Then left', 16, ('He said "no."', "Then left")),
    "sentence without a space": ("一二三。四五六", 6, ("一二三。", "四五六")),
    "word": ("one two three four", 12, ("one two", "three four")),
    "word ends where the limit is": ("one two three", 7, ("one two", "three")),
    "no boundary": ("abcdefghijkl", 5, ("abcde", "fghij", "kl")),
    "boundary too early": ("a bcdefghijkl", 10, ("a bcdefghi", "jkl")),
    "emoji in utf-16": ("🌞🌞🌞🌞🌞", 5, ("🌞🌞", "🌞🌞", "🌞")),
    "joined emoji stays whole": ("abcdefgh👩‍🚀", 11, ("abcdefgh", "👩‍🚀")),
    "accent stays with its letter": ("abcdefghe\u0301", 9, ("abcdefgh", "e\u0301")),
    "flag stays whole": ("abcdefg🇮🇳🇩🇪", 13, ("abcdefg🇮🇳", "🇩🇪")),
    "flags alone": ("🇮🇳🇲🇿🇿🇦", 6, ("🇮🇳", "🇲🇿", "🇿🇦")),
    "variation stays with its sign": (
        "abcdefgh\N{HEAVY BLACK HEART}\ufe0f",
        9,
        ("abcdefgh", "\N{HEAVY BLACK HEART}\ufe0f"),
    ),
    "frame stays with its keycap": ("abcdefgh1\ufe0f\u20e3", 10, ("abcdefgh", "1\ufe0f\u20e3")),
    "bare frame stays with its keycap": ("abcdefgh1\u20e3", 9, ("abcdefgh", "1\u20e3")),
    "accents without end": ("a" + 60 * "\u0301", 40, ("a" + 39 * "\u0301", 21 * "\u0301")),
    "room for less than a character": ("🌞🌞", 1, ("🌞", "🌞")),
    "skin tone stays with its hand": ("abcdefg👍🏽", 9, ("abcdefg", "👍🏽")),
}


@pytest.mark.parametrize(("text", "limit", "parts"), CUTS.values(), ids=CUTS)
def test_split_cuts_at_the_best_boundary(text: str, limit: int, parts: tuple[str, ...]) -> None:
    assert split(text, limit, UTF16) == parts


def test_split_first_part_may_have_a_limit_of_its_own() -> None:
    assert split("one two three four five", 15, UTF16, first=8) == ("one two", "three four five")


@pytest.mark.parametrize("unit", TextUnit)
@given(text=st.text(max_size=400), limit=st.integers(min_value=16, max_value=90))
def test_split_any_text_keeps_every_character_and_fits(unit: TextUnit, text: str, limit: int) -> None:
    parts = split(text, limit, unit)

    assert all(part and length(part, unit) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_split_long_text_without_boundaries_is_quick() -> None:
    parts = split("🌞" * 100_000, 4096, UTF16)

    assert (len(parts), "".join(parts)) == (49, "🌞" * 100_000)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("short", "short"), ("0123456789", "0123456789"), ("0123456789a", "012345678…"), ("🌞" * 6, "🌞🌞🌞🌞…")],
)
def test_clip_ends_with_an_ellipsis(text: str, expected: str) -> None:
    assert clip(text, 10, UTF16) == expected
