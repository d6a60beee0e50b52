from conversations.workflow import Audience
from core.executions import ExecutionStatus
from core.people import Person
from tests.unit.conversations.stage import Stage, flow, texts, titles

OTHERS = [flow(name, {"say": "s", "text": name}) for name in ("one", "two", "three", "four")]


def test_end_says_its_words_and_offers_three_other_workflows() -> None:
    stage = Stage(flow("f", {"end": "e", "text": "Bye."}), *OTHERS)
    (said,) = stage.write("/start f")
    assert said.text == "Bye."
    assert titles(said) == ["One", "Two", "Three"]
    assert stage.statuses == {"f": ExecutionStatus.COMPLETED}
    assert texts(stage.tap("Two")) == ["two"]


def test_end_offers_first_what_fits_the_person() -> None:
    fits = flow("fits", {"say": "s", "text": "x"}, audience=Audience(market=("student",)))
    stage = Stage(flow("f", {"end": "e", "text": "Bye."}), *OTHERS, fits, person=Person(profile={"market": "student"}))
    assert titles(stage.write("/start f")[0])[0] == "Fits"


def test_end_in_the_middle_ends_there() -> None:
    stage = Stage(flow("f", {"end": "e", "text": "Bye.", "suggest": False}, {"say": "s", "text": "Never."}), *OTHERS)
    (said,) = stage.write("/start f")
    assert (said.text, said.buttons) == ("Bye.", ())


def test_end_without_words_is_silent() -> None:
    stage = Stage(flow("f", {"end": "e"}))
    assert stage.write("/start f") == []
    assert stage.statuses == {"f": ExecutionStatus.COMPLETED}
