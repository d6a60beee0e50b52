"""Refuses a lock file that names the host it was made from: it must install from any index.

Usage: python -m tools.lock_hosts FILE...
"""

import sys
from pathlib import Path


def offending_lines(text: str) -> list[str]:
    """Return the lines that name an address or set an index instead of pinning a package."""
    return [line for line in text.splitlines() if "://" in line or line.startswith("-")]


def main() -> int:
    """Check the files named on the command line and return the exit status."""
    wrong = [f"{name}: {line}" for name in sys.argv[1:] for line in offending_lines(Path(name).read_text())]
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
