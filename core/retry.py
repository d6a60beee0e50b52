"""Retry: when a message or a job that did not get through is tried again. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zlib import crc32

from core import errors
from core.messages import OnUnknown, Priority

VALIDITY = {
    Priority.REPLY: timedelta(hours=24),
    Priority.NUDGE: timedelta(hours=2),
    Priority.BROADCAST: timedelta(hours=12),
}
"""How long after it was written a message is still worth sending: a "good morning" is not said at night."""
FIRST_DELAY = timedelta(seconds=2)
LONGEST_DELAY = timedelta(minutes=5)
MOST_UNKNOWN = 5
"""Attempts after which a message whose outcome is unknown is given up, whatever its policy: copies have a limit."""
MOST_MOVES = 5
"""Attempts after which a chat that keeps moving counts as gone, and a window that keeps closing as closed."""
REVOKED_DELAY = timedelta(seconds=30)
ASK_DELAY = timedelta(seconds=5)
"""How long a platform has before it is asked what became of a message: a call may still be under way there."""
JOB_DELAYS = tuple(timedelta(seconds=seconds) for seconds in (3, 15, 60, 180))
"""Waits between the attempts at a job; somebody waits for its answer."""
MOST_JOB_ATTEMPTS = len(JOB_DELAYS) + 1


@dataclass(frozen=True, slots=True)
class RetryDecision:
    """It is tried again.

    Args:
        at: Not before this moment.
    """

    at: datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at a message.

    Args:
        message: Whose attempt; its jitter is derived from it, so that the same attempt always waits the same.
        number: Counted from 1, this one included.
        created_at: When the message was written.
        priority: Decides how long it stays valid.
        on_unknown: Its policy for an unknown outcome.
        can_ask: Whether its platform can be asked what became of it, so that trying again doubles nothing.
        until: From when on it is not worth sending; None for what its priority says.
    """

    message: UUID
    number: int
    created_at: datetime
    priority: Priority
    on_unknown: OnUnknown
    can_ask: bool = False
    until: datetime | None = None

    @property
    def expires_at(self) -> datetime:
        """From when on the message is not worth sending."""
        return self.until or self.created_at + VALIDITY[self.priority]


def next_attempt(error: errors.SendError, attempt: Attempt, now: datetime) -> RetryDecision | None:
    """Decide on a failed attempt.

    Args:
        error: How it failed.
        attempt: Which one it was.
        now: When it failed.

    Returns:
        When to try again; None where trying again is of no use.
    """
    match error:
        case errors.AccountRevoked():
            # Not the message's fault: it waits until the account has new credentials, and its validity counts then.
            return RetryDecision(now + REVOKED_DELAY)
        case errors.RecipientMoved():
            return _valid(now, attempt) if attempt.number < MOST_MOVES else None
        case errors.WindowClosed():
            # At once, and another way: whoever sends looks for one before it is tried again.
            return _valid(now, attempt) if attempt.number < MOST_MOVES else None
        case errors.OutcomeUnknown():
            delay = backoff(attempt.message, attempt.number)
            if attempt.can_ask:
                return _valid(now + max(delay, ASK_DELAY), attempt)
            again = attempt.on_unknown is OnUnknown.SEND_AGAIN and attempt.number < MOST_UNKNOWN
            return _valid(now + delay, attempt) if again else None
        case errors.ChannelThrottled() | errors.ChannelUnavailable():
            return _valid(now + _delay(error, attempt), attempt)
        case _:
            return None


def _delay(error: errors.SendError, attempt: Attempt) -> timedelta:
    """Return the wait that the platform asks for and a little jitter on top, else our own."""
    if error.retry_after is None:
        return backoff(attempt.message, attempt.number)
    return error.retry_after + 0.25 * _jitter(attempt.message, attempt.number) * timedelta(seconds=1)


def _valid(at: datetime, attempt: Attempt) -> RetryDecision | None:
    return RetryDecision(at) if at < attempt.expires_at else None


def backoff(who: UUID, attempts: int) -> timedelta:
    """Return a wait that doubles with every attempt up to a cap; half of it is jitter."""
    doublings: int = 2 ** min(attempts - 1, 16)
    whole = min(FIRST_DELAY * doublings, LONGEST_DELAY)
    return whole * (0.5 + 0.5 * _jitter(who, attempts))


def next_job_attempt(
    job: UUID, attempts: int, now: datetime, retry_after: timedelta | None = None
) -> RetryDecision | None:
    """Decide on a job that failed for now.

    Args:
        job: Which one.
        attempts: How often it was tried, this time included.
        now: When it failed.
        retry_after: What a platform asked for.

    Returns:
        When to try again; None after the last attempt.
    """
    if attempts >= MOST_JOB_ATTEMPTS:
        return None
    delay = JOB_DELAYS[attempts - 1] * (0.75 + 0.25 * _jitter(job, attempts))
    return RetryDecision(now + max(delay, retry_after or timedelta()))


def _jitter(who: UUID, attempts: int) -> float:
    """Return a number from 0 to 1 that is spread over ids and attempts and yet always the same for one of them."""
    return crc32(who.bytes + attempts.to_bytes(4, "big")) / 2**32
