"""Executions and their outcomes: one pass of a person through a workflow, and what came of it."""

from enum import StrEnum


class ExecutionStatus(StrEnum):
    """Where an execution stands."""

    STARTED = "started"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    ABANDONED = "abandoned"

    @property
    def open(self) -> bool:
        """Whether a next step may still come."""
        return self in (ExecutionStatus.STARTED, ExecutionStatus.IN_PROGRESS)


class Metric(StrEnum):
    """What an outcome measures."""

    REVENUE = "revenue"
    TIME_SAVED = "time_saved"
    CUSTOMERS = "customers"
    CUSTOM = "custom"
