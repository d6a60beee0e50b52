"""Rounds: floor and measured thing in turn, so that what else the machine does hits both alike."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rounds:
    """How much is measured.

    Args:
        count: How often floor and measured thing alternate.
        seconds: How long each of them runs in a round.
        share: Part of the full size of groups that count instead of timing, from 0 to 1.
    """

    count: int = 3
    seconds: float = 4.0
    share: float = 1.0

    def sized(self, whole: int) -> int:
        """Return a full number of things, cut to the share; at least one."""
        return max(1, round(whole * self.share))
