"""What Twilio says of us: whether the account is in order, whether the sender is online, and where it delivers.

Nothing is changed here: webhooks are entered in Twilio's console. Source: Twilio, Account resource, Senders API (its
documentation calls it a public beta), Service resource.
"""

from dataclasses import dataclass

from bots.reading import clean, inner
from bots.whatsapp.address import Sender, read_address
from bots.whatsapp.api import TwilioApi
from bots.whatsapp.parse import SANDBOX
from core import errors

ABSENT = "20404"
"""Twilio does not have what was asked for."""


@dataclass(frozen=True, slots=True)
class AccountState:
    """How an account stands.

    Args:
        status: `active`, `suspended` or `closed`.
        trial: Whether it is one for trying out, which writes to verified numbers alone.
    """

    status: str
    trial: bool

    @property
    def is_active(self) -> bool:
        """Whether it can send at all."""
        return self.status == "active"


@dataclass(frozen=True, slots=True)
class SenderState:
    """How a sender stands.

    Args:
        status: `ONLINE`, `OFFLINE` and so on.
        webhook: Where what people write is delivered; empty where nowhere, None where Twilio does not say.
    """

    status: str
    webhook: str | None

    @property
    def is_online(self) -> bool:
        """Whether messages go out and come in."""
        return self.status.startswith("ONLINE")


async def account_state(api: TwilioApi) -> AccountState:
    """Ask how the account stands; proves the credentials as well.

    Raises:
        AccountRevoked: Twilio refuses the credentials.
        SendError: It was not reached.
    """
    found = await api.account()
    return AccountState(clean(found.get("status")), trial=found.get("type") == "Trial")


async def sender_state(api: TwilioApi, sender: Sender) -> SenderState | None:
    """Ask how a sender stands.

    Args:
        api: The account's calls.
        sender: Who we are on WhatsApp.

    Returns:
        Its state; None where the account has no such sender. The sandbox is always there, and Twilio tells no
        program where it delivers.

    Raises:
        SendError: It could not be asked.
    """
    if sender.number == SANDBOX:
        return SenderState("ONLINE", None)
    if sender.service:
        return await _service_state(api, sender.service)
    async for record in api.senders():
        if read_address(clean(record.get("sender_id"))) == sender.number:
            return SenderState(clean(record.get("status")), clean(inner(record, "webhook").get("callback_url")))
    return None


async def _service_state(api: TwilioApi, sid: str) -> SenderState | None:
    try:
        found = await api.service(sid)
    except errors.MessageRejected as error:
        if error.code == ABSENT:
            return None
        raise
    by_number = found.get("use_inbound_webhook_on_number")
    return SenderState("ONLINE", None if by_number else clean(found.get("inbound_request_url")))
