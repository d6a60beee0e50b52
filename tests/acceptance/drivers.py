"""Other roads to the same providers than those of the conformance suite."""

from collections.abc import Iterable

from tests.conformance.slack import SlackDriver
from tests.conformance.whatsapp import WhatsAppDriver


class SocketModeDriver(SlackDriver):
    """A Slack that the program calls, since nobody can reach the program."""

    def connect(self, program: str) -> dict[str, str]:
        self.slack.app.socket_mode = True
        given = super().connect(program)
        known = ("SUNUP_SLACK_API_URL", "SUNUP_SLACK_BOT_TOKEN")
        return {name: given[name] for name in known} | {"SUNUP_SLACK_APP_TOKEN": self.slack.app.app_token}

    def is_connected(self) -> bool:
        return bool(self.slack.sockets.open)


class WhatsAppAndSlackDriver(WhatsAppDriver):
    """A program that people reach by WhatsApp and in Slack."""

    def __init__(self) -> None:
        super().__init__()
        self.beside = SlackDriver()

    async def start(self) -> None:
        await super().start()
        await self.beside.start()

    async def stop(self) -> None:
        await super().stop()
        await self.beside.stop()

    def connect(self, program: str) -> dict[str, str]:
        return super().connect(program) | self.beside.connect(program)

    async def settled(self, seconds: float) -> None:
        await super().settled(seconds)
        await self.beside.settled(seconds)

    def secrets(self) -> Iterable[str]:
        yield from super().secrets()
        yield from self.beside.secrets()
