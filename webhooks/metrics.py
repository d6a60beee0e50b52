"""Metrics: the figures that an operator watches, under Prometheus's naming rules."""

from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.process_collector import ProcessCollector

from storage.stock import Stock

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """The figures of one web process, and of the database that all processes share."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.requests = Counter(
            "sunup_webhook_requests_total",
            "Requests of providers, by what became of them",
            ("channel", "result"),
            registry=self.registry,
        )
        self.duration = Histogram(
            "sunup_webhook_seconds",
            "How long a provider waited for the answer to a request, until everything of it was committed",
            ("channel",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.messages = Counter(
            "sunup_inbound_messages_total",
            "Inbound messages, by what became of them",
            ("result",),
            registry=self.registry,
        )
        self.batch = Histogram(
            "sunup_intake_batch_messages",
            "Messages that shared one commit",
            buckets=(1, 2, 4, 8, 16, 32, 64, 128),
            registry=self.registry,
        )
        self.database_up = Gauge("sunup_database_up", "Whether the database answers", registry=self.registry)
        self._requests_of = cache(self.requests.labels)  # finding the labels costs more than counting
        self._duration_of = cache(self.duration.labels)
        self._waiting = Gauge(
            "sunup_waiting",
            "What waits in the database: outbox, held (sunup outbox list says why), overdue timers, jobs, dead_letters",
            ("kind",),
            registry=self.registry,
        )
        self._oldest = Gauge(
            "sunup_oldest_waiting_seconds",
            "For how long the oldest of them has waited",
            ("kind",),
            registry=self.registry,
        )
        self._sent = Gauge(
            "sunup_outbound_messages_last_hour",
            "Outbound messages of the last hour, by what became of them so far",
            ("channel", "status"),
            registry=self.registry,
        )

    def observe_request(self, channel: str, result: str, seconds: float) -> None:
        """Count a provider's request, and how long it took."""
        self._requests_of(channel, result).inc()
        self._duration_of(channel).observe(seconds)

    def observe_batch(self, count: int, taken: int, dropped: int, buried: int) -> None:
        """Count a committed batch."""
        self.batch.observe(count)
        for result, number in (("taken", taken), ("dropped", dropped), ("buried", buried)):
            if number:
                self.messages.labels(result).inc(number)

    def set_stock(self, stock: Stock) -> None:
        """Set what waits in the database and what was sent lately."""
        for kind, count in stock.waiting.items():
            self._waiting.labels(kind).set(count)
        for kind, seconds in stock.oldest_seconds.items():
            self._oldest.labels(kind).set(seconds)
        self._sent.clear()
        for (channel, status), count in stock.sent.items():
            self._sent.labels(channel, status).set(count)
