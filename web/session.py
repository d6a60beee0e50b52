"""Sessions: a random token in a cookie is all that says who somebody is here."""

import secrets
from datetime import timedelta

from aiohttp import web

from bots.adapter import Request
from bots.web import signature

LIFETIME = timedelta(days=365)


def neutral(request: web.Request) -> Request:
    """Return an aiohttp request in the form that channels read, without its body."""
    return Request(
        method=request.method,
        path=request.path,
        headers={name.lower(): value for name, value in request.headers.items()},
        query=request.query_string,
    )


def address_of(request: web.Request) -> str:
    """Return the address of the person whose session a request carries; empty where it carries none."""
    token = signature.session_token(neutral(request).headers)
    return signature.session_address(token) if token else ""


def ensure(request: web.Request, response: web.StreamResponse, public_url: str) -> str:
    """Begin or prolong the session on its way out and return the person's address.

    Args:
        request: Carries the session so far, if any.
        response: Gets the cookie, good for a year from now.
        public_url: Where it is https, the cookie never travels in the clear.
    """
    token = signature.session_token(neutral(request).headers) or secrets.token_urlsafe(32)
    response.set_cookie(
        signature.COOKIE,
        token,
        max_age=int(LIFETIME.total_seconds()),
        path="/",
        httponly=True,
        samesite="Lax",
        secure=public_url.startswith("https://"),
    )
    return signature.session_address(token)
