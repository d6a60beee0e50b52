"""A Twilio to test against: WhatsApp messages, templates, media, and people who write.

It refuses what Twilio refuses at once (wrong addresses, long bodies, unsubscribed people), tells later what WhatsApp
refuses (no free text outside 24 hours, templates that nobody approved), signs what it brings, and brings it again as
rarely as Twilio does.

    async with FakeTwilio() as twilio:
        account = twilio.account()                   # sid, auth_token, sender, service_sid
        # SUNUP_TWILIO_API_URL=twilio.api_url, SUNUP_TWILIO_CONTENT_API_URL=twilio.api_url,
        # SUNUP_TWILIO_ACCOUNT_SID=account.sid, SUNUP_TWILIO_AUTH_TOKEN=account.auth_token,
        # SUNUP_WHATSAPP_FROM=account.sender
        account.webhook = "https://…/webhooks/whatsapp"        # also with "#rc=2&rp=all" behind it
        asha = twilio.person("Asha")                 # address="US.1349…" for somebody without a number
        await asha.say("hello")
        await asha.reads("Good morning")             # words, compiled pattern or predicate; AssertionError if late
        await asha.tap("Begin")                      # a button, or a row of a list
        await asha.upload(png, mime="image/png", text="proof")
        await asha.opens()                           # reads what is there; tells `read`
        asha.close_window()                          # for Twilio more than a day has passed
        await twilio.settled()

What is there to be looked at:
    `asha.messages`          what her chat shows, oldest first: `Shown` with text, titles, media, template
    `account.messages`       every message in both directions, with its status and error code
    `account.templates`      by sid; each can `approve()`, `reject()`, `pause()`
    `account.calls`          (name, form) of each call that arrived: create, list, fetch, media, account, content
    `twilio.webhooks.attempts`    each request to the program with its status; `twilio.lost` what it never took
    `twilio.network.leaked`  credentials that were sent to the media network

What goes wrong on demand:
    `twilio.faults`          throttle(20429 or 63018), fail(status), hang(seconds), reset(acted=True), refuse(code),
                             each for `times` calls that match `method` and `chat`, letting `after` of them pass
    `twilio.limits = Limits(...)`      429 as from Twilio's own rates
    `twilio.webhooks.spoil()`          the next request is signed wrongly
    `twilio.inbound.repeat()`, `async with twilio.inbound.reversed():`
    `twilio.statuses`        repeat(), shuffle(), hurry() (before the call is answered), invent("a new status")
    `twilio.redirect_media_to = url`, `account.lose_media()`, `account.revoke()`
    `asha.block()`, and the words STOP and START where `account.handles_opt_out`

The sandbox (`twilio.account(SANDBOX)`) only hears and reaches who has written "join …".

Alone: `sunup fakes whatsapp`, with a page for talking at `/control`.
"""

from tests.fakes.twilio.account import SANDBOX, Account, Message
from tests.fakes.twilio.content import Template
from tests.fakes.twilio.faults import Faults, Limits
from tests.fakes.twilio.people import Person, Shown
from tests.fakes.twilio.server import FakeTwilio
from tests.fakes.twilio.webhooks import signature

__all__ = [
    "SANDBOX",
    "Account",
    "FakeTwilio",
    "Faults",
    "Limits",
    "Message",
    "Person",
    "Shown",
    "Template",
    "signature",
]
