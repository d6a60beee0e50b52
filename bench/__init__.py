"""Benchmarks: how Sunup compares with floors that are measured on the same machine in the same run.

    make bench                    # every group
    make bench ONLY=inbound       # one group; several with ONLY="inbound engine"

May import everything of ours. A group is one file in `groups/` and one line in its table. Each starts its own
servers and processes over a temporary folder and leaves nothing behind; `docs/why/performance.md` explains them.
"""
