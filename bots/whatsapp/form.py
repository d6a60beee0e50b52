"""The form that Twilio signs: its fields as bytes, read once for the signature and for the message."""

from binascii import a2b_qp
from collections.abc import Iterable
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
        pairs = [field.partition(b"=") for field in body.replace(b"+", b" ").split(b"&")]
        names, values = [name for name, _, _ in pairs], b"&".join([value for _, _, value in pairs])
        self._repeated: list[tuple[bytes, bytes]] = []
        # All values are decoded at once, which is worth it where none of them holds what stands between two.
        self._fields = dict(zip(names, unquoted(values).split(b"&"), strict=False))
        if len(self._fields) < len(pairs) or b"%26" in values or b"%" in b"".join(names):
            self._read_each(pairs)

    def _read_each(self, pairs: Iterable[tuple[bytes, bytes, bytes]]) -> None:
        """Read fields one by one: some name is escaped or comes again, or some value holds an ampersand."""
        self._fields = {}
        for escaped, _, text in pairs:
            name, value = unquoted(escaped), unquoted(text)
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
        if self._repeated and any(name == other for other, _ in self._repeated):
            raise Uninterpretable(f"two values of {name.decode('ascii', 'replace')}")
        value = self._fields.get(name)
        if not value:
            return ""
        text = value.decode("utf-8", "replace")
        return text.replace("\x00", "") if "\x00" in text else text


def unquoted(text: bytes) -> bytes:
    """Return what percent-encoding stands for; what only looks like it stays as it is.

    Quoted-printable differs in its sign alone, and is decoded in C: a third of a form is the escapes of one JSON field,
    which took `urllib` as long as all the rest of a request's door. Where every escape is a whole one, the text has
    become two bytes shorter by each; anything else is left to `urllib`.
    """
    if b"=" not in text and b"\n" not in text and b"\r" not in text:
        decoded = a2b_qp(text.replace(b"%", b"="))
        if len(decoded) == len(text) - 2 * text.count(b"%"):
            return decoded
    return unquote_to_bytes(text)
