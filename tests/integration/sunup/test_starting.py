"""Starting: what a start waits for, and what it says when that does not come."""

import pytest

from core.errors import ConfigurationError
from sunup.commands import parts


def test_queue_that_does_not_answer_is_named_with_its_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "_PATIENCE_SECONDS", 0.0)
    with pytest.raises(ConfigurationError, match=r"SUNUP_REDIS_URL did not answer .* start it") as caught:
        parts._wait_for_queue("redis://:hush@127.0.0.1:1/0")
    assert "hush" not in str(caught.value)


def test_queue_that_answers_is_not_waited_for(redis_url: str) -> None:
    parts._wait_for_queue(redis_url)
