"""Demands that whoever silences a check says why, on the same line.

Usage: python -m tools.reasons [ROOT]

Right are `# noqa: S608 - the names come from our own table` and `# type: ignore[misc]  # the wheel has no types`.
"""

import re
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

from tools.size_budget import CHECKED

_IGNORE = re.compile(r"#\s*(?:noqa|type:\s*ignore|pragma)\b[^#]*", re.IGNORECASE)
_BARE = re.compile(
    r"#\s*(?:noqa(?::\s*[A-Z]+\d+(?:[,\s]+[A-Z]+\d+)*)?|type:\s*ignore(?:\[[\w,\s-]*\])?)[\s-]*", re.IGNORECASE
)
_FORGOTTEN = re.compile(r"\b(?:TODO|FIXME|XXX)\b")


def faults(path: Path, shown: str) -> Iterator[str]:
    """Yield what is wrong with the comments of one file."""
    with tokenize.open(path) as file:
        for token in tokenize.generate_tokens(file.readline):
            if token.type != tokenize.COMMENT:
                continue
            if _FORGOTTEN.search(token.string):
                yield f"{shown}:{token.start[0]}: unfinished work; finish it or open an issue"
            if _IGNORE.search(token.string) and not _reason(token.string):
                yield f"{shown}:{token.start[0]}: say why this check is silenced: {token.string}"


def _reason(comment: str) -> str:
    """Return what is left of a comment when the instruction to the checker is taken away."""
    return _BARE.sub("", comment, count=1).strip(" #-")


def main() -> int:
    """Print every silenced check without a reason and return the exit status."""
    root = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    paths = (path for folder in CHECKED for path in sorted((root / folder).rglob("*.py")))
    found = [fault for path in paths for fault in faults(path, path.relative_to(root).as_posix())]
    print("\n".join(found) or "every silenced check says why")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
