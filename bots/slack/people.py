"""What Slack knows of a person: their name, language and time zone. Pure, but for the memory of who was asked for.

Source: docs.slack.dev, users.info (scope `users:read`); `tz` is an IANA name, and missing for the deleted and for
people of other organisations.
"""

from collections import OrderedDict

from bots.reading import Json, clean
from bots.slack.body import identifier
from core.messages import InboundKind, InboundMessage

CHANNEL = "slack"
MOST_KNOWN = 10_000
LONGEST_NAME = 80


def profile_message(user: Json, account: str, team: str, *, key: str = "", chat: str = "") -> InboundMessage | None:
    """Return what a `user` object tells; None for a bot, for somebody deleted, and where it tells nothing.

    Args:
        user: For instance `{"id": "U024ASHA", "real_name": "Asha Rao", "tz": "Asia/Kolkata", "locale": "en-GB",
            "updated": 1795000000}`.
        account: Name of our account.
        team: The workspace, as addresses begin with.
        key: The provider's key; made of the user and of when they last changed where it is empty.
        chat: The conversation that it belongs to; the direct message with them where it is empty.

    Raises:
        Uninterpretable: It is nobody.
    """
    if user.get("is_bot") or user.get("deleted"):
        return None
    who = identifier(user, "id")
    profile = user.get("profile")
    real_name = clean(user.get("real_name")) or clean(profile.get("real_name") if isinstance(profile, dict) else "")
    zone, language = clean(user.get("tz"))[:60], clean(user.get("locale"))[:35]
    if not (real_name or zone or language):
        return None
    return InboundMessage(
        key=key or f"{team}:{who}:profile:{clean(str(user.get('updated', '')))[:20]}",
        channel=CHANNEL,
        account=account,
        address=f"{team}/{who}",
        chat=chat or who,
        kind=InboundKind.PROFILE,
        name=real_name.strip()[:LONGEST_NAME],
        language=language,
        zone=zone,
    )


class Known:
    """Who was asked for in this process, and in which language they read; the longest unseen are forgotten.

    Args:
        most: How many are remembered.
    """

    def __init__(self, most: int = MOST_KNOWN) -> None:
        self._most = most
        self._languages: OrderedDict[str, str] = OrderedDict()

    def meet(self, address: str) -> bool:
        """Return whether somebody is seen for the first time; from now on they are not."""
        new = address not in self._languages
        self._languages[address] = self._languages.pop(address, "")
        if len(self._languages) > self._most:
            self._languages.popitem(last=False)
        return new

    def learn(self, address: str, language: str) -> None:
        """Remember in which language somebody reads."""
        self.meet(address)
        self._languages[address] = language

    def forget(self, address: str) -> None:
        """Ask for somebody again when they are seen next."""
        self._languages.pop(address, None)

    def language(self, address: str) -> str:
        """Return in which language somebody reads; empty where that is not known."""
        return self._languages.get(address, "")
