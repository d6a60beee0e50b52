"""A worker of its own process that writes a broadcast out: `python -m …broadcast_process DATABASE BROADCAST`."""

import sys
from uuid import UUID

from tests.integration.storage.audience import Crowd, able, always
from tests.integration.storage.desk import Desk


def main() -> None:
    desk = Desk(sys.argv[1])
    Crowd.broadcasts_at(desk).leg(UUID(sys.argv[2]), able, always)
    desk.close()


if __name__ == "__main__":
    main()
