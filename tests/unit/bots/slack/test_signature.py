"""Whether a request comes from Slack."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.signature import Clock, SignatureVerifier

from bots.adapter import Request
from bots.slack.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, check_signature, sign
from core.errors import Forged

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))
BODY = b'{"type":"event_callback"}'
RIGHT = sign(BODY, STAMP, SECRET)


def request(body: bytes = BODY, *, stamp: str | None = None, signature: str | None = None) -> Request:
    headers = {TIMESTAMP_HEADER: stamp, SIGNATURE_HEADER: signature}
    given = {name: value for name, value in headers.items() if value is not None}
    return Request("POST", "/webhooks/slack/events", given, body=body)


def stamp(seconds: float) -> str:
    return str(int((NOW + timedelta(seconds=seconds)).timestamp()))


def test_sign_is_as_slack_documents_it() -> None:
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )

    assert sign(body, "1531420618", SECRET) == "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"


@pytest.mark.parametrize("seconds", [0, -300, 300, -299.5, 12])
def test_check_right_signature_within_the_tolerance_passes(seconds: float) -> None:
    when = stamp(seconds)

    check_signature(request(stamp=when, signature=sign(BODY, when, SECRET)), SECRET, NOW)


def test_check_looks_at_raw_bytes() -> None:
    body = b"\xff\xfe not utf-8"

    check_signature(request(body, stamp=STAMP, signature=sign(body, STAMP, SECRET)), SECRET, NOW)


REFUSED = {
    "nothing": {},
    "no signature": {"stamp": STAMP},
    "no timestamp": {"signature": RIGHT},
    "empty timestamp": {"stamp": "", "signature": RIGHT},
    "timestamp of letters": {"stamp": "soon", "signature": RIGHT},
    "timestamp with a sign": {"stamp": f"+{STAMP}", "signature": RIGHT},
    "timestamp with a fraction": {"stamp": f"{STAMP}.0", "signature": RIGHT},
    "timestamp with a line break": {"stamp": f"{STAMP}\n", "signature": RIGHT},
    "timestamp of foreign digits": {"stamp": "١٧٩٥٠٠٠٠٠٠", "signature": RIGHT},
    "huge timestamp": {"stamp": "9" * 100_000, "signature": RIGHT},
    "empty signature": {"stamp": STAMP, "signature": ""},
    "wrong signature": {"stamp": STAMP, "signature": "v0=" + "0" * 64},
    "another scheme": {"stamp": STAMP, "signature": RIGHT.replace("v0", "v1")},
    "capitals": {"stamp": STAMP, "signature": RIGHT.upper()},
    "longer": {"stamp": STAMP, "signature": f"{RIGHT}0"},
    "not ascii": {"stamp": STAMP, "signature": "v0=ïïï"},
    "not utf-8": {"stamp": STAMP, "signature": "v0=\udcff"},
    "huge signature": {"stamp": STAMP, "signature": "v0=" + "a" * 100_000},
    "replay": {"stamp": stamp(-301), "signature": sign(BODY, stamp(-301), SECRET)},
    "of the future": {"stamp": stamp(301), "signature": sign(BODY, stamp(301), SECRET)},
    "of another secret": {"stamp": STAMP, "signature": sign(BODY, STAMP, "other")},
    "of another body": {"stamp": STAMP, "signature": sign(b"{}", STAMP, SECRET)},
    "of another moment": {"stamp": STAMP, "signature": sign(BODY, stamp(1), SECRET)},
}


@pytest.mark.parametrize("headers", REFUSED.values(), ids=REFUSED)
def test_check_anything_else_is_forged(headers: dict[str, str]) -> None:
    with pytest.raises(Forged) as raised:
        check_signature(request(stamp=headers.get("stamp"), signature=headers.get("signature")), SECRET, NOW)

    assert SECRET not in str(raised.value)


def test_check_without_a_secret_refuses_even_what_nobody_signed() -> None:
    with pytest.raises(Forged):
        check_signature(request(stamp=STAMP, signature=sign(BODY, STAMP, "")), "", NOW)


class _Fixed(Clock):
    def now(self) -> float:
        return NOW.timestamp()


TEXTS = st.text(alphabet=st.characters(codec="utf-8"), max_size=60)


@given(
    body=TEXTS.map(str.encode),
    secret=TEXTS.filter(str.strip),
    seconds=st.integers(-400, 400),
    given=st.one_of(st.just(None), TEXTS.filter(str.isascii)),
)
def test_check_agrees_with_slacks_own_verifier(body: bytes, secret: str, seconds: int, given: str | None) -> None:
    when = stamp(seconds)
    theirs = SignatureVerifier(secret, _Fixed())
    signature = theirs.generate_signature(timestamp=when, body=body) if given is None else given
    assert signature is not None
    headers = {TIMESTAMP_HEADER: when, SIGNATURE_HEADER: signature}

    try:
        check_signature(Request("POST", "/", headers, body=body), secret, NOW)
        ours = True
    except Forged:
        ours = False

    assert ours == theirs.is_valid_request(body, headers)
    assert not ours or given is None
