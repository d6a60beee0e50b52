"""Stories: lines that can be read, and lines that cannot."""

from datetime import time

import pytest

from sunup.demo.story import At, Heard, Said, Sent, Told, first_days, read_story


def test_every_kind_of_beat_is_read() -> None:
    text = """
        # Monday: she says hello.
        at 18:30
        > hello
        > [I freelance]
        file page.png My page is on sale.
        file voice.wav
        < Step 2 of 5
    """
    assert list(read_story(text)) == [
        Told("Monday: she says hello."),
        At(time(18, 30)),
        Said("hello"),
        Said("I freelance"),
        Sent("page.png", "My page is on sale."),
        Sent("voice.wav", ""),
        Heard("Step 2 of 5"),
    ]


@pytest.mark.parametrize("line", ["hello", "at", ">hello", "at 25:00", "at seven"])
def test_line_that_is_no_beat_is_named(line: str) -> None:
    with pytest.raises(ValueError, match=r"line 2|hour|isoformat"):
        list(read_story(f"# x\n{line}"))


def test_the_story_that_ships_reads_and_makes_sure_of_what_it_tells() -> None:
    beats = first_days()
    assert {type(beat) for beat in beats} == {Told, At, Said, Sent, Heard}
