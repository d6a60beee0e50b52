"""The aiohttp application of the providers' doors."""

from collections.abc import Mapping

from aiohttp import web

from webhooks.door import LARGEST_BODY, Door
from webhooks.health import Health


def application(door: Door, health: Health, doors: Mapping[str, tuple[str, ...]]) -> web.Application:
    """Make the application; the web chat and the API add their routes to it.

    Args:
        door: Takes requests in.
        health: Answers probes.
        doors: The channels that bring messages by webhook, each with its doors; see `bots.registry.DOORS`.
    """
    app = web.Application(client_max_size=LARGEST_BODY)
    for channel, names in doors.items():
        door.add_to(app, channel, names)
    health.add_to(app)
    return app
