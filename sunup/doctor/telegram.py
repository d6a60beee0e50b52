"""What Telegram says of our bots."""

from datetime import datetime, timedelta
from functools import partial

from bots.telegram import setup
from bots.telegram.adapter import TelegramAdapter
from core import errors
from sunup.doctor.finding import Finding, Mark, Probe, broken, fine, warning
from sunup.doctor.sight import Sight
from sunup.settings import Settings

_MANY = 100
"""Updates that wait at Telegram beyond which nobody seems to take them."""
_RECENT = timedelta(hours=1)


NONE = fine("telegram", "no bot is set up; SUNUP_TELEGRAM_TOKEN or `sunup accounts add telegram NAME` adds one")
"""There is no bot, which is no fault."""


def probes(sight: Sight) -> dict[str, Probe]:
    """Return a probe for each bot: the environment's, and those of the accounts that are used.

    Raises:
        ConfigurationError: A token cannot be right.
    """
    settings = sight.settings
    tokens = {name: held["token"] for name, held in sight.credentials("telegram").items() if "token" in held}
    if settings.telegram_token is not None:
        tokens["default"] = settings.telegram_token.get_secret_value()
    # The secret proves what Telegram sends to us; nothing is sent here, so none is needed.
    adapters = [
        TelegramAdapter(name, token, "", settings.telegram_api_url, sight.transport) for name, token in tokens.items()
    ]
    return {f"telegram {one.account}": partial(bot, settings, one, sight.now) for one in adapters}


async def bot(settings: Settings, adapter: TelegramAdapter, now: datetime) -> list[Finding]:
    """Ask Telegram who the bot is and how its deliveries fare."""
    name = f"telegram {adapter.account}"
    try:
        username = await setup.introduce(adapter)
        health = await setup.webhook_health(adapter)
    except errors.AccountRevoked:
        return [broken(name, "Telegram refuses the token", "ask @BotFather for the token and set it anew")]
    except errors.SendError as error:
        cure = "see that this machine reaches SUNUP_TELEGRAM_API_URL"
        return [broken(name, f"Telegram was not reached ({error.code})", cure)]
    waiting = f"{health.pending} updates wait" if health.pending else "nothing waits"
    webhook = settings.telegram_mode == "webhook"
    found = [fine(name, f"@{username} answers; {'webhook' if webhook else 'long polling'}; {waiting}")]
    found += _delivery(name, settings, adapter.account, health) if webhook else _polling(name, health)
    if health.pending > _MANY:
        found.append(warning(name, f"{health.pending} updates wait at Telegram", "see that `sunup web` runs"))
    if webhook and health.last_error and health.last_error_at and now - health.last_error_at < _RECENT:
        found.append(
            warning(
                name,
                f"the last failed delivery was at {health.last_error_at:%H:%M} UTC: {health.last_error}",
                "docs/channels/telegram.md says what each of these means",
            )
        )
    return found


def _delivery(name: str, settings: Settings, account: str, health: setup.WebhookHealth) -> list[Finding]:
    if settings.public_url is None:
        told = f"delivers to {health.url}" if health.url else "has no webhook"
        return [warning(name, told, "`sunup web` sets it when it starts with SUNUP_PUBLIC_URL")]
    wanted = setup.webhook_url(settings.public_url, account)
    if health.url == wanted:
        source = "from SUNUP_TELEGRAM_SECRET" if settings.telegram_secret and account == "default" else "Sunup's own"
        return [fine(name, f"delivers to {wanted}; the secret is {source}")]
    found = f"delivers to {health.url}" if health.url else "has no webhook"
    cure = f"`sunup web` sets it to {wanted} when it starts"
    return [Finding(name, Mark.WARNING, found, cure)]


def _polling(name: str, health: setup.WebhookHealth) -> list[Finding]:
    if not health.url:
        return []
    cure = "polling takes it away; set SUNUP_TELEGRAM_MODE=webhook if you want it"
    return [warning(name, f"a webhook is set to {health.url}", cure)]
