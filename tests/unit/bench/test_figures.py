import pytest

from bench.figures import Bar, Figure, middle, percentile


@pytest.mark.parametrize(
    ("value", "floor", "bar", "holds"),
    [
        (1300, 10_000, Bar(0.12, of_floor=True), True),
        (1100, 10_000, Bar(0.12, of_floor=True), False),
        (1300, None, Bar(0.12, of_floor=True), False),
        (59.9, 3, Bar(60, at_least=False), True),
        (60.1, 3, Bar(60, at_least=False), False),
        (20_000, None, Bar(20_000), True),
        (1, None, None, None),
    ],
)
def test_figure_holds_as_its_bar_says(value: float, floor: float | None, bar: Bar | None, holds: bool | None) -> None:
    assert Figure("x", value, "u", floor, bar).holds is holds


def test_figure_as_plain_has_the_keys_that_others_read() -> None:
    figure = Figure("inbound.sqlite.rate", 2310, "turns/s", 11_000, Bar(0.12, of_floor=True), 118.04)
    assert figure.as_plain() == {
        "name": "inbound.sqlite.rate",
        "value": 2310,
        "unit": "turns/s",
        "floor": 11_000,
        "ratio": 0.21,
        "bar": 0.12,
        "holds": True,
        "memory_mb": 118.0,
    }


def test_figure_without_floor_and_bar_says_so() -> None:
    plain = Figure("memory.at_end", 120, "MB").as_plain()
    assert (plain["floor"], plain["ratio"], plain["bar"], plain["holds"]) == (None, None, None, None)


@pytest.mark.parametrize(("share", "expected"), [(0.5, 51), (0.99, 100), (1.0, 100)])
def test_percentile_of_a_hundred_values(share: float, expected: float) -> None:
    assert percentile(range(100, 0, -1), share) == expected


def test_percentile_of_nothing_is_zero() -> None:
    assert percentile([], 0.99) == 0


def test_middle_is_not_moved_by_one_noisy_round() -> None:
    assert middle([10, 11, 500]) == 11
