"""What becomes of a sent message, told to the program in whatever order.

Source: Twilio's page on outbound statuses: no callback for the first status; later ones may come in any order, more
than once, and before the answer to the call that made the message.
"""

from dataclasses import dataclass

from tests.fakes.deliveries import Deliveries
from tests.fakes.twilio.account import VERSION, Account, Message
from tests.fakes.twilio.webhooks import Params, Webhooks


@dataclass(frozen=True, slots=True)
class Report:
    """One status of one message on its way."""

    account: Account
    message: Message
    status: str
    code: int = 0

    def params(self) -> Params:
        """Return the form."""
        failure = [("ErrorCode", str(self.code)), ("ErrorMessage", "")] if self.code else []
        event = [("EventType", self.status.upper())] if self.status in ("delivered", "read") else []
        return [
            ("MessageSid", self.message.sid),
            ("SmsSid", self.message.sid),
            ("MessageStatus", self.status),
            ("SmsStatus", self.status),
            ("AccountSid", self.account.sid),
            ("ApiVersion", VERSION),
            ("From", self.message.sender),
            ("To", self.message.recipient),
            ("ChannelPrefix", "whatsapp"),
            ("ChannelInstallSid", "XE" + "0" * 32),
            ("ChannelStatusMessage", ""),
            ("StructuredMessage", "false"),
            *event,
            *failure,
        ]


class Statuses:
    """Tells what becomes of messages."""

    def __init__(self, webhooks: Webhooks) -> None:
        self.webhooks = webhooks
        self.deliveries = Deliveries[Report](self._carry)
        self._shuffled = 0
        self._early = 0
        self._odd: list[str] = []

    def shuffle(self, times: int = 1) -> None:
        """Tell the statuses of the next messages last first."""
        self._shuffled += times

    def hurry(self, times: int = 1) -> None:
        """Tell the statuses of the next messages before the call that makes them is answered."""
        self._early += times

    def invent(self, status: str) -> None:
        """Tell a status that nobody has heard of, between those of the next message."""
        self._odd.append(status)

    def repeat(self, times: int = 1) -> None:
        """Tell each of the next statuses twice."""
        self.deliveries.repeat(times)

    async def settled(self) -> None:
        """Wait until everything was told."""
        await self.deliveries.settled()

    async def tell(self, account: Account, message: Message, code: int) -> None:
        """Tell what becomes of a message; returns before it was told, unless it is to be told early."""
        end = "undelivered" if code == 63016 else "failed"
        steps = [(end, code)] if code else [("sent", 0), ("delivered", 0)]
        message.status, message.error_code = steps[-1][0], code or None
        if self._odd:
            steps.insert(1, (self._odd.pop(0), 0))
        if self._shuffled > 0:
            self._shuffled -= 1
            steps.reverse()
        for status, error in steps:
            self.put(Report(account, message, status, error))
        if self._early > 0:
            self._early -= 1
            await self.settled()

    def put(self, report: Report) -> None:
        """Tell one status."""
        if report.message.callback:
            self.deliveries.put(report, report.message.sid)

    async def _carry(self, report: Report) -> None:
        await self.webhooks.deliver(report.account.auth_token, report.message.callback, "", report.params())
