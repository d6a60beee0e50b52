"""Health: whether the process lives, whether it can take messages, and figures for Prometheus."""

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from webhooks.metrics import Metrics

Probe = Callable[[], Awaitable[None]]

_NEEDED = "database"
_TAKES_MESSAGES = ("ready", "degraded")


class Health:
    """Answers `/healthz`, `/readyz` and `/metrics`.

    Args:
        probes: What the process stands on, by name; a probe raises when it does not answer. Without its database it
            is not ready. Without anything else it takes messages in and works them off later, so it is degraded.
        metrics: The figures.
        refresh: Reads figures that live in the database; called before each scrape.
    """

    def __init__(self, probes: Mapping[str, Probe], metrics: Metrics, refresh: Callable[[], Awaitable[None]]) -> None:
        self._probes = probes
        self._metrics = metrics
        self._refresh = refresh
        self.draining = False

    def add_to(self, app: web.Application) -> None:
        """Add the routes."""
        app.router.add_get("/healthz", self._healthz)
        app.router.add_get("/readyz", self._readyz)
        app.router.add_get("/metrics", self._scrape)

    async def _healthz(self, request: web.Request) -> web.Response:
        return web.json_response({"status": "alive"})

    async def _readyz(self, request: web.Request) -> web.Response:
        checks = {name: await _verdict(probe) for name, probe in self._probes.items()}
        status = self._status({name for name, verdict in checks.items() if verdict != "ok"})
        return web.json_response({"status": status, "checks": checks}, status=200 if status in _TAKES_MESSAGES else 503)

    def _status(self, away: set[str]) -> str:
        if self.draining:
            return "draining"
        if _NEEDED in away:
            return "not ready"
        return "degraded" if away else "ready"

    async def _scrape(self, request: web.Request) -> web.Response:
        try:
            await self._refresh()
        except Exception:  # noqa: BLE001 - figures of this process are worth having most when the database is away
            self._metrics.database_up.set(0)
        else:
            self._metrics.database_up.set(1)
        body = generate_latest(self._metrics.registry)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})


async def _verdict(probe: Probe) -> str:
    try:
        await probe()
    except Exception as error:  # noqa: BLE001 - a probe raises what its client raises, and the answer is its name
        return type(error).__name__
    return "ok"
