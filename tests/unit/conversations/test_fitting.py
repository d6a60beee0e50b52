from conversations.fitting import fitting
from conversations.workflow import Audience
from core.people import Person
from tests.unit.conversations.stage import flow

STEP = {"say": "s", "text": "x"}
ANY = flow("any", STEP)
STUDENT = flow("student", STEP, audience=Audience(market=("student",)))
BOTH = flow("both", STEP, audience=Audience(goal=("save_time",), market=("student",), level="beginner"))


def test_fitting_puts_first_what_matches_most_and_keeps_the_order_else() -> None:
    person = Person(profile={"market": "student", "goal": "save_time", "skill_level": "beginner"})
    assert [one.name for one in fitting(person, [ANY, STUDENT, BOTH])] == ["both", "student", "any"]
    assert [one.name for one in fitting(Person(), [ANY, STUDENT, BOTH])] == ["any", "student", "both"]
