"""The web process: providers' doors, the web chat, polling, health."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

import structlog
from aiohttp import web

from api import schemas
from bots.registry import DOORS
from storage.intake import Intake
from storage.leases import Leases
from storage.stock import stock
from storage.turns import Report
from sunup.bus import CHAT
from sunup.clock import TravellingClock
from sunup.composition import AsyncBurial, AsyncHistory, Foundation
from sunup.inlet import Inlet
from sunup.listening import no_place
from sunup.processes.ground import Ground, ground
from sunup.processes.slack import SlackOffice
from sunup.processes.stopping import stop_event
from sunup.processes.telegram import TelegramDoor
from sunup.processes.whatsapp import MissedMessages
from sunup.settings import Settings
from sunup.showing import EveryPart
from sunup.surroundings import pictures_of
from sunup.travel import Travel
from web import chat
from web.ports import Chat
from webhooks.application import application
from webhooks.door import Door
from webhooks.health import Health, Probe
from webhooks.metrics import Metrics
from webhooks.runner import Runner

_log = structlog.get_logger()


async def serve_web(foundation: Foundation, *, for_all: bool = False) -> None:
    """Run the web process until it is told to stop, then drain: answer what came in, commit it, close.

    Args:
        foundation: What every process stands on.
        for_all: Whether it shows the figures of the parts beside it as well.
    """
    stop = stop_event()
    metrics = Metrics()
    if for_all:
        metrics.registry = EveryPart(metrics.registry, foundation.settings.data_dir)
    async with AsyncExitStack() as stack:
        here = await stack.enter_async_context(ground(foundation, f"{CHAT}*"))
        intake = foundation.intake(here.hints, _observer(metrics))
        intake.start()
        stack.push_async_callback(asyncio.to_thread, intake.stop)
        burial = AsyncBurial(foundation.dead_letters)
        health = Health(_probes(here), metrics, _refresher(foundation, metrics))
        inlet = Inlet(intake, foundation.deliveries, foundation.accounts, foundation.pausing)
        door = Door(
            here.channels.find,
            inlet,
            burial,
            clock=foundation.clock,
            look_again=lambda: asyncio.to_thread(here.channels.refresh),
            observe=metrics.observe_request,
        )
        stack.push_async_callback(door.close)
        app = application(door, health, DOORS)
        schemas.add_to(app)
        pictures_of(foundation).add_to(app, here.files)
        chat.setup(app, _chat(here, intake))
        leases = Leases(foundation.database, foundation.clock)
        slack = SlackOffice(
            here.channels,
            foundation.accounts,
            foundation.pausing,
            leases=leases,
            transport=here.transport,
            clock=foundation.clock,
        )
        slack.add_to(app, foundation.settings)
        await slack.open()
        await _listen(app, foundation.settings, stack)
        telegram = TelegramDoor(here.channels, intake, burial, leases)
        missed = MissedMessages(
            here.channels,
            intake,
            foundation.accounts,
            database=foundation.database,
            clock=foundation.clock,
            leases=leases,
        )
        bringing = asyncio.gather(
            telegram.run(foundation.settings, stop), slack.run(foundation.settings, door, stop), missed.run(stop)
        )
        await stop.wait()
        _log.info("web_draining")
        health.draining = True
        await bringing


def _chat(here: Ground, intake: Intake) -> Chat:
    return Chat(
        intake=intake,
        history=AsyncHistory(here.foundation.history),
        uploads=here.files,
        announcements=here.announcements,
        public_url=here.foundation.settings.public_url or "",
        travel=_travel(here),
    )


def _travel(here: Ground) -> Travel | None:
    base = here.foundation
    clock = base.clock
    return Travel(base.database, clock, here.hints, base.accounts) if isinstance(clock, TravellingClock) else None


async def _listen(app: web.Application, settings: Settings, stack: AsyncExitStack) -> None:
    runner = Runner(app, access_log=None, shutdown_timeout=settings.drain_seconds)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    site = web.TCPSite(runner, settings.http_host, settings.http_port, backlog=1024)
    try:
        await site.start()
    except OSError as error:
        raise no_place("SUNUP_HTTP_PORT", settings.http_port, settings.http_host, error) from error
    for address in runner.addresses:
        _log.info("web_listening", url=f"http://{address[0]}:{address[1]}")


def _observer(metrics: Metrics) -> Callable[[int, Report], None]:
    def observe(count: int, report: Report) -> None:
        metrics.observe_batch(count, report.taken, report.dropped, report.buried)

    return observe


def _probes(here: Ground) -> dict[str, Probe]:
    async def database() -> None:
        async with asyncio.timeout(3):
            await asyncio.to_thread(here.foundation.database.ping)

    async def queue() -> None:
        async with asyncio.timeout(3):
            await here.bus.ping()

    return {"database": database, "queue": queue}


def _refresher(foundation: Foundation, metrics: Metrics) -> Callable[[], Awaitable[None]]:
    async def refresh() -> None:
        if isinstance(metrics.registry, EveryPart):
            await metrics.registry.refresh()
        metrics.set_stock(await asyncio.to_thread(stock, foundation.database, foundation.clock.now()))

    return refresh
