import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.keys import LONGEST_KEY, fitting_key


@pytest.mark.parametrize("key", ["", "77:880100201", "k" * LONGEST_KEY, "schlüssel", "鍵"])
def test_fitting_key_leaves_a_fit_key_alone(key: str) -> None:
    assert fitting_key(key) == key


@pytest.mark.parametrize("key", ["k" * (LONGEST_KEY + 1), "k\0", "\ud83d", "a\nb", "\x7f" * 500])
def test_fitting_key_makes_an_unfit_key_fit(key: str) -> None:
    fitting = fitting_key(key)
    assert len(fitting) <= LONGEST_KEY
    assert fitting.isprintable()
    assert fitting.encode()


def test_fitting_key_starts_like_the_key_that_it_names() -> None:
    assert fitting_key("update:" + "9" * 200).startswith("update:999")


@given(st.text(max_size=130), st.text(max_size=130))
def test_fitting_key_tells_keys_apart_and_is_always_the_same(one: str, two: str) -> None:
    assert (fitting_key(one) == fitting_key(two)) == (one == two)
