"""The site: one temporary installation of Sunup, with its own PostgreSQL, queue and Bot API server."""

import base64
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import orjson

from bench.children import ROOT, Child, LoadGenerator, Teller, cpu_seconds, free_port
from bench.load import Order
from bench.telegram import Counted
from bench.wires import PUBLIC_URL, SECRET
from storage.database import Database
from sunup.embedded import EmbeddedQueue
from sunup.settings import PREFIX
from tests.servers import PostgresServer, fresh_database, start_postgres
from workers.queue import Queue

TOKEN = "100:bench-token-of-nobody"
CONNECTIONS = 64
PEOPLE = 1024
_STALLED_SECONDS = 20.0
_START_SECONDS = 30.0

# A server as an operator runs it: every commit is on the disk before it is acknowledged.
_POSTGRES = {"listen_addresses": "", "shared_buffers": "128MB", "max_connections": "60"}


class Sent(Counted):
    """What the Bot API server was told to send, as it counted."""

    @property
    def rate(self) -> float:
        """Messages a second, from the first to the last."""
        return (self.messages - 1) / max(self.last_at - self.first_at, 1e-9)


class Site:
    """Everything that a group may need, started when it is first asked for and removed at the end."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self.folder = Path(tempfile.mkdtemp(prefix="sunup-bench-"))
        self._stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self._postgres: PostgresServer | None = None
        self._queue: EmbeddedQueue | None = None
        self._telegram_port = 0
        self._load: LoadGenerator | None = None
        self._installations = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def postgres(self) -> PostgresServer:
        """A PostgreSQL with an operator's settings."""
        if self._postgres is None:
            self._postgres = start_postgres(_POSTGRES)
            self._stack.callback(self._postgres.remove)
        return self._postgres

    @property
    def queue(self) -> EmbeddedQueue:
        """The product's own embedded queue."""
        if self._queue is None:
            self._queue = EmbeddedQueue(self.folder)
            self._queue.start()
            self._stack.callback(self._queue.stop)
        return self._queue

    @property
    def load(self) -> LoadGenerator:
        """The load generator."""
        if self._load is None:
            self._load = LoadGenerator(self.folder)
            self._stack.callback(self._load.stop)
        return self._load

    @property
    def telegram_port(self) -> int:
        """Where the Bot API server listens."""
        if not self._telegram_port:
            self._telegram_port = free_port()
            self.start("bot api", ("bench.telegram", str(self._telegram_port)), port=self._telegram_port)
        return self._telegram_port

    def start(
        self, name: str, arguments: tuple[str, ...], *, port: int = 0, environment: Mapping[str, str] | None = None
    ) -> Child:
        """Start a process that lives until the end of the site, or until it is stopped."""
        child = Child(name, arguments, self.folder, environment=environment)
        self._stack.callback(child.stop)
        if port:
            child.wait_for_port(port)
        return child

    def teller(self, name: str, arguments: tuple[str, ...]) -> Teller:
        """Start a process that is told what to do and tells what came of it."""
        child = Teller(name, arguments, self.folder)
        self._stack.callback(child.stop)
        return child

    def wait_for_workers(self, count: int) -> None:
        """Return once so many workers listen to the queue."""
        queue, deadline = Queue(self.queue.url, lambda kind: timedelta()), time.monotonic() + _START_SECONDS
        while queue.workers() < count and time.monotonic() < deadline:
            time.sleep(0.05)
        queue.close()

    def people(self) -> tuple[Teller, int]:
        """Start people who write and wait, with the Bot API server that they wait at; return them and its port."""
        port = free_port()
        child = self.teller("people", ("bench.people", str(port)))
        child.wait_for_port(port)
        return child, port

    def floor(self) -> tuple[Child, int]:
        """Start the bare handler; return it and its port."""
        port = free_port()
        return self.start("floor", ("bench.floor", str(port)), port=port), port

    def install(self, dialect: str, settings: Mapping[str, str] | None = None) -> "Installation":
        """Make an installation over a fresh database of this kind, brought up to date.

        Args:
            dialect: `postgresql` or `sqlite`.
            settings: What it is told besides, or otherwise.
        """
        self._installations += 1
        data = self.folder / f"{dialect}-{self._installations}"
        data.mkdir()
        if dialect == "postgresql":
            url = self._stack.enter_context(fresh_database(self.postgres.url))
        else:
            url = f"sqlite:///{data / 'sunup.db'}"
        port = free_port()
        environment = self._environment(data, url, port) | dict(settings or {})
        installation = Installation(self, dialect, port, environment)
        installation.upgrade()
        return installation

    def _environment(self, data: Path, url: str, port: int) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        return inherited | {
            "PYTHONPATH": os.pathsep.join(filter(None, (os.environ.get("PYTHONPATH", ""), str(ROOT)))),
            "SUNUP_DATA_DIR": str(data),
            "SUNUP_DATABASE_URL": url,
            "SUNUP_REDIS_URL": self.queue.url,
            "SUNUP_HTTP_PORT": str(port),
            "SUNUP_PUBLIC_URL": PUBLIC_URL,
            "SUNUP_TELEGRAM_MODE": "webhook",
            "SUNUP_TELEGRAM_TOKEN": TOKEN,
            "SUNUP_TELEGRAM_SECRET": SECRET,
            "SUNUP_TELEGRAM_API_URL": f"http://127.0.0.1:{self.telegram_port}",
            "SUNUP_MASTER_KEY": base64.b64encode(os.urandom(32)).decode(),
            "SUNUP_LOG_LEVEL": "WARNING",
            "SUNUP_LOG_FORMAT": "json",
        }

    def wait_for_sent(self, messages: int) -> Sent:
        """Return once so many messages have come to the Bot API server, or none has come for some seconds."""
        seen, moved_at = self.sent(), time.monotonic()
        while seen.messages < messages and time.monotonic() - moved_at < _STALLED_SECONDS:
            time.sleep(0.05)
            before, seen = seen, self.sent()
            if seen.messages > before.messages:
                moved_at = time.monotonic()
        return seen

    def sent(self) -> Sent:
        """Return what the Bot API server was told to send."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.telegram_port}/count") as answer:
            return Sent(**orjson.loads(answer.read()))

    def forget_sent(self) -> None:
        """Let the Bot API server count anew."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.telegram_port}/reset", method="POST")
        urllib.request.urlopen(request).close()  # noqa: S310 - our own server on the loopback


class Installation:
    """One Sunup over one database.

    Args:
        site: Where it runs.
        dialect: `postgresql` or `sqlite`.
        port: Of its web process.
        environment: Its settings.
    """

    def __init__(self, site: Site, dialect: str, port: int, environment: Mapping[str, str]) -> None:
        self.dialect = dialect
        self.port = port
        self.environment = environment
        self._site = site

    def upgrade(self) -> None:
        """Bring the database up to date and publish the workflows that ship."""
        subprocess.run(
            [sys.executable, "-m", "sunup", "db", "upgrade"],
            cwd=self._site.folder,
            env=dict(self.environment),
            check=True,
            capture_output=True,
        )

    def web(self) -> Child:
        """Start the web process and return when it listens."""
        name = f"web {self.dialect}"
        return self._site.start(name, ("sunup", "web"), port=self.port, environment=self.environment)

    def part(self, name: str, place: int = 0) -> Child:
        """Start a part of the product that listens nowhere, for instance `schedule`."""
        return self._site.start(f"{name} {place} {self.dialect}", ("sunup", name), environment=self.environment)

    def send(self, *, paced: bool = False) -> Child:
        """Start the sending process: as fast as it can, for a server of one's own sets no limits, or as it ships."""
        arguments = ("sunup", "send") if paced else ("bench.sending",)
        return self._site.start(f"send {self.dialect}", arguments, environment=self.environment)

    def execute(self, *statements: str) -> int:
        """Change what is in its database, in one transaction; return how many rows the last statement was about."""
        database = Database(self.environment["SUNUP_DATABASE_URL"], pool=1)
        with database.write() as connection:
            rows = [connection.exec_driver_sql(statement).rowcount for statement in statements]
        database.close()
        return rows[-1]

    def order(
        self,
        seconds: float,
        *,
        connections: int = CONNECTIONS,
        requests: int = 0,
        people: int = PEOPLE,
        channel: str = "telegram",
    ) -> Order:
        """Return an order for the load generator; a crowd for each channel and number of connections."""
        return Order(
            self.port,
            f"{self.port}/{channel}/{connections}",
            people,
            connections,
            seconds=seconds,
            requests=requests,
            first=connections * 100_000,
            channel=channel,
        )

    def database_cpu(self) -> float:
        """Return the seconds of CPU that PostgreSQL has used; 0 for SQLite, which runs inside the processes."""
        if self.dialect != "postgresql":
            return 0.0
        return cpu_seconds(self._site.postgres.pid)
