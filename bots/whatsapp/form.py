"""The form that Twilio signs: its fields as bytes, read once for the signature and for the message."""

from urllib.parse import unquote_to_bytes

from core.errors import Malformed, Uninterpretable

MOST_FIELDS = 500
"""Twilio's largest form holds a tenth of this; more would only cost time before anything is proven."""


class Form:
    """The fields of one `application/x-www-form-urlencoded` body, blank and unknown ones included.

    Args:
        body: The raw bytes, for instance `From=whatsapp%3A%2B919812345678&Body=hi&NumMedia=0`.

    Raises:
        Malformed: It holds more fields than any form of Twilio's.
    """

    __slots__ = ("_fields", "_repeated")

    def __init__(self, body: bytes) -> None:
        if body.count(b"&") >= MOST_FIELDS:
            raise Malformed
        self._fields: dict[bytes, bytes] = {}
        self._repeated: list[tuple[bytes, bytes]] = []
        for field in body.replace(b"+", b" ").split(b"&"):
            name, _, value = field.partition(b"=")
            if b"%" in value:
                value = unquote_to_bytes(value)
            if b"%" in name:
                name = unquote_to_bytes(name)
            if self._fields.setdefault(name, value) != value:
                self._repeated.append((name, value))

    def signed_part(self) -> bytes:
        """Return what of a form is signed: every name with every value of its own, both in order.

        Source: twilio 9.13, request_validator.RequestValidator.compute_signature. The order of UTF-8 bytes is that
        of the characters that the library sorts.
        """
        fields = self._fields
        if not self._repeated:
            return b"".join([name + fields[name] for name in sorted(fields)])
        return b"".join([name + value for name, value in sorted({*fields.items(), *self._repeated})])

    def text(self, name: bytes) -> str:
        """Return a field's text without NUL, which no database takes; empty where there is none.

        Raises:
            Uninterpretable: There are several values, and the signature does not say which comes first.
        """
        value = self._fields.get(name, b"")
        if self._repeated and any(name == other for other, _ in self._repeated):
            raise Uninterpretable(f"two values of {name.decode('ascii', 'replace')}")
        text = value.decode("utf-8", "replace")
        return text.replace("\x00", "") if "\x00" in text else text
