"""The manifest that the documentation gives in full is that of the app which the code is written for."""

import re
from pathlib import Path
from typing import Any

import yaml

from bots.slack.install import SCOPES
from bots.slack.setup import request_urls

PAGE = Path(__file__).resolve().parents[4] / "docs" / "channels" / "slack.md"
PUBLIC = "https://sunup.example"
HEARD = {
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
    "team_join",
    "tokens_revoked",
    "user_change",
}
"""What `bots.slack.events` makes something of."""


def manifest() -> dict[str, Any]:
    found = re.search(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    read: dict[str, Any] = yaml.safe_load(found[1])
    return read


def test_manifest_asks_for_the_scopes_that_an_installation_asks_for() -> None:
    assert manifest()["oauth_config"]["scopes"]["bot"] == list(SCOPES)


def test_manifest_names_the_doors_that_there_are() -> None:
    found = manifest()
    settings, command = found["settings"], found["features"]["slash_commands"][0]
    named = {
        "events": settings["event_subscriptions"]["request_url"],
        "interactions": settings["interactivity"]["request_url"],
        "commands": command["url"],
    }
    assert named == {str(door): url for door, url in request_urls(PUBLIC).items()}
    assert found["oauth_config"]["redirect_urls"] == [f"{PUBLIC}/slack/oauth"]


def test_manifest_subscribes_to_what_is_heard_and_lets_people_write() -> None:
    found = manifest()
    assert set(found["settings"]["event_subscriptions"]["bot_events"]) == HEARD
    home = found["features"]["app_home"]
    assert (home["home_tab_enabled"], home["messages_tab_enabled"], home["messages_tab_read_only_enabled"]) == (
        True,
        True,
        False,
    )
    assert found["settings"]["interactivity"]["is_enabled"] is True
