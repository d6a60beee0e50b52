"""Figures: what a group measured, beside its floor and the bar that it has to clear."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Bar:
    """What a figure has to clear.

    Args:
        limit: The bar.
        at_least: Whether more is better; False where the limit must not be exceeded.
        of_floor: Whether the ratio to the floor is judged, and not the value itself.
    """

    limit: float
    at_least: bool = True
    of_floor: bool = False

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.limit:g}{' of floor' if self.of_floor else ''}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure.

    Args:
        name: Its group and what it is, for instance `inbound.postgresql.rate`.
        value: The median over the rounds.
        unit: For instance `requests/s`, `ms`, `µs`, `MB`.
        floor: The same of the bare thing in the same run; None where there is none.
        bar: What it has to clear; None for one that only informs.
        memory_mb: Peak resident memory of the process under test; None where none was measured.
    """

    name: str
    value: float
    unit: str
    floor: float | None = None
    bar: Bar | None = None
    memory_mb: float | None = None

    @property
    def ratio(self) -> float | None:
        """The value as a share of the floor."""
        return self.value / self.floor if self.floor else None

    @property
    def holds(self) -> bool | None:
        """Whether it clears its bar; None without one."""
        if self.bar is None:
            return None
        judged = self.ratio if self.bar.of_floor else self.value
        if judged is None:
            return False
        return judged >= self.bar.limit if self.bar.at_least else judged <= self.bar.limit

    def as_plain(self) -> dict[str, Any]:
        """Return the figure as it is written to `var/bench.json`.

        For instance `{"name": "inbound.sqlite.rate", "value": 2310.0, "unit": "requests/s", "floor": 11200.0,
        "ratio": 0.2063, "bar": 0.12, "holds": true, "memory_mb": 118.0}`.
        """
        return {
            "name": self.name,
            "value": round(self.value, 3),
            "unit": self.unit,
            "floor": None if self.floor is None else round(self.floor, 3),
            "ratio": None if self.ratio is None else round(self.ratio, 4),
            "bar": None if self.bar is None else self.bar.limit,
            "holds": self.holds,
            "memory_mb": None if self.memory_mb is None else round(self.memory_mb, 1),
        }


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that this share of all values does not exceed; 0 of nothing is 0."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def middle(values: Sequence[float]) -> float:
    """Return the median, which a noisy round does not move."""
    return float(median(values))
