"""Introductions: credentials are proven at their platform before they are stored."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import TYPE_CHECKING

from bots.transport import Transport
from core import errors
from sunup.composition import Foundation

if TYPE_CHECKING:
    from bots.slack.api import SlackApi

Credentials = MutableMapping[str, str]
"""What was given, by name; an introduction adds what Sunup makes for itself and what the platform tells."""


@dataclass(frozen=True, slots=True)
class Introduced:
    """An account whose credentials are right.

    Args:
        called: What the platform calls it.
        delivered: What the operator does, or need not do, so that what people write arrives.
    """

    called: str
    delivered: str


async def introduce(foundation: Foundation, channel: str, name: str, credentials: Credentials) -> Introduced:
    """Prove credentials to be right, and add to them what an account needs besides.

    Args:
        foundation: The settings and the accounts that there are.
        channel: The channel.
        name: The account's name.
        credentials: What the operator gave; added to.

    Raises:
        ConfigurationError: Another account has the same bot, or the platform refuses the credentials or is away.
    """
    return await _PLATFORMS[channel](foundation, name, credentials)


async def _telegram(foundation: Foundation, name: str, credentials: Credentials) -> Introduced:
    from bots.telegram import setup  # late: it brings Telegram's library along
    from bots.telegram.adapter import TelegramAdapter
    from bots.telegram.api import TOKEN

    settings, token = foundation.settings, credentials["token"]
    if not TOKEN.fullmatch(token):
        raise errors.ConfigurationError("This is no token; one looks like 123456:ABC-DEF, as @BotFather shows it.")
    own = settings.telegram_token
    environment = {"token": own.get_secret_value()} if own else None
    bots = _others(foundation, "telegram", name, environment)
    _refuse_second("bot", {other: _bot(held) for other, held in bots.items()}, _bot(credentials))
    before = foundation.accounts.find("telegram", name)
    # The secret stays over a new token, so that deliveries which are under way still prove themselves.
    credentials["secret"] = before.credentials.get("secret", "") if before else ""
    credentials["secret"] = credentials["secret"] or token_urlsafe(32)
    async with Transport() as transport:
        try:
            adapter = TelegramAdapter(name, token, credentials["secret"], settings.telegram_api_url, transport)
            credentials["username"] = await setup.introduce(adapter)
        except errors.AccountRevoked:
            raise errors.ConfigurationError(
                "Telegram refuses this token, so nothing was stored; ask @BotFather for it."
            ) from None
        except errors.SendError as error:
            raise _not_reached("Telegram", settings.telegram_api_url, error) from None
    place = setup.webhook_url("", name)
    return Introduced(
        f"@{credentials['username']}", f"Its updates are delivered to {place} below the public URL, or polled."
    )


async def _whatsapp(foundation: Foundation, name: str, credentials: Credentials) -> Introduced:
    from bots.whatsapp import setup
    from bots.whatsapp.adapter import STATUS, webhook_path
    from bots.whatsapp.address import read_sender
    from bots.whatsapp.api import ACCOUNT, TwilioApi

    settings, sid = foundation.settings, credentials["account_sid"]
    if not ACCOUNT.fullmatch(sid):
        raise errors.ConfigurationError("This is no account SID; it begins with AC, as Twilio's console shows it.")
    sender = read_sender(credentials["sender"])
    others = _others(foundation, "whatsapp", name, _twilio_of_environment(foundation))
    _refuse_second("sender", {other: _sender(held) for other, held in others.items()}, _sender(credentials))
    async with Transport() as transport:
        urls = (settings.twilio_api_url, settings.twilio_content_api_url)
        api = TwilioApi(sid, credentials["auth_token"], urls, transport)
        try:
            state = await setup.account_state(api)
        except errors.AccountRevoked:
            raise errors.ConfigurationError(
                "Twilio refuses this SID with this auth token, so nothing was stored; its console shows both."
            ) from None
        except errors.SendError as error:
            raise _not_reached("Twilio", settings.twilio_api_url, error) from None
        if not state.is_active:
            raise errors.ConfigurationError(f"This Twilio account is {state.status}, so nothing was stored.")
        called = sender.number or sender.service
        # What cannot be looked up may be right; the API of the senders is younger than WhatsApp at Twilio.
        with suppress(errors.SendError):
            if await setup.sender_state(api, sender) is None:
                raise errors.ConfigurationError(
                    f"This Twilio account has no WhatsApp sender {called}, so nothing was stored."
                )
    public = settings.public_url or "PUBLIC_URL"
    return Introduced(
        called,
        f"In Twilio's console, its webhook for incoming messages must be {public}{webhook_path(name)} "
        f"and that for statuses {public}{webhook_path(name, STATUS)}.",
    )


async def _slack(foundation: Foundation, name: str, credentials: Credentials) -> Introduced:
    from bots.slack import setup
    from bots.slack.api import SlackApi

    settings, own = foundation.settings, foundation.settings.slack_bot_token
    async with Transport() as transport:
        try:
            met = await setup.meet(SlackApi(credentials["bot_token"], settings.slack_api_url, transport))
        except errors.AccountRevoked as error:
            raise errors.ConfigurationError(
                f"Slack refuses this bot token ({error.code}), so nothing was stored; copy it from the installed app."
            ) from None
        except errors.SendError as error:
            raise _not_reached("Slack", settings.slack_api_url, error) from None
        environment = None
        if own is not None and name != "default":
            environment = await _team_of(SlackApi(own.get_secret_value(), settings.slack_api_url, transport))
    others = _others(foundation, "slack", name, environment)
    _refuse_second("workspace", {other: held.get("team_id", "") for other, held in others.items()}, met.team)
    lacking = setup.NEEDED.intersection(met.missing)
    if lacking:
        raise errors.ConfigurationError(
            f"This token lacks {', '.join(sorted(lacking))}, so nothing was stored; add it and install the app again."
        )
    credentials.update(met.credentials())
    urls = ", ".join(setup.request_urls(settings.public_url or "PUBLIC_URL", name).values())
    return Introduced(f"@{met.user} in {met.name}", f"In the app's settings, its request URLs must be {urls}.")


_PLATFORMS: Mapping[str, Callable[[Foundation, str, Credentials], Awaitable[Introduced]]] = {
    "telegram": _telegram,
    "whatsapp": _whatsapp,
    "slack": _slack,
}


def _others(
    foundation: Foundation, channel: str, name: str, environment: Mapping[str, str] | None
) -> dict[str, Mapping[str, str]]:
    """Return the credentials of a channel's accounts but the one of this name, the environment's among them."""
    held = {one.name: one.credentials for one in foundation.accounts.all() if one.channel == channel}
    if environment is not None:
        held["default"] = environment
    return {other: credentials for other, credentials in held.items() if other != name}


def _refuse_second(what: str, others: Mapping[str, str], ours: str) -> None:
    """Refuse what is an account already: a platform delivers to one address for each of them."""
    same = next((other for other, theirs in others.items() if theirs == ours), None)
    if same is not None:
        raise errors.ConfigurationError(f"This {what} is the account {same!r} already; each {what} is one account.")


def _bot(credentials: Mapping[str, str]) -> str:
    return credentials.get("token", "").partition(":")[0]


def _sender(credentials: Mapping[str, str]) -> str:
    number = credentials.get("sender", "").removeprefix("whatsapp:").removeprefix("+")
    return f"{credentials.get('account_sid', '')} {number}"


def _twilio_of_environment(foundation: Foundation) -> dict[str, str] | None:
    settings = foundation.settings
    if not settings.twilio_account_sid or not settings.whatsapp_from:
        return None
    return {"account_sid": settings.twilio_account_sid, "sender": settings.whatsapp_from}


async def _team_of(api: "SlackApi") -> dict[str, str]:
    """Return the workspace of the environment's own token; nothing where Slack does not tell."""
    from bots.slack import setup

    try:
        return (await setup.meet(api)).credentials()
    except errors.SendError:
        return {}


def _not_reached(platform: str, url: str, error: errors.SendError) -> errors.ConfigurationError:
    return errors.ConfigurationError(
        f"{platform} was not reached at {url} ({error.code}), so nothing was stored; see that this machine reaches it."
    )
