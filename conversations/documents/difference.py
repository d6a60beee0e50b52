"""Difference: what was expected and what came, so that the eye finds where they part."""

import re

_WIDTH = 72


def folded(text: str) -> str:
    """Return a text in which every run of white space is one space."""
    return " ".join(text.split())


def matches(pattern: str, text: str) -> bool:
    """Return whether a text is as expected; `...` in the pattern stands for any words."""
    parts = [re.escape(part.strip()) for part in folded(pattern).split("...")]
    return re.fullmatch(r"\s*.*?\s*".join(parts), folded(text), re.DOTALL) is not None


def told_apart(expected: str, came: str) -> str:
    """Return both texts below each other, with a mark below the first character that differs.

    Example:
        expected: Put your twenty best prompts into one document.
        came:     Put your thirty best prompts into one document.
                           ^
    """
    expected, came = folded(expected), folded(came)
    place = _first_difference(expected, came)
    start = max(0, place - _WIDTH // 2) if max(len(expected), len(came)) > _WIDTH else 0
    rows = (f"expected: {_window(expected, start)}", f"came:     {_window(came, start)}")
    mark = " " * (len("expected: ") + place - start + (1 if start else 0)) + "^"
    return "\n".join((*rows, mark))


def _first_difference(expected: str, came: str) -> int:
    # Wildcards match anything, so what lies before them is all that can be compared.
    shortest = min(len(expected), len(came))
    return next((place for place in range(shortest) if expected[place] != came[place]), shortest)


def _window(text: str, start: int) -> str:
    head = "…" if start else ""
    tail = "…" if len(text) > start + _WIDTH else ""
    return head + text[start : start + _WIDTH] + tail
