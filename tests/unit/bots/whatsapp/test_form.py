"""The form is read fast, and exactly as the standard library reads it."""

from urllib.parse import parse_qsl, unquote_to_bytes, urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bots.whatsapp.form import MOST_FIELDS, Form, unquoted
from core import errors

PIECES = st.sampled_from([b"%", b"=", b"%3d", b"%3D%", b"%26", b"%zz", b"%0A", b"\n", b"\r", b"_", b"a", b"+", b"\xff"])
HOSTILE = st.lists(PIECES, max_size=12).map(b"".join)
FIELDS = st.dictionaries(st.text(max_size=8), st.text(max_size=12), max_size=8)


@given(HOSTILE | st.binary(max_size=20))
@example(b"%\n")
@example(b"%%41")
@example(b"%")
@example(b"%4")
@example(b"a=%41")
@example(b"%3D%0D%0A")
def test_unquoted_agrees_with_the_standard_library(text: bytes) -> None:
    assert unquoted(text) == unquote_to_bytes(text)


@given(FIELDS)
def test_every_field_of_an_ordinary_form_is_read(fields: dict[str, str]) -> None:
    form = Form(urlencode(fields).encode())

    assert {name: form.text(name.encode()) for name in fields} == {
        name: value.replace("\x00", "") for name, value in fields.items()
    }


@given(st.lists(HOSTILE.map(lambda piece: piece.replace(b"&", b"")), max_size=5))
def test_signed_part_of_a_hostile_form_is_that_of_its_fields(fields: list[bytes]) -> None:
    body = b"&".join(fields)

    pairs = {
        (unquote_to_bytes(name), unquote_to_bytes(value))
        for name, _, value in (field.replace(b"+", b" ").partition(b"=") for field in body.split(b"&"))
    }
    assert Form(body).signed_part() == b"".join(name + value for name, value in sorted(pairs))


@pytest.mark.parametrize("body", [b"Body=a%26b&From=c", b"Bo%64y=a%26b&From=c", b"Body=a%26b&From=c&Body=a%26b"])
def test_ampersand_in_a_value_and_an_escaped_name_are_read(body: bytes) -> None:
    form = Form(body)

    assert (form.text(b"Body"), form.text(b"From"), form.text(b"To")) == ("a&b", "c", "")
    assert dict(parse_qsl(body.decode())) == {"Body": "a&b", "From": "c"}


def test_two_values_of_one_name_are_refused_where_it_is_read_alone() -> None:
    form = Form(b"Body=one&From=c&Body=two")

    assert form.text(b"From") == "c"
    assert form.signed_part() == b"BodyoneBodytwoFromc"
    with pytest.raises(errors.Uninterpretable, match="two values of Body"):
        form.text(b"Body")


def test_blank_first_value_does_not_hide_a_second_one() -> None:
    with pytest.raises(errors.Uninterpretable):
        Form(b"Body=&Body=two").text(b"Body")


def test_form_of_too_many_fields_is_malformed() -> None:
    with pytest.raises(errors.Malformed):
        Form(b"&".join([b"a=1"] * (MOST_FIELDS + 1)))
