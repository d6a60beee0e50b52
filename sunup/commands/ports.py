"""Ports of the commands: what they ask of the rest, named by what it is for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol


class PublishedVersion(Protocol):
    """One version of a workflow, as `sunup workflows list` shows it."""

    @property
    def name(self) -> str:
        """The workflow."""
        ...

    @property
    def version(self) -> int:
        """Counted from 1."""
        ...

    @property
    def title(self) -> str:
        """What people read, in the workflow's own language."""
        ...

    @property
    def current(self) -> bool:
        """Whether new executions take it."""
        ...

    @property
    def published_at(self) -> datetime:
        """When, aware, in UTC."""
        ...

    @property
    def published_by(self) -> str:
        """Who."""
        ...


class Publications(Protocol):
    """Publishes workflows and takes them back; versions never change."""

    def publish(self, source: str, by: str) -> tuple[str, int]:
        """Make a document current; return its workflow's name and version, the old one where nothing has changed."""
        ...

    def listed(self) -> Sequence[PublishedVersion]:
        """Return every version, by name and rising version."""
        ...

    def rollback(self, name: str, to: int | None = None, by: str = "") -> int:
        """Make an earlier version current again, by default the one before; return it."""
        ...

    def source(self, name: str, version: int | None = None) -> str:
        """Return the document of a version, by default of the current one."""
        ...
