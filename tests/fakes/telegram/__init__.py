"""A Bot API server to test against, with people who talk to its bots.

It refuses what Telegram refuses (lengths in UTF-16, payloads in bytes, broken HTML, strangers' chats), delivers
updates as Telegram does (one at a time for each chat, taps on a queue of their own, at once after a first failure,
then after 2, 4, 8 ... seconds), and misbehaves when told to.

    async with FakeTelegram() as telegram:
        bot = telegram.bot("100:test-token", username="sunup_test_bot")
        # point the program at it: SUNUP_TELEGRAM_API_URL=telegram.api_url, SUNUP_TELEGRAM_TOKEN=bot.token
        asha = telegram.person("Asha", bot=bot, language="en")
        await asha.start("spring")                     # "/start spring", as from a deep link
        hello = await asha.reads("Good morning")       # text, compiled pattern or predicate; AssertionError if late
        tap = await asha.tap("Begin")                  # the newest button of that title
        await tap.answered()                           # the spinner has ended
        await asha.send_photo(png, caption="proof")    # also send_voice, send_document, send_sticker, edit
        await asha.block()                             # and unblock

Updates go to the webhook that the program has set, with its secret, or wait for `getUpdates`.

What is there to be looked at:
    `asha.messages`           what her chat shows, oldest first: `Shown` with text, title_rows, photo, ...
    `bot.webhook`             url, secret, allowed updates; None before `setWebhook`
    `bot.updates.attempts`    each delivery with update_id, status and duration; `bot.updates.lost` what expired
    `await bot.updates.settled()`   waits until all that was said has been delivered
    `bot.calls`               (method, parameters) of each call that arrived; a download is `file`
    `bot.commands`            menus by language

What goes wrong on demand (`telegram.faults`, each for `times` calls that match `method` and `chat`, letting
`after` of them pass first):
    `throttle(retry_after)`, `fail(status)`, `hang(seconds)`, `reset(acted=True)`, `refuse(code, description)`
    `telegram.limits = Limits(...)`   429 as from Telegram's own rates
    `bot.updates.repeat(times)`       the next updates are delivered twice
    `async with bot.updates.reversed():`   what is said inside arrives afterwards, last first
    `bot.age_taps()`                  every tap so far is too old to be answered
    `await group.migrate()`           a group becomes a supergroup with another id
    `bot.lose_files()`                files are gone

Times between deliveries are multiplied by `FakeTelegram(pace=...)`: 0.01 makes a minute of retries 0.6 s.

Alone: `sunup fakes telegram`, with a page for talking at `/control`.
"""

from tests.fakes.telegram.bot import Bot, Webhook
from tests.fakes.telegram.faults import Faults, Limits
from tests.fakes.telegram.messages import Shown
from tests.fakes.telegram.people import Group, Person, Tap
from tests.fakes.telegram.server import FakeTelegram

__all__ = ["Bot", "FakeTelegram", "Faults", "Group", "Limits", "Person", "Shown", "Tap", "Webhook"]
