"""An allowance per session: a short burst is fine, a flood waits."""

from collections import OrderedDict
from collections.abc import Callable
from datetime import timedelta

_KEYS_KEPT = 20_000
"""Sessions remembered at once; the one idle for longest is forgotten first, and then has its whole burst again."""


class Allowance:
    """A token bucket for each key, in this process alone.

    Args:
        burst: How many may come at once.
        per: In what time a spent burst has grown back.
        monotonic: A clock in seconds that never goes back.
    """

    def __init__(self, burst: int, per: timedelta, monotonic: Callable[[], float]) -> None:
        self._burst = float(burst)
        self._rate = burst / per.total_seconds()
        self._monotonic = monotonic
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> timedelta:
        """Take one; returns zero where it was there, else how long until one is, and takes nothing."""
        now = self._monotonic()
        left, since = self._buckets.pop(key, (self._burst, now))
        left = min(self._burst, left + (now - since) * self._rate)
        granted = left >= 1
        self._buckets[key] = (left - 1 if granted else left, now)
        while len(self._buckets) > _KEYS_KEPT:
            self._buckets.popitem(last=False)
        return timedelta(0) if granted else timedelta(seconds=(1 - left) / self._rate)
