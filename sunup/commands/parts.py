"""serve, web, send, schedule, worker, db: the commands that run the product."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module
from typing import Annotated

import structlog
import typer
from sqlalchemy import exc

from core import errors
from storage import migrations
from storage.master_key import check_master_key
from sunup.composition import Foundation, found
from sunup.logs import configure_logs
from sunup.processes.loop import loop_factory, run
from sunup.settings import Settings, read_settings
from sunup.shipped import publish_shipped

_log = structlog.get_logger()

_PATIENCE_SECONDS = 30.0
"""How long a start waits for a database, or a queue, that is still coming up."""

_ENDED_BY_SIGNAL = 128
"""What a shell adds to the number of the signal that has ended a command."""

_LOADED = (
    "conversations.engine",
    "storage.intake",
    "storage.workflows",
    "sunup.figures",
    "sunup.processes.schedule",
    "sunup.processes.send",
    "sunup.processes.web",
    "sunup.processes.worker",
    "sunup.showing",
)
"""What brings along everything that several parts load, also what they load only when they first need it."""

db = typer.Typer(help="The database.", no_args_is_help=True)


def ready_settings() -> Settings:
    """Read the settings and set the logs up by them."""
    settings = read_settings()
    configure_logs(settings.log_format, settings.log_level, settings.secrets)
    return settings


def serve() -> None:
    """Start everything in one process group: the queue, web, send, schedule and the workers."""
    from sunup import children
    from sunup.supervisor import Supervisor

    settings = ready_settings()
    if children.CAN_FORK:
        _load_parts()
        children.settle()
        # Not here: who has had a connection, or a thread, must not be forked any more.
        code = children.Forked("sunup prepare", lambda: _prepare(settings)).wait()
        if code:
            raise typer.Exit(code if code > 0 else _ENDED_BY_SIGNAL - code)
        start = children.forking({"web": web, "send": send, "schedule": schedule, "worker": worker})
    else:
        _prepare(settings)
        start = children.spawning((sys.executable, "-m", "sunup"))
    raise typer.Exit(Supervisor(settings, start).run())


def _load_parts() -> None:
    """Load what the parts need; what a part loads for itself costs its time and memory of its own."""
    for name in _LOADED:
        import_module(name)
    loop_factory()


def _prepare(settings: Settings) -> None:
    """Do what goes before the parts, and tell in one sentence here what each of them would tell."""
    from storage.media_store import MediaStore

    foundation = found(settings)
    _upgrade(foundation)
    foundation.database.close()
    MediaStore(settings.media_url)
    if settings.redis_url:
        _wait_for_queue(settings.redis_url)


Name = Annotated[str, typer.Option("--name", hidden=True, help="What `sunup serve` calls it, to show its figures.")]


def web(name: Name = "") -> None:
    """Take messages in: providers' webhooks, the web chat, Telegram's long polling, health."""
    from sunup.processes.web import serve_web

    with _up_to_date() as foundation:
        run(serve_web(foundation, for_all=bool(name)))


def send(name: Name = "") -> None:
    """Send what waits in the outbox."""
    from sunup.figures import SendFigures
    from sunup.processes.send import serve_send
    from sunup.showing import shown

    figures = SendFigures()
    with _up_to_date() as foundation, shown(figures.registry, foundation.settings, name):
        run(serve_send(foundation, observe=figures.observe))


def schedule(name: Name = "") -> None:
    """Fire timers and sweep up what crashes left behind."""
    from sunup.figures import ScheduleFigures
    from sunup.processes.schedule import serve_schedule
    from sunup.showing import shown

    figures = ScheduleFigures()
    with _up_to_date() as foundation, shown(figures.registry, foundation.settings, name):
        run(serve_schedule(foundation, figures))


def worker(name: Name = "") -> None:
    """Work off jobs from the queue; start as many as you like."""
    from sunup.figures import WorkFigures
    from sunup.processes.worker import serve_worker
    from sunup.showing import shown

    figures = WorkFigures()
    with _up_to_date() as foundation, shown(figures.registry, foundation.settings, name):
        serve_worker(foundation, figures)


@db.callback()
def _db() -> None:
    """The database."""


@db.command("upgrade")
def upgrade() -> None:
    """Bring the database up to date. The workflows that ship with this release are published as well."""
    _upgrade(found(ready_settings()))
    typer.echo("The database is up to date.")


def _upgrade(foundation: Foundation) -> None:
    _wait_for(foundation)
    before = migrations.version(foundation.database)
    if missing := migrations.pending(foundation.database):
        migrations.upgrade(foundation.database)
        _log.info("database_brought_up_to_date", from_version=before, to_version=missing[-1])
    check_master_key(foundation.database, foundation.sealer)
    publish_shipped(foundation)


def _wait_for(foundation: Foundation) -> None:
    try:
        away, cure = errors.StorageUnavailable, "or correct the address"
        _wait_until(foundation.database.ping, away, "database of SUNUP_DATABASE_URL", cure)
    except exc.DBAPIError as error:
        # The driver's words stay unsaid: they may quote the address with its password.
        raise errors.ConfigurationError(
            f"SUNUP_DATABASE_URL leads to nothing that can be Sunup's database ({type(error).__name__}); "
            "correct the address, or move away the file that it names."
        ) from None


def _wait_for_queue(url: str) -> None:
    from workers.queue import Queue, QueueUnavailable

    cure = "correct the address, or unset it for the embedded one"
    _wait_until(Queue(url, lambda kind: timedelta()).ping, QueueUnavailable, "queue of SUNUP_REDIS_URL", cure)


def _wait_until(ping: Callable[[], None], away: type[errors.SunupError], what: str, cure: str) -> None:
    """Return when something answers that may still be coming up; tell the cure where it takes too long."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            return ping()
        except away:
            if time.monotonic() > deadline:
                raise errors.ConfigurationError(
                    f"The {what} did not answer within {_PATIENCE_SECONDS:.0f} seconds; start it, {cure}."
                ) from None
            _log.warning("start_waits", on=what)
            time.sleep(1)


@contextmanager
def _up_to_date() -> Iterator[Foundation]:
    """Join the foundation, and refuse to run over a database of another release; close the database at the end.

    SQLite then tidies its files away, which nobody else does for a process that was forked.
    """
    foundation = found(ready_settings())
    try:
        _wait_for(foundation)
        missing = migrations.pending(foundation.database)
        if missing:
            raise errors.ConfigurationError(
                f"The database lacks {len(missing)} migration(s) of this release; run `sunup db upgrade` first."
            )
        check_master_key(foundation.database, foundation.sealer)
        yield foundation
    finally:
        foundation.database.close()
