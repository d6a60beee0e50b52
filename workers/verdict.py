"""Verdicts: what an attempt at a message means for its row. Pure."""

from dataclasses import dataclass
from datetime import datetime

from core import errors
from core.messages import DeliveryStatus, SendReceipt
from core.retry import Attempt, next_attempt
from storage.outbox import Claimed
from storage.settlements import Settlement


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a claimed message, and what else follows from it.

    Args:
        claimed: The message.
        settlement: What is written to its row.
        error: How it failed, where it did.
    """

    claimed: Claimed
    settlement: Settlement
    error: errors.SendError | None = None


def delivered(claimed: Claimed, receipt: SendReceipt, now: datetime) -> Verdict:
    """Return the verdict on a message that the platform took."""
    return Verdict(claimed, _settlement(claimed, receipt.status, now, ids=receipt.external_ids))


def failed(claimed: Claimed, error: errors.SendError, now: datetime, *, can_ask: bool = False) -> Verdict:
    """Return the verdict on a failed attempt: again later, given up, or never.

    Args:
        claimed: The message.
        error: How it failed.
        now: When.
        can_ask: Whether the platform can be asked what became of it; until it was, an unknown outcome stays one.
    """
    message = claimed.message
    attempt = Attempt(
        message.id,
        claimed.attempts,
        claimed.created_at,
        message.priority,
        message.on_unknown,
        can_ask=can_ask,
        until=claimed.expires_at,
    )
    again = next_attempt(error, attempt, now)
    unknown = isinstance(error, errors.OutcomeUnknown)
    if again is None:
        status = DeliveryStatus.UNKNOWN if unknown else DeliveryStatus.FAILED
    else:
        status = DeliveryStatus.UNKNOWN if unknown and can_ask else DeliveryStatus.ERRORED
    settlement = _settlement(
        claimed,
        status,
        now,
        ids=error.external_ids,
        next_attempt_at=again.at if again else None,
        error=f"{type(error).__name__} {error.code}: {error}",
    )
    return Verdict(claimed, settlement, error)


def refused(claimed: Claimed, now: datetime) -> Verdict:
    """Return the verdict on a message that must not be sent after all."""
    return Verdict(claimed, _settlement(claimed, DeliveryStatus.FAILED, now, error=claimed.refusal))


def untouched(claimed: Claimed, next_attempt_at: datetime, now: datetime) -> Verdict:
    """Return the verdict on a message that was held but not tried: as if it had never been claimed."""
    status = DeliveryStatus.ERRORED if claimed.attempts > 1 else DeliveryStatus.QUEUED
    if claimed.status in (DeliveryStatus.HELD, DeliveryStatus.UNKNOWN):
        status = claimed.status
    settlement = Settlement(
        message=claimed.message.id,
        lease=claimed.lease,
        status=status,
        at=now,
        next_attempt_at=next_attempt_at,
        attempts=claimed.attempts - 1,
        parts_sent=claimed.message.parts_sent,
        external_ids=claimed.external_ids,
    )
    return Verdict(claimed, settlement)


def _settlement(
    claimed: Claimed,
    status: DeliveryStatus,
    now: datetime,
    *,
    ids: tuple[str, ...] = (),
    next_attempt_at: datetime | None = None,
    error: str = "",
) -> Settlement:
    return Settlement(
        message=claimed.message.id,
        lease=claimed.lease,
        status=status,
        at=now,
        next_attempt_at=next_attempt_at,
        attempts=claimed.attempts,
        parts_sent=claimed.message.parts_sent + len(ids),
        external_ids=" ".join((*claimed.external_ids.split(), *ids)) if claimed.external_ids else " ".join(ids),
        error=error,
    )
