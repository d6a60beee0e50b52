"""Signed requests from Slack to the program, with Slack's patience, over HTTP or a socket.

Source: Slack's pages on the Events API and on verifying requests: an answer within three seconds; else an event comes
again almost at once, after a minute and after five; `x-slack-no-retry: 1` ends that. Taps, forms and commands come
once.
"""

import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import orjson

from tests.fakes.deliveries import Deliveries, Follow
from tests.fakes.outgoing import Answer, Outgoing
from tests.fakes.slack.errors import Json

if TYPE_CHECKING:
    from tests.fakes.slack.server import FakeSlack

PATIENCE = 3.0
PAUSES = (0.0, 60.0, 300.0)
FORM = "application/x-www-form-urlencoded"
TOO_OLD = 600


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return the proof of a request."""
    return "v0=" + hmac.digest(secret.encode(), f"v0:{timestamp}:".encode() + body, sha256).hex()


@dataclass(frozen=True, slots=True)
class Parcel:
    """A payload on its way: `kind` is `events_api`, `interactive` or `slash_commands`, as Socket Mode calls them."""

    kind: str
    key: str
    payload: Json
    answered: Callable[[Answer], None] = lambda answer: None

    @property
    def door(self) -> str:
        """The end of the address it is posted to."""
        return {"events_api": "events", "interactive": "interactions", "slash_commands": "commands"}[self.kind]

    @property
    def body(self) -> tuple[bytes, str]:
        """What is posted, and its type."""
        if self.kind == "events_api":
            return orjson.dumps(self.payload), "application/json"
        if self.kind == "interactive":
            return urlencode({"payload": orjson.dumps(self.payload).decode()}).encode(), FORM
        return urlencode(self.payload).encode(), FORM


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request; status 0 where no answer came."""

    kind: str
    key: str
    status: int
    seconds: float
    retry: int = 0


class Dispatch:
    """Brings payloads to the program."""

    def __init__(self, slack: "FakeSlack") -> None:
        self.slack = slack
        self.deliveries = Deliveries[Parcel](self._carry)
        self.outgoing = Outgoing()
        self.attempts: list[Attempt] = []
        self.lost: list[Parcel] = []
        self._spoiled = 0
        self._aged = 0

    def put(self, parcel: Parcel, queue: str) -> None:
        """Send a payload on its way."""
        self.deliveries.put(parcel, queue)

    def spoil(self, times: int = 1) -> None:
        """Sign the next requests wrongly."""
        self._spoiled += times

    def age(self, times: int = 1) -> None:
        """Sign the next requests ten minutes ago."""
        self._aged += times

    async def close(self) -> None:
        """Stop delivering."""
        await self.deliveries.close()
        await self.outgoing.close()

    async def post(
        self, door: str, body: bytes, content_type: str, headers: dict[str, str] | None = None, secret: str = ""
    ) -> Answer:
        """Post a body, signed, to the program."""
        timestamp = str(int(time.time()) - (TOO_OLD if self._take("_aged") else 0))
        proof = signature(secret or self.slack.app.signing_secret, timestamp, body)
        if self._take("_spoiled"):
            proof = signature("spoiled", timestamp, body)
        sent = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": proof,
            **(headers or {}),
        }
        return await self.outgoing.post(f"{self.slack.app.request_url}/{door}", body, sent, PATIENCE)

    def _take(self, name: str) -> bool:
        left = int(getattr(self, name))
        setattr(self, name, max(left - 1, 0))
        return left > 0

    async def _carry(self, parcel: Parcel) -> Follow:
        answer = await self._try(parcel, 0, "")
        if answer.taken or parcel.kind != "events_api":
            parcel.answered(answer)
            return None
        return self._again(parcel, answer)

    async def _again(self, parcel: Parcel, answer: Answer) -> None:
        for number, pause in enumerate(PAUSES, 1):
            if answer.headers.get("x-slack-no-retry") == "1":
                break
            await self.slack.clock.wait(pause)
            reason = "http_timeout" if answer.timed_out else "http_error" if answer.status else "connection_failed"
            answer = await self._try(parcel, number, reason)
            if answer.taken:
                return
        self.lost.append(parcel)

    async def _try(self, parcel: Parcel, retry: int, reason: str) -> Answer:
        if self.slack.app.socket_mode:
            answer = await self.slack.sockets.send(parcel, retry, reason)
        elif self.slack.app.request_url:
            headers = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason} if retry else {}
            answer = await self.post(parcel.door, *parcel.body, headers)
        else:
            answer = Answer(0)
        self.attempts.append(Attempt(parcel.kind, parcel.key, answer.status, answer.seconds, retry))
        return answer
