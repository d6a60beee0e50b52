"""The sending process: drains the outbox."""

from collections.abc import Callable

from bots.registry import CHANNELS
from storage.share import Share
from sunup.bus import OUTBOX
from sunup.composition import Foundation
from sunup.processes.ground import ground
from sunup.processes.stopping import stop_event
from workers.books import Books
from workers.detours import Detours
from workers.gate import Gate
from workers.lanes import Limits
from workers.sender import Sender, SenderPorts
from workers.verdict import Verdict


async def serve_send(
    foundation: Foundation, limits: Limits | None = None, observe: Callable[[Verdict], None] = lambda verdict: None
) -> None:
    """Send until told to stop, then finish what is under way.

    Args:
        foundation: What every process stands on.
        limits: How much it takes on; None for what suits a public platform.
        observe: Called with what became of each attempt.
    """
    stop = stop_event()
    async with ground(foundation, OUTBOX) as here, here.bus.listen(OUTBOX) as wake:
        detours = Detours(foundation.forwarding, here.channels.of)
        renewed, letters = here.channels.renewed, foundation.dead_letters
        books = Books(foundation.turns, foundation.pausing, letters, detours, renewed=renewed)
        ports = SenderPorts(
            database=foundation.database,
            outbox=Share(foundation.sealer, CHANNELS),
            books=books,
            gate=Gate(foundation.database, books, detours, here.channels.of),
            adapter_of=here.channels.of,
            clock=foundation.clock,
            hints=here.hints,
            observe=observe,
        )
        await Sender(ports, limits, wake).run(stop)
