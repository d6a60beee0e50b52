"""WhatsApp over Twilio, as the suite drives it."""

import itertools
from collections.abc import Collection, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import cast
from urllib.parse import urlencode

from tests.conformance.driver import Post
from tests.fakes.faults import Faults
from tests.fakes.talking import Talker
from tests.fakes.twilio import FakeTwilio, Person, signature
from tests.fakes.twilio.webhooks import HEADER, Params

PATH = "/webhooks/whatsapp"
FORM = "application/x-www-form-urlencoded"


class WhatsAppDriver:
    """A Twilio with one account."""

    channel = "whatsapp"
    longest_said = 1600
    method = "create"

    def __init__(self) -> None:
        self.twilio = FakeTwilio(pace=0.01)
        self.account = self.twilio.account()
        self.program = ""
        self._numbers = itertools.count(1)

    @property
    def faults(self) -> Faults:
        return self.twilio.faults

    async def start(self) -> None:
        await self.twilio.start()

    async def stop(self) -> None:
        await self.twilio.stop()

    def connect(self, program: str) -> dict[str, str]:
        self.program = program
        settings = self.twilio.connect(program)
        # Twilio gives up at once by default; a careful operator asks for what it can do.
        self.account.webhook += "#rc=5&rp=all"
        return settings

    def is_connected(self) -> bool:
        return True

    def person(self, name: str) -> Talker:
        return self.twilio.person(name, account=self.account)

    def address(self, talker: Talker) -> str:
        return _person(talker).address

    def chat(self, talker: Talker) -> object:
        return _person(talker).whatsapp

    def calls(self, talker: Talker) -> int:
        return sum(name == self.method and form.get("To") == self.chat(talker) for name, form in self.account.calls)

    async def settled(self, seconds: float) -> None:
        await self.twilio.inbound.settled(seconds)
        await self.twilio.statuses.deliveries.settled(seconds)

    def repeat(self, times: int) -> None:
        self.twilio.inbound.repeat(times)

    def reversed(self) -> AbstractAsyncContextManager[None]:
        return self.twilio.inbound.reversed()

    def throttle(self, talker: Talker, seconds: int) -> float:
        self.twilio.faults.throttle(20429, method=self.method, chat=self.chat(talker))
        return 0.0

    def fail(self, talker: Talker, times: int) -> None:
        self.twilio.faults.fail(503, method=self.method, chat=self.chat(talker), times=times)

    def revoke(self) -> None:
        # The token also signs what comes in: a revoked one is a whole new secret.
        self.account.revoke()

    def renew(self) -> None:
        """Nothing to do: `revoke` has made a new token already."""

    def secrets(self) -> Iterable[str]:
        yield self.account.auth_token

    def genuine(self, talker: Talker, text: str) -> Post:
        return self._message(_person(talker), text, self.account.sid, self.account.sender)

    def forged(self, post: Post) -> Post:
        return replace(post, headers={**post.headers, HEADER: "Zm9yZ2VkLWZvcmdlZC1mb3JnZWQ="})

    def unproven(self, post: Post) -> Post:
        return replace(post, headers={name: value for name, value in post.headers.items() if name != HEADER})

    def malformed(self) -> Collection[Post]:
        return [self._proven([]), self._proven([("AccountSid", self.account.sid), ("To", self.account.sender)])]

    def foreign(self, talker: Talker, text: str) -> Collection[Post]:
        person = _person(talker)
        other = self._message(person, text, "AC" + "f" * 32, self.account.sender)
        elsewhere = self._message(person, text, self.account.sid, "whatsapp:+15559999999")
        # A JSON body is not covered by the signature of the address alone.
        proof = signature(self.account.auth_token, f"{self.program}{PATH}", [])
        body = urlencode(self._params(person, text, self.account.sid, self.account.sender)).encode()
        headers = {"Content-Type": "application/json", HEADER: proof}
        return [self.forged(self.genuine(person, text)), other, elsewhere, Post(PATH, body, headers)]

    def stale(self, post: Post) -> Post | None:
        return None

    def _message(self, person: Person, text: str, account_sid: str, sender: str) -> Post:
        return self._proven(self._params(person, text, account_sid, sender))

    def _params(self, person: Person, text: str, account_sid: str, sender: str) -> Params:
        sid = f"SM{next(self._numbers):032d}"
        return [
            ("MessageSid", sid),
            ("SmsSid", sid),
            ("SmsMessageSid", sid),
            ("AccountSid", account_sid),
            ("From", person.whatsapp),
            ("To", sender),
            ("Body", text),
            ("NumMedia", "0"),
            ("SmsStatus", "received"),
            ("ProfileName", person.name),
            ("WaId", person.address.removeprefix("+")),
        ]

    def _proven(self, params: Params) -> Post:
        proof = signature(self.account.auth_token, f"{self.program}{PATH}", params)
        return Post(PATH, urlencode(params).encode(), {"Content-Type": FORM, HEADER: proof})


def _person(talker: Talker) -> Person:
    return cast("Person", talker)
