"""Signed requests from Twilio to the program, with the weak retries that it really has.

Source: Twilio's pages on webhook security and connection overrides: one try, one more only where no connection came
about, unless `#rc=…&rp=…` behind the URL says otherwise; 15 seconds for everything; then the fallback URL, once.
"""

import base64
import hmac
import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha1
from urllib.parse import parse_qs, urldefrag, urlencode

from tests.fakes.clock import Clock
from tests.fakes.outgoing import Answer, Outgoing

HEADER = "X-Twilio-Signature"
TOTAL_SECONDS = 15.0
FORM = "application/x-www-form-urlencoded"
Params = Sequence[tuple[str, str]]
_tokens = itertools.count(1)


def signature(auth_token: str, url: str, params: Params) -> str:
    """Return the proof of a request: HMAC-SHA1 over the URL, then each sorted name with its value."""
    words = url + "".join(name + value for name, value in sorted(set(params)))
    return base64.b64encode(hmac.digest(auth_token.encode(), words.encode(), sha1)).decode()


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request; status 0 where no answer came."""

    url: str
    params: Params
    status: int
    seconds: float


class Webhooks:
    """Posts forms to the program.

    Args:
        clock: Whose pace shortens the pauses between tries.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.outgoing = Outgoing()
        self.attempts: list[Attempt] = []
        self.spoiled = 0

    def spoil(self, times: int = 1) -> None:
        """Sign the next requests wrongly."""
        self.spoiled += times

    async def deliver(self, auth_token: str, url: str, fallback: str, params: Params) -> Answer:
        """Deliver a form as well as Twilio does, which is not very well."""
        answer = await self._try(auth_token, url, params)
        if not answer.taken and fallback:
            answer = await self._try(auth_token, fallback, (*params, ("ErrorCode", "11200"), ("ErrorUrl", url)))
        return answer

    async def post(self, auth_token: str, url: str, params: Params, headers: dict[str, str] | None = None) -> Answer:
        """Post a form once."""
        place = urldefrag(url).url
        proof = signature(auth_token, place, params)
        if self.spoiled > 0:
            self.spoiled -= 1
            proof = signature(auth_token, place + "spoiled", params)
        sent = {"Content-Type": f"{FORM}; charset=UTF-8", "User-Agent": "TwilioProxy/1.1", HEADER: proof}
        body = urlencode(params).encode()
        answer = await self.outgoing.post(place, body, {**sent, **(headers or {})}, TOTAL_SECONDS)
        self.attempts.append(Attempt(place, params, answer.status, answer.seconds))
        return answer

    async def _try(self, auth_token: str, url: str, params: Params) -> Answer:
        wishes = parse_qs(urldefrag(url).fragment)
        retries = int(wishes.get("rc", ["1"])[0])
        policy = set(wishes.get("rp", ["ct"])[0].split(","))
        headers = {"I-Twilio-Idempotency-Token": f"{next(_tokens):08x}-twilio"}
        end = time.monotonic() + TOTAL_SECONDS
        answer = await self.post(auth_token, url, params, headers)
        for _ in range(retries):
            if answer.taken or not _is_retried(answer, policy) or time.monotonic() >= end:
                break
            await self.clock.wait(0.5)
            answer = await self.post(auth_token, url, params, headers)
        return answer


def _is_retried(answer: Answer, policy: set[str]) -> bool:
    if "all" in policy:
        return True
    if answer.status == 0:
        return ("rt" if answer.timed_out else "ct") in policy
    return f"{answer.status // 100}xx" in policy
