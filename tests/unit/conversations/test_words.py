import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.words import plain_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("  Stop!! ", "stop"),
        ("¿Ayuda?", "ayuda"),
        ("STRASSE straße", "strasse strasse"),
        ("ＳＴＯＰ", "stop"),
        ("I’m  done", "i'm done"),
        ("✅\ufe0f", "✅"),
        ("\u200fتوقف؟", "توقف"),
        ("बंद करो।", "बंद करो"),
        ("_done_", "done"),
        ("?", "?"),
        ("...", "..."),
        ("", ""),
    ],
)
def test_plain_words(text: str, words: str) -> None:
    assert plain_words(text) == words


@given(text=st.text())
def test_plain_words_have_no_space_around_them(text: str) -> None:
    words = plain_words(text)
    assert words == words.strip()
    assert "  " not in words
