"""The door: one provider's request in, verified before it is read, answered only once it is kept."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeGuard

import structlog
from aiohttp import web

from bots.adapter import Adapter, Reactive, Request, Response
from core import errors
from core.messages import Inbound
from core.ports import Clock
from core.undigested import Undigested

_log = structlog.get_logger()

LARGEST_BODY = 1024 * 1024
"""Bytes; no provider's update comes near it."""


class Intake(Protocol):
    """Keeps what came in durably."""

    async def take(self, inbound: Sequence[Inbound], /) -> None:
        """Return once all of it is committed."""
        ...


class Burial(Protocol):
    """Keeps what could not be understood."""

    async def bury(self, what: Undigested, body: bytes) -> None:
        """Return once it is committed."""
        ...


FindAdapter = Callable[[str, str], Adapter | None]


async def _look_nowhere() -> None:
    """Know all accounts already."""


class Door:
    """Takes providers' requests in.

    Args:
        find: Finds the adapter of a channel's account; None where there is none.
        intake: Where understood requests go.
        burial: Where authentic requests go that cannot be understood.
        clock: The time.
        look_again: Reads the accounts anew; awaited where a request names one that `find` does not know.
        observe: Called with the channel, what became of each request, and how many seconds that took.
    """

    def __init__(
        self,
        find: FindAdapter,
        intake: Intake,
        burial: Burial,
        *,
        clock: Clock,
        look_again: Callable[[], Awaitable[None]] = _look_nowhere,
        observe: Callable[[str, str, float], None] = lambda channel, result, seconds: None,
    ) -> None:
        self._find = find
        self._intake = intake
        self._burial = burial
        self._clock = clock
        self._look_again = look_again
        self._observe = observe
        self._reactions: set[asyncio.Task[None]] = set()

    def add_to(self, app: web.Application, channel: str, names: Sequence[str] = ("",)) -> None:
        """Add a channel's routes: for each of its doors its default account's, and one for each named account."""
        # Longer paths first, or the name of a door would be taken for that of an account.
        for name in sorted(names, reverse=True):
            path = f"/webhooks/{channel}/{name}".rstrip("/")
            app.router.add_post(path, self._handler(channel))
            app.router.add_post(f"{path}/{{account}}", self._handler(channel))

    async def close(self) -> None:
        """Let what still reacts to requests finish."""
        await asyncio.gather(*self._reactions)

    def _handler(self, channel: str) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def receive(request: web.Request) -> web.Response:
            adapter = self._find(channel, request.match_info.get("account", "default"))
            if adapter is None:
                return _refusal(404)
            try:
                body = await request.read()
            except web.HTTPRequestEntityTooLarge:
                return _refusal(413)
            began = time.perf_counter()
            result, response = await self._receive(adapter, _neutral(request, body))
            self._observe(channel, result, time.perf_counter() - began)
            return response

        return receive

    async def _receive(self, adapter: Adapter, request: Request) -> tuple[str, web.Response]:
        try:
            adapter.verify(request, self._clock.now())
        except Exception:  # noqa: BLE001 - whatever breaks a verifier, a hostile request looks like any other refused one
            return "forged", _refusal(401)
        try:
            result, response = await self.admit(adapter, request)
        except errors.Malformed:
            return "malformed", _refusal(400)
        except errors.StorageUnavailable:
            return "unavailable", _unavailable()
        except errors.ConfigurationError:
            # The account was removed a moment ago; its adapter is forgotten within seconds.
            return "unknown", _refusal(404)
        return result, _native(response)

    async def admit(self, adapter: Adapter, request: Request) -> tuple[str, Response]:
        """Keep what a request holds that is known to be authentic; return what became of it, and what to answer.

        Raises:
            Malformed: The body is not well-formed.
            StorageUnavailable: Nothing was kept; the provider brings it again.
            ConfigurationError: The account is gone.
        """
        try:
            inbound = adapter.parse(request)
        except errors.Malformed:
            raise
        except Exception as error:  # noqa: BLE001 - a parser that breaks must not have an authentic update come for a day
            await self._keep_dead(adapter, request, error)
            return "buried", adapter.acknowledge(request)
        if not all(self._is_ours(adapter, one) for one in inbound):
            # Another process may have connected that account a moment ago.
            await self._look_again()
            inbound = [one for one in inbound if self._is_ours(adapter, one)]
        await self._intake.take(inbound)
        if _is_reactive(adapter):
            reaction = asyncio.create_task(self._react(adapter, request, inbound))
            self._reactions.add(reaction)
            reaction.add_done_callback(self._reactions.discard)
        return "taken", adapter.acknowledge(request)

    def _is_ours(self, adapter: Adapter, one: Inbound) -> bool:
        """Return whether we have the account: an app may be asked to serve where nobody has connected it to us."""
        return one.account == adapter.account or self._find(one.channel, one.account) is not None

    async def _react(self, adapter: Reactive, request: Request, inbound: Sequence[Inbound]) -> None:
        """Let an adapter do what cannot wait; what was asked is kept, so nothing is lost where that fails."""
        try:
            account = adapter.account_of(request, inbound)
            own = self._find(adapter.channel, account) if account else None
            if own is not None and _is_reactive(own):
                await self._intake.take(await own.react(request, inbound))
        except Exception as error:  # noqa: BLE001 - whatever a reaction dies of, the next request is served
            _log.warning("reaction_failed", channel=adapter.channel, error=type(error).__name__)

    async def _keep_dead(self, adapter: Adapter, request: Request, error: Exception) -> None:
        """Keep an authentic request that cannot be understood; refusing it would block its chat for a day."""
        _log.warning("update_not_understood", channel=adapter.channel, error=type(error).__name__)
        reason = str(error) if isinstance(error, errors.Uninterpretable) else f"parse failed: {type(error).__name__}"
        what = Undigested("webhook", reason, adapter.channel, account=adapter.account)
        await self._burial.bury(what, request.body)


def _is_reactive(adapter: Adapter) -> TypeGuard[Reactive]:
    return hasattr(adapter, "react")  # a tenth of what `isinstance` takes with a protocol


def _neutral(request: web.Request, body: bytes) -> Request:
    path, _, query = request.raw_path.partition("?")
    return Request(request.method, path, request.headers, query, body)


def _native(response: Response) -> web.Response:
    return web.Response(
        status=response.status, body=response.body, content_type=response.content_type, headers=dict(response.headers)
    )


def _refusal(status: int) -> web.Response:
    return web.Response(status=status)


def _unavailable() -> web.Response:
    return web.Response(status=503, headers={"Retry-After": "2"})
