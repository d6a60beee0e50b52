"""Purposes: what a message is for where nobody just wrote; a channel may have an approved template for each.

A step may name one of its author's own with `template:`.
"""

from typing import Final

REMINDER: Final = "reminder"
TIP: Final = "tip"
TIMER: Final = "timer"
GAVE_UP: Final = "gave_up"
NUDGE: Final = "nudge"
"""Whatever else comes by itself."""
LINKED: Final = "linked"
"""That another chat was connected or disconnected."""
ACCOUNT_PAUSED: Final = "account_paused"
"""To admins: that an account of ours is no longer served."""
BROADCAST: Final = "broadcast"
"""What an admin says to many."""
ANSWER: Final = "answer"
"""An answer that comes after the window has closed; what is in time has no purpose."""
