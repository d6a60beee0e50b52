"""A shelf of the workflows that ship, held in memory for groups that need no database."""

from collections.abc import Sequence

from conversations.documents.loader import load_workflow
from conversations.workflow import Trigger, TriggerKind, Workflow, by_trigger
from sunup.shipped import shipped_sources


class Shelf:
    """The shipped workflows as a library for the engine."""

    def __init__(self) -> None:
        workflows = [load_workflow(source, version=1) for source in shipped_sources()]
        self._workflows = {workflow.name: workflow for workflow in workflows}
        self._listed = [workflow for workflow in workflows if workflow.listed]
        self._triggered = by_trigger(workflows)

    def current(self, name: str) -> Workflow | None:
        """Return a workflow; None where none of this name ships."""
        return self._workflows.get(name)

    def version(self, name: str, version: int) -> Workflow | None:
        """Return a workflow; all are of version 1."""
        return self._workflows.get(name) if version == 1 else None

    def listed(self) -> Sequence[Workflow]:
        """Return those that people may choose from."""
        return self._listed

    def triggered(self, kind: TriggerKind) -> Sequence[tuple[Workflow, Trigger]]:
        """Return what a kind of happening begins."""
        return self._triggered.get(kind, ())
