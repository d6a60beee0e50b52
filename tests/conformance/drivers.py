"""The table of drivers; a channel takes part as soon as the registry has it."""

from collections.abc import Callable, Mapping

from bots.registry import CHANNELS
from tests.conformance.driver import Driver
from tests.conformance.slack import SlackDriver
from tests.conformance.telegram import TelegramDriver
from tests.conformance.whatsapp import WhatsAppDriver

ALL: Mapping[str, Callable[[], Driver]] = {
    "telegram": TelegramDriver,
    "slack": SlackDriver,
    "whatsapp": WhatsAppDriver,
}
"""Every driver, by its channel."""

WITHOUT_PROVIDER = frozenset({"web"})
"""Channels that are ours on both sides."""

DRIVERS = {name: driver for name, driver in ALL.items() if name in CHANNELS}
"""Those whose channel the product has."""
