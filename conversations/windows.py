"""Windows: a channel may take free text only for a while after a person wrote; what would miss it comes earlier."""

from datetime import datetime

from conversations.limits import REMINDER_SLACK, WINDOW_MARGIN


def before_closing(moment: datetime, closes_at: datetime | None, now: datetime) -> datetime:
    """Return when to send a reminder.

    Args:
        moment: When it is due.
        closes_at: Until when free text is taken; None for always.
        now: This moment.

    Returns:
        A little before the window closes, where the reminder would miss it by less than its slack; else its moment.
    """
    if closes_at is None:
        return moment
    last = closes_at - WINDOW_MARGIN
    return last if now < last < moment < closes_at + REMINDER_SLACK else moment
