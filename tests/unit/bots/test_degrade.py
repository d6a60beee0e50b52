"""Messages too rich for a channel."""

import pytest

from bots.degrade import Choices, degrade
from core.messages import Button, Capabilities, Content

RICH = Capabilities(text_limit=1000, buttons=3, button_title=10, list_rows=5, row_title=12)
POOR = Capabilities(text_limit=1000)


def content(*titles: str) -> Content:
    return Content("Which?", buttons=tuple(Button(title, f"p{place}") for place, title in enumerate(titles)))


@pytest.mark.parametrize(
    ("titles", "capabilities", "choices"),
    [
        ((), RICH, Choices.NONE),
        (("A", "B", "C"), RICH, Choices.BUTTONS),
        (("A", "B", "C", "D"), RICH, Choices.LIST),
        (("A", "B", "C", "D", "E", "F"), RICH, Choices.NUMBERED),
        (("A",), POOR, Choices.NUMBERED),
    ],
)
def test_degrade_chooses_the_richest_shape_that_fits(
    titles: tuple[str, ...], capabilities: Capabilities, choices: Choices
) -> None:
    assert degrade(content(*titles), capabilities).choices is choices


@pytest.mark.parametrize(
    ("letters", "count", "choices"),
    [
        (10, 3, Choices.BUTTONS),
        (11, 3, Choices.LIST),
        (12, 5, Choices.LIST),
        (13, 3, Choices.BUTTONS),  # with numbers on them
        (13, 5, Choices.NUMBERED),
    ],
)
def test_degrade_goes_by_the_longest_title_that_each_shape_takes(letters: int, count: int, choices: Choices) -> None:
    titles = ["A" * letters, *"BCDE"[: count - 1]]

    assert degrade(content(*titles), RICH).choices is choices


def test_degrade_what_fits_is_left_as_it_is() -> None:
    rich = content("A", "B")

    assert degrade(rich, RICH).content is rich


def test_degrade_to_numbers_writes_the_choices_out() -> None:
    shaped = degrade(content("Design", "Code"), POOR)

    assert (shaped.content.text, shaped.content.buttons) == ("Which?\n\n1. Design\n2. Code", ())


def test_degrade_long_titles_are_written_out_and_tapped_by_number() -> None:
    shaped = degrade(content("Design", "Write code for clients"), RICH)

    assert shaped.choices is Choices.BUTTONS
    assert shaped.content.text == "Which?\n\n1. Design\n2. Write code for clients"
    assert shaped.content.buttons == (Button("1", "p0"), Button("2", "p1"))


def test_degrade_without_words_begins_with_the_choices() -> None:
    shaped = degrade(Content("", buttons=(Button("A", "a"),)), POOR)

    assert shaped.content.text == "1. A"
