"""The product's sending process without the rates of a public platform: a Bot API server of one's own has none.

python -m bench.sending
"""

from sunup.commands.parts import ready_settings
from sunup.composition import found
from sunup.processes.loop import run
from sunup.processes.send import serve_send
from workers.lanes import Limits


def main() -> None:
    """Send until told to stop."""
    run(serve_send(found(ready_settings()), Limits(paced=False)))


if __name__ == "__main__":
    main()
