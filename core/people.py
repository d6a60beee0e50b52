"""People: what Sunup knows of one human, whatever channel they write from."""

from dataclasses import dataclass, field
from enum import StrEnum


class Goal(StrEnum):
    """What a person wants."""

    EARN_MONEY = "earn_money"
    SAVE_TIME = "save_time"
    SCALE_BUSINESS = "scale_business"


class Market(StrEnum):
    """Where a person works."""

    FREELANCER = "freelancer"
    SHOP_OWNER = "shop_owner"
    CONTENT_CREATOR = "content_creator"
    AGENCY = "agency"
    STUDENT = "student"


class SkillLevel(StrEnum):
    """How far a person has come."""

    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


PROFILE_FIELDS = (
    *("name", "zone", "language", "goal", "market", "skill_level", "country", "email", "phone"),
    *("quiet_from", "quiet_until", "nudges_a_day"),
)
"""What a step's `save:` may fill."""


@dataclass(frozen=True, slots=True)
class Person:
    """One human as the engine sees them.

    Args:
        name: What they want to be called; empty until known.
        language: IETF tag of the language they are spoken to in.
        zone: IANA time zone; empty until known.
        profile: The rest of `PROFILE_FIELDS`, by name.
    """

    name: str = ""
    language: str = "en"
    zone: str = ""
    profile: dict[str, str] = field(default_factory=dict)
