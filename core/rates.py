"""Rates: token buckets, and the breaker that stops calling a platform that does not answer. Pure: `now` comes in."""

from datetime import datetime, timedelta

_NO_TIME = timedelta()


class TokenBucket:
    """Allows a burst and after it a steady rate.

    Args:
        rate: Tokens a second that grow back.
        burst: Most tokens at once; it begins full.
        now: The moment at which it begins.
    """

    __slots__ = ("_at", "_burst", "_halted_until", "_rate", "_tokens")

    def __init__(self, rate: float, burst: float, now: datetime) -> None:
        self._rate = rate
        self._burst = max(1.0, burst)
        self._tokens = self._burst
        self._at = now
        self._halted_until = datetime.min.replace(tzinfo=now.tzinfo)

    def wait(self, now: datetime) -> timedelta:
        """Return how long until one token may be taken; zero for at once."""
        self._grow(now)
        halted = self.halted(now)
        if self._tokens >= 1:
            return halted
        return max(halted, timedelta(seconds=(1 - self._tokens) / self._rate))

    def halted(self, now: datetime) -> timedelta:
        """Return how long the platform asked for nothing at all; zero where it did not."""
        return max(_NO_TIME, self._halted_until - now)

    def take(self, now: datetime, tokens: float = 1) -> None:
        """Take tokens; more than there are leave a debt, as the further parts of a long message do."""
        self._grow(now)
        self._tokens -= tokens

    def halt(self, until: datetime) -> None:
        """Give nothing before a moment, as the platform asked."""
        self._halted_until = max(self._halted_until, until)

    def is_full(self, now: datetime) -> bool:
        """Return whether the bucket is as good as a new one."""
        self._grow(now)
        return self._tokens >= self._burst and self._halted_until <= now

    def _grow(self, now: datetime) -> None:
        seconds = (now - self._at).total_seconds()
        # A clock that was set back must neither empty the bucket nor fill it twice.
        self._at = now
        if seconds > 0:
            self._tokens = min(self._burst, self._tokens + seconds * self._rate)


class Breaker:
    """Opens after failures in a row; then lets one probe through, and closes when it succeeds.

    Args:
        failures: How many in a row open it.
        first: How long it stays open the first time; doubles while probes fail.
        longest: The cap of that.
    """

    __slots__ = ("_failed", "_failures", "_first", "_longest", "_open_until", "_probing", "_times_open")

    def __init__(
        self,
        failures: int = 5,
        first: timedelta = timedelta(seconds=5),
        longest: timedelta = timedelta(seconds=60),
    ) -> None:
        self._failures = failures
        self._first = first
        self._longest = longest
        self._failed = 0
        self._times_open = 0
        self._probing = False
        self._open_until: datetime | None = None

    def wait(self, now: datetime) -> timedelta:
        """Return how long it stays open; zero where it is closed or a probe may go."""
        return _NO_TIME if self._open_until is None else max(_NO_TIME, self._open_until - now)

    def allows(self, now: datetime) -> bool:
        """Return whether a call may be made now."""
        return self._open_until is None or (self._open_until <= now and not self._probing)

    def begin(self) -> None:
        """Note that a call begins; while the breaker is not closed, it is the probe."""
        self._probing = self._open_until is not None

    def withdraw(self) -> None:
        """Note that a call that was to begin is not made; another one may be the probe."""
        self._probing = False

    def succeed(self) -> None:
        """Note that the platform answered."""
        self._failed, self._times_open, self._probing, self._open_until = 0, 0, False, None

    def fail(self, now: datetime) -> bool:
        """Note that the platform did not answer; return whether that opened the breaker."""
        self._failed += 1
        if self._failed < self._failures:
            return False
        if self._open_until is not None and not self._probing:
            return False  # a call that began before it opened says nothing new
        self._open_until = now + min(self._first * 2.0 ** min(self._times_open, 16), self._longest)
        self._times_open += 1
        self._probing = False
        return True
