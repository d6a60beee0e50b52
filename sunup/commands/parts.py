"""serve, web, send, schedule, worker, db: the commands that run the product."""

import time
from datetime import timedelta

import structlog
import typer
from sqlalchemy import exc

from core import errors
from storage import migrations
from storage.master_key import check_master_key
from sunup.composition import Foundation, found
from sunup.logs import configure_logs
from sunup.processes.loop import run
from sunup.settings import Settings, read_settings
from sunup.shipped import publish_shipped

_log = structlog.get_logger()

_DATABASE_SECONDS = 30.0
"""How long a start waits for a database, or a queue, that is still coming up."""

db = typer.Typer(help="The database.", no_args_is_help=True)


def ready_settings() -> Settings:
    """Read the settings and set the logs up by them."""
    settings = read_settings()
    configure_logs(settings.log_format, settings.log_level, settings.secrets)
    return settings


def serve() -> None:
    """Start everything in one process group: the queue, web, send, schedule and the workers."""
    from storage.media_store import MediaStore
    from sunup.supervisor import Supervisor

    settings = ready_settings()
    foundation = found(settings)
    _upgrade(foundation)
    MediaStore(settings.media_url)  # one sentence here, where each part would say it
    if settings.redis_url:
        _wait_for_queue(settings.redis_url)
    foundation.database.close()
    raise typer.Exit(Supervisor(settings).run())


def web() -> None:
    """Take messages in: providers' webhooks, the web chat, Telegram's long polling, health."""
    from sunup.processes.web import serve_web

    run(serve_web(_up_to_date()))


def send() -> None:
    """Send what waits in the outbox."""
    from sunup.processes.send import serve_send

    run(serve_send(_up_to_date()))


def schedule() -> None:
    """Fire timers and sweep up what crashes left behind."""
    from sunup.processes.schedule import serve_schedule

    run(serve_schedule(_up_to_date()))


def worker() -> None:
    """Work off jobs from the queue; start as many as you like."""
    from sunup.processes.worker import serve_worker

    serve_worker(_up_to_date())


@db.callback()
def _db() -> None:
    """The database."""


@db.command("upgrade")
def upgrade() -> None:
    """Bring the database up to date and publish the workflows that ship with this release."""
    _upgrade(found(ready_settings()))
    typer.echo("The database is up to date.")


def _upgrade(foundation: Foundation) -> None:
    _wait_for(foundation)
    if migrations.pending(foundation.database):
        migrations.upgrade(foundation.database)
    check_master_key(foundation.database, foundation.sealer)
    publish_shipped(foundation)


def _wait_for(foundation: Foundation) -> None:
    deadline = time.monotonic() + _DATABASE_SECONDS
    while True:
        try:
            foundation.database.ping()
            return
        except errors.StorageUnavailable:
            if time.monotonic() > deadline:
                raise errors.ConfigurationError(
                    f"The database of SUNUP_DATABASE_URL did not answer within {_DATABASE_SECONDS:.0f} seconds; "
                    "start it, or correct the address."
                ) from None
            _log.warning("database_awaited")
            time.sleep(1)
        except exc.DBAPIError as error:
            # The driver's words stay unsaid: they may quote the address with its password.
            raise errors.ConfigurationError(
                f"SUNUP_DATABASE_URL leads to nothing that can be Sunup's database ({type(error).__name__}); "
                "correct the address, or move away the file that it names."
            ) from None


def _wait_for_queue(url: str) -> None:
    from workers.queue import Queue, QueueUnavailable

    queue, deadline = Queue(url, lambda kind: timedelta()), time.monotonic() + _DATABASE_SECONDS
    while True:
        try:
            return queue.ping()
        except QueueUnavailable:
            if time.monotonic() > deadline:
                raise errors.ConfigurationError(
                    f"The queue of SUNUP_REDIS_URL did not answer within {_DATABASE_SECONDS:.0f} seconds; start it, "
                    "correct the address, or unset it for the embedded one."
                ) from None
            _log.warning("queue_awaited")
            time.sleep(1)


def _up_to_date() -> Foundation:
    """Join the foundation, and refuse to run over a database of another release."""
    foundation = found(ready_settings())
    _wait_for(foundation)
    missing = migrations.pending(foundation.database)
    if missing:
        raise errors.ConfigurationError(
            f"The database lacks {len(missing)} migration(s) of this release; run `sunup db upgrade` first."
        )
    check_master_key(foundation.database, foundation.sealer)
    return foundation
