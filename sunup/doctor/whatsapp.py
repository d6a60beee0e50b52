"""What Twilio says of our WhatsApp senders."""

import asyncio
from functools import partial

from bots.whatsapp import setup
from bots.whatsapp.adapter import TwilioAccount, TwilioUrls, WhatsAppAdapter, webhook_path
from bots.whatsapp.address import Sender, read_sender
from bots.whatsapp.parse import SANDBOX
from core import errors
from sunup.doctor.finding import Finding, Probe, broken, fine, warning
from sunup.doctor.sight import Sight

NONE = fine("whatsapp", "no sender is set up; SUNUP_TWILIO_ACCOUNT_SID or `sunup accounts add whatsapp NAME` adds one")
"""There is no sender, which is no fault."""
_NO_PUBLIC_URL = "set SUNUP_PUBLIC_URL to where this server is reached from outside"


def probes(sight: Sight) -> dict[str, Probe]:
    """Return a probe for each sender: the environment's, and those of the accounts that are used.

    Raises:
        ConfigurationError: A credential cannot be right.
    """
    settings = sight.settings
    known = {
        name: TwilioAccount(held.get("account_sid", ""), held.get("auth_token", ""), held.get("sender", ""))
        for name, held in sight.credentials("whatsapp").items()
    }
    if settings.twilio_account_sid and settings.twilio_auth_token and settings.whatsapp_from:
        token = settings.twilio_auth_token.get_secret_value()
        known["default"] = TwilioAccount(settings.twilio_account_sid, token, settings.whatsapp_from)
    urls = TwilioUrls(settings.public_url or "", settings.twilio_api_url, settings.twilio_content_api_url)
    return {
        f"whatsapp {name}": partial(
            look, WhatsAppAdapter(name, twilio, urls, sight.transport), read_sender(twilio.sender), urls.public
        )
        for name, twilio in known.items()
    }


async def look(adapter: WhatsAppAdapter, sender: Sender, public_url: str) -> list[Finding]:
    """Ask Twilio how the account, the sender and its templates stand."""
    name = f"whatsapp {adapter.account}"
    try:
        state = await setup.account_state(adapter.api)
    except errors.AccountRevoked:
        cure = "copy the account's SID and auth token from Twilio's console and set them anew"
        return [broken(name, "Twilio refuses the credentials", cure)]
    except errors.SendError as error:
        cure = "see that this machine reaches SUNUP_TWILIO_API_URL"
        return [broken(name, f"Twilio was not reached ({error.code})", cure)]
    if not state.is_active:
        return [broken(name, f"the Twilio account is {state.status or 'not active'}", "Twilio's console says why")]
    found = [fine(name, "the Twilio account answers and is active")]
    if state.trial:
        cure = "upgrade it in Twilio's console before others are to use it"
        found.append(warning(name, "it is a trial account, which writes to verified numbers alone", cure))
    webhook = f"{public_url}{webhook_path(adapter.account)}" if public_url else ""
    standing, templates = await asyncio.gather(_sender(name, adapter, sender, webhook), _templates(name, adapter))
    return [*found, *standing, *templates]


async def _sender(name: str, adapter: WhatsAppAdapter, sender: Sender, webhook: str) -> list[Finding]:
    called = sender.number or sender.service
    if not webhook:
        found = "there is no public URL, so Twilio can bring nothing and nothing that it signs can be proven"
        return [broken(name, found, _NO_PUBLIC_URL)]
    try:
        state = await setup.sender_state(adapter.api, sender)
    except errors.SendError as error:
        cure = f"see in Twilio's console that it is online and delivers to {webhook}"
        return [warning(name, f"the sender {called} could not be looked up ({error.code})", cure)]
    if state is None:
        cure = "set SUNUP_WHATSAPP_FROM to a WhatsApp sender of this account, or register it in Twilio's console"
        return [broken(name, f"the account has no sender {called}", cure)]
    if not state.is_online:
        cure = "Twilio's console says under WhatsApp senders what it waits for"
        return [broken(name, f"the sender {called} is {state.status.lower() or 'not online'}", cure)]
    return [_delivery(name, called, state.webhook, webhook)]


def _delivery(name: str, called: str, told: str | None, webhook: str) -> Finding:
    if told is None:
        place = "the sandbox's settings" if called == SANDBOX else "the senders of the service"
        return fine(name, f"the sender {called}; {place} in Twilio's console must name {webhook}")
    # What follows # says how Twilio is to connect, and is no part of the address.
    if told.partition("#")[0] == webhook:
        return fine(name, f"the sender {called} is online and delivers to {webhook}")
    found = f"delivers to {told}" if told else "delivers what people write nowhere"
    return broken(name, f"the sender {called} {found}", f"set its webhook in Twilio's console to {webhook}, by POST")


async def _templates(name: str, adapter: WhatsAppAdapter) -> list[Finding]:
    try:
        usable = sum(one.is_usable for one in await adapter.templates.list())
    except errors.SendError as error:
        found = f"the Content API was not reached ({error.code}), so there are no buttons and no templates"
        return [broken(name, found, "see that this machine reaches SUNUP_TWILIO_CONTENT_API_URL")]
    if usable:
        return [fine(name, f"the Content API answers; templates that may be used: {usable}")]
    found = "no template is approved, so who wrote more than 24 hours ago hears nothing"
    return [warning(name, found, "`sunup templates submit` makes one; docs/how-to/templates.md says how")]
