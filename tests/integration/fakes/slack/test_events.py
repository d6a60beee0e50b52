"""What the fake Slack brings, with the official verifier as the judge."""

from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack import FakeSlack, Person, Workspace
from tests.integration.fakes.hook import Hook
from tests.integration.fakes.slack.expected import BUTTONS, FORM, events, is_valid, payloads, refused

# -- what is brought -------------------------------------------------------------------------


async def test_message_is_signed_as_the_official_verifier_wants(slack: FakeSlack, asha: Person, hook: Hook) -> None:
    ts = await asha.say("hello & <b> 🎉")
    await slack.settled()
    [brought] = hook.brought
    assert is_valid(slack, brought)
    assert brought.json["team_id"] == asha.team.id
    [event] = events(hook)
    assert (event["text"], event["ts"], event["channel_type"]) == ("hello &amp; &lt;b&gt; 🎉", ts, "im")
    assert "x-slack-retry-num" not in brought.headers


async def test_signature_spoilt_or_old_on_demand_is_refused_by_the_official_verifier(
    slack: FakeSlack, asha: Person, hook: Hook
) -> None:
    slack.dispatch.spoil()
    await asha.say("forged")
    await slack.settled()
    slack.dispatch.age()
    await asha.say("replayed")
    await slack.settled()
    assert [is_valid(slack, each) for each in hook.brought] == [False, False]


async def test_event_refused_comes_again_three_times(slack: FakeSlack, asha: Person, hook: Hook) -> None:
    hook.statuses = [500, 500, 500, 500, 200]
    await asha.say("hello")
    await slack.settled()
    assert [each.headers.get("x-slack-retry-num") for each in hook.brought] == [None, "1", "2", "3"]
    assert {each.headers.get("x-slack-retry-reason") for each in hook.brought[1:]} == {"http_error"}
    assert len({each.json["event_id"] for each in hook.brought}) == 1
    assert len(slack.dispatch.lost) == 1


async def test_event_is_not_brought_again_where_the_answer_says_so(slack: FakeSlack, asha: Person, hook: Hook) -> None:
    hook.statuses, hook.headers = [500], {"x-slack-no-retry": "1"}
    await asha.say("hello")
    await slack.settled()
    assert len(hook.brought) == 1


async def test_events_come_twice_and_in_reverse_on_demand(slack: FakeSlack, asha: Person, hook: Hook) -> None:
    slack.dispatch.deliveries.repeat()
    async with slack.dispatch.deliveries.reversed():
        await asha.say("first")
        await asha.say("second")
    assert [event["text"] for event in events(hook)] == ["second", "second", "first"]


async def test_mention_is_two_events_about_one_message(
    slack: FakeSlack, team: Workspace, asha: Person, hook: Hook
) -> None:
    await asha.mention("hi", team.channel("sales"))
    await slack.settled()
    first, second = events(hook)
    assert {first["type"], second["type"]} == {"message", "app_mention"}
    assert (first["ts"], first["channel"]) == (second["ts"], second["channel"])
    assert len({each.json["event_id"] for each in hook.brought}) == 2
    assert f"<@{team.bot_user}>" in first["text"]


async def test_message_changed_or_deleted_is_told_as_such(slack: FakeSlack, asha: Person, hook: Hook) -> None:
    ts = await asha.say("helo")
    await asha.edit(ts, "hello")
    await asha.delete(ts)
    await slack.settled()
    assert [event.get("subtype") for event in events(hook)] == [None, "message_changed", "message_deleted"]


async def test_app_hears_its_own_message(slack: FakeSlack, asha: Person, web: AsyncWebClient, hook: Hook) -> None:
    await web.chat_postMessage(channel=asha.id, text="Good morning")
    await slack.settled()
    [echo] = events(hook)
    assert (echo["bot_id"], echo["user"], echo["text"]) == (asha.team.bot_id, asha.team.bot_user, "Good morning")


async def test_profile_home_and_uninstall_are_told(
    slack: FakeSlack, team: Workspace, asha: Person, web: AsyncWebClient, hook: Hook
) -> None:
    await asha.opens_home()
    await asha.changes(zone="Europe/Berlin")
    await slack.settled()
    await slack.uninstall(team)
    await asha.say("anybody there?")
    await slack.settled()
    assert [event["type"] for event in events(hook)[:2]] == ["app_home_opened", "user_change"]
    assert events(hook)[1]["user"]["tz"] == "Europe/Berlin"
    assert {event["type"] for event in events(hook)[2:]} == {"tokens_revoked", "app_uninstalled"}
    assert (await refused(web.auth_test())).response["error"] == "account_inactive"


# -- buttons, forms, commands ----------------------------------------------------------------


async def test_button_tapped_brings_a_trigger_that_opens_one_form(
    slack: FakeSlack, asha: Person, web: AsyncWebClient, hook: Hook
) -> None:
    await web.chat_postMessage(channel=asha.id, text="Ready?", blocks=BUTTONS)
    tap = await asha.tap("Later")
    await slack.settled()
    [payload] = payloads(hook)
    assert is_valid(slack, hook.brought[-1])
    assert (payload["actions"][0]["value"], payload["user"]["id"]) == ("p:1", asha.id)
    assert payload["container"]["message_ts"] == asha.messages[0].ts
    assert payload["trigger_id"] == tap.trigger_id
    assert not tap.failed
    await web.views_open(trigger_id=tap.trigger_id, view=FORM)
    again = await refused(web.views_open(trigger_id=tap.trigger_id, view=FORM))
    assert again.response["error"] == "exchanged_trigger_id"
    late = await asha.tap("Later")
    slack.clock.advance(seconds=3.1)
    refusal = await refused(web.views_open(trigger_id=late.trigger_id, view=FORM))
    assert refusal.response["error"] == "expired_trigger_id"
    await slack.settled()


async def test_form_sent_is_answered_with_errors_or_closes(
    slack: FakeSlack, asha: Person, web: AsyncWebClient, hook: Hook
) -> None:
    tap = await asha.command("/sunup", "form")
    await web.views_open(trigger_id=tap.trigger_id, view=FORM)
    hook.body = b'{"response_action": "errors", "errors": {"words": "Too short."}}'
    await asha.submits("x")
    await slack.settled()
    assert (asha.errors, asha.modal is not None) == ({"words": "Too short."}, True)
    view = payloads(hook)[0]["view"]
    assert view["state"]["values"]["words"]["said"]["value"] == "x"
    assert view["private_metadata"] == "secret"
    hook.body = b""
    await asha.submits({"Words": "long enough"})
    await slack.settled()
    assert asha.modal is None
    assert payloads(hook)[1]["view"]["state"]["values"]["words"]["said"]["value"] == "long enough"


@pytest.mark.parametrize(
    "change",
    [
        {"title": {"type": "plain_text", "text": "x" * 25}},
        {"submit": None},
        {"blocks": [{"type": "divider"}] * 101},
        {"private_metadata": "x" * 3001},
        {"type": "home"},
    ],
)
async def test_form_outside_the_limits_is_refused(asha: Person, web: AsyncWebClient, change: dict[str, Any]) -> None:
    tap = await asha.command("/sunup")
    refusal = await refused(web.views_open(trigger_id=tap.trigger_id, view={**FORM, **change}))
    assert refusal.response["error"] == "invalid_arguments"
    assert asha.modal is None


async def test_home_is_published_and_tapped(slack: FakeSlack, asha: Person, web: AsyncWebClient, hook: Hook) -> None:
    first = await web.views_publish(user_id=asha.id, view={"type": "home", "blocks": BUTTONS})
    await asha.tap_home("Begin")
    await slack.settled()
    assert payloads(hook)[0]["container"] == {"type": "view", "view_id": first["view"]["id"]}
    second = await web.views_publish(user_id=asha.id, view={"type": "home", "blocks": []})
    assert (second["view"]["id"], asha.home) == (first["view"]["id"], second["view"])
    stale = web.views_publish(user_id=asha.id, view={"type": "home", "blocks": []}, hash=first["view"]["hash"])
    assert (await refused(stale)).response["error"] == "hash_conflict"


async def test_command_and_its_answer(slack: FakeSlack, asha: Person, hook: Hook) -> None:
    hook.body = b'{"text": "This is open:"}'
    await asha.command("/sunup", "today")
    await slack.settled()
    form = hook.brought[0].form
    assert (form["command"], form["text"], form["user_id"]) == ("/sunup", "today", asha.id)
    assert asha.notices == ["This is open:"]
    async with aiohttp.ClientSession() as http:
        answers = []
        for _ in range(6):
            async with http.post(form["response_url"], json={"text": "later"}) as answer:
                answers.append(answer.status)
    assert answers == [200] * 5 + [404]
    assert [shown.only_for for shown in asha.messages] == [asha.id] * 5


async def test_tap_that_nobody_hears_shows_a_warning_and_does_not_come_again(
    slack: FakeSlack, asha: Person, web: AsyncWebClient, hook: Hook
) -> None:
    await web.chat_postMessage(channel=asha.id, text="Ready?", blocks=BUTTONS)
    await slack.settled()
    hook.statuses = [500]
    tap = await asha.tap("Begin")
    await slack.settled()
    assert tap.failed
    assert len(payloads(hook)) == 1
