from datetime import timedelta
from decimal import Decimal

from core.forecast import DEFAULT_PRICES, Forecast, Load, Price, Prices, forecast


def test_forecast_of_nobody_is_nothing() -> None:
    assert forecast([], DEFAULT_PRICES) == Forecast(timedelta(), Decimal(0), "USD")


def test_accounts_send_side_by_side_and_cost_together() -> None:
    prices = Prices({"whatsapp": Price(Decimal("0.01"), Decimal("0.10"))}, "EUR")
    loads = [Load("telegram", 30, 3_000), Load("whatsapp", 10, 100, 50), Load("whatsapp", 10, 200)]
    assert forecast(loads, prices) == Forecast(timedelta(seconds=100), Decimal("8.00"), "EUR")


def test_every_part_of_a_long_text_is_sent_and_paid() -> None:
    prices = Prices({"whatsapp": Price(Decimal("0.01"), Decimal("0.10"))})
    found = forecast([Load("whatsapp", 10, 100, 10, parts=3)], prices)
    assert (found.time, found.cost) == (timedelta(seconds=31), Decimal("4.00"))


def test_default_prices_are_for_paid_channels_alone() -> None:
    assert forecast([Load("telegram", 30, 10_000)], DEFAULT_PRICES).cost == 0
    assert forecast([Load("whatsapp", 10, 0, 100)], DEFAULT_PRICES).cost > 1
