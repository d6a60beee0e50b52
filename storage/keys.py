"""Keys of messages: the provider's own, in a form that every database can hold."""

from hashlib import sha256

LONGEST_KEY = 120
_SHOWN = 50
"""Characters of an unfit key that stay readable before its digest."""


def fitting_key(key: str) -> str:
    """Return a key that fits its column and still names the same message and no other.

    Args:
        key: As the channel gave it; nearly always returned as it is.

    Returns:
        At most 120 characters without NUL, which PostgreSQL keeps in no text, and without half characters.
    """
    if len(key) <= LONGEST_KEY and key.isprintable():
        return key
    shown = "".join(letter for letter in key[:_SHOWN] if letter.isprintable())
    return f"{shown}#{sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()}"
