"""Findings: one sentence about one thing, how bad it is, and what mends it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """How bad it is."""

    FINE = "fine"
    WARNING = "warning"
    """It runs, and somebody should know."""
    BROKEN = "broken"
    """Something that is configured does not work."""

    @property
    def sign(self) -> str:
        """One character for the eye."""
        return _SIGNS[self]


_SIGNS = {Mark.FINE: "✓", Mark.WARNING: "!", Mark.BROKEN: "✗"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What a probe found.

    Args:
        name: Of what.
        mark: How bad it is.
        finding: What it is; never a secret, never anything personal.
        cure: What mends it; empty where nothing needs to be.
    """

    name: str
    mark: Mark
    finding: str
    cure: str = ""

    def __str__(self) -> str:
        cure = f" – {self.cure}" if self.cure else ""
        return f"{self.mark.sign} {self.name}: {self.finding}{cure}"


Probe = Callable[[], Awaitable[Sequence[Finding]]]
"""Looks at something; raises where it cannot, which is a finding too."""


def fine(name: str, finding: str) -> Finding:
    """Return that all is well."""
    return Finding(name, Mark.FINE, finding)


def warning(name: str, finding: str, cure: str) -> Finding:
    """Return that somebody should know."""
    return Finding(name, Mark.WARNING, finding, cure)


def broken(name: str, finding: str, cure: str) -> Finding:
    """Return that something does not work."""
    return Finding(name, Mark.BROKEN, finding, cure)
