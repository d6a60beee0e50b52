"""Codes of `/link`: eight characters that are easy to read out, such as `K7QD-M2PX`. Pure.

A code is made of the id of the event that asked for it, a UUIDv7 with 74 random bits that nobody is ever shown. Of
the code only a digest is kept. There are 2**40 codes, each good for ten minutes, and tries are rationed.
"""

import re
import unicodedata
from hashlib import sha256
from uuid import UUID

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no I, L, O or U, so that what is misread is still understood."""
_MISREAD = str.maketrans("OIL", "011")
_CODE = re.compile(rf"[{_ALPHABET}]{{8}}")
_LETTERS = 8


def code_of(event_id: UUID) -> str:
    """Return the code that an event leads to, as it is shown."""
    number = int.from_bytes(sha256(b"sunup link code" + event_id.bytes).digest()[:5])
    letters = "".join(_ALPHABET[number >> 5 * place & 31] for place in reversed(range(_LETTERS)))
    return f"{letters[:4]}-{letters[4:]}"


def read_code(text: str) -> str | None:
    """Return the code that somebody wrote, as it is shown; None where it cannot be one.

    Any case, spaces and dashes do, figures of any script, and the letters O, I and L for the figures they look like.
    """
    kept = "".join(_letter(one) for one in unicodedata.normalize("NFKC", text).upper() if one.isalnum())
    code = kept.translate(_MISREAD)
    return f"{code[:4]}-{code[4:]}" if _CODE.fullmatch(code) else None


def digest_of(code: str) -> str:
    """Return what is kept of a code: 64 hexadecimal digits."""
    return sha256(b"sunup link digest" + code.encode()).hexdigest()


def _letter(one: str) -> str:
    figure = unicodedata.digit(one, None)
    return one if figure is None else str(figure)
