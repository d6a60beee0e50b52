"""Limits: what ends a runaway workflow with a fact, never with a hang."""

from datetime import timedelta
from typing import Final

STEPS_IN_A_TURN: Final = 50
"""Steps that may be entered before a person must be asked something."""
VISITS_IN_AN_EXECUTION: Final = 2_000
"""Steps that may be entered in one execution, loops included."""
OPEN_EXECUTIONS: Final = 8
"""Executions that one person may have open; the oldest parked one is abandoned for a new one."""
ANSWER_CHARACTERS: Final = 4_000
"""Longest answer or note that is kept; what is longer is cut and said to be."""
TEXT_CHARACTERS: Final = 12_000
"""Longest text that one step may say after its values were put in."""
REMINDERS: Final = 4
"""Reminders of one question before only silence is left until the execution is given up."""
LINK_CODE_LIFE: Final = timedelta(minutes=10)
"""How long a code of `/link` is good for."""
LINK_TRIES: Final = 5
"""Codes that one person may try within `LINK_TRIES_WITHIN` without success."""
LINK_TRIES_WITHIN: Final = timedelta(hours=1)
REMINDER_SLACK: Final = timedelta(hours=2)
"""How much earlier a reminder may come so that it reaches a channel which takes free text only for a while."""
WINDOW_MARGIN: Final = timedelta(minutes=10)
"""How long before a channel stops to take free text the last reminder is sent."""
