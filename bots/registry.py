"""The table of channels: how an account on each of them becomes an adapter."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bots.adapter import Adapter, Fetched
from bots.slack.adapter import SlackAdapter
from bots.telegram.adapter import TelegramAdapter
from bots.transport import Transport
from bots.web.adapter import WebAdapter
from bots.whatsapp.adapter import TwilioAccount, TwilioUrls, WhatsAppAdapter
from core.ids import MediaId


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What adapters are given.

    Args:
        transport: The shared HTTP client.
        images: Reads a kept picture that goes out with a message.
        announce: Tells the web processes that a chat has news.
        read_upload: Reads what a web session uploaded.
        public_url: Where people reach the server; empty where it has no such place.
        picture_url: Where anybody can fetch a kept picture for a while; None where nobody reaches us.
        telegram_api_url: Base of the Bot API.
        twilio_api_url: Base of Twilio's API.
        twilio_content_api_url: Base of its Content API.
        slack_api_url: Base of Slack's API.
        has_account: Says of a channel and a name whether there is such an account.
    """

    transport: Transport
    images: Callable[[MediaId], Awaitable[Fetched]]
    announce: Callable[[str], Awaitable[None]]
    read_upload: Callable[[str, str], Awaitable[Fetched | None]]
    public_url: str
    picture_url: Callable[[MediaId], str] | None
    telegram_api_url: str
    twilio_api_url: str
    twilio_content_api_url: str
    slack_api_url: str
    has_account: Callable[[str, str], bool] = lambda channel, account: False


MakeAdapter = Callable[[str, Mapping[str, str], Surroundings], Adapter]
"""Makes an adapter from an account's name, its credentials and the surroundings."""


def _telegram(account: str, credentials: Mapping[str, str], around: Surroundings) -> Adapter:
    return TelegramAdapter(
        account,
        credentials["token"],
        credentials["secret"],
        around.telegram_api_url,
        around.transport,
        images=around.images,
        username=credentials.get("username", ""),
    )


def _whatsapp(account: str, credentials: Mapping[str, str], around: Surroundings) -> Adapter:
    return WhatsAppAdapter(
        account,
        TwilioAccount(credentials["account_sid"], credentials["auth_token"], credentials["sender"]),
        TwilioUrls(around.public_url, around.twilio_api_url, around.twilio_content_api_url),
        around.transport,
        picture_url=around.picture_url,
    )


def _slack(account: str, credentials: Mapping[str, str], around: Surroundings) -> Adapter:
    return SlackAdapter(
        account,
        credentials,
        around.slack_api_url,
        around.transport,
        images=around.images,
        neighbours=lambda team: around.has_account("slack", team),
    )


def _web(account: str, credentials: Mapping[str, str], around: Surroundings) -> Adapter:
    return WebAdapter(around.announce, around.read_upload, public_url=around.public_url, account=account)


CHANNELS: Mapping[str, MakeAdapter] = {
    "slack": _slack,
    "telegram": _telegram,
    "web": _web,
    "whatsapp": _whatsapp,
}
"""Every channel that is reached through a network, by name."""

CREDENTIALS: Mapping[str, tuple[str, ...]] = {
    "slack": ("bot_token", "signing_secret"),
    "telegram": ("token",),
    "web": (),
    "whatsapp": ("account_sid", "auth_token", "sender"),
}
"""What an operator gives for an account on each channel."""

DOORS: Mapping[str, tuple[str, ...]] = {
    "slack": ("events", "interactions", "commands"),
    "telegram": ("",),
    "whatsapp": ("", "status"),
}
"""Where each channel's provider brings what happens: the parts of the path after `/webhooks/CHANNEL`, "" for none."""
