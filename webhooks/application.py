"""The aiohttp application of the providers' doors."""

from aiohttp import web

from webhooks.door import LARGEST_BODY, Door
from webhooks.health import Health


def application(door: Door, health: Health, channels: tuple[str, ...]) -> web.Application:
    """Make the application; the web chat and the API add their routes to it.

    Args:
        door: Takes requests in.
        health: Answers probes.
        channels: Names of the channels that bring messages by webhook.
    """
    app = web.Application(client_max_size=LARGEST_BODY)
    for channel in channels:
        door.add_to(app, channel)
    health.add_to(app)
    return app
