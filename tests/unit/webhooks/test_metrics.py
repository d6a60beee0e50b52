from prometheus_client import generate_latest

from storage.stock import Stock
from webhooks.metrics import Metrics


def figures(metrics: Metrics) -> dict[str, float]:
    lines = generate_latest(metrics.registry).decode().splitlines()
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[0] != "#")}


def test_requests_are_counted_by_channel_and_result() -> None:
    metrics = Metrics()
    for result in ("taken", "taken", "forged"):
        metrics.observe_request("telegram", result, 0.03)
    found = figures(metrics)
    assert found['sunup_webhook_requests_total{channel="telegram",result="taken"}'] == 2
    assert found['sunup_webhook_requests_total{channel="telegram",result="forged"}'] == 1
    assert found['sunup_webhook_seconds_bucket{channel="telegram",le="0.025"}'] == 0
    assert found['sunup_webhook_seconds_bucket{channel="telegram",le="0.05"}'] == 3


def test_batches_are_counted_by_what_became_of_their_messages() -> None:
    metrics = Metrics()
    metrics.observe_batch(10, taken=7, dropped=2, buried=1)
    metrics.observe_batch(1, taken=1, dropped=0, buried=0)
    found = figures(metrics)
    counted = [found[f'sunup_inbound_messages_total{{result="{what}"}}'] for what in ("taken", "dropped", "buried")]
    assert counted == [8, 2, 1]
    assert found["sunup_intake_batch_messages_count"] == 2
    assert found["sunup_intake_batch_messages_sum"] == 11
    assert found['sunup_intake_batch_messages_bucket{le="1.0"}'] == 1


def test_stock_is_set_anew_each_time() -> None:
    metrics = Metrics()
    metrics.set_stock(Stock({"outbox": 5, "dead_letters": 1}, {"outbox": 90.5}, {("telegram", "failed"): 3}))
    metrics.set_stock(Stock({"outbox": 2}, {"outbox": 1.5}, {("telegram", "delivered"): 4}))
    found = figures(metrics)
    assert found['sunup_waiting{kind="outbox"}'] == 2
    assert found['sunup_waiting{kind="dead_letters"}'] == 1
    assert found['sunup_oldest_waiting_seconds{kind="outbox"}'] == 1.5
    assert found['sunup_outbound_messages_last_hour{channel="telegram",status="delivered"}'] == 4
    assert 'sunup_outbound_messages_last_hour{channel="telegram",status="failed"}' not in found


def test_two_processes_worth_of_metrics_do_not_meet() -> None:
    one, two = Metrics(), Metrics()
    one.observe_request("telegram", "taken", 0.03)
    assert 'sunup_webhook_requests_total{channel="telegram",result="taken"}' not in figures(two)
