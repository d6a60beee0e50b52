"""Captured requests of Slack's, as they come through its three doors."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bots.adapter import Request

PAYLOADS = Path(__file__).parents[3] / "payloads" / "slack"


def payload(label: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((PAYLOADS / f"{label}.json").read_bytes())
    return found


def event(body: dict[str, Any]) -> Request:
    return Request("POST", "/webhooks/slack/events", {}, body=json.dumps(body).encode())


def interaction(body: dict[str, Any]) -> Request:
    form = urlencode({"payload": json.dumps(body)}).encode()
    return Request("POST", "/webhooks/slack/interactions", {}, body=form)


def command(body: dict[str, Any]) -> Request:
    return Request("POST", "/webhooks/slack/commands", {}, body=urlencode(body).encode())
