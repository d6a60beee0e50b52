"""An answer to getUpdates, taken apart: as JSON would, and where JSON cannot."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.telegram.batch import update_id_of, updates_in
from tests.unit.bots.oddities import ANYTHING

UPDATES = st.lists(st.dictionaries(st.text(max_size=8), ANYTHING, max_size=3), max_size=4)
DEEP = b'{"update_id":8,"message":{"text":"]}[{","a":' + b"[" * 5_000 + b"]" * 5_000 + b"}}"


@given(UPDATES, st.booleans(), st.booleans())
def test_updates_in_an_answer_are_those_that_json_finds(updates: list[Any], ascii_only: bool, first: bool) -> None:
    answer = {"result": updates, "ok": True} if first else {"ok": True, "more": [1, {"result": [2]}], "result": updates}
    found = updates_in(json.dumps(answer, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass"))

    assert found is not None
    assert [json.loads(each.decode("utf-8", "surrogatepass")) for each in found] == updates


def test_updates_in_an_answer_are_apart_whatever_is_in_one_of_them() -> None:
    good = b'{"update_id": 7, "message": {"text": "say \\"hi\\" \\\\"}}'

    assert updates_in(b'{"ok":true,"result":[' + good + b", " + DEEP + b",\n" + good + b"]}") == [good, DEEP, good]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<html>",
        b'{"ok":true}',
        b'{"ok":true,"result":{"result":[{}]}}',
        b'{"ok":true,"result":true}',
        b'{"ok":true,"result":[{"update_id":7}',
        b'{"ok":true,"result":[{"update_id":7,"text":"]}',
        b'[{"result":[{}]}]',
    ],
)
def test_updates_in_an_answer_without_a_whole_list_of_them_are_none(answer: bytes) -> None:
    assert updates_in(answer) is None


@pytest.mark.parametrize(
    ("update", "number"),
    [
        (b'{"update_id": 7}', 7),
        (b'{"message": {"update_id": 9}, "update_id": 7}', 7),
        (DEEP, 8),
        (b'{"update_id": "7"}', None),
        (b'{"update_id": true}', None),
        (b"{}", None),
        (b"[]", None),
        (b'{"update_id":' + b"9" * 100 + b"," + b"[" * 5_000, None),
    ],
)
def test_update_id_of_an_update(update: bytes, number: int | None) -> None:
    assert update_id_of(update) == number
