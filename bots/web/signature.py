"""Proof that a request comes from our own page and from whose browser.

The proof is the session's random token in a cookie, and the `Origin` that browsers set and pages cannot.
The database never sees the token: a person's address is the beginning of its SHA-256.
"""

import hashlib
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from bots.adapter import Request
from core import errors

COOKIE = "sunup_session"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_ADDRESS_CHARACTERS = 40


def session_token(headers: Mapping[str, str]) -> str:
    """Return the session's token out of the cookies; empty where there is no well-formed one."""
    for pair in headers.get("cookie", "").split(";"):
        name, _, value = pair.strip().partition("=")
        if name == COOKIE and _TOKEN.fullmatch(value):
            return value
    return ""


def session_address(token: str) -> str:
    """Return the address of the person who holds a token: 40 hexadecimal characters."""
    return hashlib.sha256(token.encode()).hexdigest()[:_ADDRESS_CHARACTERS]


def own_origin(headers: Mapping[str, str], public_url: str = "") -> bool:
    """Tell whether the page that sends a request is ours.

    Args:
        headers: Of the request, names in lower case.
        public_url: Where people reach us; under its host name only its very scheme is accepted.
    """
    origin = headers.get("origin", "")
    given = urlsplit(origin)
    if given.scheme not in ("http", "https") or not given.netloc:
        return False
    public = urlsplit(public_url)
    if public.netloc and given.netloc.lower() == public.netloc.lower():
        return given.scheme == public.scheme
    return given.netloc.lower() == headers.get("host", "").lower()


def verify(request: Request, public_url: str = "") -> None:
    """Prove that a request comes from our page in a browser that holds a session.

    Raises:
        core.errors.Forged: Another site's page sent it, or it carries no session.
    """
    if not own_origin(request.headers, public_url):
        raise errors.Forged("The request comes from a page that is not ours; open the chat at its own address.")
    if not session_token(request.headers):
        raise errors.Forged("The request carries no session; open the chat's page first.")
