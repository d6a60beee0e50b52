"""The fake server alone, with a control surface for playing a person by hand.

    python -m tests.fakes.telegram --port 8081
    SUNUP_TELEGRAM_API_URL=http://127.0.0.1:8081 SUNUP_TELEGRAM_TOKEN=100:anything ... sunup serve
    curl -d '{"person": "Asha", "text": "/start"}' http://127.0.0.1:8081/control/say
    curl -d '{"person": "Asha", "title": "Begin"}' http://127.0.0.1:8081/control/tap
    curl 'http://127.0.0.1:8081/control/messages?person=Asha'
    curl -d '{"fault": "throttle", "retry_after": 3}' http://127.0.0.1:8081/control/fault

`say`, `tap`, `photo` (the body is the picture, `?person=`), `block`, `unblock` answer `{"ok": true}`; a person is
made when first named, and talks to the bot that called first or to `"token"`.
"""

import argparse
import asyncio
import contextlib

import orjson
from aiohttp import web

from tests.fakes.telegram import FakeTelegram, Person
from tests.fakes.telegram.messages import Json


class Control:
    """The control surface of one server."""

    def __init__(self, telegram: FakeTelegram) -> None:
        self.telegram = telegram
        router = telegram.router
        router.add_post("/control/say", self.say)
        router.add_post("/control/tap", self.tap)
        router.add_post("/control/photo", self.photo)
        router.add_post("/control/block", self.block)
        router.add_post("/control/unblock", self.unblock)
        router.add_post("/control/fault", self.fault)
        router.add_get("/control/messages", self.messages)

    async def say(self, request: web.Request) -> web.Response:
        order = await _order(request)
        await self._person(order).say(order["text"])
        return _answer({"ok": True})

    async def tap(self, request: web.Request) -> web.Response:
        order = await _order(request)
        try:
            await self._person(order).tap(order["title"])
        except AssertionError as error:
            return _answer({"ok": False, "error": str(error)}, 404)
        return _answer({"ok": True})

    async def photo(self, request: web.Request) -> web.Response:
        person = self._person(dict(request.query))
        await person.send_photo(await request.read(), caption=request.query.get("caption", ""))
        return _answer({"ok": True})

    async def block(self, request: web.Request) -> web.Response:
        await self._person(await _order(request)).block()
        return _answer({"ok": True})

    async def unblock(self, request: web.Request) -> web.Response:
        await self._person(await _order(request)).unblock()
        return _answer({"ok": True})

    async def fault(self, request: web.Request) -> web.Response:
        order = await _order(request)
        name = order.pop("fault")
        if name not in ("throttle", "fail", "hang", "reset", "refuse", "clear"):
            return _answer({"ok": False, "error": "no such fault"}, 404)
        getattr(self.telegram.faults, name)(**order)
        return _answer({"ok": True})

    async def messages(self, request: web.Request) -> web.Response:
        person = self._person(dict(request.query))
        return _answer(
            [{"id": each.message_id, "text": each.text, "buttons": each.title_rows} for each in person.messages]
        )

    def _person(self, order: Json) -> Person:
        name = order.get("person", "Asha")
        if name not in self.telegram.people:
            bot = self.telegram.bot(order["token"]) if "token" in order else None
            self.telegram.person(name, bot=bot)
        return self.telegram.people[name]


async def _order(request: web.Request) -> Json:
    return dict(orjson.loads(await request.read() or b"{}"))


def _answer(content: object, status: int = 200) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(content), content_type="application/json")


async def serve(port: int) -> None:
    """Serve until interrupted."""
    telegram = FakeTelegram(port=port, open_to_all=True)
    Control(telegram)
    async with telegram:
        await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A Bot API server to test against.")
    parser.add_argument("--port", type=int, default=8081, help="port on 127.0.0.1, 8081 by default")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(parser.parse_args().port))
