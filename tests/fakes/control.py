"""Playing a person by hand: a page for talking, and the same over HTTP.

    curl -d '{"person": "Asha", "text": "hello"}' http://127.0.0.1:8081/control/say
    curl -d '{"person": "Asha", "title": "Begin"}' http://127.0.0.1:8081/control/tap
    curl --data-binary @proof.png 'http://127.0.0.1:8081/control/upload?person=Asha&mime=image/png&text=look'
    curl 'http://127.0.0.1:8081/control/messages?person=Asha'
    curl -d '{"fault": "throttle", "retry_after": 3}' http://127.0.0.1:8081/control/fault

The page is `/control`. A person is made when first named. What else people can do on a channel (`block`, `opens_home`,
`close_window`) is called the same way: the fields beside `person` are what it is given.
"""

from collections.abc import Callable, Sequence
from importlib import resources
from typing import Any

import orjson
from aiohttp import web

from tests.fakes.faults import Faults
from tests.fakes.server import FakeServer
from tests.fakes.talking import Talker

FAULTS = ("throttle", "fail", "hang", "reset", "refuse", "clear")
TALKING = ("say", "tap")
Order = dict[str, Any]


class Control:
    """The control surface of one server.

    Args:
        server: To be played on; not started yet.
        channel: What it is called on the page.
        faults: What goes wrong on demand.
        find: Returns somebody by name, and makes them the first time.
        deeds: What people can do beside talking, by the names of their methods.
    """

    def __init__(
        self,
        server: FakeServer,
        channel: str,
        faults: Faults,
        *,
        find: Callable[[str], Talker],
        deeds: Sequence[str] = (),
    ) -> None:
        self.channel = channel
        self.faults = faults
        self.find = find
        self.deeds = (*TALKING, *deeds)
        server.router.add_get("/control", self._page)
        server.router.add_get("/control/messages", self._messages)
        server.router.add_post("/control/upload", self._upload)
        server.router.add_post("/control/fault", self._fault)
        server.router.add_post("/control/{deed}", self._do)

    async def _page(self, request: web.Request) -> web.Response:
        page = (resources.files("tests.fakes") / "page.html").read_text(encoding="utf-8")
        deeds = orjson.dumps([deed for deed in self.deeds if deed not in TALKING]).decode()
        return web.Response(
            text=page.replace("{channel}", self.channel).replace("{deeds}", deeds), content_type="text/html"
        )

    async def _messages(self, request: web.Request) -> web.Response:
        person = self.find(request.query.get("person", "Asha"))
        shown = [{"text": each.text, "buttons": each.titles} for each in person.messages]
        return _answer({"messages": shown, "views": getattr(person, "views", [])})

    async def _upload(self, request: web.Request) -> web.Response:
        given = {name: request.query[name] for name in ("name", "mime", "text") if name in request.query}
        await self.find(request.query.get("person", "Asha")).upload(await request.read(), **given)
        return _answer({"ok": True})

    async def _fault(self, request: web.Request) -> web.Response:
        order = await _order(request)
        name = order.pop("fault", "")
        if name not in FAULTS:
            return _answer({"ok": False, "error": f"faults are {', '.join(FAULTS)}"}, 404)
        return await _attempt(getattr(self.faults, name), order)

    async def _do(self, request: web.Request) -> web.Response:
        deed, order = request.match_info["deed"], await _order(request)
        if deed not in self.deeds:
            return _answer({"ok": False, "error": f"people can {', '.join(self.deeds)}"}, 404)
        return await _attempt(getattr(self.find(str(order.pop("person", "Asha"))), deed), order)


async def _attempt(act: Callable[..., Any], order: Order) -> web.Response:
    try:
        done = act(**order)
        if done is not None:
            await done
    except (AssertionError, TypeError) as error:
        return _answer({"ok": False, "error": str(error)}, 400)
    return _answer({"ok": True})


async def _order(request: web.Request) -> Order:
    try:
        found = orjson.loads(await request.read() or b"{}")
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise web.HTTPBadRequest(text="the body is to be a JSON object")
    return found


def _answer(content: object, status: int = 200) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(content), content_type="application/json")
