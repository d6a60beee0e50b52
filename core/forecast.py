"""Forecasts: how long a broadcast takes and what it costs, at each channel's rates. Pure.

What a platform takes is a matter of contract, country and month. The defaults are on the high side, so that a bill does
not surprise; `SUNUP_PRICES` says what is really paid.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Price:
    """What one message costs.

    Args:
        free: For a message in free words.
        template: For an approved template.
    """

    free: Decimal = Decimal(0)
    template: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Prices:
    """What messages cost.

    Args:
        of: By channel; what is not named costs nothing.
        currency: ISO 4217.
    """

    of: Mapping[str, Price]
    currency: str = "USD"


DEFAULT_PRICES = Prices({"whatsapp": Price(Decimal("0.005"), Decimal("0.085"))})
"""WhatsApp through Twilio: half a cent to Twilio for each message, and Meta's charge for a marketing template, which is
between one and fifteen cents; eight stand for it. Telegram, Slack and the web chat take nothing."""


@dataclass(frozen=True, slots=True)
class Load:
    """What goes out through one account.

    Args:
        channel: Name of the channel.
        rate: Messages a second that it takes.
        free: People who are written to in free words.
        templates: People who get an approved template.
        parts: Messages that one text is cut into.
    """

    channel: str
    rate: float
    free: int
    templates: int = 0
    parts: int = 1

    @property
    def messages(self) -> int:
        """How many messages that is."""
        return self.free * self.parts + self.templates


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a broadcast takes.

    Args:
        time: From the first message to the last; accounts send side by side.
        cost: In `currency`.
        currency: ISO 4217.
    """

    time: timedelta
    cost: Decimal
    currency: str


def forecast(loads: Iterable[Load], prices: Prices) -> Forecast:
    """Return what loads take, each through an account of its own."""
    loads = list(loads)
    seconds = max((one.messages / one.rate for one in loads), default=0.0)
    cost = sum((cost_of(one, prices) for one in loads), Decimal(0))
    return Forecast(timedelta(seconds=round(seconds)), cost, prices.currency)


def cost_of(load: Load, prices: Prices) -> Decimal:
    """Return what one load costs."""
    price = prices.of.get(load.channel, Price())
    return price.free * load.free * load.parts + price.template * load.templates
