"""The clock of the web chat: on a Sunup of one's own machine it can be put forward to the next moment."""

from datetime import datetime

from aiohttp import web

from bots.web import signature
from core import errors
from web import session
from web.ports import Chat


class ClockRoutes:
    """Tells the time, and puts it forward where that is offered.

    Args:
        chat: What the chat is given.
    """

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of the clock."""
        return [web.get("/chat/clock", self.read), web.post("/chat/clock/next", self.forward)]

    async def read(self, request: web.Request) -> web.Response:
        """Answer `{"now": "2026-11-22T06:30:00+00:00"}`; nothing where the clock is everybody's."""
        travel = self._chat.travel
        return web.Response(status=204) if travel is None else _clock(travel.now())

    async def forward(self, request: web.Request) -> web.Response:
        """Go to the next moment at which something happens by itself to this person, and answer as `read` does.

        Where nothing is planned, the answer says `"nothing": true` and the clock stands as it was.
        """
        travel = self._chat.travel
        if travel is None:
            return _refusal(404, "clock_fixed")
        if not signature.own_origin(session.neutral(request).headers, self._chat.public_url):
            return _refusal(403, "foreign")
        address = session.address_of(request)
        if not address:
            return _refusal(401, "no_session")
        try:
            moment = await travel.next_moment(address)
        except (errors.Busy, errors.StorageUnavailable):
            return _refusal(503, "clock_busy")
        except errors.ConfigurationError:
            return _refusal(409, "clock_fixed")
        return _clock(moment or travel.now(), nothing=moment is None)


def _clock(now: datetime, *, nothing: bool = False) -> web.Response:
    answer = web.json_response({"now": now.isoformat(), "nothing": nothing})
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _refusal(status: int, code: str) -> web.Response:
    return web.json_response({"code": code}, status=status)
