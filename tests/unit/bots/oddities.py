"""Any JSON at all, and a captured payload with any part of it in any place replaced by some of it."""

from typing import Any

from hypothesis import strategies as st

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda held: st.lists(held, max_size=3) | st.dictionaries(st.text(max_size=8), held, max_size=3),
    max_leaves=8,
)


def spoilt(data: st.DataObject, whole: Any) -> Any:
    """Return a payload with something of it replaced by anything."""
    path = data.draw(st.sampled_from(_paths(whole)))
    return _replaced(whole, list(path), data.draw(ANYTHING))


def _replaced(value: Any, path: list[Any], new: Any) -> Any:
    if not path:
        return new
    if isinstance(value, dict):
        return {name: _replaced(each, path[1:], new) if name == path[0] else each for name, each in value.items()}
    return [_replaced(each, path[1:], new) if place == path[0] else each for place, each in enumerate(value)]


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for name, each in items for found in _paths(each, (*path, name)))]
