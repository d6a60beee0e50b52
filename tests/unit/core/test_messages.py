from itertools import pairwise

from core.messages import DeliveryStatus


def test_rank_lets_a_late_lower_status_be_told_from_news() -> None:
    names = "queued held errored unknown wired sent delivered read failed"
    order = [DeliveryStatus(name) for name in names.split()]
    assert all(earlier.rank < later.rank for earlier, later in pairwise(order))
    assert sorted(DeliveryStatus, key=lambda status: status.rank) == order
