"""Charts: a picture that a phone shows, whatever the chat's colours and the person's direction of reading."""

import io
from datetime import date, timedelta

import pytest
from PIL import Image, ImageOps

from workers.charts import CARD, GOOD, HEIGHT, INK, PAPER, SOFT, SUN, WIDTH, Day, draw_week

MONDAY = date(2026, 11, 16)


def week(*days: tuple[bool, int | None, bool]) -> list[Day]:
    return [Day(MONDAY + timedelta(days=place), *day) for place, day in enumerate(days)]


FULL = week((True, 7, True), (True, 8, False), (True, None, False), (False, 4, False), (True, 10, False),
            (True, 1, True), (False, None, False))  # fmt: skip


def drawn(days: list[Day], **more: bool) -> Image.Image:
    return Image.open(io.BytesIO(draw_week(days, **more))).convert("RGB")


def count(image: Image.Image, colour: str, box: tuple[int, int, int, int]) -> int:
    wanted = tuple(bytes.fromhex(colour[1:]))
    return sum(pixel == wanted for pixel in image.crop(box).get_flattened_data())


def luminance(colour: str) -> float:
    """Source: WCAG 2.2, relative luminance."""
    parts = [value / 255 for value in bytes.fromhex(colour[1:])]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_chart_is_a_png_of_its_size_and_covers_the_whole_of_it() -> None:
    data = draw_week(FULL)
    image = Image.open(io.BytesIO(data))
    assert (data[:8], image.size, image.mode) == (b"\x89PNG\r\n\x1a\n", (WIDTH, HEIGHT), "RGB")
    assert len(data) < 200_000


@pytest.mark.parametrize("colour", [INK, SOFT, SUN])
@pytest.mark.parametrize("ground", [CARD, PAPER])
def test_everything_that_is_read_stands_out_from_the_pictures_own_ground(colour: str, ground: str) -> None:
    bright, dark = sorted((luminance(colour), luminance(ground)), reverse=True)
    assert (bright + 0.05) / (dark + 0.05) >= 4.5


def test_sign_of_an_action_stands_out_too() -> None:
    assert (1.05) / (luminance(GOOD) + 0.05) >= 3


def test_bars_are_as_high_as_the_ratings() -> None:
    image = drawn(FULL)
    heights = [count(image, SUN, (x, 0, x + 1, 570)) for x in (165, 290, 415, 665)]
    assert heights[2] == 0
    assert heights[0] < heights[1] < heights[3]
    assert heights[3] == pytest.approx(390, abs=12)


def test_morning_that_was_missed_looks_different() -> None:
    image = drawn(FULL)
    missed = count(image, SOFT, (500, 380, 640, 560))
    assert missed > 5_000
    assert count(image, SUN, (500, 380, 640, 560)) == 0


def test_mirrored_week_runs_from_the_right() -> None:
    straight, mirrored = drawn(FULL), drawn(FULL, mirrored=True)
    left, right = (60, 0, 540, 570), (540, 0, 1020, 570)
    assert count(straight, SUN, left) != count(straight, SUN, right)
    flipped = ImageOps.mirror(straight)
    for box in (left, right):
        assert count(mirrored, SUN, box) == pytest.approx(count(flipped, SUN, box), rel=0.05)


@pytest.mark.parametrize("days", [1, 7, 14])
def test_any_number_of_days_fits(days: int) -> None:
    assert drawn(week(*[(True, 10, True)] * days)).size == (WIDTH, HEIGHT)
