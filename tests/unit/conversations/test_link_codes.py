import re
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.link_codes import code_of, digest_of, read_code

IDS = st.uuids(version=4)


@given(IDS)
def test_code_is_read_however_it_is_written(event_id: UUID) -> None:
    code = code_of(event_id)
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", code)
    bare = code.replace("-", "")
    written = (code.lower(), bare, " ".join(bare), f" {code}. ", code.replace("0", "O").replace("1", "i"))
    assert {read_code(one) for one in written} == {code}


@pytest.mark.parametrize("written", ["K٧QD-M٢PX", "k७qd m२px", "Ｋ７ＱＤ－Ｍ２ＰＸ", "K7QD–M2PX"])
def test_code_in_figures_and_letters_of_other_scripts_is_read(written: str) -> None:
    assert read_code(written) == "K7QD-M2PX"


@pytest.mark.parametrize(
    "words", ["", "K7QD", "K7QD-M2PXX", "account please", "K7QU-M2PX", "मेरा कोड", "²²²²²²²²²", "\x00"]
)
def test_other_words_are_no_code(words: str) -> None:
    assert read_code(words) is None


@given(st.text(max_size=40))
def test_any_words_are_a_code_or_none(words: str) -> None:
    code = read_code(words)
    assert code is None or read_code(code) == code


def test_codes_of_many_events_are_all_different_and_use_every_letter() -> None:
    codes = {code_of(uuid4()) for _ in range(5_000)}
    assert len(codes) == 5_000
    assert len(set("".join(codes))) == 33


def test_digest_tells_codes_apart_and_tells_nothing_of_them() -> None:
    one, other = digest_of("K7QD-M2PX"), digest_of("K7QD-M2PY")
    assert one != other
    assert (len(one), "K7QD" in one.upper()) == (64, False)
