import pytest

from storage.origin import origin


def test_origin_tells_where_and_not_what() -> None:
    with pytest.raises(ValueError, match="secret") as raised:
        int("a secret of Asha's")
    told = origin(raised.value)
    assert told.startswith("test_origin.py:")
    assert told.endswith("test_origin_tells_where_and_not_what")
    assert "secret" not in told


def test_origin_of_an_error_that_was_never_raised_is_empty() -> None:
    assert origin(ValueError("x")) == ""
