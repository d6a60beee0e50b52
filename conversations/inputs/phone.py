"""phone: a telephone number."""

import phonenumbers
from babel.core import get_global
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

from conversations.inputs.answer import Answer, Reading, Refused

_LONGEST = 60


def read(words: str, reading: Reading) -> Answer:
    """Read a number in any spelling; without a country code it belongs to the person's country.

    Returns:
        The number in E.164, for instance `+919876543210`.

    Raises:
        Refused: `need_phone`.
    """
    written = words.strip()
    if len(written) > _LONGEST:
        raise Refused("need_phone")
    number = _parsed(written, _region(reading))
    sure = number is not None
    if number is None:
        # Many leave the plus away, "919876543210", or write 00 for it: read back and confirmed.
        number = _parsed("+" + written.lstrip("+0 "), None)
    if number is None:
        raise Refused("need_phone")
    label = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    return Answer(phonenumbers.format_number(number, PhoneNumberFormat.E164), label, sure)


def _parsed(written: str, region: str | None) -> PhoneNumber | None:
    try:
        number = phonenumbers.parse(written, region)
    except NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None


def _region(reading: Reading) -> str | None:
    """Return the country of numbers without a code: the person's own, that of their zone, that of their language."""
    by_zone = get_global("zone_territories").get(reading.zone, "")
    by_language = reading.language.rpartition("-")[2] if "-" in reading.language else ""
    for region in (reading.country.upper(), by_zone, by_language.upper()):
        if region in phonenumbers.SUPPORTED_REGIONS:
            return region
    return None
