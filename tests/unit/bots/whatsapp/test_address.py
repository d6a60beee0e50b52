"""Addresses on WhatsApp: numbers, business-scoped ids, and our own sender."""

import pytest

from bots.whatsapp.address import Sender, read_address, read_sender, to_channel
from core.errors import ConfigurationError

SERVICE = "MG00000000000000000000000000000001"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("whatsapp:+919812345678", "+919812345678"),
        ("+919812345678", "+919812345678"),
        ("whatsapp:919812345678", "+919812345678"),
        (" whatsapp:+919812345678 ", "+919812345678"),
        ("whatsapp:US.13491208655302741918", "US.13491208655302741918"),
        ("US.ENT.1349abcDEF", "US.ENT.1349abcDEF"),
        ("whatsapp:foo_bar", None),
        ("whatsapp:us.1349", None),
        ("whatsapp:US.", None),
        ("whatsapp:+0123456789", None),
        ("whatsapp:+9198123456789012", None),
        ("whatsapp:+٩١٩٨١٢٣٤٥٦", None),
        ("sms:+919812345678", None),
        ("", None),
    ],
)
def test_read_address_takes_numbers_and_scoped_ids(text: str, expected: str | None) -> None:
    assert read_address(text) == expected


def test_to_channel_puts_no_plus_before_a_scoped_id() -> None:
    assert [to_channel(each) for each in ("+919812345678", "US.1349")] == ["whatsapp:+919812345678", "whatsapp:US.1349"]


@pytest.mark.parametrize("text", ["whatsapp:+14155550100", "+14155550100", "14155550100"])
def test_read_sender_number(text: str) -> None:
    sender = read_sender(text)

    assert (sender, sender.fields()) == (Sender(number="+14155550100"), {"From": "whatsapp:+14155550100"})


def test_read_sender_service() -> None:
    sender = read_sender(SERVICE)

    assert (sender, sender.fields()) == (Sender(service=SERVICE), {"MessagingServiceSid": SERVICE})


@pytest.mark.parametrize("text", ["", "whatsapp:", "MG12", "US.1349", "whatsapp:+1 415 555", "HX" + "0" * 32])
def test_read_sender_that_cannot_be_right_is_a_wrong_setting(text: str) -> None:
    with pytest.raises(ConfigurationError, match="SUNUP_WHATSAPP_FROM"):
        read_sender(text)


@pytest.mark.parametrize(
    ("sender", "address", "service", "expected"),
    [
        (Sender(number="+14155550100"), "whatsapp:+14155550100", "", True),
        (Sender(number="+14155550100"), "+14155550100", SERVICE, True),
        (Sender(number="+14155550100"), "whatsapp:+14155550199", "", False),
        (Sender(number="+14155550100"), "", SERVICE, False),
        (Sender(service=SERVICE), "whatsapp:+14155550199", SERVICE, True),
        (Sender(service=SERVICE), "whatsapp:+14155550199", "", False),
    ],
)
def test_sender_is_meant_by_its_number_or_its_service(
    sender: Sender, address: str, service: str, expected: bool
) -> None:
    assert sender.is_meant(address, service) is expected
