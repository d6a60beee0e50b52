"""`Messages.json`: a message is taken, and what becomes of it is told later.

Source: Twilio's pages on the Message resource and its errors. What WhatsApp refuses (63xxx) comes after the answer 201,
as a status; what Twilio itself refuses comes at once.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.fakes.clock import Clock
from tests.fakes.twilio.account import Account, Message, new_sid
from tests.fakes.twilio.content import BODY_LIMIT, CANNOT_BEGIN, Choice, Template, read_variables
from tests.fakes.twilio.errors import bad_request
from tests.fakes.twilio.people import Person, Shown

TEXT_LIMIT = 1600
IN_SESSION_BUTTONS = 3
ADDRESS = re.compile(r"whatsapp:(\+[1-9]\d{6,14}|[A-Z]{2}\.[A-Za-z0-9]{1,128})")


@dataclass(slots=True)
class Draft:
    """A message as a call asks for it."""

    message: Message
    shown: Shown
    template: Template | None = None
    missing: bool = False
    """Whether a variable of the template has no value."""


def read_draft(account: Account, form: Mapping[str, str], clock: Clock) -> Draft:
    """Return what a call asks for; refuses what Twilio refuses at once."""
    recipient, sender, service = (form.get(name, "") for name in ("To", "From", "MessagingServiceSid"))
    if not recipient:
        raise bad_request(21604)
    if not sender and not service:
        raise bad_request(21603)
    if (sender and not sender.startswith("whatsapp:")) or not recipient.startswith("whatsapp:"):
        raise bad_request(21910 if sender.startswith("whatsapp:") != recipient.startswith("whatsapp:") else 21211)
    if not ADDRESS.fullmatch(recipient):
        raise bad_request(21211, f"Invalid 'To' Phone Number: {recipient}")
    if (sender and sender != account.sender) or (service and service != account.service_sid):
        raise bad_request(63007)
    draft = _draft(account, form, clock)
    callback = form.get("StatusCallback", "")
    if callback and urlsplit(callback).scheme not in ("http", "https"):
        raise bad_request(21609)
    draft.message.callback = callback or account.status_callback
    return draft


def _draft(account: Account, form: Mapping[str, str], clock: Clock) -> Draft:
    template = None
    body, media_url, choices = form.get("Body", ""), form.get("MediaUrl", ""), list[Choice]()
    given: dict[str, str] = {}
    if "ContentSid" in form:
        template = account.templates.get(form["ContentSid"])
        if template is None:
            raise bad_request(21655)
        given = read_variables(form.get("ContentVariables", ""))
        body, choices, media_url = template.read(given)
    elif not body and not media_url:
        raise bad_request(21619)
    if len(body) > TEXT_LIMIT:
        raise bad_request(21617)
    if media_url and urlsplit(media_url).scheme not in ("http", "https"):
        raise bad_request(21620)
    service = form.get("MessagingServiceSid")
    message = Message(
        new_sid("MM" if media_url else "SM"),
        account.sender,
        form["To"],
        body,
        "accepted" if service else "queued",
        inbound=False,
        created_at=clock.now(),
        service=service,
        media_url=media_url,
        content_sid=template.sid if template else "",
    )
    is_list = template is not None and template.kind == "twilio/list-picker"
    shown = Shown(message.sid, body, choices, is_list, template=message.content_sid)
    missing = template is not None and not template.places <= {*template.variables, *given}
    return Draft(message, shown, template, missing)


def verdict(draft: Draft, person: Person | None) -> int:
    """Return the error that a message ends with, 0 where it arrives."""
    template = draft.template
    if person is None:
        return 63024
    if person.blocked:
        return 63033
    if not person.joined:
        return 63015
    if template is not None and template.approval is not None and template.approval["status"] == "paused":
        return 63041
    if not person.window_open and (template is None or not template.approved or template.kind in CANNOT_BEGIN):
        return 63016
    if draft.missing:
        return 63028
    if template is not None and len(draft.message.body) > BODY_LIMIT:
        return 63021
    if (
        template is not None
        and not template.approved
        and not draft.shown.is_list
        and len(draft.shown.choices) > IN_SESSION_BUTTONS
    ):
        return 63005
    return 0
