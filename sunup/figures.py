"""Figures of the parts that have no page: what each of them counts, under Prometheus's naming rules.

The web process has its own, in `webhooks/metrics.py`. What waits is not counted here but read from the database there.
"""

from functools import cache

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.process_collector import ProcessCollector

from storage.turns import Report
from workers.verdict import Verdict

_SECONDS = (0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300)


class Figures:
    """The figures of one process; a part adds its own.

    Attributes:
        registry: Where they are.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)

    def _counter(self, name: str, help_: str, *labels: str) -> Counter:
        return Counter(name, help_, labels, registry=self.registry)


class SendFigures(Figures):
    """What a sending process counts."""

    def __init__(self) -> None:
        super().__init__()
        settled = self._counter(
            "sunup_send_attempts_total", "Attempts to send a message, by what became of them", "channel", "status"
        )
        self._settled_as = cache(settled.labels)  # finding the labels costs more than counting

    def observe(self, verdict: Verdict) -> None:
        """Count an attempt that is written down."""
        self._settled_as(verdict.claimed.message.channel, verdict.settlement.status.value).inc()


class TimerFigures(Figures):
    """What whoever fires timers counts."""

    def __init__(self) -> None:
        super().__init__()
        self._fired = self._counter("sunup_timers_fired_total", "Timers that were fired")

    def observe_batch(self, report: Report) -> None:
        """Count the timers of a committed batch."""
        self._fired.inc(report.fired)


class ScheduleFigures(TimerFigures):
    """What a scheduling process counts."""

    def __init__(self) -> None:
        super().__init__()
        self._swept = self._counter(
            "sunup_swept_rows_total", "Rows that a sweep put right or removed, by the sweep", "sweep"
        )

    def observe_sweep(self, sweep: str, rows: int) -> None:
        """Count what a sweep did."""
        self._swept.labels(sweep).inc(rows)


class WorkFigures(TimerFigures):
    """What a worker counts.

    Attributes:
        seconds: For how long it was busy with one job after another.
    """

    def __init__(self) -> None:
        super().__init__()
        self._runs = self._counter(
            "sunup_job_runs_total",
            "Runs of jobs, by kind and outcome: done, refused, failed, retried",
            "kind",
            "outcome",
        )
        self.seconds = Histogram(
            "sunup_job_seconds", "How long a worker was busy with a job", buckets=_SECONDS, registry=self.registry
        )

    def observe(self, kind: str, outcome: str) -> None:
        """Count a run of a job."""
        self._runs.labels(kind, outcome).inc()
