"""Whose browser it is, and whether the page is ours."""

import pytest

from bots.adapter import Request
from bots.web import signature
from core import errors

TOKEN = "T" * 43
HOST = {"host": "chat.example.org"}


@pytest.mark.parametrize(
    ("cookie", "token"),
    [
        (f"sunup_session={TOKEN}", TOKEN),
        (f"theme=dark; sunup_session={TOKEN}; other=1", TOKEN),
        (f"sunup_session=short; sunup_session={TOKEN}", TOKEN),
        (f"xsunup_session={TOKEN}", ""),
        (f"sunup_session={TOKEN}x", ""),
        (f"sunup_session={TOKEN[:-1]}!", ""),
        ("sunup_session", ""),
        ("", ""),
    ],
)
def test_session_token(cookie: str, token: str) -> None:
    assert signature.session_token({"cookie": cookie}) == token


def test_session_address_is_forty_hexadecimal_characters_without_the_token() -> None:
    address = signature.session_address(TOKEN)
    assert len(address) == 40
    assert int(address, 16) >= 0
    assert address != signature.session_address("U" * 43)


ORIGINS = [
    ("http://chat.example.org", "", True),
    ("https://chat.example.org", "", True),
    ("https://CHAT.example.org", "", True),
    ("https://chat.example.org:8443", "", False),
    ("https://chat.example.org.evil.example", "", False),
    ("https://evil.example", "", False),
    ("https://evil.example/chat.example.org", "", False),
    ("ftp://chat.example.org", "", False),
    ("null", "", False),
    ("", "", False),
    ("https://chat.example.org", "https://chat.example.org/", True),
    ("http://chat.example.org", "https://chat.example.org", False),
    ("https://public.example", "https://public.example", True),
    ("http://public.example", "https://public.example", False),
    ("https://evil.example", "https://public.example", False),
]


@pytest.mark.parametrize(("origin", "public_url", "own"), ORIGINS)
def test_own_origin(origin: str, public_url: str, own: bool) -> None:
    assert signature.own_origin({**HOST, "origin": origin}, public_url) is own


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example", "cookie": f"sunup_session={TOKEN}"},
        {"cookie": f"sunup_session={TOKEN}"},
        {"origin": "https://chat.example.org"},
    ],
    ids=["foreign page", "no origin", "no session"],
)
def test_verify_forged_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(errors.Forged):
        signature.verify(Request("GET", "/chat/socket", {**HOST, **headers}))


def test_verify_valid_passes() -> None:
    headers = {**HOST, "origin": "https://chat.example.org", "cookie": f"sunup_session={TOKEN}"}
    signature.verify(Request("GET", "/chat/socket", headers))
    assert signature.session_token(headers) == TOKEN
