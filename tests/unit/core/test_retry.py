"""Retry decisions, as a table."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from core import errors
from core.messages import OnUnknown, Priority
from core.retry import (
    ASK_DELAY,
    JOB_DELAYS,
    LONGEST_DELAY,
    MOST_JOB_ATTEMPTS,
    MOST_MOVES,
    MOST_UNKNOWN,
    REVOKED_DELAY,
    VALIDITY,
    Attempt,
    RetryDecision,
    backoff,
    next_attempt,
    next_job_attempt,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WHO = UUID("0193e000-0000-7000-8000-000000000001")


def attempt(
    number: int = 1,
    age: timedelta = timedelta(),
    priority: Priority = Priority.REPLY,
    on_unknown: OnUnknown = OnUnknown.SEND_AGAIN,
) -> Attempt:
    return Attempt(WHO, number, NOW - age, priority, on_unknown)


@pytest.mark.parametrize(
    "error",
    [errors.MessageRejected(), errors.RecipientUnreachable(), errors.SendError()],
    ids=lambda error: type(error).__name__,
)
def test_next_attempt_permanent_error_is_none(error: errors.SendError) -> None:
    assert next_attempt(error, attempt(), NOW) is None


def test_next_attempt_throttled_waits_as_long_as_the_platform_asks() -> None:
    decision = next_attempt(errors.ChannelThrottled(retry_after=timedelta(seconds=17)), attempt(), NOW)
    assert decision is not None
    assert timedelta(seconds=17) <= decision.at - NOW <= timedelta(seconds=17.25)


def test_next_attempt_throttled_longer_than_a_nudge_is_worth_is_none() -> None:
    error = errors.ChannelThrottled(retry_after=timedelta(hours=3))
    assert next_attempt(error, attempt(priority=Priority.NUDGE), NOW) is None
    assert next_attempt(error, attempt(priority=Priority.REPLY), NOW) is not None


@pytest.mark.parametrize("priority", list(Priority))
def test_next_attempt_expired_message_is_none(priority: Priority) -> None:
    error, age = errors.ChannelUnavailable(), VALIDITY[priority]
    assert next_attempt(error, attempt(age=age, priority=priority), NOW) is None
    assert next_attempt(error, attempt(age=age - timedelta(minutes=10), priority=priority), NOW) is not None


def test_next_attempt_at_the_very_end_of_validity_is_none() -> None:
    age = VALIDITY[Priority.REPLY]
    assert next_attempt(errors.RecipientMoved(moved_to="-100"), attempt(age=age), NOW) is None


def test_next_attempt_unknown_follows_the_policy_and_has_a_limit() -> None:
    error = errors.OutcomeUnknown()
    assert next_attempt(error, attempt(on_unknown=OnUnknown.GIVE_UP), NOW) is None
    assert next_attempt(error, attempt(MOST_UNKNOWN - 1), NOW) is not None
    assert next_attempt(error, attempt(MOST_UNKNOWN), NOW) is None


@pytest.mark.parametrize("policy", list(OnUnknown))
def test_next_attempt_unknown_that_can_be_asked_for_is_asked_whatever_its_policy(policy: OnUnknown) -> None:
    asked = replace(attempt(on_unknown=policy), can_ask=True)
    decision = next_attempt(errors.OutcomeUnknown(), asked, NOW)
    assert decision is not None
    assert decision.at - NOW == ASK_DELAY
    assert next_attempt(errors.OutcomeUnknown(), replace(asked, number=MOST_UNKNOWN + 9), NOW) is not None
    late = replace(asked, created_at=NOW - VALIDITY[Priority.REPLY])
    assert next_attempt(errors.OutcomeUnknown(), late, NOW) is None


def test_next_attempt_closed_window_is_at_once_but_not_for_ever() -> None:
    assert next_attempt(errors.WindowClosed(), attempt(), NOW) == RetryDecision(NOW)
    assert next_attempt(errors.WindowClosed(), attempt(MOST_MOVES), NOW) is None


def test_next_attempt_moved_is_at_once_but_not_for_ever() -> None:
    error = errors.RecipientMoved(moved_to="-100")
    assert next_attempt(error, attempt(), NOW) == RetryDecision(NOW)
    assert next_attempt(error, attempt(MOST_MOVES), NOW) is None


def test_next_attempt_revoked_account_waits_beyond_its_validity() -> None:
    assert next_attempt(errors.AccountRevoked(), attempt(age=timedelta(days=9)), NOW) == RetryDecision(
        NOW + REVOKED_DELAY
    )


def test_backoff_doubles_up_to_a_cap_and_is_the_same_each_time() -> None:
    waits = [backoff(WHO, attempts) for attempts in range(1, 400)]
    assert waits == [backoff(WHO, attempts) for attempts in range(1, 400)]
    assert timedelta(seconds=1) <= waits[0] <= timedelta(seconds=2)
    assert timedelta(seconds=8) <= waits[3] <= timedelta(seconds=16)
    assert all(LONGEST_DELAY / 2 <= wait <= LONGEST_DELAY for wait in waits[10:])


def test_backoff_differs_between_messages() -> None:
    waits = {backoff(UUID(int=number), 3) for number in range(100)}
    assert len(waits) > 90


def test_next_job_attempt_ends_after_the_last_one() -> None:
    for attempts in range(1, MOST_JOB_ATTEMPTS):
        decision = next_job_attempt(WHO, attempts, NOW)
        assert decision is not None
        assert JOB_DELAYS[attempts - 1] * 0.75 <= decision.at - NOW <= JOB_DELAYS[attempts - 1]
    assert next_job_attempt(WHO, MOST_JOB_ATTEMPTS, NOW) is None


def test_next_job_attempt_makes_use_of_every_delay() -> None:
    decisions = [next_job_attempt(WHO, attempts, NOW) for attempts in range(1, 10)]
    assert sum(decision is not None for decision in decisions) == len(JOB_DELAYS)


def test_next_job_attempt_honours_what_the_platform_asks() -> None:
    assert next_job_attempt(WHO, 1, NOW, timedelta(minutes=7)) == RetryDecision(NOW + timedelta(minutes=7))
