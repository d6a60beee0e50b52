"""Daily wordings: approved words for what the daily loop says by itself, in every language of Sunup's own.

Each stands for one `template:` of the shipped workflows, or for one of Sunup's own purposes. Its buttons are the
options of the step that names it, so that a tap on one reads like an answer to that step.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from conversations import purposes
from conversations.documents import check_workflow
from conversations.step import Step
from conversations.steps.choose import Choose
from conversations.steps.summary import Summary
from conversations.text import Text
from conversations.workflow import Workflow
from core.messages import Button
from sunup.shipped import shipped_sources

BODIES: Mapping[str, Mapping[str, str]] = {
    "morning": {
        "en": "Your morning is waiting. {{question}} Tap a button to answer.",
        "de": "Dein Morgen wartet auf dich. {{question}} Tippe auf einen Knopf, um zu antworten.",
        "es": "Tu mañana te espera. {{question}} Toca un botón para responder.",
        "hi": "आपकी सुबह आपका इंतज़ार कर रही है। {{question}} जवाब देने के लिए बटन दबाएँ।",
        "ar": "صباحك بانتظارك. {{question}} اضغط زرًا للإجابة.",
    },
    "evening": {
        "en": "A minute to look back at your day. {{question}} Tap a button to answer.",
        "de": "Eine Minute für den Blick auf deinen Tag. {{question}} Tippe auf einen Knopf, um zu antworten.",
        "es": "Un minuto para repasar tu día. {{question}} Toca un botón para responder.",
        "hi": "अपने दिन पर एक मिनट की नज़र। {{question}} जवाब देने के लिए बटन दबाएँ।",
        "ar": "دقيقة لمراجعة يومك. {{question}} اضغط زرًا للإجابة.",
    },
    "rating": {
        "en": "One number for your day. {{question}} Tap a number, or write it.",
        "de": "Eine Zahl für deinen Tag. {{question}} Tippe auf eine Zahl oder schreib sie.",
        "es": "Un número para tu día. {{question}} Toca un número o escríbelo.",
        "hi": "आपके दिन के लिए एक अंक। {{question}} कोई अंक दबाएँ या लिखें।",
        "ar": "رقم واحد ليومك. {{question}} اضغط رقمًا أو اكتبه.",
    },
    "weekly": {
        "en": "Your last seven days at a glance. {{question}} Tap the button to see them here.",
        "de": "Deine letzten sieben Tage auf einen Blick. {{question}} Tippe auf den Knopf, um sie hier zu sehen.",
        "es": "Tus últimos siete días de un vistazo. {{question}} Toca el botón para verlos aquí.",
        "hi": "आपके पिछले सात दिन एक नज़र में। {{question}} उन्हें यहाँ देखने के लिए बटन दबाएँ।",
        "ar": "أيامك السبعة الأخيرة في لمحة. {{question}} اضغط الزر لتراها هنا.",
    },
    purposes.REMINDER: {
        "en": "Hello {{name}}, this is still open: {{text}} Answer here to go on.",
        "de": "Hallo {{name}}, das ist noch offen: {{text}} Antworte hier, um weiterzumachen.",
        "es": "Hola, {{name}}, esto sigue abierto: {{text}} Responde aquí para continuar.",
        "hi": "नमस्ते {{name}}, यह अभी बाकी है: {{text}} आगे बढ़ने के लिए यहीं जवाब दें।",
        "ar": "مرحبًا {{name}}، هذا ما زال مفتوحًا: {{text}} أجب هنا للمتابعة.",
    },
    purposes.NUDGE: {
        "en": "Hello {{name}}, as you asked for it: {{text}} Answer here to go on.",
        "de": "Hallo {{name}}, wie du es wolltest: {{text}} Antworte hier, um weiterzumachen.",
        "es": "Hola, {{name}}, como lo pediste: {{text}} Responde aquí para continuar.",
        "hi": "नमस्ते {{name}}, जैसा आपने चाहा था: {{text}} आगे बढ़ने के लिए यहीं जवाब दें।",
        "ar": "مرحبًا {{name}}، كما طلبت: {{text}} أجب هنا للمتابعة.",
    },
}


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording in one language.

    Args:
        purpose: What the message that it stands for is for.
        language: Tag such as `en`.
        body: Words with `{{name}}`, `{{question}}` and `{{text}}` in them.
        buttons: Its buttons.
    """

    purpose: str
    language: str
    body: str
    buttons: tuple[Button, ...] = ()


def daily_wordings() -> list[Wording]:
    """Return every wording that the daily loop needs, by purpose and language."""
    workflows = [one for one in (check_workflow(source).workflow for source in shipped_sources()) if one is not None]
    buttons = {
        (str(step.template), language): tuple(_buttons(step, workflow, language))
        for workflow in workflows
        for step in workflow.steps
        for language in BODIES.get(step.template or "", ())
    }
    return [
        Wording(purpose, language, body, buttons.get((purpose, language), ()))
        for purpose, bodies in BODIES.items()
        for language, body in bodies.items()
    ]


def as_buttons(titles: Iterable[str]) -> tuple[Button, ...]:
    """Return buttons that mean no more than their words."""
    return tuple(Button(title, str(place)) for place, title in enumerate(titles, 1))


def _buttons(step: Step, workflow: Workflow, language: str) -> Iterable[Button]:
    """Return the options of a step; for the summary, whose picture no template takes along, what brings it."""

    def worded(text: Text) -> str:
        return text.template(language, workflow.language).render({})

    if isinstance(step, Summary):
        return (Button(worded(workflow.title), f"/start {workflow.name}"),)
    return as_buttons(map(worded, step.options.values())) if isinstance(step, Choose) else ()
