"""A Slack, a workspace, a member, and the official client."""

from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack import FakeSlack, Person, Workspace
from tests.integration.fakes.hook import Hook


@pytest.fixture
async def slack(hook: Hook) -> AsyncIterator[FakeSlack]:
    async with FakeSlack(pace=0.0001) as server:
        server.app.request_url = f"{hook.url}/webhooks/slack"
        yield server


@pytest.fixture
def team(slack: FakeSlack) -> Workspace:
    return slack.workspace()


@pytest.fixture
def asha(slack: FakeSlack, team: Workspace) -> Person:
    return slack.person("Asha", team=team)


@pytest.fixture
def web(slack: FakeSlack, team: Workspace) -> AsyncWebClient:
    return AsyncWebClient(token=team.bot_token, base_url=f"{slack.api_url}/", retry_handlers=[], timeout=5)
