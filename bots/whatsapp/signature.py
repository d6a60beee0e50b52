"""Proof that a request comes from Twilio: X-Twilio-Signature over our public address and every field of the form.

The library's validator is not used: it crashes on a missing header, on bytes and on JSON, and with JSON it lets a body
pass that nobody signed. The signature holds no time, so a replay is caught by the message's key alone.
Source: Twilio, Security; twilio 9.13, request_validator.
"""

import hmac
from base64 import b64encode
from collections.abc import Sequence
from urllib.parse import urlsplit

from bots.adapter import Request
from bots.whatsapp.form import Form
from core.errors import Forged

HEADER = "x-twilio-signature"
SETTINGS_HEADER = "x-twilio-webhooks-signature-settings"
"""Names a shared key and an algorithm; a request does not choose with what it is proven."""
FORM_TYPE = "application/x-www-form-urlencoded"
BODY_HASH = "bodySHA256"
"""In a query, marks a JSON body that is hashed apart; we take forms alone."""


def public_bases(public_url: str) -> tuple[str, ...]:
    """Return how Twilio may have written our address when it signed: with its port and without.

    Args:
        public_url: Where we are reached from outside; empty where nowhere, and then nothing can prove itself.
    """
    parts = urlsplit(public_url.rstrip("/"))
    host = parts.hostname or ""
    if not host:
        return ()
    host = f"[{host}]" if ":" in host else parts.netloc.rpartition("@")[2].partition(":")[0]
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return f"{parts.scheme}://{host}{parts.path}", f"{parts.scheme}://{host}:{port}{parts.path}"


def sign(token: str, url: str, form: Form) -> bytes:
    """Return the signature of a form that is posted to an address."""
    # Not `hmac.digest`, which lets go of the interpreter's lock: the event loop then waits for the thread that writes,
    # and a request took a fifth longer. `hmac.new` keeps it for so little.
    return b64encode(hmac.new(token.encode(), url.encode() + form.signed_part(), "sha1").digest())


def require_form(request: Request) -> None:
    """Refuse what is no signed form before anything of it is read.

    Raises:
        Forged: The header is missing, or the request is of a kind that Twilio does not send us.
    """
    if not request.headers.get(HEADER):
        raise Forged("The request carries no X-Twilio-Signature.")
    if request.headers.get(SETTINGS_HEADER):
        raise Forged("The request is signed with a shared key; Sunup takes the auth token's signature alone.")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method != "POST" or kind != FORM_TYPE or BODY_HASH in request.query:
        raise Forged("The request is no form; only a POST of application/x-www-form-urlencoded is taken.")


def check_signature(request: Request, form: Form, token: str, bases: Sequence[str]) -> None:
    """Compare a request's signature with ours, in constant time.

    Args:
        request: As it came in; its `Host` and `X-Forwarded-*` are not looked at.
        form: Its body.
        token: The account's auth token; empty refuses everything.
        bases: Our public address, in each way in which Twilio may have written it.

    Raises:
        Forged: The signature is wrong, or we have nothing to prove it by.
    """
    given = request.headers.get(HEADER, "").encode("utf-8", "surrogateescape")
    place = f"{request.path}?{request.query}" if request.query else request.path
    signed = (sign(token, base + place, form) for base in bases)
    if not (token and any(hmac.compare_digest(given, right) for right in signed)):
        raise Forged(
            "The signature is wrong; compare SUNUP_TWILIO_AUTH_TOKEN and SUNUP_PUBLIC_URL with what Twilio has."
        )
