"""Addresses on WhatsApp: phone numbers, business-scoped ids of people who show none, and our own sender."""

import re
from dataclasses import dataclass

from core.errors import ConfigurationError

PREFIX = "whatsapp:"
PHONE = re.compile(r"\+?([1-9]\d{5,14})", re.ASCII)
SCOPED = re.compile(r"[A-Z]{2}(?:\.ENT)?\.[A-Za-z0-9]{1,128}", re.ASCII)
"""A business-scoped id such as `US.13491208655302741918`. Source: Meta, business-scoped user ids."""
SERVICE = re.compile(r"MG[0-9a-fA-F]{32}", re.ASCII)


def read_address(text: str) -> str | None:
    """Return a person's address as we keep it, `+919812345678` or `US.1349…`; None where it is neither.

    Args:
        text: As Twilio writes it, with or without `whatsapp:`, and a number with or without its plus.
    """
    bare = text.strip().removeprefix(PREFIX)
    found = PHONE.fullmatch(bare)
    if found:
        return f"+{found[1]}"
    return bare if SCOPED.fullmatch(bare) else None


def to_channel(address: str) -> str:
    """Return an address as Twilio wants it: `whatsapp:+919812345678`, or `whatsapp:US.1349…` without a plus."""
    return PREFIX + address


@dataclass(frozen=True, slots=True)
class Sender:
    """Who we are on WhatsApp: a number, or a Messaging Service that picks one.

    Args:
        number: Such as `+14155238886`; empty with a service.
        service: Its id `MG…`; empty with a number.
    """

    number: str = ""
    service: str = ""

    def fields(self) -> dict[str, str]:
        """Return the field of a new message that names us."""
        return {"MessagingServiceSid": self.service} if self.service else {"From": to_channel(self.number)}

    def is_meant(self, address: str, service: str) -> bool:
        """Return whether a number and a service that Twilio names are this sender."""
        return service == self.service if self.service else read_address(address) == self.number


def read_sender(text: str) -> Sender:
    """Read the sender that an operator has set.

    Raises:
        ConfigurationError: It is neither a number nor a Messaging Service.
    """
    if SERVICE.fullmatch(text):
        return Sender(service=text)
    number = read_address(text)
    if number is None or SCOPED.fullmatch(number):
        raise ConfigurationError(
            "SUNUP_WHATSAPP_FROM must be the sender's number such as whatsapp:+14155238886, or a service's MG… id."
        )
    return Sender(number=number)
