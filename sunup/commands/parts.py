"""serve, web, send, schedule, worker, db: the commands that run the product."""

import time

import structlog
import typer

from core import errors
from storage import migrations
from storage.master_key import check_master_key
from sunup.composition import Foundation, found
from sunup.logs import configure_logs
from sunup.processes.loop import run
from sunup.settings import Settings, read_settings
from sunup.shipped import publish_shipped
from sunup.supervisor import Supervisor

_log = structlog.get_logger()

_DATABASE_SECONDS = 30.0
"""How long a start waits for a database that is still coming up."""

db = typer.Typer(help="The database.", no_args_is_help=True)


def ready_settings() -> Settings:
    """Read the settings and set the logs up by them."""
    settings = read_settings()
    configure_logs(settings.log_format, settings.log_level, settings.secrets)
    return settings


def serve() -> None:
    """Start everything in one process group: the queue, web, send, schedule and the workers."""
    settings = ready_settings()
    foundation = found(settings)
    _upgrade(foundation)
    foundation.database.close()
    Supervisor(settings).run()


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
    migrations.upgrade(foundation.database)
    check_master_key(foundation.database, foundation.sealer)
    publish_shipped(foundation.publications)


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
