"""The server itself: HTTP in front of the methods."""

import itertools
from typing import Any
from urllib.parse import unquote

import orjson
from aiohttp import web

from tests.fakes.server import FakeServer, misbehave
from tests.fakes.telegram.bot import Bot
from tests.fakes.telegram.faults import Faults, Limits
from tests.fakes.telegram.messages import Chat, Json, Refused
from tests.fakes.telegram.methods import MESSAGES, METHODS
from tests.fakes.telegram.people import Group, Person


class FakeTelegram(FakeServer):
    """A Bot API server on the loopback; see the package's docstring.

    Args:
        host: Where to listen.
        port: 0 takes a free one.
        pace: Factor on every waiting time between deliveries.
    """

    def __init__(self, host: str = "127.0.0.1", port: int = 0, *, pace: float = 1.0) -> None:
        super().__init__(host, port)
        self.pace = pace
        self.faults = Faults()
        self.limits: Limits | None = None
        self.bots: dict[str, Bot] = {}
        self.people: dict[str, Person] = {}
        self.router.add_route("*", "/bot{token:[^/]+}/{method}", self._call)
        self.router.add_get("/file/bot{token:[^/]+}/{path:.+}", self._file)
        self._ids = itertools.count(7001)
        self._group_ids = itertools.count(501)

    @property
    def api_url(self) -> str:
        """What SUNUP_TELEGRAM_API_URL is to be."""
        return self.url

    def connect(self, program: str) -> dict[str, str]:
        """Return what a program is to be told; where it listens it says itself, by `setWebhook`."""
        return {
            "SUNUP_PUBLIC_URL": program,
            "SUNUP_TELEGRAM_API_URL": self.api_url,
            "SUNUP_TELEGRAM_TOKEN": self._only_bot().token,
        }

    async def stop(self) -> None:
        """Stop delivering, answering and listening."""
        for bot in self.bots.values():
            await bot.updates.close()
        await super().stop()

    def bot(self, token: str = "100:test-token", username: str = "sunup_test_bot") -> Bot:
        """Return the bot of a token; makes it the first time."""
        if token not in self.bots:
            self.bots[token] = Bot(token, username, self.pace)
        return self.bots[token]

    def person(
        self, name: str = "Asha", *, bot: Bot | None = None, person_id: int | None = None, language: str = "en"
    ) -> Person:
        """Return someone who talks to a bot, the only one where none is named."""
        person = Person(bot or self._only_bot(), person_id or next(self._ids), name, language)
        self.people[name] = person
        return person

    def group(self, title: str = "Team", *, bot: Bot | None = None, forum: bool = False) -> Group:
        """Return a group that a bot is in; a forum is a supergroup with topics."""
        bot = bot or self._only_bot()
        number = next(self._group_ids)
        chat = Chat(-1_000_000_000_000 - number if forum else -number, "supergroup" if forum else "group", title)
        chat.started = True
        bot.chats[chat.id] = chat
        return Group(bot, chat)

    def _only_bot(self) -> Bot:
        return next(iter(self.bots.values())) if self.bots else self.bot()

    def _find(self, token: str) -> Bot:
        bot = self.bots.get(token)
        if bot is None:
            raise Refused(401 if ":" in token else 404, "Unauthorized" if ":" in token else "Not Found")
        return bot

    async def _call(self, request: web.Request) -> web.StreamResponse:
        try:
            bot = self._find(unquote(request.match_info["token"]))
            name = request.match_info["method"]
            method = METHODS.get(name)
            if method is None:
                raise Refused(404, "Not Found: method not found")
            params = await _params(request)
            bot.calls.append((name, params))
            fault = self.faults.next(name, _chat_id(params))
            if fault is not None and fault.error is not None:
                raise fault.error
            if fault is not None and not fault.acted:
                return await misbehave(request, fault)
            if self.limits is not None and name in MESSAGES:
                self.limits.admit(bot.token, _chat_id(params) or 0)
            result = await method(bot, params)
            if fault is not None:
                return await misbehave(request, fault)
        except Refused as refusal:
            return _refusal(refusal)
        return _json(200, {"ok": True, "result": result})

    async def _file(self, request: web.Request) -> web.StreamResponse:
        try:
            bot = self._find(unquote(request.match_info["token"]))
            bot.calls.append(("file", {"path": unquote(request.match_info["path"])}))
            fault = self.faults.next("file", None)
            if fault is not None and fault.error is not None:
                raise fault.error
            if fault is not None:
                return await misbehave(request, fault)
            path = unquote(request.match_info["path"])
            file = next((each for each in bot.files.values() if each.path == path), None)
            if file is None:
                raise Refused(404, "Not Found")
        except Refused as refusal:
            return _refusal(refusal)
        return web.Response(body=file.data, content_type="application/octet-stream")


async def _params(request: web.Request) -> Json:
    params: Json = dict(request.query)
    if request.content_type == "application/json":
        body = await request.read()
        found = orjson.loads(body) if body else {}
        return {**params, **found} if isinstance(found, dict) else params
    for name, value in (await request.post()).items():
        params[name] = value.file.read() if isinstance(value, web.FileField) else value
    return params


def _chat_id(params: Json) -> int | None:
    try:
        return int(params["chat_id"])
    except (KeyError, TypeError, ValueError):
        return None


def _refusal(refusal: Refused) -> web.Response:
    answer: Json = {"ok": False, "error_code": refusal.code, "description": refusal.description}
    headers = {}
    if refusal.parameters:
        answer["parameters"] = refusal.parameters
    if "retry_after" in refusal.parameters:
        headers["Retry-After"] = str(refusal.parameters["retry_after"])
    return _json(refusal.code, answer, headers)


def _json(status: int, answer: Any, headers: dict[str, str] | None = None) -> web.Response:
    # As Telegram writes it: in ASCII, so that half of an emoji travels too.
    return web.json_response(answer, status=status, headers=headers)
