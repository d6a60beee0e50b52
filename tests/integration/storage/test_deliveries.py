"""Deliveries: what platforms tell, in any order, as often as they like, and only of their own messages."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from core.ids import MessageId
from core.messages import DeliveryReport, DeliveryStatus
from storage import tables
from storage.deliveries import Deliveries
from tests.integration.storage.desk import Desk, text

S = DeliveryStatus


@pytest.fixture
def message(desk: Desk) -> UUID:
    """Say something that the platform has taken."""
    desk.take(text("k1", "hello"))
    taken = {"status": "wired", "external_ids": "SM1", "settled_at": desk.clock.now()}
    with desk.database.write() as connection:
        connection.execute(sa.update(tables.outbox).values(taken))
        said: UUID = connection.execute(sa.select(tables.outbox.c.id)).scalar_one()
    return said


def tell(
    desk: Desk, message: UUID, *statuses: DeliveryStatus | None, sid: str = "SM1", account: str = "default"
) -> int:
    deliveries = Deliveries(desk.database, desk.accounts, desk.clock)
    reports = [DeliveryReport("telegram", account, one, sid, MessageId(message), "7") for one in statuses]
    return len(deliveries.apply(reports))


def row(desk: Desk) -> sa.Row[tuple[object, ...]]:
    with desk.database.read() as connection:
        return connection.execute(sa.select(tables.outbox)).one()


@pytest.mark.parametrize(
    ("told", "reported"),
    [
        ((S.WIRED, S.SENT, S.DELIVERED, S.READ), "read"),
        ((S.READ, S.DELIVERED, S.SENT, S.WIRED), "read"),
        ((S.DELIVERED, S.SENT, S.DELIVERED), "delivered"),
        ((S.DELIVERED, S.FAILED), "delivered"),
        ((S.READ, S.FAILED), "read"),
        ((S.SENT, S.FAILED, S.DELIVERED), "failed"),
        ((None, S.SENT, None), "sent"),
    ],
)
def test_reports_are_kept_by_rank_whatever_their_order(
    desk: Desk, message: UUID, told: tuple[DeliveryStatus | None, ...], reported: str
) -> None:
    tell(desk, message, *told)
    assert row(desk).reported == reported


def tell_of_parts(desk: Desk, message: UUID, parts: int, *told: tuple[int, DeliveryStatus]) -> int:
    deliveries = Deliveries(desk.database, desk.accounts, desk.clock)
    reports = [
        DeliveryReport("telegram", "default", status, f"SM{part}", MessageId(message), "7", part=part, parts=parts)
        for part, status in told
    ]
    return len(deliveries.apply(reports))


@pytest.mark.parametrize(
    ("told", "reported"),
    [
        (((1, S.READ),), None),
        (((1, S.DELIVERED), (2, S.READ)), None),
        (((1, S.DELIVERED), (2, S.READ), (3, S.SENT)), "sent"),
        (((3, S.READ), (1, S.READ), (2, S.DELIVERED), (2, S.SENT)), "delivered"),
        (((1, S.READ), (2, S.READ), (3, S.READ)), "read"),
        (((1, S.READ), (2, S.FAILED)), "failed"),
        (((2, S.FAILED), (1, S.READ), (3, S.READ), (2, S.DELIVERED)), "failed"),
        (((1, S.READ), (2, S.READ), (3, S.READ), (3, S.FAILED)), "read"),
    ],
)
def test_message_in_parts_is_as_far_as_the_last_of_them_and_failed_if_one_is(
    desk: Desk, message: UUID, told: tuple[tuple[int, DeliveryStatus], ...], reported: str | None
) -> None:
    for one in told:
        tell_of_parts(desk, message, 3, one)
    assert row(desk).reported == reported


def test_refusal_of_one_part_opens_the_message_and_keeps_its_code(desk: Desk, message: UUID) -> None:
    assert tell_of_parts(desk, message, 2, (1, S.DELIVERED), (2, S.FAILED), (1, S.READ), (1, S.SENT)) == 3
    opened = row(desk)
    assert (opened.settled_at, opened.reported_code, opened.reported_parts) == (None, "7", "read failed")


def test_report_that_tells_nothing_new_is_no_news(desk: Desk, message: UUID) -> None:
    assert tell(desk, message, S.DELIVERED, S.DELIVERED, S.SENT) == 1


def test_refusal_opens_a_message_again_and_a_delivery_does_not(desk: Desk, message: UUID) -> None:
    tell(desk, message, S.SENT)
    assert row(desk).settled_at is not None
    desk.clock.ahead = timedelta(hours=1)
    tell(desk, message, S.FAILED)
    opened = row(desk)
    assert (opened.settled_at, opened.reported_code) == (None, "7")
    assert desk.clock.now() - opened.next_attempt_at < timedelta(minutes=1)


def test_refusal_of_what_was_given_up_opens_nothing(desk: Desk, message: UUID) -> None:
    with desk.database.write() as connection:
        connection.execute(sa.update(tables.outbox).values(status="unknown"))
    tell(desk, message, S.FAILED)
    assert row(desk).settled_at is not None


def test_refusal_that_was_acted_on_is_no_news(desk: Desk, message: UUID) -> None:
    with desk.database.write() as connection:
        connection.execute(sa.update(tables.outbox).values(external_ids="-SM1 SM2"))
    assert tell(desk, message, S.FAILED) == 0
    assert row(desk).settled_at is not None
    assert tell(desk, message, S.FAILED, sid="SM2") == 1


def test_account_tells_nothing_of_another_ones_messages(desk: Desk, message: UUID) -> None:
    desk.accounts.put("telegram", "shop", {})
    assert tell(desk, message, S.FAILED, account="shop") == 0
    assert row(desk).reported is None


def test_report_of_a_message_that_is_not_there_is_no_news(desk: Desk, message: UUID) -> None:
    assert tell(desk, desk.ids.new(), S.DELIVERED) == 0
