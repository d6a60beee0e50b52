"""Whether a request comes from Twilio: our own reading of the signature beside the library's."""

from dataclasses import replace
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import MultiDict
from twilio.request_validator import RequestValidator

from bots.adapter import Request
from bots.whatsapp.form import MOST_FIELDS, Form
from bots.whatsapp.signature import check_signature, public_bases, require_form, sign
from core.errors import Forged, Malformed, Uninterpretable

TOKEN = "right-token"
URL = "https://chat.example.org"
PATH = "/webhooks/whatsapp"
BODY = "MessageSid=SM1&AccountSid=AC1&Body=I+sold+two&FutureField=&From=whatsapp%3A%2B919812345678"

names = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
fields = st.lists(st.tuples(names, st.text(st.characters(exclude_categories=["Cs"]), max_size=40)), max_size=12)
hosts = st.from_regex(r"[a-z][a-z0-9-]{0,10}(\.[a-z]{2,5}){0,2}(:[1-9][0-9]{1,3})?", fullmatch=True)


def signed(body: str = BODY, url: str = URL + PATH, token: str = TOKEN, **headers: str) -> Request:
    signature = sign(token, url, Form(body.encode())).decode()
    given = {"x-twilio-signature": signature, "content-type": "application/x-www-form-urlencoded", **headers}
    return Request("POST", PATH, given, url.partition("?")[2], body.encode())


def check(request: Request, token: str = TOKEN, public_url: str = URL) -> None:
    require_form(request)
    check_signature(request, Form(request.body), token, public_bases(public_url))


@given(fields, hosts, st.sampled_from(["http", "https"]), st.sampled_from(["", "?message=1", "?a=b&c=%20"]))
def test_sign_equals_the_library(pairs: list[tuple[str, str]], host: str, scheme: str, query: str) -> None:
    url = f"{scheme}://{host}{PATH}{query}"
    form = Form(urlencode(pairs).encode())

    assert sign(TOKEN, url, form).decode() == RequestValidator(TOKEN).compute_signature(url, MultiDict(pairs))


@given(fields, hosts, st.sampled_from(["http", "https"]), st.booleans())
def test_check_accepts_what_the_library_accepts(
    pairs: list[tuple[str, str]], host: str, scheme: str, with_port: bool
) -> None:
    bases = public_bases(f"{scheme}://{host}")
    url = bases[with_port] + PATH
    signature = RequestValidator(TOKEN).compute_signature(url, MultiDict(pairs))
    body = urlencode(pairs).encode()
    request = Request("POST", PATH, {"x-twilio-signature": signature}, "", body)

    check_signature(request, Form(body), TOKEN, bases)

    assert RequestValidator(TOKEN).validate(f"{scheme}://{host}{PATH}", MultiDict(pairs), signature)


@given(fields, st.text(max_size=40))
def test_check_refuses_what_the_library_refuses(pairs: list[tuple[str, str]], signature: str) -> None:
    body = urlencode(pairs).encode()
    request = Request("POST", PATH, {"x-twilio-signature": signature}, "", body)

    with pytest.raises(Forged):
        check_signature(request, Form(body), TOKEN, public_bases(URL))


@given(fields)
def test_form_reads_what_the_standard_library_writes(pairs: list[tuple[str, str]]) -> None:
    form, single = Form(urlencode(pairs).encode()), dict(pairs)

    for name, value in single.items():
        if sum(name == other for other, _ in pairs) == 1:
            assert form.text(name.encode()) == value.replace("\x00", "")


def test_signature_of_twilios_own_example() -> None:
    # Source: Twilio, Security, "Explore the algorithm yourself".
    fields = {"CallSid": "CA1234567890ABCDE", "Caller": "+12349013030", "Digits": "1234", "From": "+12349013030"}
    form = Form(urlencode({**fields, "To": "+18005551212"}).encode())

    assert sign("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", form) == b"0/KCTR6DLpKmkAf8muzZqo1nDgQ="


@pytest.mark.parametrize(
    ("public_url", "expected"),
    [
        ("https://a.example", ("https://a.example", "https://a.example:443")),
        ("https://a.example/", ("https://a.example", "https://a.example:443")),
        ("https://a.example:443", ("https://a.example", "https://a.example:443")),
        ("https://a.example:8443/sunup/", ("https://a.example/sunup", "https://a.example:8443/sunup")),
        ("http://a.example", ("http://a.example", "http://a.example:80")),
        ("http://[::1]:8080", ("http://[::1]", "http://[::1]:8080")),
        ("https://A.Example", ("https://A.Example", "https://A.Example:443")),
        ("", ()),
    ],
)
def test_public_bases_are_with_and_without_the_port(public_url: str, expected: tuple[str, ...]) -> None:
    assert public_bases(public_url) == expected


ACCEPTED = {
    "plain": (signed(), URL),
    "with the default port": (signed(url=f"{URL}:443{PATH}"), URL),
    "with another port": (signed(url=f"{URL}:8443{PATH}"), f"{URL}:8443"),
    "without the other port": (signed(), f"{URL}:8443"),
    "with a query": (signed(url=f"{URL}{PATH}?message=7"), URL),
    "blank and unknown fields": (signed("MessageSid=SM1&Body=&Latency=&New=1"), URL),
    "duplicate names": (signed("MessageSid=SM1&Tag=b&Tag=a&Tag=a"), URL),
    "another host in the headers": (signed(host="evil.example", **{"x-forwarded-host": "evil.example"}), URL),
    "content type with a charset": (
        signed(**{"content-type": "application/x-www-form-urlencoded; charset=UTF-8"}),
        URL,
    ),
    "public address with a path": (signed(url=f"{URL}/sunup{PATH}"), f"{URL}/sunup"),
}


@pytest.mark.parametrize(("request_", "public_url"), ACCEPTED.values(), ids=ACCEPTED)
def test_check_right_signature_passes(request_: Request, public_url: str) -> None:
    check(request_, public_url=public_url)

    with pytest.raises(Forged):
        check(request_, "another-token", public_url)


def unsigned(request: Request, **headers: str) -> Request:
    return replace(request, headers={**request.headers, **headers})


REFUSED = {
    "missing": Request("POST", PATH, {"content-type": "application/x-www-form-urlencoded"}, "", BODY.encode()),
    "empty": unsigned(signed(), **{"x-twilio-signature": ""}),
    "not ascii": unsigned(signed(), **{"x-twilio-signature": "r\u00efght"}),
    "not utf-8": unsigned(signed(), **{"x-twilio-signature": "r\udcffght"}),
    "wrong token": signed(token="wrong"),
    "another address": signed(url="https://evil.example" + PATH),
    "another path": replace(signed(), path=PATH + "/other"),
    "another query": replace(signed(), query="message=8"),
    "another scheme": signed(url="http://chat.example.org" + PATH),
    "a field changed": replace(signed(), body=BODY.replace("two", "ten").encode()),
    "a field added": replace(signed(), body=(BODY + "&Extra=1").encode()),
    "a blank field dropped": replace(signed(), body=BODY.replace("&FutureField=", "").encode()),
    "a field dropped": replace(signed(), body=BODY.replace("&AccountSid=AC1", "").encode()),
    "json": unsigned(signed(), **{"content-type": "application/json"}),
    "no content type": unsigned(signed(), **{"content-type": ""}),
    "multipart": unsigned(signed(), **{"content-type": "multipart/form-data; boundary=x"}),
    "body hash in the query": signed(url=f"{URL}{PATH}?bodySHA256=" + "0" * 64),
    "shared key": signed(**{"x-twilio-webhooks-signature-settings": "key=k,algorithm=HMAC_SHA256"}),
    "shared key with our algorithm": signed(**{"x-twilio-webhooks-signature-settings": "key=k,algorithm=HMAC_SHA1"}),
    "get": replace(signed(), method="GET"),
}


@pytest.mark.parametrize("request_", REFUSED.values(), ids=REFUSED)
def test_check_bad_signature_is_forged(request_: Request) -> None:
    with pytest.raises(Forged) as raised:
        check(request_)

    assert TOKEN not in str(raised.value)


@pytest.mark.parametrize(("token", "public_url"), [("", URL), (TOKEN, ""), ("", "")])
def test_check_without_a_token_or_an_address_of_our_own_refuses_everything(token: str, public_url: str) -> None:
    with pytest.raises(Forged):
        check(signed(token=token), token, public_url)


def test_json_that_the_library_would_let_pass_unsigned_is_forged() -> None:
    # A signature over the address alone proves no body: with `params={}` the library accepts it.
    signature = RequestValidator(TOKEN).compute_signature(URL + PATH, {})
    headers = {"x-twilio-signature": signature, "content-type": "application/json"}

    with pytest.raises(Forged):
        check(Request("POST", PATH, headers, "", b'{"MessageSid": "SM1", "From": "whatsapp:+919812345678"}'))


def test_form_of_too_many_fields_is_malformed() -> None:
    Form(b"&".join([b"a=1"] * MOST_FIELDS))

    with pytest.raises(Malformed):
        Form(b"&".join([b"a=1"] * (MOST_FIELDS + 1)))


def test_form_field_of_two_values_is_not_understood() -> None:
    form = Form(b"From=a&From=b&To=c&To=c")

    assert form.text(b"To") == "c"
    with pytest.raises(Uninterpretable, match="From"):
        form.text(b"From")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"Body=a%00b", "ab"),
        (b"Body=%ff", "\ufffd"),
        (b"Body=100%", "100%"),
        (b"Body=a%zzb", "a%zzb"),
        (b"Body=a=b", "a=b"),
    ],
)
def test_form_odd_bytes_come_out_as_text(body: bytes, expected: str) -> None:
    assert Form(body).text(b"Body") == expected
