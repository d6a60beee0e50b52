from prometheus_client import generate_latest

from webhooks.metrics import Metrics


def figures(metrics: Metrics) -> dict[str, float]:
    lines = generate_latest(metrics.registry).decode().splitlines()
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[0] != "#")}


def test_requests_are_counted_by_channel_and_result() -> None:
    metrics = Metrics()
    for result in ("taken", "taken", "forged"):
        metrics.observe_request("telegram", result)
    found = figures(metrics)
    assert found['sunup_webhook_requests_total{channel="telegram",result="taken"}'] == 2
    assert found['sunup_webhook_requests_total{channel="telegram",result="forged"}'] == 1


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
    metrics.set_stock({"outbox_waiting": 5, "dead_letters": 1})
    metrics.set_stock({"outbox_waiting": 2})
    found = figures(metrics)
    assert found['sunup_stock{kind="outbox_waiting"}'] == 2
    assert found['sunup_stock{kind="dead_letters"}'] == 1


def test_two_processes_worth_of_metrics_do_not_meet() -> None:
    one, two = Metrics(), Metrics()
    one.observe_request("telegram", "taken")
    assert 'sunup_webhook_requests_total{channel="telegram",result="taken"}' not in figures(two)
