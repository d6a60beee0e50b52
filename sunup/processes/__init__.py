"""The long-running processes: one file each, every one of them started by `sunup NAME` and stopped by SIGTERM.

May import everything of ours. A process joins its parts from `sunup.composition`, runs until it is told to
stop, drains, and returns.
"""
