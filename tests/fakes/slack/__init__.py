"""A Slack to test against: workspaces, members who talk to the app, its Web API, events, forms, files, installation.

It refuses what Slack refuses (Block Kit's limits, tokens, scopes, triggers after three seconds), signs what it brings,
and brings an event again almost at once, after a minute and after five.

    async with FakeSlack(pace=0.01) as slack:
        team = slack.workspace()
        # SUNUP_SLACK_API_URL=slack.api_url, SUNUP_SLACK_BOT_TOKEN=team.bot_token,
        # SUNUP_SLACK_SIGNING_SECRET=slack.app.signing_secret, SUNUP_SLACK_CLIENT_ID=slack.app.client_id, ...
        slack.app.request_url = "https://…/webhooks/slack"       # or slack.app.socket_mode = True
        asha = slack.person("Asha", zone="Asia/Kolkata", locale="en-IN")
        await asha.say("hello")
        await asha.reads("Good morning")             # words, compiled pattern or predicate; AssertionError if late
        tap = await asha.tap("Begin")                # tap.failed: the program did not answer in time
        await asha.upload(png, name="proof.png", mime="image/png", text="my shop")
        await asha.opens_home(); asha.home           # the view that the app has published
        await asha.command("/sunup", "today"); asha.notices
        asha.modal; await asha.submits("my answer"); asha.errors
        sales = team.channel("sales")
        await asha.mention("hi", sales); Reader("Asha", sales)   # two events, one message
        await asha.changes(zone="Europe/Berlin")
        await slack.uninstall(team)
        await slack.settled()

What is there to be looked at:
    `asha.messages`, `sales.shown`    what the app has written: `Shown` with text, titles, blocks, thread, files, pings
    `slack.calls`                     (method, parameters) of each call that arrived; a download is `file`
    `slack.dispatch.attempts`         each request with kind, key, status and retry; `slack.dispatch.lost`
    `slack.files.network.leaked`      credentials that were sent to the file network

What goes wrong on demand:
    `slack.faults`                    throttle(retry_after), fail(status), hang(seconds), reset(acted=True),
                                      refuse("internal_error"), each for `times` calls that match `method` and
                                      `chat` (a channel id), letting `after` of them pass
    `slack.limits = Limits(...)`      429 as from Slack's own rates
    `slack.dispatch.spoil()`, `.age()`            the next request is signed wrongly, or ten minutes ago
    `slack.dispatch.deliveries.repeat()`, `async with slack.dispatch.deliveries.reversed():`
    `slack.files.redirects`, `.redirect_to`, `.lose()`; a token without `files:read` gets a login page with status 200
    `slack.triggers.seconds`, `slack.clock.advance(hours=13)` (tokens end), `slack.sockets.refresh()`
    `asha.deleted`, `sales.archived`, `sales.app_is_in`, `team.messages_tab`, `token.revoked`

Installing: `/oauth/v2/authorize` agrees at once, for the workspace `slack.oauth.installs_into` or a new one;
`slack.app.rotates = True` lets tokens end after twelve hours, each refresh token working once.

Alone: `sunup fakes slack`, with a page for talking at `/control`.
"""

from tests.fakes.slack.dispatch import signature
from tests.fakes.slack.faults import Faults, Limits
from tests.fakes.slack.oauth import App
from tests.fakes.slack.people import Person, Tap
from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.workspace import Channel, Shown, Token, Workspace

__all__ = [
    "App",
    "Channel",
    "FakeSlack",
    "Faults",
    "Limits",
    "Person",
    "Shown",
    "Tap",
    "Token",
    "Workspace",
    "signature",
]
