"""Metrics: the figures that an operator watches, under Prometheus's naming rules."""

from collections.abc import Mapping
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.process_collector import ProcessCollector


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
        self._stock = Gauge("sunup_stock", "What waits in the database, by kind", ("kind",), registry=self.registry)

    def observe_request(self, channel: str, result: str) -> None:
        """Count a provider's request."""
        self._requests_of(channel, result).inc()

    def observe_batch(self, count: int, taken: int, dropped: int, buried: int) -> None:
        """Count a committed batch."""
        self.batch.observe(count)
        for result, number in (("taken", taken), ("dropped", dropped), ("buried", buried)):
            if number:
                self.messages.labels(result).inc(number)

    def set_stock(self, stock: Mapping[str, float]) -> None:
        """Set what waits in the database: counts, and ages in seconds."""
        for kind, value in stock.items():
            self._stock.labels(kind).set(value)
