"""Showing figures: how an operator comes by those of the parts that have no page.

A part on its own listens on `SUNUP_METRICS_PORT`, for Prometheus to ask each process by itself. The parts of one
`sunup serve` tell theirs over Unix sockets in the data folder, and its web process shows all of them at `/metrics`:
who runs everything with one command asks one address.
"""

import asyncio
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingUnixStreamServer
from threading import Thread

import structlog
from prometheus_client import CollectorRegistry, Metric, generate_latest, start_http_server
from prometheus_client.parser import text_string_to_metric_families

from sunup.embedded import own_folder, socket_path
from sunup.listening import no_place
from sunup.settings import Settings

_log = structlog.get_logger()

LABEL = "part"
"""What tells the figures of the parts of one `sunup serve` apart; those of its web process do not carry it."""
_SECONDS = 1.0
"""How long a part may take to tell; it answers from a thread of its own, in milliseconds."""


@contextmanager
def shown(registry: CollectorRegistry, settings: Settings, name: str = "") -> Iterator[None]:
    """Show the figures of a part for the length of a `with` block.

    Args:
        registry: The figures.
        settings: Where to listen.
        name: The part's name under `sunup serve`, for instance `worker 2`; empty for one on its own.

    Raises:
        ConfigurationError: Nobody can listen where the settings say.
    """
    if name:
        with _told(registry, settings.data_dir, name):
            yield
    elif settings.metrics_port is not None:
        with _listened(registry, settings, settings.metrics_port):
            yield
    else:
        yield


@contextmanager
def _listened(registry: CollectorRegistry, settings: Settings, port: int) -> Iterator[None]:
    host = settings.http_host
    try:
        server, _ = start_http_server(port, host, registry)
    except OSError as error:
        raise no_place("SUNUP_METRICS_PORT", port, host, error) from error
    _log.info("metrics_listening", url=f"http://{host}:{server.server_port}/metrics")
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


class _Socket(ThreadingUnixStreamServer):
    daemon_threads = True

    def __init__(self, path: Path, registry: CollectorRegistry) -> None:
        class Teller(StreamRequestHandler):
            def handle(self) -> None:
                self.wfile.write(generate_latest(registry))

        super().__init__(str(path), Teller)

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep silent: who asked has gone away."""


@contextmanager
def _told(registry: CollectorRegistry, data_dir: Path, name: str) -> Iterator[None]:
    """Tell figures over a socket; a part that cannot does its work all the same."""
    folder = _folder(data_dir) / name.replace(" ", "-")
    path = socket_path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        own_folder(path.parent)
        path.unlink(missing_ok=True)  # of one that was killed
        server = _Socket(path, registry)
    except OSError as error:
        _log.warning("figures_not_told", part=name, error=type(error).__name__)
        yield
        return
    Thread(target=server.serve_forever, name="figures", daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        path.unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)


class EveryPart(CollectorRegistry):
    """The figures of a web process, and of the parts beside it.

    Args:
        own: Those of this process.
        data_dir: Where the parts tell theirs.
    """

    def __init__(self, own: CollectorRegistry, data_dir: Path) -> None:
        super().__init__()
        self._own = own
        self._folder = _folder(data_dir)
        self._others: list[Metric] = []

    async def refresh(self) -> None:
        """Ask every part; one that does not answer is left out, as one that is away."""
        folders = await asyncio.to_thread(lambda: sorted(self._folder.glob("*")))
        told = await asyncio.gather(*(_ask(folder) for folder in folders))
        self._others = list(chain.from_iterable(told))

    def collect(self) -> Iterable[Metric]:
        """Return each figure once, with the samples of all parts."""
        families: dict[str, Metric] = {}
        for family in chain(self._own.collect(), self._others):
            merged = families.setdefault(family.name, Metric(family.name, family.documentation, family.type))
            merged.samples.extend(family.samples)
        return families.values()


async def _ask(folder: Path) -> list[Metric]:
    """Return the figures of the part that tells them in a folder, each with its part; none where it is away."""
    told = b""
    with suppress(OSError):
        async with asyncio.timeout(_SECONDS):
            reader, writer = await asyncio.open_unix_connection(str(socket_path(folder)))
            try:
                told = await reader.read()
            finally:
                writer.close()
    families = list(text_string_to_metric_families(told.decode()))
    for family in families:
        family.samples = [one._replace(labels={**one.labels, LABEL: folder.name}) for one in family.samples]
    return families


def _folder(data_dir: Path) -> Path:
    return (data_dir / "figures").absolute()
