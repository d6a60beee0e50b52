import pytest

from core.executions import ExecutionStatus


@pytest.mark.parametrize(
    ("status", "is_open"),
    [
        (ExecutionStatus.STARTED, True),
        (ExecutionStatus.IN_PROGRESS, True),
        (ExecutionStatus.COMPLETED, False),
        (ExecutionStatus.ABANDONED, False),
    ],
)
def test_status_tells_whether_a_next_step_may_come(status: ExecutionStatus, is_open: bool) -> None:
    assert status.open is is_open
