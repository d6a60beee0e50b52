"""Wordings: names become numbers and are known again, and nothing is submitted that would be rejected."""

import pytest

from bots.whatsapp.content import Approval
from bots.whatsapp.content import Template as Content
from core import errors
from storage.templates import Template
from sunup.wordings import SAMPLES, draft, of_draft, ours

BODY = "Hello {{name}}, this is open: {{ text }} So, {{name}}, answer here."


def content(sid: str, name: str = "sunup_reminder", **more: object) -> Content:
    kinds = more.pop("kinds", ("twilio/text",))
    body, approval = more.pop("body", "Hi {{1}}, go on."), more.pop("approval", Approval.APPROVED)
    language = more.pop("language", "en")
    return Content(sid, name, language, body, kinds, approval=approval, **more)  # type: ignore[arg-type] # as named


def test_draft_turns_names_into_numbers_with_a_sample_for_each() -> None:
    made = draft("reminder", "pt-BR", BODY)
    assert (made.name, made.language) == ("sunup_reminder", "pt_BR")
    assert made.body == "Hello {{1}}, this is open: {{2}} So, {{1}}, answer here."
    assert made.samples == {"1": SAMPLES["name"], "2": SAMPLES["text"]}


def test_draft_is_known_again_by_its_names_and_by_its_samples() -> None:
    made = draft("reminder", "pt-BR", BODY)
    kept = of_draft(made, "reminder", "HX1", "received")
    assert (kept.language, kept.variables) == ("pt-BR", ("name", "text"))
    there = Content("HX1", made.name, made.language, made.body, ("twilio/text",), made.samples, Approval.APPROVED)
    assert ours([there], []) == [Template("reminder", "pt-BR", "HX1", made.body, ("name", "text"), "approved")]


@pytest.mark.parametrize(
    ("purpose", "language", "body", "why"),
    [
        ("Reminder!", "en", BODY, "small letters"),
        ("reminder", "english", BODY, "en or pt-BR"),
        ("reminder", "en", "Hello {{person}}, go on.", r"no variable 'person'; there are \{\{name\}\}"),
        ("reminder", "en", "Hello {{1}}, go on.", "no variable '1'"),
        ("reminder", "en", "{{name}}, go on.", "begin or end"),
        ("reminder", "en", "Go on, {{name}}", "begin or end"),
        ("reminder", "en", "Hi {{name}} {{text}} so.", "next to each other"),
        ("reminder", "en", "x" * 1025, "1024"),
        ("reminder", "en", "x" * 800 + " {{text}} so", "leave 220 characters"),
        ("reminder", "en", " ", "empty"),
    ],
)
def test_draft_that_would_be_rejected_says_why(purpose: str, language: str, body: str, why: str) -> None:
    with pytest.raises(errors.ConfigurationError, match=why):
        draft(purpose, language, body)


def test_ours_are_those_with_our_name() -> None:
    contents = [
        content("HX1"),
        content("HX2", "promotion"),
        content("HX3", "sunup_Not ours"),
        content("HX4", "sunup_tip"),
    ]
    assert [(one.purpose, one.external_id) for one in ours(contents, [])] == [("reminder", "HX1"), ("tip", "HX4")]


@pytest.mark.parametrize(
    ("approvals", "counts"),
    [
        ((Approval.APPROVED, Approval.PENDING), "HX0"),
        ((Approval.PENDING, Approval.APPROVED), "HX1"),
        ((Approval.REJECTED, Approval.PENDING), "HX1"),
        ((Approval.APPROVED, Approval.APPROVED), "HX1"),
    ],
)
def test_ours_of_several_for_the_same_is_the_approved_one(approvals: tuple[Approval, ...], counts: str) -> None:
    contents = [content(f"HX{place}", approval=approval) for place, approval in enumerate(approvals)]
    assert [one.external_id for one in ours(contents, [])] == [counts]


def test_ours_that_cannot_begin_a_conversation_is_not_approved() -> None:
    [one] = ours([content("HX1", kinds=("twilio/list-picker",))], [])
    assert one.status == "unusable"


@pytest.mark.parametrize(
    ("body", "variables"),
    [
        ("Come back.", ()),
        ("So: {{1}} Bye.", ("text",)),
        ("Hi {{1}}, {{2}} Bye.", ("name", "text")),
        ("Hi {{1}}, {{2}}: {{3}} Bye.", ("name", "title", "text")),
        ("Hi {{1}}, {{2}}: {{3}} and {{4}} Bye.", ("name", "title", "text")),
        ("Hi {{name}}, {{title}} Bye.", ("name", "title")),
    ],
)
def test_variables_of_somebody_elses_template_are_taken_by_their_names_or_their_number(
    body: str, variables: tuple[str, ...]
) -> None:
    [one] = ours([content("HX1", body=body)], [])
    assert one.variables == variables


def test_variables_that_were_known_stay_known() -> None:
    known = [Template("reminder", "en", "HX1", "Hi {{1}}, go on.", ("title",))]
    [one] = ours([content("HX1")], known)
    assert one.variables == ("title",)
