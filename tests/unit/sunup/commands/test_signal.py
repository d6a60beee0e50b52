"""What comes with a signal."""

import pytest
import typer

from sunup.commands.signal import values_of


def test_values_are_what_they_look_like() -> None:
    pairs = ["order=A-17", "count=3", "price=4.5", "paid=true", "note=a=b", "empty=", 'quoted="3"', "list=[1]"]

    assert values_of(pairs) == {
        "order": "A-17",
        "count": 3,
        "price": 4.5,
        "paid": True,
        "note": "a=b",
        "empty": "",
        "quoted": "3",
        "list": "[1]",
    }


@pytest.mark.parametrize("pair", ["order", "=3", "two words=3", ""])
def test_pair_that_is_none_is_refused(pair: str) -> None:
    with pytest.raises(typer.BadParameter, match="name=value"):
        values_of([pair])
