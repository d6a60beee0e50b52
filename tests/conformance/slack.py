"""Slack, as the suite drives it."""

import itertools
import time
from collections.abc import Collection, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import Any, cast

import orjson

from tests.conformance.driver import Post
from tests.fakes.faults import Faults
from tests.fakes.slack import FakeSlack, Person, Workspace, signature
from tests.fakes.talking import Talker

PATH = "/webhooks/slack"
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
PROOF = "X-Slack-Signature"


class SlackDriver:
    """A Slack and one workspace, by HTTP."""

    channel = "slack"
    longest_said = 4000
    method = "chat.postMessage"

    def __init__(self) -> None:
        self.slack = FakeSlack(pace=0.01)
        self.team = self.slack.workspace()
        self._numbers = itertools.count(1)

    @property
    def faults(self) -> Faults:
        return self.slack.faults

    async def start(self) -> None:
        await self.slack.start()

    async def stop(self) -> None:
        await self.slack.stop()

    def connect(self, program: str) -> dict[str, str]:
        return self.slack.connect(program)

    def is_connected(self) -> bool:
        return True

    def person(self, name: str) -> Talker:
        return self.slack.person(name, team=self.team)

    def address(self, talker: Talker) -> str:
        return f"{self.team.id}/{_person(talker).id}"

    def chat(self, talker: Talker) -> object:
        return _person(talker).channel.id

    def calls(self, talker: Talker) -> int:
        places = {_person(talker).id, _person(talker).channel.id}
        return sum(name == self.method and params.get("channel") in places for name, params in self.slack.calls)

    async def settled(self, seconds: float) -> None:
        await self.slack.dispatch.deliveries.settled(seconds)

    def repeat(self, times: int) -> None:
        self.slack.dispatch.deliveries.repeat(times)

    def reversed(self) -> AbstractAsyncContextManager[None]:
        return self.slack.dispatch.deliveries.reversed()

    def throttle(self, talker: Talker, seconds: int) -> float:
        self.slack.faults.throttle(seconds, method=self.method, chat=self.chat(talker))
        return seconds

    def fail(self, talker: Talker, times: int) -> None:
        self.slack.faults.fail(503, method=self.method, chat=self.chat(talker), times=times)

    def revoke(self) -> None:
        self.slack.oauth.forget(self.team)

    def renew(self) -> None:
        self.slack.oauth.issue(self.team)

    def secrets(self) -> Iterable[str]:
        yield self.slack.app.signing_secret
        yield self.slack.app.client_secret
        yield from self.slack.tokens

    def genuine(self, talker: Talker, text: str) -> Post:
        return self._event(_person(talker), text, self.team, self.slack.app.id)

    def forged(self, post: Post) -> Post:
        return replace(post, headers={**post.headers, PROOF: signature("another", _timestamp(post), post.body)})

    def unproven(self, post: Post) -> Post:
        return replace(post, headers={name: value for name, value in post.headers.items() if name != PROOF})

    def malformed(self) -> Collection[Post]:
        bodies = [b"", b"{", b"[1, 2]", b"\xff\xfe"]
        events = [self._proven("events", body, JSON) for body in bodies]
        return [*events, self._proven("interactions", b"payload=%7B", FORM)]

    def foreign(self, talker: Talker, text: str) -> Collection[Post]:
        person, stranger = _person(talker), Workspace("Elsewhere", self.slack.app.id, self.slack.clock)
        post = self._event(person, text, self.team, self.slack.app.id)
        return [
            self.forged(post),
            self._event(person, text, stranger, self.slack.app.id),
            self._event(person, text, self.team, "A0SOMEBODY"),
        ]

    def stale(self, post: Post) -> Post | None:
        return self._proven("events", post.body, JSON, int(time.time()) - 301)

    def _event(self, person: Person, text: str, team: Workspace, app: str) -> Post:
        ts, number = team.new_ts(), next(self._numbers)
        event: dict[str, Any] = {
            "type": "message",
            "user": person.id,
            "ts": ts,
            "event_ts": ts,
            "text": text,
            "team": team.id,
            "channel": person.channel.id,
            "channel_type": "im",
        }
        envelope = {
            "token": "verification-token",
            "team_id": team.id,
            "api_app_id": app,
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev0CONFORM{number}",
            "event_time": int(time.time()),
        }
        return self._proven("events", orjson.dumps(envelope), JSON)

    def _proven(self, door: str, body: bytes, content_type: str, timestamp: int = 0) -> Post:
        moment = str(timestamp or int(time.time()))
        proof = signature(self.slack.app.signing_secret, moment, body)
        headers = {"Content-Type": content_type, "X-Slack-Request-Timestamp": moment, PROOF: proof}
        return Post(f"{PATH}/{door}", body, headers)


def _timestamp(post: Post) -> str:
    return post.headers["X-Slack-Request-Timestamp"]


def _person(talker: Talker) -> Person:
    return cast("Person", talker)
