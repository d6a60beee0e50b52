from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
import sqlalchemy as sa

from storage.columns import Exact, Moment

kept = sa.Table("kept", sa.MetaData(), sa.Column("at", Moment), sa.Column("value", Exact))


def keep(at: datetime | None, value: Decimal | None) -> tuple[datetime | None, Decimal | None]:
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        kept.create(connection)
        connection.execute(kept.insert(), {"at": at, "value": value})
        row = connection.execute(sa.select(kept)).one()
    engine.dispose()
    return row.at, row.value


def test_moment_comes_back_aware_in_utc() -> None:
    here = timezone(timedelta(hours=5, minutes=30))
    at = keep(datetime(2026, 11, 21, 13, 0, 0, 123456, tzinfo=here), None)[0]
    assert at == datetime(2026, 11, 21, 7, 30, 0, 123456, tzinfo=UTC)
    assert at is not None
    assert at.tzinfo is UTC


@pytest.mark.parametrize("value", ["4500", "0.1", "12345678901234567.123456", "-3.50"])
def test_exact_comes_back_as_it_was(value: str) -> None:
    assert keep(None, Decimal(value))[1] == Decimal(value)


def test_nothing_stays_nothing() -> None:
    assert keep(None, None) == (None, None)
