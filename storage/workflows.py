"""Published workflows: immutable versions, a pointer to the current one, and the library that the engine reads."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import orjson
import sqlalchemy as sa
import structlog

from conversations.documents.loader import load_workflow
from conversations.workflow import Trigger, TriggerKind, Workflow, by_trigger
from core import errors
from core.ports import Clock, IdSource
from storage import tables
from storage.database import Database
from storage.upserts import insert

_log = structlog.get_logger()
_versions = tables.workflow_versions
_workflows = tables.workflows
_UNPUBLISHED = 0
"""The version that a workflow's row points at while its first one is being published."""
_KEPT = 2_000
"""Versions kept in memory; a running execution may need an old one."""


@dataclass(frozen=True, slots=True)
class PublishedVersion:
    """One version of a workflow.

    Args:
        name: The workflow.
        version: Counted from 1.
        title: What people read, in the workflow's own language.
        current: Whether new executions take it.
        shipped: Whether it came with the product.
        published_at: When.
        published_by: Who.
    """

    name: str
    version: int
    title: str
    current: bool
    shipped: bool
    published_at: datetime
    published_by: str


class Publications:
    """Publishes workflows and takes them back.

    Args:
        database: Where they are.
        ids: Makes identifiers.
        clock: The time.
    """

    def __init__(self, database: Database, ids: IdSource, clock: Clock) -> None:
        self._database = database
        self._ids = ids
        self._clock = clock

    def publish(self, source: str, by: str, *, shipped: bool = False) -> tuple[str, int]:
        """Make a document the current version of its workflow.

        Args:
            source: The YAML document; it has been checked and its transcripts have passed.
            by: Who publishes, for the audit.
            shipped: Whether it comes with the product; a workflow that somebody has published since is left alone.

        Returns:
            The workflow's name and its current version; the same one again where nothing has changed.

        Raises:
            WorkflowError: The document is wrong.
        """
        name = load_workflow(source).name
        digest = sha256(source.encode()).hexdigest()
        with self._database.write() as connection:
            self._lock(connection, name)
            current = self._current(connection, name)
            if current is not None and (current.sha256 == digest or (shipped and not current.shipped)):
                return name, int(current.version)
            version = self._next_version(connection, name)
            row = {
                "name": name,
                "version": version,
                "source": source,
                "sha256": digest,
                "shipped": shipped,
                "published_by": by,
                "published_at": self._clock.now(),
            }
            connection.execute(_versions.insert(), row)
            self._point(connection, name, version)
            self._note(connection, name, version, by=by, action="workflow_published")
        return name, version

    def rollback(self, name: str, to: int | None = None, by: str = "") -> int:
        """Make an earlier version current again; running executions keep theirs.

        Args:
            name: The workflow.
            to: The version; the one before the current where it is not given.
            by: Who, for the audit.

        Returns:
            The version that is current now.

        Raises:
            WorkflowError: There is no such workflow or version.
        """
        with self._database.write() as connection:
            self._lock(connection, name)
            current = self._current(connection, name)
            if current is None:
                raise errors.WorkflowError(f"there is no workflow {name!r}; `sunup workflows list` shows all")
            wanted = int(current.version) - 1 if to is None else to
            known = sa.select(_versions.c.version).where(_versions.c.name == name, _versions.c.version == wanted)
            if wanted == 0 and to is None:
                raise errors.WorkflowError(f"{name} is at its first version; there is none before it")
            if connection.execute(known).first() is None:
                raise errors.WorkflowError(
                    f"{name} has no version {wanted}; it has 1 to {self._latest(connection, name)}"
                )
            self._point(connection, name, wanted)
            self._note(connection, name, wanted, by=by, action="workflow_rolled_back")
        return wanted

    def listed(self) -> Sequence[PublishedVersion]:
        """Return every version, by name and rising version."""
        query = (
            sa.select(_versions, _workflows.c.version.label("current"))
            .join(_workflows, _workflows.c.name == _versions.c.name)
            .order_by(_versions.c.name, _versions.c.version)
        )
        with self._database.read() as connection:
            return [
                PublishedVersion(
                    row.name,
                    row.version,
                    _title(row.source) or row.name,
                    row.version == row.current,
                    row.shipped,
                    row.published_at,
                    row.published_by,
                )
                for row in connection.execute(query)
            ]

    def source(self, name: str, version: int | None = None) -> str:
        """Return the document of a version; of the current one where none is given.

        Raises:
            WorkflowError: There is none.
        """
        with self._database.read() as connection:
            wanted = version
            if wanted is None:
                current = self._current(connection, name)
                wanted = current.version if current else 0
            query = sa.select(_versions.c.source).where(_versions.c.name == name, _versions.c.version == wanted)
            found = connection.execute(query).scalar()
        if found is None:
            raise errors.WorkflowError(f"there is no such version of {name!r}; `sunup workflows list` shows all")
        return str(found)

    def _lock(self, connection: sa.Connection, name: str) -> None:
        """Wait until nobody else changes this workflow, also one that does not exist yet.

        What the lock waited for is seen only by statements after it, so nothing else is read by this one.
        """
        row = {"name": name, "version": _UNPUBLISHED, "updated_at": self._clock.now()}
        connection.execute(insert(self._database.dialect, _workflows).on_conflict_do_nothing(), row)
        connection.execute(sa.select(_workflows.c.name).where(_workflows.c.name == name).with_for_update())

    def _current(self, connection: sa.Connection, name: str) -> sa.Row[tuple[object, ...]] | None:
        query = (
            sa.select(_versions)
            .join(_workflows, (_workflows.c.name == _versions.c.name) & (_workflows.c.version == _versions.c.version))
            .where(_workflows.c.name == name)
        )
        return connection.execute(query).first()

    def _latest(self, connection: sa.Connection, name: str) -> int:
        query = sa.select(sa.func.max(_versions.c.version)).where(_versions.c.name == name)
        return int(connection.execute(query).scalar() or 0)

    def _next_version(self, connection: sa.Connection, name: str) -> int:
        return self._latest(connection, name) + 1

    def _point(self, connection: sa.Connection, name: str, version: int) -> None:
        change = sa.update(_workflows).where(_workflows.c.name == name)
        connection.execute(change.values(version=version, updated_at=self._clock.now()))

    def _note(self, connection: sa.Connection, name: str, version: int, *, by: str, action: str) -> None:
        data = orjson.dumps({"name": name, "version": version}).decode()
        entry = {"id": self._ids.new(), "at": self._clock.now(), "actor": by, "action": action, "data": data}
        connection.execute(tables.audit.insert(), entry)


def _title(source: str) -> str:
    """Return a version's title; empty where this release can no longer read it."""
    try:
        workflow = load_workflow(source)
    except errors.WorkflowError:
        return ""
    return workflow.title.template(workflow.language, workflow.language).render({})


class _Unreadable:
    """A version that this release cannot read; remembered, since that does not change."""


_UNREADABLE = _Unreadable()


class StoredLibrary:
    """The published workflows as the engine reads them.

    Versions never change, so they are kept once read. Which one is current is read again every `refresh`
    seconds, so that every process follows a publication within that time without being told.

    Args:
        database: Where they are.
        refresh: Seconds for which the current versions are believed.
    """

    def __init__(self, database: Database, refresh: float = 1.0) -> None:
        self._database = database
        self._refresh = refresh
        self._versions: dict[tuple[str, int], Workflow | None] = {}
        self._current: dict[str, int] = {}
        self._listed: list[Workflow] = []
        self._triggered: dict[TriggerKind, list[tuple[Workflow, Trigger]]] = {}
        self._read_at = float("-inf")
        self._lock = threading.RLock()

    def current(self, name: str) -> Workflow | None:
        """Return the version that a new execution takes."""
        self._follow()
        version = self._current.get(name)
        return None if version is None else self.version(name, version)

    def version(self, name: str, version: int) -> Workflow | None:
        """Return one version; None where it does not exist or can no longer be read."""
        key = (name, version)
        if key in self._versions:
            return self._versions.get(key)
        found = self._read(name, version)
        return None if found is None else self._remember(key, found)

    def listed(self) -> Sequence[Workflow]:
        """Return the current versions that people may choose from, by name."""
        self._follow()
        return self._listed

    def triggered(self, kind: TriggerKind) -> Sequence[tuple[Workflow, Trigger]]:
        """Return what a kind of happening begins, among the current versions."""
        self._follow()
        return self._triggered.get(kind, ())

    def _follow(self) -> None:
        if time.monotonic() - self._read_at < self._refresh:
            return
        with self._lock:
            try:
                self._read_current()
            except errors.StorageUnavailable:
                # What was current a moment ago serves while the database is away; writing will fail by itself.
                _log.warning("workflows_not_refreshed")
            self._read_at = time.monotonic()

    def _read_current(self) -> None:
        with self._database.read() as connection:
            rows = connection.execute(sa.select(_workflows.c.name, _workflows.c.version).order_by(_workflows.c.name))
            current = {row.name: row.version for row in rows}
        if current != self._current:
            found = [self.version(name, version) for name, version in current.items()]
            self._listed = [workflow for workflow in found if workflow is not None and workflow.listed]
            self._triggered = by_trigger(workflow for workflow in found if workflow is not None)
            # Last: what could not be read to its end is read anew the next time.
            self._current = current

    def _read(self, name: str, version: int) -> "Workflow | _Unreadable | None":
        query = sa.select(_versions.c.source).where(_versions.c.name == name, _versions.c.version == version)
        with self._database.read() as connection:
            source = connection.execute(query).scalar()
        if source is None:
            return None
        try:
            return load_workflow(source, version=version)
        except errors.WorkflowError as error:
            _log.error("workflow_unreadable", workflow=name, version=version, error=str(error))
            return _UNREADABLE

    def _remember(self, key: tuple[str, int], workflow: "Workflow | _Unreadable") -> Workflow | None:
        readable = workflow if isinstance(workflow, Workflow) else None
        with self._lock:
            if len(self._versions) >= _KEPT:
                self._versions.clear()
            self._versions[key] = readable
        return readable
