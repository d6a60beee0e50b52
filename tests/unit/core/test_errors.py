import inspect
import re
from datetime import timedelta

import pytest

from core import errors

TREE = [one for _, one in inspect.getmembers(errors, inspect.isclass) if issubclass(one, errors.SunupError)]
OWN_WORDS = {errors.WorkflowError, errors.TranscriptFailed, errors.MediaRejected, errors.RecipientMoved}


@pytest.mark.parametrize("error", [one for one in TREE if one not in OWN_WORDS])
def test_error_without_words_says_what_its_docstring_says(error: type[errors.SunupError]) -> None:
    first_line = inspect.getdoc(error) or ""
    assert str(error()) == first_line.split("\n")[0]
    assert str(error()).endswith(".")
    assert str(error("because")) == "because"


def test_errors_are_all_drawn_in_the_tree() -> None:
    drawn = set(re.findall(r"\b[A-Z]\w+\b", errors.__doc__ or ""))
    assert {one.__name__ for one in TREE} <= drawn


@pytest.mark.parametrize("error", [one for one in TREE if issubclass(one, errors.SendError) and one not in OWN_WORDS])
def test_send_error_carries_its_code_and_whether_to_try_again(error: type[errors.SendError]) -> None:
    plain = error()
    assert (plain.code, plain.retry_after, plain.external_ids) == (error.__name__, None, ())
    told = error("slow", code="429", retry_after=timedelta(seconds=3), external_ids=("a",))
    assert (told.code, told.retry_after, told.external_ids) == ("429", timedelta(seconds=3), ("a",))
    assert error.retryable is (error in (errors.ChannelThrottled, errors.ChannelUnavailable))


def test_recipient_moved_carries_the_new_address() -> None:
    moved = errors.RecipientMoved(moved_to="-100")
    assert moved.moved_to == "-100"
    assert str(moved) == "The chat lives at another address now; it is sent there."


def test_workflow_error_names_line_and_cure() -> None:
    assert str(errors.WorkflowError("No steps.", 3, "Write one.")) == "line 3: No steps. Write one."
    assert str(errors.WorkflowError("No steps.")) == "No steps."


def test_media_rejected_carries_its_reason() -> None:
    rejected = errors.MediaRejected("too_large", {"limit": "20 MB"})
    assert (rejected.reason, rejected.detail, str(rejected)) == ("too_large", {"limit": "20 MB"}, "too_large")
    assert errors.MediaRejected("empty").detail == {}
