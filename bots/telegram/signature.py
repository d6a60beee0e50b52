"""Proof that a request comes from Telegram: a shared secret in a header, and nothing else.

There is neither a signature over the body nor a timestamp, so a replay is caught by the update's key
alone. Source: Bot API, setWebhook.
"""

import hmac
import re

from bots.adapter import Request
from core.errors import ConfigurationError, Forged

HEADER = "x-telegram-bot-api-secret-token"
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}", re.ASCII)
"""What Telegram accepts as a secret. Source: Bot API, setWebhook."""


def check_secret(request: Request, secret: str) -> None:
    """Compare a request's secret with ours, in constant time.

    Args:
        request: As it came in.
        secret: Ours; empty refuses everything, since nothing could prove itself.

    Raises:
        Forged: The secret is missing, wrong, or we have none.
    """
    given = request.headers.get(HEADER, "")
    same = hmac.compare_digest(given.encode("utf-8", "surrogateescape"), secret.encode())
    if not (secret and same):
        raise Forged


def require_secret(secret: str) -> str:
    """Return a secret that Telegram would take, else say what would be right.

    Raises:
        ConfigurationError: It holds other characters or is too long.
    """
    if secret and not SECRET.fullmatch(secret):
        raise ConfigurationError(
            "SUNUP_TELEGRAM_SECRET must be 1 to 256 characters out of A-Z, a-z, 0-9, underscore and hyphen."
        )
    return secret
