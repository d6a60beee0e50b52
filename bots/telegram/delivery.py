"""Where Telegram delivers updates to. Pure, and light enough for whoever reads the settings."""

from urllib.parse import urlsplit

API_URL = "https://api.telegram.org"
"""Base of Telegram's own Bot API server."""
WEBHOOK_PORTS = frozenset({443, 80, 88, 8443})
"""Source: Bot API FAQ."""
RIGHT = "must be https, on port 443, 80, 88 or 8443"


def is_delivered_to(url: str, api_url: str) -> bool:
    """Return whether the server at `api_url` delivers to this address.

    A Bot API server of one's own also delivers over plain http, to any port.
    """
    if api_url != API_URL:
        return True
    parts = urlsplit(url)
    return parts.scheme == "https" and (parts.port or 443) in WEBHOOK_PORTS
