"""Wires: what somebody says as each provider brings it, whole HTTP requests, signed as the provider signs.

The load generator makes them ahead of time, so that what signing costs is nobody's to pay while something is measured.
Source: Telegram, setWebhook; Twilio, Security; docs.slack.dev, Verifying requests from Slack.
"""

import hmac
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

import orjson

from bench.dialogue import FIRST_PERSON, MOMENT, answer, update

PATH = "/webhooks/telegram"
SECRET = "bench-secret"
PUBLIC_URL = "https://bench.invalid"
ACCOUNT = "AC00000000000000000000000000000001"
AUTH_TOKEN = "f0e1d2c3b4a5968778695a4b3c2d1e0f"
SENDER = "whatsapp:+14155550100"
SIGNING_SECRET = "0123456789abcdef0123456789abcdef"
_FORM = "application/x-www-form-urlencoded; charset=UTF-8"


def telegram(person: int, turn: int) -> bytes:
    """Return a person's answer in a turn as Telegram brings it."""
    headers = f"Content-Type: application/json\r\nX-Telegram-Bot-Api-Secret-Token: {SECRET}\r\n"
    return request(PATH, headers, update(person, turn))


def whatsapp(person: int, turn: int) -> bytes:
    """Return it as Twilio brings it."""
    fields = _fields(f"{FIRST_PERSON + person}", f"{person:016x}{turn:016x}", answer(turn))
    signed = f"{PUBLIC_URL}/webhooks/whatsapp" + "".join(name + fields[name] for name in sorted(fields))
    signature = b64encode(hmac.digest(AUTH_TOKEN.encode(), signed.encode(), "sha1")).decode()
    headers = f"Content-Type: {_FORM}\r\nX-Twilio-Signature: {signature}\r\nUser-Agent: TwilioProxy/1.1\r\n"
    return request("/webhooks/whatsapp", headers, urlencode(fields).encode())


def slack(person: int, turn: int) -> bytes:
    """Return it as Slack brings it."""
    body, stamp = orjson.dumps(_envelope(f"{FIRST_PERSON + person}", turn, answer(turn))), str(int(time.time()))
    signature = hmac.digest(SIGNING_SECRET.encode(), f"v0:{stamp}:".encode() + body, "sha256").hex()
    headers = (
        f"Content-Type: application/json\r\nX-Slack-Request-Timestamp: {stamp}\r\n"
        f"X-Slack-Signature: v0={signature}\r\nUser-Agent: Slackbot 1.0 (+https://api.slack.com/robots)\r\n"
    )
    return request("/webhooks/slack/events", headers, body)


WIRES: Mapping[str, Callable[[int, int], bytes]] = {"telegram": telegram, "whatsapp": whatsapp, "slack": slack}
"""By channel: from a person's number and their turn to the request."""


def settings(server: str) -> dict[str, str]:
    """Return what an installation must know to take all of them in.

    Args:
        server: Base of a server that agrees to every call to Twilio and to Slack.
    """
    return {
        "SUNUP_TWILIO_ACCOUNT_SID": ACCOUNT,
        "SUNUP_TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        "SUNUP_WHATSAPP_FROM": SENDER,
        "SUNUP_TWILIO_API_URL": server,
        "SUNUP_TWILIO_CONTENT_API_URL": server,
        "SUNUP_SLACK_BOT_TOKEN": "xoxb-bench",
        "SUNUP_SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SUNUP_SLACK_API_URL": f"{server}/api",
    }


def request(path: str, headers: str, body: bytes) -> bytes:
    """Return a whole request with what every provider sends and what is one's own."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n"
        f"Connection: keep-alive\r\nAccept-Encoding: gzip, deflate\r\n{headers}\r\n"
    )
    return head.encode() + body


def _fields(number: str, key: str, text: str) -> dict[str, str]:
    context = {"type": "whatsapp", "data": {"context": {"ProfileName": "Asha Rao", "WaId": number}}}
    return {
        "SmsMessageSid": f"SM{key}",
        "NumMedia": "0",
        "ProfileName": "Asha Rao",
        "MessageType": "text",
        "SmsSid": f"SM{key}",
        "WaId": number,
        "SmsStatus": "received",
        "Body": text,
        "To": SENDER,
        "NumSegments": "1",
        "ReferralNumMedia": "0",
        "MessageSid": f"SM{key}",
        "AccountSid": ACCOUNT,
        "From": f"whatsapp:+{number}",
        "ExternalUserId": f"whatsapp:IN.{number}",
        "ApiVersion": "2010-04-01",
        "ChannelMetadata": orjson.dumps(context).decode(),
    }


def _envelope(number: str, turn: int, text: str) -> dict[str, object]:
    ts = f"{MOMENT + turn}.000100"
    words = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    event = {
        "client_msg_id": f"9cbd4c5b-7ddf-4ede-b479-{turn:012x}",
        "type": "message",
        "text": text,
        "user": f"U{number}",
        "ts": ts,
        "team": "T024BENCH",
        "blocks": [{"type": "rich_text", "block_id": "jZx1", "elements": [words]}],
        "channel": f"D{number}",
        "event_ts": ts,
        "channel_type": "im",
    }
    us = {
        "enterprise_id": None,
        "team_id": "T024BENCH",
        "user_id": "U024SUNUP",
        "is_bot": True,
        "is_enterprise_install": False,
    }
    return {
        "token": "verification-token",
        "team_id": "T024BENCH",
        "context_team_id": "T024BENCH",
        "context_enterprise_id": None,
        "api_app_id": "A024SUNUP",
        "event": event,
        "type": "event_callback",
        "event_id": f"Ev{number}{turn:06d}",
        "event_time": MOMENT + turn,
        "authorizations": [us],
        "is_ext_shared_channel": False,
        "event_context": f"4-{number}-{turn}",
    }
