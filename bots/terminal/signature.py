"""Proof that a line was typed at this process's own terminal: a seal with a key that never leaves the process.

Whoever can start `sunup chat` is the operator already, so there is nobody to keep out. The seal is there so that
the channel takes the same road as every other one, and so that nothing but the terminal can speak through it.
"""

import hmac
from hashlib import sha256

from bots.adapter import Request
from core.errors import Forged

HEADER = "x-terminal-seal"
KEY_BYTES = 32


def seal(body: bytes, key: bytes) -> str:
    """Return the seal of a typed frame, in hex."""
    return hmac.new(key, body, sha256).hexdigest()


def check_seal(request: Request, key: bytes) -> None:
    """Compare a request's seal with ours, in constant time.

    Raises:
        Forged: The seal is missing or was not made with this key over these bytes.
    """
    given = request.headers.get(HEADER, "")
    if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), seal(request.body, key).encode()):
        raise Forged
