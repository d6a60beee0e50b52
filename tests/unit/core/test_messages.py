from itertools import pairwise

from core.messages import DeliveryStatus


def test_rank_lets_a_late_lower_status_be_told_from_news() -> None:
    order = [DeliveryStatus.QUEUED, DeliveryStatus.HELD, DeliveryStatus.ERRORED, DeliveryStatus.UNKNOWN, DeliveryStatus.WIRED,
             DeliveryStatus.SENT, DeliveryStatus.DELIVERED, DeliveryStatus.READ, DeliveryStatus.FAILED]  # fmt: skip
    assert all(earlier.rank < later.rank for earlier, later in pairwise(order))
    assert sorted(DeliveryStatus, key=lambda status: status.rank) == order
