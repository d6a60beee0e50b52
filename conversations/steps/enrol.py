"""enrol: a person says when a workflow is to come by itself; only the shipped `enrolment` needs it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, ClassVar

from conversations import facts, nudging, scheduling
from conversations.enrolments import only_time, plain_rule, with_time
from conversations.inputs import INPUTS, Answer, Reading, Refused, clock_time, weekdays
from conversations.step import Step, StepName
from conversations.words import place_of, plain_words
from core.messages import InboundMessage
from core.nudges import QUIET_AT_FIRST, quiet_hours_of
from core.schedules import FromDate, Rule, Weekly, from_plain, settle
from core.zones import local_moment

if TYPE_CHECKING:
    from conversations.scene import Scene

_EVENING = time(16)
_MOST_WORDS = 12
_QUESTIONS = {"time": "enrol_when", "days": "enrol_days", "zone": "enrol_where", "date": "enrol_date"}


class Enrol(Step):
    """A person says when a workflow is to come by itself: the time, the days and the place, then all of it once more.

    Attributes:
        enrol: The step's name.
    """

    kind: ClassVar[str] = "enrol"
    takes_words: ClassVar[bool] = True

    enrol: StepName

    def enter(self, scene: "Scene") -> None:
        """Ask for what is not known yet."""
        found = scheduling.subject(scene)
        if found is None:
            scheduling.show(scene, "")
            scene.finish()
            return
        workflow, rule = found
        data = scene.open_run().data
        wanted = scene.open_run().answers.get("stage")
        if wanted == "until":
            data["stage"] = "until"
        elif isinstance(rule, FromDate) and isinstance(rule.date, str):
            data["stage"] = "date"
        else:
            self._plan(scene, rule, settled=nudging.find(scene, workflow.name) is not None)
            data["stage"] = wanted if wanted == "time" and only_time(rule) else data["stage"]
        self.ask_again(scene)

    def _plan(self, scene: "Scene", rule: Rule, *, settled: bool) -> None:
        """Take a rule up, and go on with what is to be asked about it."""
        data = scene.open_run().data
        data["schedule"] = plain_rule(settle(rule, nudging.today(scene)) or rule)
        data["stage"] = "time" if only_time(rule) and not settled else "confirm"
        self._go_where_unknown(scene)

    def _go_where_unknown(self, scene: "Scene") -> None:
        data = scene.open_run().data
        if data["stage"] == "confirm" and not scene.person.zone:
            data["stage"] = "zone"

    def ask_again(self, scene: "Scene") -> None:
        """Ask what is open, or read back what was said."""
        stage = str(scene.open_run().data.get("stage", ""))
        title = scheduling.title_of_subject(scene)
        if stage == "confirm":
            self._confirm(scene)
        elif stage == "until":
            scene.prompt(scene.phrase("enrol_until", title=title))
        elif stage == "time" and (own := self._own_question(scene)):
            scene.prompt(own)
        else:
            scene.prompt(scene.phrase(_QUESTIONS[stage], title=title))

    def _own_question(self, scene: "Scene") -> str:
        found = scheduling.subject(scene)
        schedule = found[0].schedule if found else None
        return scene.words(schedule.ask) if schedule and schedule.ask else ""

    def _rule(self, scene: "Scene") -> Rule:
        return from_plain(scene.open_run().data["schedule"])

    def _confirm(self, scene: "Scene") -> None:
        rule = self._rule(scene)
        words = scheduling.in_words(scene, rule)
        asked = scene.phrase("enrol_confirm", when=words[:1].upper() + words[1:], place=scheduling.place(scene))
        if self._is_in_quiet_hours(scene, rule):
            hours = scheduling.quiet_in_words(scene)
            asked = f"{asked}\n{scene.phrase('enrol_in_quiet', hours=hours)}"
        scene.prompt(asked, scene.choices(*_choices(rule)))

    def _is_in_quiet_hours(self, scene: "Scene", rule: Rule) -> bool:
        hours, at = quiet_hours_of(scene.person), only_time(rule)
        return hours is not None and at is not None and hours.hold_time(at)

    def accept(self, scene: "Scene", message: InboundMessage, choice: str) -> None:
        """Take what was said at this point, or say what would be right."""
        data = scene.open_run().data
        stage, words = str(data.get("stage", "")), message.text.strip()
        if scheduling.subject(scene) is None:
            self.enter(scene)
        elif stage == "confirm":
            self._settle(scene, words, choice)
        else:
            self._read(scene, stage, words)

    def _settle(self, scene: "Scene", words: str, choice: str) -> None:
        data = scene.open_run().data
        choice = choice or _meant(scene, words, _choices(self._rule(scene)))
        if choice == "yes" or scene.means(words, "yes"):
            self._enrol(scene)
            return
        other = {"other_time": "time", "other_days": "days", "other_place": "zone"}.get(choice)
        if other is None and scene.means(words, "no"):
            other = "time" if only_time(self._rule(scene)) else "zone"
        if other is not None:
            data["stage"] = other
            self.ask_again(scene)
        elif words and self._are_days(scene, words):
            self._read(scene, "days", words)
        elif words and only_time(self._rule(scene)):
            self._read(scene, "time", words)
        else:
            self.ask_again(scene)

    def _are_days(self, scene: "Scene", words: str) -> bool:
        """Return whether words are days on which the rule may come instead."""
        try:
            weekdays.read(words, self._reading(scene))
        except Refused:
            return False
        return isinstance(self._rule(scene), Weekly)

    # -- reading -----------------------------------------------------------------------------

    def _read(self, scene: "Scene", stage: str, words: str) -> None:
        readers: dict[str, Callable[[Scene, str], None]] = {
            "time": self._read_time,
            "days": self._read_days,
            "zone": self._read_zone,
            "date": self._read_date,
            "until": self._read_until,
        }
        try:
            readers[stage](scene, words)
        except Refused as refusal:
            run = scene.open_run()
            run.tries += 1
            scene.record(facts.ANSWER_REFUSED, step=self.name, reason=refusal.phrase)
            choices = _choices(self._rule(scene)) if run.data.get("stage") == "confirm" else ()
            scene.prompt(scene.phrase(refusal.phrase, **refusal.values), scene.choices(*choices))
            return
        if scene.open_run().data.get("moved"):
            return
        self._go_where_unknown(scene)
        self.ask_again(scene)

    def _reading(self, scene: "Scene") -> Reading:
        person = scene.person
        return Reading(person.language, person.profile.get("country", ""), person.zone, scene.now)

    def _read_time(self, scene: "Scene", words: str) -> None:
        rule = self._rule(scene)
        evening = (only_time(rule) or time()) >= _EVENING
        reading = self._reading(scene)
        try:
            answer, days = clock_time.read(words, reading, evening=evening), None
        except Refused:
            if not isinstance(rule, Weekly):
                raise
            answer, days = self._time_and_days(words, reading, evening=evening)
        rule = with_time(rule, time.fromisoformat(str(answer.value)))
        if days is not None and isinstance(rule, Weekly):
            rule = replace(rule, days=days)
        scene.open_run().data.update(schedule=plain_rule(rule), stage="confirm")

    def _time_and_days(self, words: str, reading: Reading, *, evening: bool) -> tuple[Answer, frozenset[int]]:
        """Read "weekdays at 7:30" and "half past seven on Mondays": one part is the time, the other the days."""
        parts = words.split()[:_MOST_WORDS]
        for place in range(1, len(parts)):
            first, rest = " ".join(parts[:place]), " ".join(parts[place:])
            for clock, days in ((first, rest), (rest, first)):
                try:
                    read = weekdays.days_of(str(weekdays.read(days, reading).value))
                    return clock_time.read(clock, reading, evening=evening), read
                except Refused:
                    continue
        raise Refused("need_time")

    def _read_days(self, scene: "Scene", words: str) -> None:
        rule = self._rule(scene)
        if isinstance(rule, Weekly):
            rule = replace(rule, days=weekdays.days_of(str(weekdays.read(words, self._reading(scene)).value)))
        scene.open_run().data.update(schedule=plain_rule(rule), stage="confirm")

    def _read_zone(self, scene: "Scene", words: str) -> None:
        answer = INPUTS["zone"](words, self._reading(scene))
        scene.change_person(zone=str(answer.value))
        scene.open_run().data["stage"] = "confirm"

    def _read_date(self, scene: "Scene", words: str) -> None:
        answer = INPUTS["date"](words, self._reading(scene))
        found = scheduling.subject(scene)
        if found is not None and isinstance(found[1], FromDate):
            self._plan(scene, replace(found[1], date=date.fromisoformat(str(answer.value))), settled=False)

    def _read_until(self, scene: "Scene", words: str) -> None:
        day = date.fromisoformat(str(INPUTS["date"](words, self._reading(scene)).value))
        today = nudging.today(scene)
        if not today < day <= today + timedelta(days=366):
            raise Refused("enrol_until_when")
        found = scheduling.subject(scene)
        if found is not None:
            until = local_moment(day, 0, 0, scene.person.zone)
            scheduling.pause_until(scene, found[0].name, until)
        scene.finish()

    # -- doing -------------------------------------------------------------------------------

    def _enrol(self, scene: "Scene") -> None:
        found = scheduling.subject(scene)
        if found is None:
            return
        workflow, rule = found[0], self._rule(scene)
        explicit = self._is_in_quiet_hours(scene, rule)
        told = _keep_quiet_at_first(scene)
        if told and not explicit:
            explicit = self._is_in_quiet_hours(scene, rule)
        enrolment = nudging.enrol(scene, workflow.name, plain_rule(rule), explicit=explicit)
        if enrolment.due_at is None and not scene.held:
            nudging.leave(scene, enrolment)
            scene.say_phrase("enrol_over")
        else:
            scheduling.say_next(scene, enrolment, workflow, told)
        scene.finish(scheduling.in_words(scene, rule))


def _choices(rule: Rule) -> tuple[str, ...]:
    """Return what can be said to a rule that is read back."""
    time_of_day = ("other_time",) if only_time(rule) else ()
    return ("yes", *time_of_day, *(("other_days",) if isinstance(rule, Weekly) else ()), "other_place")


def _meant(scene: "Scene", words: str, choices: tuple[str, ...]) -> str:
    """Return which choice words mean, by its title or its number; empty for none."""
    said = plain_words(words)
    titles = {plain_words(scene.phrase(f"button_{key}")): key for key in choices}
    place = place_of(said, len(choices))
    return titles.get(said, "") if place is None else choices[place]


def _keep_quiet_at_first(scene: "Scene") -> str:
    """Give a person quiet hours who has said nothing of them; return what they are told of it."""
    profile = scene.person.profile
    if "quiet_from" in profile or "quiet_until" in profile:
        return ""
    start, end = QUIET_AT_FIRST
    scene.learn(quiet_from=start, quiet_until=end)
    return scene.phrase("enrol_quiet", hours=scheduling.quiet_in_words(scene))
