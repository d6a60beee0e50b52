"""What Twilio keeps of our messages: those it never brought us, and those that we may or may not have sent.

Source: Twilio, Message resource, Media subresource.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode

import orjson
import structlog

from bots.reading import Json, clean
from bots.whatsapp.address import read_address, to_channel
from bots.whatsapp.api import TwilioApi
from bots.whatsapp.form import Form
from bots.whatsapp.interactive import variable
from bots.whatsapp.parse import Whose, read_message
from bots.whatsapp.render import Call
from core import errors
from core.messages import InboundMessage

log = structlog.get_logger(__name__)

PAGE = 200
RECENT = 50
"""Messages to one person among which a doubtful one is looked for; at one in 6 seconds, these are five minutes."""
SKEW = timedelta(seconds=2)
"""How far Twilio's clock may be behind ours; its moments are whole seconds besides."""


async def missed(api: TwilioApi, whose: Whose, since: datetime) -> list[InboundMessage]:
    """Return what people wrote since a moment, whether it was brought to us or not.

    A webhook that failed is not brought again, so this is asked for once after an outage. Each message has the key
    that its webhook has, and what was taken in before is dropped by it. A tapped button comes as the words on it,
    since Twilio does not keep what it carries.

    Args:
        api: The account's calls.
        whose: Our account.
        since: From when on; Twilio may go back to the beginning of that day.

    Returns:
        Messages with the moment at which they came to Twilio, the earliest first.

    Raises:
        SendError: Classified; nothing is returned in part.
    """
    query = {"DateSent>": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), "PageSize": str(PAGE)}
    if whose.sender.number:
        query["To"] = to_channel(whose.sender.number)
    found: list[InboundMessage] = []
    async for record in api.messages(query):
        if record.get("direction") == "inbound":
            found.extend(await _messages(api, record, whose))
    return found[::-1]


async def find_sent(api: TwilioApi, call: Call, since: datetime) -> str | None:
    """Look for a message whose creation was not answered.

    Args:
        api: The account's calls.
        call: What was to be created.
        since: When that was tried.

    Returns:
        Its id at Twilio; None where there is none, so that creating it again doubles nothing.

    Raises:
        SendError: Twilio could not be asked; the outcome is as unknown as before.
    """
    place, sid = 0, None
    async for record in api.messages({"To": call.form["To"], "PageSize": str(RECENT)}):
        created_at = _moment(record.get("date_created"))
        recent = created_at is not None and created_at >= since - SKEW
        if recent and str(record.get("direction")).startswith("outbound") and _is(record, call):
            sid = str(record.get("sid"))  # the latest first, so the one nearest to the attempt is kept
        place += 1
        if place >= RECENT:
            break
    return sid


async def _messages(api: TwilioApi, record: Json, whose: Whose) -> list[InboundMessage]:
    sid = clean(record.get("sid"))
    fields = {
        "MessageSid": sid,
        "From": clean(record.get("from")),
        "To": clean(record.get("to")),
        "MessagingServiceSid": clean(record.get("messaging_service_sid")),
        "Body": clean(record.get("body")),
    }
    if str(record.get("num_media") or "0") != "0":
        for place, (url, mime) in enumerate(await api.media(sid)):
            fields |= {f"MediaUrl{place}": url, f"MediaContentType{place}": mime}
    try:
        read = read_message(Form(urlencode(fields).encode()), whose)
    except errors.Uninterpretable as error:
        log.warning("whatsapp_record_not_understood", account=whose.account, sid=sid, reason=str(error))
        return []
    sent_at = _moment(record.get("date_sent")) or _moment(record.get("date_created"))
    return [replace(each, sent_at=sent_at) for each in read if isinstance(each, InboundMessage)]


def _is(record: Json, call: Call) -> bool:
    sender = call.form.get("From")
    if sender and read_address(str(record.get("from"))) != read_address(sender):
        return False
    body = str(record.get("body") or "")
    if call.shape is not None or "ContentSid" in call.form:
        return _says(body, call)
    if "Body" in call.form:
        return variable(body) == variable(call.form["Body"])
    return not body.strip() and str(record.get("num_media") or "0") != "0"


def _says(body: str, call: Call) -> bool:
    variables: dict[str, str] = orjson.loads(call.form.get("ContentVariables", "{}"))
    if call.shape is None:
        # What a template makes of its variables is not known here.
        return all(value in variable(body) for value in variables.values())
    words = " ".join(variables[str(line)] for line in range(1, call.shape.lines + 1))
    return variable(body) in (words, variable((call.plain or {}).get("Body", "")))


def _moment(text: object) -> datetime | None:
    try:
        moment = parsedate_to_datetime(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
