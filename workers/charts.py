"""Charts: figures of a person's days as a picture for a chat. Pure.

A picture brings its own background, since nobody knows whether a chat is light or dark; the two pairs of colours below
keep their contrast on it. There are figures in it and no words: a name is written by the chat itself, above the
picture, in any script and direction. For a language that is read from the right, time runs from the right.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 1080, 810
"""Pixels; a phone shows it a third of that size."""
PAPER, CARD, EDGE = "#fffaf4", "#ffffff", "#efdfce"
INK, SOFT, SUN, FADED, GOOD = "#2a1c12", "#6f5a4a", "#c64a0c", "#f3d9c4", "#2f8f4e"
"""The colours of the web chat by day, which `web/static/style.css` names."""
BEST = 10
"""The highest rating."""
_MARGIN, _TOP, _BASE, _DATES, _MARKS = 70, 110, 560, 640, 715
_SCALE: Final = 2
"""Drawn so much larger and then made smaller, which smooths every edge."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a chart.

    Args:
        day: The person's own date.
        done: Whether the morning was done.
        rating: How they rated themselves, 1 to 10; None where they did not.
        acted: Whether they did their bold action.
    """

    day: date
    done: bool
    rating: int | None = None
    acted: bool = False


def draw_week(days: Sequence[Day], *, mirrored: bool = False) -> bytes:
    """Return a PNG of some days: a bar for each rating, a sun for each morning, a tick for each bold action.

    Args:
        days: In the order of the calendar, at least one and at most fourteen.
        mirrored: Whether the first day stands on the right.
    """
    size = (WIDTH * _SCALE, HEIGHT * _SCALE)
    image = Image.new("RGB", size, PAPER)
    pen = ImageDraw.Draw(image)
    box = [
        _MARGIN // 2 * _SCALE,
        _MARGIN // 2 * _SCALE,
        size[0] - _MARGIN // 2 * _SCALE,
        size[1] - _MARGIN // 2 * _SCALE,
    ]
    pen.rounded_rectangle(box, radius=36 * _SCALE, fill=CARD, outline=EDGE, width=3 * _SCALE)
    _draw_levels(pen, mirrored=mirrored)
    width = (WIDTH - 2 * _MARGIN - 60) / len(days)
    for place, day in enumerate(reversed(days) if mirrored else days):
        left = _MARGIN + (0 if mirrored else 60) + place * width
        _draw_day(pen, day, left, width)
    out = io.BytesIO()
    image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()


def _draw_levels(pen: ImageDraw.ImageDraw, *, mirrored: bool) -> None:
    """Draw the lines of the ratings 5 and 10, with their figures on the side where the days begin."""
    for level in (5, BEST):
        y = _height(level)
        pen.line([(_MARGIN * _SCALE, y), ((WIDTH - _MARGIN) * _SCALE, y)], fill=EDGE, width=3 * _SCALE)
        x = WIDTH - _MARGIN - 5 if mirrored else _MARGIN + 5
        _write(pen, str(level), x, y / _SCALE - 24, size=36, colour=SOFT, anchor="rm" if mirrored else "lm")


def _draw_day(pen: ImageDraw.ImageDraw, day: Day, left: float, width: float) -> None:
    middle, half = left + width / 2, width * 0.32
    base = _BASE * _SCALE
    box = [(middle - half) * _SCALE, _height(BEST), (middle + half) * _SCALE, base]
    pen.rounded_rectangle(box, radius=16 * _SCALE, fill=PAPER)
    if day.rating:
        box[1] = _height(day.rating)
        pen.rounded_rectangle(box, radius=16 * _SCALE, fill=SUN if day.done else SOFT)
        _write(pen, str(day.rating), middle, box[1] / _SCALE - 26, size=44, colour=INK)
    _write(pen, str(day.day.day), middle, _DATES - 30, size=40, colour=INK if day.done else SOFT)
    _draw_sun(pen, middle, _DATES + 32, done=day.done)
    if day.acted:
        _draw_tick(pen, middle, _MARKS + 10)


def _draw_sun(pen: ImageDraw.ImageDraw, x: float, y: float, *, done: bool) -> None:
    radius = 22
    box = [(x - radius) * _SCALE, (y - radius) * _SCALE, (x + radius) * _SCALE, (y + radius) * _SCALE]
    if done:
        pen.ellipse(box, fill=SUN)
    else:
        pen.ellipse(box, outline=SOFT, width=4 * _SCALE)


def _draw_tick(pen: ImageDraw.ImageDraw, x: float, y: float) -> None:
    points = [((x + dx) * _SCALE, (y + dy) * _SCALE) for dx, dy in ((-18, -2), (-5, 12), (18, -14))]
    pen.line(points, fill=GOOD, width=9 * _SCALE, joint="curve")


def _write(
    pen: ImageDraw.ImageDraw, words: str, x: float, y: float, *, size: int, colour: str, anchor: str = "mm"
) -> None:
    font = ImageFont.load_default(size * _SCALE)
    pen.text((x * _SCALE, y * _SCALE), words, fill=colour, font=font, anchor=anchor)


def _height(rating: int) -> float:
    """Return how high a rating stands."""
    return (_BASE - (_BASE - _TOP - 60) * min(rating, BEST) / BEST) * _SCALE
