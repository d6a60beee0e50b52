"""The run: the execution that is being talked about, open for changes until the turn ends."""

from conversations import purposes
from conversations.state import Execution
from conversations.step import Step
from conversations.workflow import Workflow
from core.executions import ExecutionStatus


class Run:
    """The execution that is being talked about, open for changes until the turn ends."""

    __slots__ = (
        "answers",
        "asked_at",
        "data",
        "id",
        "labels",
        "started_at",
        "status",
        "step",
        "steps_completed",
        "tries",
        "version",
        "visit",
        "wakes",
        "workflow",
    )

    def __init__(self, execution: Execution, workflow: Workflow) -> None:
        self.id = execution.id
        self.workflow = workflow
        self.version = execution.version
        self.status = execution.status
        self.step = execution.step
        self.visit = execution.visit
        self.tries = execution.tries
        self.data = dict(execution.data)
        self.answers = dict(execution.answers)
        self.labels = dict(execution.labels)
        self.steps_completed = execution.steps_completed
        self.started_at = execution.started_at
        self.asked_at = execution.asked_at
        self.wakes = list(execution.wakes)

    @property
    def current(self) -> Step:
        """The step that the execution is at."""
        return self.workflow.steps[self.step]

    @property
    def purpose(self) -> str:
        """What the current step's words are for where nobody just wrote: its author's own name for it, or a nudge."""
        return self.current.template or purposes.NUDGE

    @property
    def steps_total(self) -> int:
        """Steps that asked something and are done, and the most that may still come."""
        if self.status is ExecutionStatus.COMPLETED or self.step >= len(self.workflow.steps):
            return self.steps_completed
        return self.steps_completed + self.workflow.asks_left[self.step]

    @property
    def token(self) -> str:
        """What a button of this question carries, so that an older one is known as such."""
        return f"{self.id.hex[-10:]}.{self.visit:x}"

    @property
    def timer_key(self) -> str:
        """Key of the one timer that wakes this execution."""
        return f"execution:{self.id}"

    @property
    def job_key(self) -> str:
        """Prefix for keys of jobs that the current step starts."""
        return f"{self.id}:{self.visit}"

    def freeze(self) -> Execution:
        """Return the execution as state."""
        return Execution(
            id=self.id,
            workflow=self.workflow.name,
            version=self.version,
            status=self.status,
            step=self.step,
            visit=self.visit,
            tries=self.tries,
            data=self.data,
            answers=self.answers,
            labels=self.labels,
            steps_completed=self.steps_completed,
            started_at=self.started_at,
            asked_at=self.asked_at,
            wakes=tuple(self.wakes),
        )
